package record

// Field is a canonical field of a record. The order is that of the published tables.
type Field uint8

// The canonical fields. Identifier, Email, Phone and Social hold several values each; see [Field.Many].
const (
	RecordID Field = iota
	FullName
	Title
	GivenName
	MiddleName
	FamilyName
	Suffix
	Company
	BirthDate
	Gender
	Language
	Deceased
	Identifier
	Email
	Phone
	Social
	Street
	Street2
	City
	Region
	Postcode
	Country
	Value
	ValueTier
	Segment
	LifecycleStage
	Outlet
	PreferredChannel
	ContactFrequency
	PreferredTime
	ConsentEmail
	ConsentSMS
	ConsentVoice
	ConsentPost
	DoNotContact
	DoNotCall
	ConsentAt
	ConsentSource
	ConsentBasis
	CreatedAt
	UpdatedAt
	LastSeenAt
	EmailConfirmedAt
	PhoneConfirmedAt
	AddressConfirmedAt
	Anniversary

	NumFields // how many canonical fields there are
)

var fieldNames = [NumFields]string{
	"record_id",
	"full_name", "title", "given_name", "middle_name", "family_name", "suffix",
	"company", "birth_date", "gender", "language", "deceased",
	"identifier", "email", "phone", "social",
	"street", "street_2", "city", "region", "postcode", "country",
	"value", "value_tier", "segment", "lifecycle_stage", "outlet",
	"preferred_channel", "contact_frequency", "preferred_time",
	"consent_email", "consent_sms", "consent_voice", "consent_post",
	"do_not_contact", "do_not_call", "consent_at", "consent_source", "consent_basis",
	"created_at", "updated_at", "last_seen_at",
	"email_confirmed_at", "phone_confirmed_at", "address_confirmed_at", "anniversary",
}

// String is the field's name in configs and tables, such as "given_name".
func (f Field) String() string {
	if f >= NumFields {
		return "unknown field"
	}
	return fieldNames[f]
}

// Many reports whether each mapped column is a value of its own (identifier, email, phone, social).
// All other fields join the columns mapped to them by a space.
func (f Field) Many() bool {
	return f == Identifier || f == Email || f == Phone || f == Social
}

// IsDate reports whether the field is a calendar day, written yyyy-mm-dd once clean.
func (f Field) IsDate() bool { return f == BirthDate || f == Anniversary }

// IsInstant reports whether the field is a moment, written as RFC 3339 in UTC once clean.
func (f Field) IsInstant() bool {
	return f == ConsentAt || f >= CreatedAt && f <= AddressConfirmedAt
}

// FieldByName finds a canonical field; ok is false when there is none of that name.
func FieldByName(name string) (f Field, ok bool) {
	f, ok = fieldsByName[name]
	return f, ok
}

var fieldsByName = func() map[string]Field {
	m := make(map[string]Field, NumFields)
	for i, n := range fieldNames {
		m[n] = Field(i)
	}
	return m
}()
