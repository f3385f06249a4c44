package record

import "time"

// Key names one record: the extract's source and its id there.
type Key struct {
	Source string
	ID     string
}

// String is SOURCE:RECORD_ID, the form that `rollcall explain` takes.
func (k Key) String() string { return k.Source + ":" + k.ID }

// Compare orders keys by source, then id, bytewise.
func (k Key) Compare(o Key) int {
	switch {
	case k.Source != o.Source && k.Source < o.Source:
		return -1
	case k.Source != o.Source:
		return 1
	case k.ID < o.ID:
		return -1
	case k.ID > o.ID:
		return 1
	}
	return 0
}

// Record is one row of an extract, or of a feed, on its walk.
//
// Text and the lists hold the values as read until the clean stages have passed, and the clean values after. An empty
// string is a missing value; clean stages trim, so there is no value of blanks.
type Record struct {
	Key
	File   string // as named relative to the config, for tables and errors
	Row    int64  // 1 for the first data row of the file
	Digest uint64 // of the row's cells; orders rows that share an id, whatever order they were read in

	Seen [PostPoint + 1]Instant // by kind: the as-of date of the earliest run that saw its values; 0 when there was none

	DefaultCountry string // ISO 3166-1 alpha-2, upper case: the source's country, else the job's, else empty

	Text        [NumFields]string // the single-valued fields; entries of Many fields stay empty
	Identifiers []IdentifierValue
	Emails      []string
	Phones      []string
	PhoneHomes  []string // by phone: the country that its column names, as in "Mobile (UK)"; shorter or nil where none does
	Socials     []string
	Kept        []string // values of the job's kept columns (x_*), in the order of the job's list; nil when none

	Points   []ContactPoint // made by emails, phones and addresses
	Changes  []Change
	Findings []Finding
}

// IdentifierValue is a number that some authority gave: a loyalty number, a tax id. Kind is the column it came from.
type IdentifierValue struct {
	Kind  string
	Value string
}

// Get is the single value of f; for Many fields use the lists.
func (r *Record) Get(f Field) string { return r.Text[f] }

// Home is the country the record's own values speak of: its country once clean, else its source's default.
func (r *Record) Home() string {
	if c := r.Text[Country]; len(c) == 2 {
		return c
	}
	return r.DefaultCountry
}

// Captured is the capture date of a kind of point: its confirmation, else when the record was created, else updated, else
// the earliest run that saw it; 0 when none is known. For None it is the record's own: the earliest run is that of any kind.
func (r *Record) Captured(kind Kind) Instant {
	for _, f := range [...]Field{confirmation[kind], CreatedAt, UpdatedAt} {
		if at := r.Instant(f); at.Known() {
			return at
		}
	}
	seen := r.Seen[kind]
	for _, at := range r.Seen {
		if kind == None && at.Known() && (!seen.Known() || at < seen) {
			seen = at
		}
	}
	return seen
}

// confirmation is the field that dates each kind of point.
var confirmation = [...]Field{None: CreatedAt, EmailPoint: EmailConfirmedAt, PhonePoint: PhoneConfirmedAt, PostPoint: AddressConfirmedAt}

// Confirmed is when a kind of point of the record was last confirmed; 0 when it was not.
func (r *Record) Confirmed(kind Kind) Instant {
	if kind == None {
		return 0
	}
	return r.Instant(confirmation[kind])
}

// Set gives f a new value and, when that differs, notes the change.
func (r *Record) Set(f Field, after, rule string, confidence float64) {
	before := r.Text[f]
	if before == after {
		return
	}
	r.Text[f] = after
	r.Note(f, before, after, rule, confidence)
}

// Note adds a change of field f without touching the value; for the lists and for values that move between fields.
func (r *Record) Note(f Field, before, after, rule string, confidence float64) {
	r.Changes = append(r.Changes, Change{Field: f.String(), Before: before, After: after, Rule: rule, Confidence: confidence})
}

// Change is one field altered in one record or customer.
type Change struct {
	Field      string
	Before     string
	After      string
	Rule       string  // stage.rule, such as "names.case" or "phones.e164"
	Confidence float64 // 0..1: how sure the rule is that After is right
}

// Finding is a fact behind a verdict: a row of the evidence table.
type Finding struct {
	Kind    Kind    // of the point it is about; None for a finding on the record or customer
	Channel Channel // where it speaks of one channel alone; else AnyChannel
	Value   string  // the point's canonical value, or the value found wrong
	Code    Reason  // a status reason, a permission reason, or a finding's own word such as "birth_date_future"
	Effect  Effect
	At      Instant // when the fact became true; 0 when not known
	Source  string  // extract, feed or rule table that says so
	ID      string  // record id in that source, where there is one
	Detail  string  // a rule, an SMTP code, a date's source: never prose about a person
}

// Effect is what a finding does to the thing it is about.
type Effect string

// The effects.
const (
	GivesStatus Effect = "status"    // the point gets the reason's status
	Undone      Effect = "undone"    // a later sign of life took the reason away
	Denies      Effect = "denies"    // permission is refused
	Grants      Effect = "grants"    // permission is given
	Suppresses  Effect = "suppress"  // a list forbids it
	Notes       Effect = "note"      // says more, changes nothing
	Asks        Effect = "repair"    // a person should look: a finding that becomes a repair
	SeenAlive   Effect = "life_sign" // a reply, click, answered call or confirmation
)

// Fate is where an input row ended.
type Fate string

// The fates. Every row that was read has exactly one.
const (
	Kept     Fate = "kept"     // its customer's name came from it
	Merged   Fate = "merged"   // it joined another record's customer
	Rejected Fate = "rejected" // it could not be read
	Erased   Fate = "erased"   // its person asked to be erased
)

// Reject is a row that could not be read: quarantined, never dropped.
type Reject struct {
	Source string
	File   string
	Row    int64
	Reason string // one of extract's documented reasons, such as "columns"
	Detail string // what was expected and found; no values
	Raw    string // the row's text, at most 64 KiB, invalid bytes as U+FFFD
}

// Instant is a moment in microseconds since 1970-01-01T00:00:00Z; 0 is "not known" (the epoch itself is a placeholder
// in customer data, see the dates stage).
type Instant int64

// At is the instant of t.
func At(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time is the moment in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Known reports whether there is a moment.
func (i Instant) Known() bool { return i != 0 }

// String is RFC 3339 in UTC with as many fractional digits as needed; empty when not known.
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format(time.RFC3339Nano)
}

// ParseInstant reads the canonical form that [Instant.String] writes, or a plain yyyy-mm-dd (midnight UTC); 0 for
// anything else.
func ParseInstant(s string) Instant {
	if s == "" {
		return 0
	}
	if len(s) == len(time.DateOnly) {
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return 0
		}
		return At(t)
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0
	}
	return At(t)
}

// Instant is the moment in a cleaned date or time field; 0 when missing or not clean.
func (r *Record) Instant(f Field) Instant { return ParseInstant(r.Text[f]) }
