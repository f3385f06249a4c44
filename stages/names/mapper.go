package names

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Mapper cleans the names of one record. It is safe for concurrent use.
type Mapper struct{ lists *Lists }

// Options are what cleaning names goes by.
type Options struct {
	Lists *Lists // nil: those that come with the program
}

func (o Options) lists() *Lists {
	if o.Lists == nil {
		return builtIn()
	}
	return o.Lists
}

// New makes a mapper.
func New(o Options) *Mapper { return &Mapper{o.lists()} }

var nameFields = [...]record.Field{record.FullName, record.GivenName, record.MiddleName, record.FamilyName}

// spelt are the fields whose letters the full name is made of.
var spelt = [...]record.Field{record.FullName, record.GivenName, record.MiddleName, record.FamilyName, record.Suffix}

// Clean cleans the names of the record. Its country must be clean: it tells which name comes first, and whose letters.
func (m *Mapper) Clean(r *record.Record) error {
	c := m.lists.culture(r.Home())
	again := 0
	for m.clean(r, c) && again < 3 && takeMarks(r, c) { // splitting may set a note apart that was none before
		again++
	}
	return nil
}

// clean reports whether there may be notes left.
func (m *Mapper) clean(r *record.Record, c *culture) bool {
	for _, f := range spelt {
		if v := r.Text[f]; v != "" {
			clean := text.Tidy(v)
			if f == record.FullName {
				clean = unquoted(clean)
			}
			if clean != v {
				r.Set(f, clean, "names.tidy", 1)
			}
		}
	}
	looked := markedIn(r)
	found := takeMarks(r, c)
	m.dropPlaceholders(r)
	before := [...]string{r.Text[record.FullName], r.Text[record.GivenName], r.Text[record.FamilyName]}
	if r.Text[record.GivenName] == "" && r.Text[record.FamilyName] == "" && r.Text[record.FullName] != "" {
		whole(r, c)
	}
	inParts(r, c)
	written := markedIn(r)
	letters(r, c)
	if written != markedIn(r) {
		inParts(r, c) // an I is a suffix where an i is none
	}
	if before != [...]string{r.Text[record.FullName], r.Text[record.GivenName], r.Text[record.FamilyName]} {
		m.dropPlaceholders(r) // what splitting left may say that there is no name
	}
	titled(r, c)
	compose(r, c)
	return found || looked != markedIn(r)
}

// Map is [Mapper.Clean] of a copy.
func (m *Mapper) Map(r record.Record) (record.Record, error) {
	err := m.Clean(&r)
	return r, err
}

// unquoted takes the quotes off that stand around a whole value, as a broken export leaves them.
func unquoted(s string) string {
	if n := len(s); n > 2 && s[0] == '"' && s[n-1] == '"' && strings.IndexByte(s[1:n-1], '"') < 0 {
		return strings.TrimSpace(s[1 : n-1])
	}
	return s
}

// dropPlaceholders empties what was typed to get past a required field. A word that is a family name too (Null) counts only
// where no given name stands beside it.
func (m *Mapper) dropPlaceholders(r *record.Record) {
	var room [64]byte
	is := func(s string) bool {
		return len(s) <= len(room) && m.lists.placeholderStarts[start(s)] && m.lists.placeholders[string(lowered(room[:0], s))] || repeated(s) || unlettered(s)
	}
	g, f := r.Text[record.GivenName], r.Text[record.FamilyName]
	switch {
	case g == "" && f == "":
		if !is(r.Text[record.FullName]) {
			return
		}
	case g == "" || f == "":
		if !is(g + f) {
			return
		}
	case !(is(g) && (is(f) || strings.EqualFold(g, f))) && !(len(g)+len(f) < 40 && m.lists.placeholderStarts[start(g)] && m.lists.placeholders[string(lowered(append(lowered(room[:0], g), ' '), f))]):
		return
	}
	for _, x := range nameFields {
		if r.Text[x] != "" {
			r.Findings = append(r.Findings, record.Finding{Code: "placeholder_name", Effect: record.Asks, Value: r.Text[x], Source: "names", Detail: x.String()})
			r.Set(x, "", "names.placeholder", 0.95)
		}
	}
}

func lowered(buf []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		b := s[i]
		if b >= 'A' && b <= 'Z' {
			b += 'a' - 'A'
		}
		buf = append(buf, b)
	}
	return buf
}

// repeated is one letter over and over: "xxxx".
func repeated(s string) bool {
	return len(s) > 2 && s[0] < utf8.RuneSelf && s[1]|0x20 == s[0]|0x20 && strings.Trim(strings.ToLower(s), strings.ToLower(s[:1])) == ""
}

// unlettered is a value without a letter: "--", "123".
func unlettered(s string) bool {
	return s != "" && s[0] < 'A' && strings.IndexFunc(s, unicode.IsLetter) < 0
}

// whole splits a full name; a company's goes to its own field.
func whole(r *record.Record, c *culture) {
	name := r.Text[record.FullName]
	if c.isCompany(name) {
		if r.Text[record.Company] == "" {
			r.Set(record.Company, name, "names.company", 0.95)
		}
		if text.Fold(r.Text[record.Company]) == text.Fold(name) {
			r.Set(record.FullName, "", "names.company", 0.95)
			return
		}
	}
	p := split(name, c)
	if p.given != "" && p.family != "" || p.middle != "" {
		r.Changes = slices.Grow(r.Changes, 6)
	}
	if p.title != "" && r.Text[record.Title] == "" {
		r.Set(record.Title, p.title, "names.split", 0.98)
	}
	r.Set(record.GivenName, p.given, "names.split", 0.95)
	r.Set(record.MiddleName, joined(r.Text[record.MiddleName], p.middle), "names.split", 0.9)
	r.Set(record.FamilyName, p.family, "names.split", 0.95)
	if p.suffix != "" && r.Text[record.Suffix] == "" {
		r.Set(record.Suffix, p.suffix, "names.split", 0.98)
	}
}

// inParts mends a name that came in parts: a company's, a title before the given name, a suffix behind the family name.
func inParts(r *record.Record, c *culture) {
	g, f := r.Text[record.GivenName], r.Text[record.FamilyName]
	if firm := c.firmInParts(g, r.Text[record.MiddleName], f); firm != "" && toCompany(r, firm) {
		return
	}
	if m := r.Text[record.MiddleName]; m != "" && f != "" && prefixes(m, c, oneCase3(g, m, f)) { // a column of particles
		f = m + " " + f
		r.Set(record.FamilyName, f, "names.particle", 0.97)
		r.Set(record.MiddleName, "", "names.particle", 0.97)
	}
	var room [maxWords]span
	if i := strings.IndexByte(f, ' '); i > 0 && c.leads(f[:i]) { // a title in the family name's cell
		s := splitter{name: f, home: c, caps: oneCase(f)}
		if at := spans(room[:0], f); len(at) <= maxWords {
			if title, rest := s.titles(at, 1); title != "" && s.wholly(at[:len(at)-len(rest)]) {
				if r.Text[record.Title] == "" {
					r.Set(record.Title, title, "names.title", 0.97)
				}
				f = s.words(rest)
				r.Set(record.FamilyName, f, "names.title", 0.97)
			}
		}
	}
	if g != "" && f != "" {
		s := splitter{name: g, home: c, caps: oneCase(g)}
		if at := spans(room[:0], g); len(at) > 2 && len(at) <= maxWords && isJoiner(s.word(at[1])) {
			if title, rest := s.couplesTitles(at); len(rest) < len(at)-2 { // "Mr & Mrs John", or nothing else
				if r.Text[record.Title] == "" {
					r.Set(record.Title, title, "names.title", 0.97)
				}
				r.Set(record.GivenName, s.words(rest), "names.title", 0.97)
			}
		} else if len(at) > 0 && len(at) <= maxWords && c.leads(s.word(at[0])) {
			keep := 1
			if s.wholly(at) { // a title in the given name's cell, and nothing else
				keep = 0
			}
			if title, rest := s.titles(at, keep); title != "" {
				if r.Text[record.Title] == "" {
					r.Set(record.Title, title, "names.title", 0.97)
				}
				r.Set(record.GivenName, s.words(rest), "names.title", 0.97)
			}
		}
	}
	if f != "" && r.Text[record.Suffix] == "" && strings.ContainsAny(f, " ,") {
		s := splitter{name: f, home: c, caps: oneCase(f)}
		if at := spans(room[:0], f); len(at) <= maxWords {
			if rest, suffix := s.suffixes(at, false, 0); suffix != "" && len(rest) > 0 {
				g = r.Text[record.GivenName]
				if c.firmInParts(g, r.Text[record.MiddleName], s.words(rest)) != "" && toCompany(r, joined(g, f)) { // Smith & Partners, P.C.
					return
				}
				r.Set(record.FamilyName, s.words(rest), "names.suffix", 0.97)
				r.Set(record.Suffix, suffix, "names.suffix", 0.97)
			}
		}
	}
}

// toCompany moves a firm's name to its own field; false where another firm stands there.
func toCompany(r *record.Record, firm string) bool {
	if r.Text[record.Company] == "" {
		r.Set(record.Company, firm, "names.company", 0.95)
	}
	if text.Fold(r.Text[record.Company]) != text.Fold(firm) {
		return false
	}
	for _, x := range nameFields {
		r.Set(x, "", "names.company", 0.95)
	}
	return true
}

// firmInParts is the name of a firm that stands in the cells of a person's name, in one or over both; empty where a person
// is named. Two words are a firm only where one of them is a legal form that is nobody's name.
func (c *culture) firmInParts(g, m, f string) string {
	switch {
	case m != "" || g == "" && f == "":
		return ""
	case g == "" || f == "":
		if name := g + f; (strings.IndexByte(name, ' ') > 0 || native(name)) && c.isCompany(name) {
			return name
		}
		return ""
	}
	if !c.mayBeFirm(g) && !c.mayBeFirm(f) {
		return ""
	}
	first, _, several := strings.Cut(g, " ")
	last := f[strings.LastIndexByte(f, ' ')+1:]
	several = several || len(last) < len(f)
	if name := g + " " + f; several && c.isCompany(name) || !several && (c.look(last).tells(atEnd) && form(last) || c.look(first).tells(asPlace|anywhere)) {
		return name
	}
	return ""
}

// mayBeFirm is a quick look whether a word tells a firm, alone or with others.
func (c *culture) mayBeFirm(s string) bool {
	for more := true; more; {
		var word string
		word, s, more = strings.Cut(s, " ")
		if !c.lists.firmStarts[start(word)] {
			continue
		}
		if e := c.look(strings.TrimRight(word, ",;")); e.firm != 0 || e.longer {
			return true
		}
	}
	return false
}

// form reports whether a legal form cannot be a name: it has no vowel, or a point.
func form(w string) bool {
	return len(w) > 2 && (strings.Contains(w, ".") || !strings.ContainsAny(w, "aeiouyAEIOUY"))
}

// prefixes reports whether all words of a middle name are particles of the family name behind it.
func prefixes(m string, c *culture, alike bool) bool {
	var room [maxWords]span
	at := spans(room[:0], m)
	s := splitter{name: m, home: c}
	for _, w := range at {
		if !s.isPrefix(w) || !s.surelyPrefix(w) || alike && !c.speaks("nl", "de", "fr", "pt", "es") {
			return false
		}
	}
	return len(at) > 0 && len(at) <= maxWords
}

// wholly reports whether words are nothing but one clear title: a form of address or a degree of more than one letter.
func (s *splitter) wholly(at []span) bool {
	_, rest := s.titles(at, 0)
	if len(rest) > 0 {
		return false
	}
	for _, t := range s.home.look(s.word(at[0])).titles {
		if (t.kind == "courtesy" || t.kind == "academic") && t.use == "" && (t.language == "en" || s.home.speaks(t.language)) {
			return len(strings.Trim(s.name, ". ")) > 1
		}
	}
	return false
}

// letters gives a name its capitals where it was written in capitals or small letters throughout, or the family name alone
// was.
func letters(r *record.Record, c *culture) {
	g, m, f := r.Text[record.GivenName], r.Text[record.MiddleName], r.Text[record.FamilyName]
	all := oneCase3(g, m, f)
	if all {
		recase(r, c, true, true)
		return
	}
	if oneCase(f) && (utf8.RuneCountInString(f) > 3 || len(c.look(f).surname) > 0) {
		recase(r, c, false, true)
	}
	if f != "" && oneCase(g) && g[0] < 'a' && len(g) > 3 && !strings.ContainsAny(g, " .-'’") {
		recase(r, c, true, false)
	}
	if oneCase3(r.Text[record.GivenName], m, r.Text[record.FamilyName]) { // they had each its own
		recase(r, c, true, true)
	}
}

func oneCase3(g, m, f string) bool {
	n := 0
	for _, s := range [...]string{g, m, f} {
		if s != "" {
			n++
		}
	}
	if n == 1 {
		return oneCase(g + m + f)
	}
	var room [96]byte
	return oneCase(string(append(append(append(room[:0], g...), m...), f...)))
}

// recase sets the fields in their capitals, all or none.
func recase(r *record.Record, c *culture, given, family bool) {
	g, m, f := r.Text[record.GivenName], r.Text[record.MiddleName], r.Text[record.FamilyName]
	x := caser{home: c, caps: strings.IndexFunc(g+f, isLower) < 0}
	x.dotted = strings.Index(g, "İ") > 0 || strings.Index(f, "İ") > 0
	if !given {
		x.caps = strings.IndexFunc(f, isLower) < 0
	}
	if given && g != "" {
		g = x.name(g, false, true)
	}
	if given && family && m != "" {
		m = x.name(m, true, false)
	}
	if family && f != "" {
		f = x.name(f, true, true)
	}
	if x.unsure || !ascii(g+m+f) && c.lists.misread(g, m, f) {
		return
	}
	r.Set(record.GivenName, accented(g), "names.case", 0.97) // small letters compose with accents that capitals do not
	r.Set(record.MiddleName, accented(m), "names.case", 0.97)
	r.Set(record.FamilyName, accented(f), "names.case", 0.96)
}

// titled writes title and suffix in their usual form, and notes the gender that a title tells.
func titled(r *record.Record, c *culture) {
	if s := r.Text[record.Suffix]; s != "" {
		if x := c.look(s).suffix; x.canonical != "" && x.use != "family" && len(c.look(x.canonical).suffix.canonical) > 0 {
			r.Set(record.Suffix, x.canonical, "names.suffix", 0.99)
		}
	}
	t := r.Text[record.Title]
	if t == "" {
		return
	}
	for range 3 { // titles that are usual one by one can be one title
		usual := canonicalTitle(t, c)
		if usual == t {
			break
		}
		t = usual
	}
	r.Set(record.Title, t, "names.title", 0.99)
	if r.Text[record.Gender] == "" {
		if g := titleGender(r.Text[record.Title], c); g != "" {
			r.Set(record.Gender, g, "names.gender", 0.97) // "Frau" says it
		}
	}
}

func isLower(r rune) bool { return unicode.IsLower(r) }

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
