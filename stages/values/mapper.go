package values

import (
	"slices"
	"strings"
	"unicode"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Options are plain data of an earlier pass.
type Options struct {
	Lists   *Lists            // nil: those that come with the program
	Letters map[string]string // by source: the letters of its genders ([Survey.Letters])
}

// Mapper cleans coded values. It is safe for concurrent use.
type Mapper struct {
	lists   *Lists
	letters map[string]string
}

// New makes a mapper.
func New(o Options) *Mapper {
	if o.Lists == nil {
		o.Lists = builtIn()
	}
	return &Mapper{o.Lists, o.Letters}
}

// Clean cleans the coded values of one record, and tidies every other text. The error is always nil; cleaning
// twice is cleaning once.
func (m *Mapper) Clean(r *record.Record) error {
	tidy(r, record.GivenName) // before the full name, which may be made of them
	tidy(r, record.FamilyName)
	for f := range record.NumFields {
		tidy(r, f)
	}
	for _, f := range consents {
		m.consent(r, f, "consent_unreadable")
	}
	m.died(r)
	for _, f := range forbidding {
		m.forbid(r, f)
	}
	m.codes(r)
	many(r)
	m.socials(r)
	return nil
}

// Map is [Mapper.Clean] of a copy.
func (m *Mapper) Map(r record.Record) (record.Record, error) {
	err := m.Clean(&r)
	return r, err
}

func (m *Mapper) codes(r *record.Record) {
	if v := r.Text[record.Gender]; v != "" && v != "female" && v != "male" && v != "other" {
		code(r, record.Gender, m.lists.gender(v, m.letters[r.Source]), "values.gender")
	}
	if v := r.Text[record.Language]; v != "" {
		code(r, record.Language, m.lists.language(v), "values.language")
	}
	m.preference(r)
	if v := r.Text[record.ContactFrequency]; v != "" {
		code(r, record.ContactFrequency, m.lists.frequency(v), "values.frequency")
	}
	if v := r.Text[record.Value]; v != "" && !plainAmount(v) {
		code(r, record.Value, amount(v), "values.amount")
	}
	if v := r.Text[record.ConsentBasis]; v != "" {
		code(r, record.ConsentBasis, snake(v), "values.basis")
	}
	if v := r.Text[record.ValueTier]; v != "" {
		code(r, record.ValueTier, strings.ToLower(v), "values.tier")
	}
	if v := r.Text[record.LifecycleStage]; v != "" {
		code(r, record.LifecycleStage, strings.ToLower(v), "values.stage")
	}
}

// tidy trims a text and empties one that only says that there is no value. Lines of an address stay apart by commas.
func tidy(r *record.Record, f record.Field) {
	v := r.Text[f]
	if v == "" {
		return
	}
	if (f == record.Street || f == record.Street2) && strings.ContainsAny(v, "\n\r") {
		r.Set(f, lines(v), "values.lines", 1)
		v = r.Text[f]
	}
	if clean := text.Tidy(v); clean != v {
		r.Set(f, clean, "values.tidy", 1)
		v = clean
	}
	if nothing(v) && !maybeName(r, f, v) && !written(r, f, v) {
		r.Set(f, "", "values.empty", 0.99)
	}
}

// lines writes several lines as one.
func lines(s string) string {
	var out []string
	for l := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == '\n' || c == '\r' }) {
		if l = strings.TrimRight(text.Tidy(l), ", "); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, ", ")
}

// maybeName reports whether a word that often says that there is no value can be a name: Null, Nan and Na are, and the full
// name that is made of them.
func maybeName(r *record.Record, f record.Field, v string) bool {
	if strings.IndexFunc(v, unicode.IsLetter) < 0 {
		return false
	}
	return f == record.GivenName || f == record.FamilyName || f == record.FullName && r.Text[record.GivenName]+r.Text[record.FamilyName] != ""
}

// written reports whether a stage has written v itself: NA is Namibia's code where the record said Namibia.
func written(r *record.Record, f record.Field, v string) bool {
	return slices.ContainsFunc(r.Changes, func(c record.Change) bool { return c.Field == f.String() && c.After == v })
}

// nothing reports whether a value only says that there is none.
func nothing(v string) bool {
	if len(v) > 7 {
		return false
	}
	switch v {
	case "", "-", "--", "---", ".", "?", "\\n", "\\N", "na", "NA":
		return true
	}
	switch v[0] {
	case '#', '(', '<', 'N', 'n':
	default:
		return false
	}
	switch strings.ToLower(v) {
	case "n/a", "#n/a", "null", "none", "nil", "nan", "(null)", "<null>", "n.a.", "n/a.", "#null!", "#value!", "#ref!":
		return true
	}
	return false
}

// many tidies the fields of several values.
func many(r *record.Record) {
	for i := range r.Kept {
		r.Kept[i] = text.Tidy(r.Kept[i])
	}
	if len(r.Identifiers) == 0 {
		return
	}
	r.Identifiers = slices.DeleteFunc(r.Identifiers, func(x record.IdentifierValue) bool {
		if v := text.Tidy(x.Value); nothing(v) || strings.Trim(v, "0 -") == "" {
			r.Note(record.Identifier, x.Value, "", "values.empty", 0.99)
			return true
		}
		return false
	})
	for i := range r.Identifiers {
		r.Identifiers[i].Value = text.Tidy(r.Identifiers[i].Value)
	}
}
