package extract

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// headers.psv: the names that columns have in the wild, by canonical field, in seven languages and in the exports of the
// common systems. The project's own compilation, 2026-11-24.
//
//go:embed headers.psv
var headersFile string

var headerNames = func() map[string]record.Field {
	m := make(map[string]record.Field)
	for i, line := range strings.Split(strings.TrimSpace(headersFile), "\n") {
		cells := strings.Split(line, "|")
		f, ok := record.FieldByName(cells[0])
		if i == 0 || !ok {
			continue
		}
		for _, n := range strings.Split(cells[2], ";") {
			if _, taken := m[n]; !taken { // the first language that has the word
				m[n] = f
			}
		}
	}
	return m
}()

// lookup finds the field that a column's name means. Of fields with several values it knows the second and third column by
// their number, and phones by their country.
func lookup(header string) (record.Field, bool) {
	name := plainName(header)
	if f, ok := headerNames[name]; ok {
		return f, true
	}
	if f, ok := headerNames[strings.TrimRight(name, " 0123456789")]; ok {
		return f, f.Many()
	}
	if rest, country := cutCountry(header); country != "" {
		if f, ok := headerNames[plainName(rest)]; ok {
			return f, f == record.Phone
		}
	}
	return permission(name)
}

// plainName is a column's name in lower case, without accents, its words divided by single spaces: "E-Mail_Address" and
// "emailAddress" are alike.
func plainName(s string) string {
	var out strings.Builder
	var last rune
	space := false
	for _, r := range norm.NFD.String(strings.ReplaceAll(s, "ß", "ss")) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if unicode.IsUpper(r) && unicode.IsLower(last) {
				space = true
			}
			if space && out.Len() > 0 {
				out.WriteByte(' ')
			}
			space = false
			out.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
		last = r
	}
	return out.String()
}

// column is one column of a file and the field it fills.
type column struct {
	at      int
	field   record.Field
	kind    string // of an identifier; of a social account, or of a consent that is asked the other way round, the column's name
	country string // that the name of a phone's column gives, ISO 3166-1 alpha-2
}

// cutCountry takes a country off the beginning or the end of a column's name: "Mobile (UK)", "phone_us", "DE Telefon".
func cutCountry(name string) (rest, country string) {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) < 2 {
		return name, ""
	}
	last := len(words) - 1
	for _, at := range []int{last, 0} {
		word := words[at]
		lower := strings.ToLower(word)
		capitals := word == strings.ToUpper(word)
		meant := capitals && name != strings.ToUpper(name) || !slices.Contains(shortWords, lower)
		if len(word) != 2 || !capitals && word != lower || !meant {
			continue
		}
		region, err := language.ParseRegion(word)
		if err != nil || !region.IsCountry() {
			continue
		}
		return strings.Join(slices.Delete(words, at, at+1), " "), region.Canonicalize().String()
	}
	return name, ""
}

// shortWords are words in the names of columns that are codes of countries too.
var shortWords = strings.Fields("ad am as at be by ca co de do er es et id il in io is it la me mi mo ms my na no nr pa pm re sa sc se so st to va")

// mapping says which columns of a file fill which fields.
type mapping struct {
	columns []column
	keep    []int
}

// denies reports whether a column asks for a no: no_email, sms opt-out, Unsubscribed.
func denies(header string) bool {
	words := " " + plainName(header) + " "
	for _, w := range denials["denies, begins"] {
		if strings.HasPrefix(words, " "+w+" ") {
			return true
		}
	}
	for _, kind := range []string{"denies, holds", "permission, denies", "permission, denies a channel"} {
		if slices.ContainsFunc(denials[kind], func(w string) bool { return strings.Contains(words, " "+w+" ") }) {
			return true
		}
	}
	return false
}

// denials are words of the names of columns that tell of permission, by what they are there.
var denials = func() map[string][]string {
	m := make(map[string][]string)
	for line := range strings.Lines(headersFile) {
		if cells := strings.Split(strings.TrimSpace(line), "|"); cells[0] == "-" {
			m[cells[1]] = strings.Split(cells[2], ";")
		}
	}
	return m
}()

// columnOf makes the column that fills a field. Values of some fields mean nothing without their column's name.
func columnOf(at int, f record.Field, header string) column {
	c := column{at: at, field: f}
	switch {
	case f == record.Identifier:
		c.kind = header
	case f == record.Social:
		c.kind = plainName(header)
	case f == record.Phone:
		_, c.country = cutCountry(header)
	case f >= record.ConsentEmail && f <= record.ConsentPost && denies(header):
		c.kind = plainName(header)
	}
	return c
}

// given maps the columns that the config names. A column that is not there is a usage error with the nearest name.
func (t *Table) given(columns map[record.Field][]string) ([]column, error) {
	var out []column
	for f := range record.NumFields {
		for _, n := range columns[f] {
			at := t.find(n)
			if at < 0 {
				return nil, &UsageError{t.file.Shown, fmt.Sprintf("has no column %q, which columns.%s names; %s", n, f, t.near(n))}
			}
			out = append(out, columnOf(at, f, n))
		}
	}
	return out, nil
}

// find finds a column by its name, else by its name in another case.
func (t *Table) find(name string) int {
	if i := slices.Index(t.header, name); i >= 0 {
		return i
	}
	return slices.IndexFunc(t.header, func(h string) bool { return strings.EqualFold(h, name) })
}

// guessed maps columns by name, each confirmed by a look at its values; a file without a header by values alone.
func (t *Table) guessed() []column {
	var out []column
	taken := make(map[record.Field]int)
	named := t.skip || t.format == "jsonl" || t.format == "parquet"
	for at, h := range t.header {
		f, known := record.Field(0), false
		var why string
		if named {
			if f, known = lookupNested(h); !known {
				t.guess("column", h, "not mapped: its name is not known")
				continue
			}
			why = "its name"
		}
		values := t.values(at)
		switch ok, reason := confirm(f, values); {
		case !known:
			if f, reason, known = byValues(values, taken); !known {
				t.guess("column", h, "not mapped: its values tell nothing")
				continue
			}
			why = reason
		case !ok:
			t.guess("column", h, fmt.Sprintf("not mapped to %s, as its name says: %s", f, reason))
			continue
		default:
			why += ", and " + reason
		}
		if _, second := taken[f]; second && !f.Many() && f != record.Street && f != record.DoNotContact && f != record.DoNotCall && columnOf(at, f, h).kind == "" {
			t.guess("column", h, fmt.Sprintf("not mapped: %s is taken by %s", f, t.header[taken[f]]))
			continue
		}
		if _, second := taken[f]; !second {
			taken[f] = at
		}
		t.guess("column", h, fmt.Sprintf("%s: %s", f, why))
		out = append(out, columnOf(at, f, h))
	}
	return t.wholeNames(out, taken)
}

// lookupNested knows contact.email by its last part, and profile.firstName.
func lookupNested(header string) (record.Field, bool) {
	if f, ok := lookup(header); ok {
		return f, ok
	}
	if i := strings.LastIndexByte(header, '.'); i >= 0 {
		if f, ok := lookup(header[i+1:]); ok {
			return f, ok
		}
		if i2 := strings.LastIndexByte(header[:i], '.'); i2 >= 0 { // phones.0.value
			return lookup(header[:i2])
		}
	}
	return 0, false
}

// wholeNames leaves a full name out where its parts are there too, and reads a lone "nom" or "nome" beside a first name's
// column for what it is.
func (t *Table) wholeNames(columns []column, taken map[record.Field]int) []column {
	_, given := taken[record.GivenName]
	_, family := taken[record.FamilyName]
	return slices.DeleteFunc(columns, func(c column) bool {
		if c.field != record.FullName || !given || !family {
			return false
		}
		t.guess("column", t.header[c.at], "not mapped: the parts of the name have columns of their own")
		return true
	})
}

// values is a column of the sample, without empty cells.
func (t *Table) values(at int) []string {
	var out []string
	for _, row := range t.sample {
		if at < len(row) {
			if v := strings.TrimSpace(row[at]); v != "" {
				out = append(out, v)
			}
		}
	}
	return out
}
