package names

import (
	"strings"
	"unicode"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Mapper cleans the names of one record. It is safe for concurrent use.
type Mapper struct{}

// New makes a mapper.
func New() *Mapper { return &Mapper{} }

// mangled are the fields in which text read in the wrong encoding is repaired.
var mangled = []record.Field{
	record.FullName, record.GivenName, record.MiddleName, record.FamilyName, record.Company, record.Street, record.Street2, record.City, record.Region,
}

// Map cleans the names of the record.
func (m *Mapper) Map(r record.Record) (record.Record, error) {
	for _, f := range mangled {
		if v := r.Text[f]; v != "" {
			r.Set(f, unmangle(v), "names.mojibake", 0.99)
		}
	}
	dropPlaceholders(&r)
	if r.Text[record.GivenName] == "" && r.Text[record.FamilyName] == "" && r.Text[record.FullName] != "" {
		whole(&r)
	}
	given(&r)
	dropPlaceholders(&r) // what splitting left may say that there is no name
	compose(&r)
	return r, nil
}

// dropPlaceholders empties what was typed to get past a required field. A word that is a family name too (Null) counts only
// where no given name stands beside it.
func dropPlaceholders(r *record.Record) {
	g, f, w := strings.ToLower(r.Text[record.GivenName]), strings.ToLower(r.Text[record.FamilyName]), strings.ToLower(r.Text[record.FullName])
	both := strings.TrimSpace(g + " " + f)
	switch {
	case both == "" && (placeholders[w] || repeated(w)):
	case both != "" && (placeholders[both] || repeated(both) || placeholders[g] && (placeholders[f] || g == f)):
	default:
		return
	}
	for _, x := range []record.Field{record.GivenName, record.MiddleName, record.FamilyName, record.FullName} {
		if r.Text[x] != "" {
			r.Findings = append(r.Findings, record.Finding{Code: "placeholder_name", Effect: record.Asks, Value: r.Text[x], Source: "names", Detail: x.String()})
			r.Set(x, "", "names.placeholder", 0.95)
		}
	}
}

// repeated is one letter over and over: "xxxx".
func repeated(s string) bool { return len(s) > 2 && strings.Trim(s, s[:1]) == "" && s[0] < 0x80 }

// whole splits a full name; a company's goes to its own field.
func whole(r *record.Record) {
	name := r.Text[record.FullName]
	if isCompany(name) {
		if r.Text[record.Company] == "" {
			r.Set(record.Company, name, "names.company", 0.95)
		}
		if text.Fold(r.Text[record.Company]) == text.Fold(name) {
			r.Set(record.FullName, "", "names.company", 0.95)
			return
		}
	}
	p := split(name, r.Home())
	if p.title != "" && r.Text[record.Title] == "" {
		r.Set(record.Title, p.title, "names.split", 0.98)
	}
	r.Set(record.GivenName, p.given, "names.split", 0.95)
	r.Set(record.MiddleName, p.middle, "names.split", 0.9)
	r.Set(record.FamilyName, p.family, "names.split", 0.95)
	if p.suffix != "" && r.Text[record.Suffix] == "" {
		r.Set(record.Suffix, p.suffix, "names.split", 0.98)
	}
}

func isCompany(name string) bool {
	words := strings.Fields(text.Fold(name))
	for n := 1; n <= 5 && n < len(words); n++ {
		if companyWords[strings.Join(words[len(words)-n:], " ")] {
			return true
		}
	}
	return false
}

// given mends names that came in parts, or were just split: a title before the given name, a suffix behind the family
// name, and capitals.
func given(r *record.Record) {
	if g := r.Text[record.GivenName]; g != "" && r.Text[record.FamilyName] != "" {
		if title, rest := startTitles(strings.Fields(g), r.Home()); title != "" {
			if r.Text[record.Title] == "" {
				r.Set(record.Title, title, "names.title", 0.97)
			}
			r.Set(record.GivenName, strings.Join(rest, " "), "names.title", 0.97)
		}
	}
	if f := r.Text[record.FamilyName]; f != "" && r.Text[record.Suffix] == "" {
		if rest, suffix := endSuffixes(strings.Fields(strings.ReplaceAll(f, ",", " "))); suffix != "" && len(rest) > 0 {
			r.Set(record.FamilyName, strings.Join(rest, " "), "names.suffix", 0.97)
			r.Set(record.Suffix, suffix, "names.suffix", 0.97)
		}
	}
	whole := strings.TrimSpace(r.Text[record.GivenName] + " " + r.Text[record.MiddleName] + " " + r.Text[record.FamilyName])
	for _, f := range []record.Field{record.GivenName, record.MiddleName} {
		if oneCase(whole) {
			r.Set(f, recase(r.Text[f]), "names.case", 0.97)
		}
	}
	if f := r.Text[record.FamilyName]; f != "" && (oneCase(whole) || oneCase(f) && len([]rune(f)) > 3) {
		r.Set(record.FamilyName, recaseFamily(f), "names.case", 0.96)
	}
	if t := r.Text[record.Title]; t != "" {
		r.Set(record.Title, canonicalTitle(t), "names.title", 0.99)
		if g := titleGender(r.Text[record.Title]); g != "" && r.Text[record.Gender] == "" {
			r.Note(record.Gender, "", g, "names.gender", 0.97) // "Frau" says it
			r.Text[record.Gender] = g
		}
	}
}

// recaseFamily writes the particles at its front small, where that is safe.
func recaseFamily(f string) string {
	words := strings.Split(f, " ")
	last := len(words) - 1
	for last > 0 && strings.IndexFunc(words[last], unicode.IsLetter) < 0 {
		last--
	}
	for i, w := range words {
		if i < last && lowered[strings.ToLower(w)] && oneCase(f) {
			words[i] = strings.ToLower(w)
		} else if oneCase(w) {
			words[i] = recaseWord(w, false)
		}
	}
	return strings.Join(words, " ")
}

// canonicalTitle gives each title its usual form; one that is not known stays as it is.
func canonicalTitle(t string) string {
	words := strings.Fields(t)
	for i := 0; i < len(words); i++ {
		for n := min(3, len(words)-i); n > 0; n-- {
			if list, ok := titles[text.Fold(strings.Join(words[i:i+n], " "))]; ok {
				words = append(append(words[:i:i], strings.Fields(list[0].canonical)...), words[i+n:]...)
				i += len(strings.Fields(list[0].canonical)) - 1
				break
			}
		}
	}
	return strings.Join(words, " ")
}

// compose makes the full name of its parts.
func compose(r *record.Record) {
	var words []string
	for _, f := range []record.Field{record.GivenName, record.MiddleName, record.FamilyName, record.Suffix} {
		if v := r.Text[f]; v != "" {
			words = append(words, v)
		}
	}
	if r.Text[record.GivenName] == "" && r.Text[record.FamilyName] == "" {
		return
	}
	full := strings.Join(words, " ")
	if r.Text[record.FullName] == "" {
		r.Text[record.FullName] = full // nothing was there that could change
		return
	}
	r.Set(record.FullName, full, "names.compose", 0.95)
}
