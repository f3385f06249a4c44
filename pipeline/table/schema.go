package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/apache/arrow/go/v17/arrow"
)

// Column is one column of a published table.
type Column struct {
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	Required bool   `json:"required"`
}

// Type is the kind of a column's values.
type Type string

// The types, by the names that `rollcall schema` prints.
const (
	String    Type = "STRING"
	Bool      Type = "BOOLEAN"
	Int32     Type = "INT32"
	Int64     Type = "INT64"
	Double    Type = "DOUBLE"
	Date      Type = "DATE"             // days
	Timestamp Type = "TIMESTAMP_MICROS" // microseconds, UTC
	List      Type = "LIST<STRING>"
)

var arrowTypes = map[Type]arrow.DataType{
	String: arrow.BinaryTypes.String, Bool: arrow.FixedWidthTypes.Boolean, Int32: arrow.PrimitiveTypes.Int32, Int64: arrow.PrimitiveTypes.Int64,
	Double: arrow.PrimitiveTypes.Float64, Date: arrow.FixedWidthTypes.Date32,
	Timestamp: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, List: arrow.ListOfNonNullable(arrow.BinaryTypes.String),
}

// who is what contactable and customers begin with.
const who = `customer_id title given_name middle_name family_name suffix full_name salutation company email sms_phone voice_phone
street street_2 city region postcode country best_channel email_ok sms_ok voice_ok post_ok language gender value_tier segment
lifecycle_stage preferred_channel contact_frequency preferred_time outlet birth_date anniversary social household_id last_seen_at records`

// tables declares every published table: its columns in order. A column's type follows from its name (see typeOf).
var tables = []struct{ name, sort, columns string }{
	{"contactable", "customer_id", who},
	{"customers", "customer_id", who + ` email_status phone_status post_status not_contactable_reasons value link_confidence sources name_from
		company_from birth_date_from address_from first_seen_at`},
	{"contact_points", "customer_id", `customer_id channel kind value display status reasons replaced_by phone_type phone_region street street_2 city
		region postcode country shared_by sources source record_id captured_at first_seen_at confirmed_at p_current permission
		permission_reasons permission_basis permission_at permission_source permission_expires_at suppressed_by suppression_as_of contactable`},
	{"evidence", "customer_id", "customer_id kind channel value code effect at source record_id detail"},
	{"records", "source record_id", "source record_id file row fate customer_id link_probability linked_to"},
	{"cleaned", "source record_id", `source record_id customer_id full_name title given_name middle_name family_name suffix company birth_date gender
		language deceased identifier email phone social street street_2 city region postcode country value value_tier segment
		lifecycle_stage outlet preferred_channel contact_frequency preferred_time consent_email consent_sms consent_voice
		consent_post do_not_contact do_not_call consent_at consent_source consent_basis created_at updated_at last_seen_at
		email_confirmed_at phone_confirmed_at address_confirmed_at anniversary`},
	{"links", "customer_id", "customer_id source_a record_id_a source_b record_id_b probability bits decided_by levels"},
	{"changes", "customer_id", "source record_id customer_id field before after rule confidence"},
	{"review", "customer_id_a", "customer_id_a customer_id_b source_a record_id_a source_b record_id_b probability evidence"},
	{"rejects", "source file row", "source file row reason detail raw"},
	{"repairs", "customer_id", "customer_id value_tier priority problem channel value ask_via suggestion"},
	{"id_changes", "customer_id", "customer_id change other_customer_id"},
	{"erasures", "", "hash kind erased_on"},
}

// extended are the tables that end with the job's kept columns (x_*).
var extended = map[string]bool{"contactable": true, "customers": true, "cleaned": true}

// required columns have a value in every row.
var required = map[string]bool{
	"customer_id": true, "channel": true, "kind": true, "value": true, "status": true, "fate": true, "source": true,
	"email_ok": true, "sms_ok": true, "voice_ok": true, "post_ok": true, "contactable": true,
}

// optionalIn are the exceptions: a rejected row has no customer, a finding need not be about a point.
var optionalIn = map[string]bool{
	"records.customer_id": true, "cleaned.customer_id": true, "cleaned.value": true, "changes.customer_id": true, "changes.source": true,
	"customers.value": true, "evidence.kind": true, "evidence.channel": true, "evidence.value": true, "evidence.source": true,
	"repairs.channel": true, "repairs.value": true,
}

// typeOf gives a column's type: by its name where names of that form always have it, else by table, else STRING.
func typeOf(table, name string) Type {
	switch name {
	case "email_ok", "sms_ok", "voice_ok", "post_ok":
		return Bool
	case "shared_by":
		return Int32
	case "row", "bytes":
		return Int64
	case "p_current", "probability", "link_probability", "link_confidence", "confidence", "bits", "priority":
		return Double
	case "anniversary", "suppression_as_of", "erased_on":
		return Date
	case "reasons", "permission_reasons", "not_contactable_reasons", "sources":
		return List
	}
	switch table + "." + name {
	case "contact_points.contactable":
		return Bool
	case "contactable.records", "customers.records":
		return Int32
	case "customers.value":
		return Double
	case "evidence.at":
		return Timestamp
	case "cleaned.identifier", "cleaned.email", "cleaned.phone", "cleaned.social":
		return List
	}
	switch {
	case strings.HasSuffix(name, "_date"):
		return Date
	case strings.HasSuffix(name, "_at"):
		return Timestamp
	}
	return String
}

// Names lists the published tables.
func Names() []string {
	out := make([]string, len(tables))
	for i, t := range tables {
		out[i] = t.name
	}
	return out
}

// Columns lists the columns of a table; extra are the names of the kept columns, see [ExtraNames].
func Columns(name string, extra []string) ([]Column, error) {
	i := slices.IndexFunc(tables, func(t struct{ name, sort, columns string }) bool { return t.name == name })
	if i < 0 {
		return nil, fmt.Errorf("no table %q; there are %s", name, strings.Join(Names(), ", "))
	}
	var out []Column
	for _, c := range strings.Fields(tables[i].columns) {
		out = append(out, Column{c, typeOf(name, c), required[c] && !optionalIn[name+"."+c]})
	}
	if extended[name] {
		for _, x := range extra {
			out = append(out, Column{Name: x, Type: String})
		}
	}
	return out, nil
}

// Schema is the Arrow schema of a table.
func Schema(name string, extra []string) (*arrow.Schema, error) {
	columns, err := Columns(name, extra)
	if err != nil {
		return nil, err
	}
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.Name, Type: arrowTypes[c.Type], Nullable: !c.Required}
	}
	return arrow.NewSchema(fields, nil), nil
}

// ExtraNames makes the names of kept columns: x_ and the column's name in snake_case, made unique by a number.
func ExtraNames(kept []string) []string {
	used := make(map[string]bool)
	out := make([]string, len(kept))
	for i, k := range kept {
		name := "x_" + snake(k)
		for n := 2; used[name]; n++ {
			name = "x_" + snake(k) + "_" + strconv.Itoa(n)
		}
		used[name] = true
		out[i] = name
	}
	return out
}

func snake(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if unicode.IsUpper(r) && (unicode.IsLower(last) || unicode.IsDigit(last)) {
				b.WriteByte('_')
			}
			b.WriteRune(unicode.ToLower(r))
			last = r
		default:
			if last != '_' && b.Len() > 0 {
				b.WriteByte('_')
			}
			last = '_'
		}
	}
	out := strings.Trim(b.String(), "_")
	if out == "" {
		return "column"
	}
	return out
}
