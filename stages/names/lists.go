package names

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	//go:embed data/titles.psv
	titlesFile string
	//go:embed data/suffixes.psv
	suffixesFile string
	//go:embed data/particles.psv
	particlesFile string
	//go:embed data/families.psv
	familiesFile string
	//go:embed data/surnames.psv
	surnamesFile string
	//go:embed data/cultures.psv
	culturesFile string
	//go:embed data/alphabets.psv
	alphabetsFile string
	//go:embed data/salutations.psv
	salutationsFile string
	//go:embed data/placeholders.psv
	placeholdersFile string
	//go:embed data/company_words.psv
	companyFile string
)

// rows gives the cells of a table behind its header.
func rows(file string) [][]string {
	var out [][]string
	for i, line := range strings.Split(strings.TrimSpace(file), "\n") {
		if i > 0 {
			out = append(out, strings.Split(line, "|"))
		}
	}
	return out
}

// entry is all that the tables know of a word or a phrase.
type entry struct {
	titles    []title
	suffix    suffix
	particles []particle
	surname   map[string]bool // languages in which it is a family name that comes first
	given     map[string]bool // languages in which it is a given name
	devotion  bool            // "del Carmen" belongs to the given name before it
	company   string          // end, any, front, or empty
	org       string          // what the word tells of an organisation: see data/README.md
	longer    bool            // a title or company word of several words begins with it
}

type title struct{ written, canonical, language, kind, gender, use string }

type suffix struct{ canonical, kind, use string }

type particle struct {
	languages []string
	kind      string // prefix, conjunction, within, bound
	letters   string // lower, capital, keep
	home      bool   // only in countries that speak one of the languages
}

// These tell by [start] how words of the lexicon begin, and those of them that tell a firm, lead a title or are like née: most
// names are in no table.
var lexiconStarts, firmStarts, leadStarts, bornStarts [1 << 15]bool

// lexicon holds every word that a table knows, by [keyOf].
var lexicon = func() map[string]*entry {
	m := make(map[string]*entry)
	at := func(s string) *entry {
		k := string(keyOf(nil, s))
		if m[k] == nil {
			m[k] = &entry{surname: make(map[string]bool), given: make(map[string]bool)}
			lexiconStarts[start(k)] = true
		}
		return m[k]
	}
	phrase := func(s string) *entry {
		leadStarts[start(s)] = true
		if first, _, several := strings.Cut(s, " "); several {
			at(first).longer = true
		}
		return at(s)
	}
	for _, c := range rows(titlesFile) {
		e := phrase(c[0])
		e.titles = append(e.titles, title{c[0], c[1], c[2], c[3], c[4], c[5]})
	}
	for _, c := range rows(suffixesFile) {
		if e := at(c[0]); e.suffix.canonical == "" {
			e.suffix = suffix{c[1], c[2], c[3]}
		}
	}
	for _, c := range rows(particlesFile) {
		e := at(c[0])
		e.particles = append(e.particles, particle{strings.Fields(c[1]), c[2], c[3], c[4] == "home"})
		bornStarts[start(c[0])] = bornStarts[start(c[0])] || c[2] == "born"
	}
	for _, c := range rows(companyFile) {
		if e := phrase(c[0]); c[1] == "end" || c[1] == "any" || c[1] == "front" {
			e.company = c[1]
		} else {
			e.org = c[1]
		}
		for w := range strings.FieldsSeq(c[0]) {
			firmStarts[start(w)] = true
		}
	}
	for _, c := range rows(surnamesFile) {
		for _, w := range strings.Fields(c[2]) {
			switch c[1] {
			case "given":
				at(w).given[c[0]] = true
			case "devotion":
				at(w).devotion = true
			default:
				at(w).surname[c[0]] = true
			}
		}
	}
	return m
}()

// keyOf is a word in the form that tables are keyed by, appended to buf: small letters, no points, a plain apostrophe.
func keyOf(buf []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r >= 'A' && r <= 'Z':
			buf = append(buf, byte(r)+'a'-'A')
		case r == '.':
		case r < utf8.RuneSelf:
			buf = append(buf, byte(r))
		case r == '’' || r == '‘' || r == 'ʼ' || r == '´':
			buf = append(buf, '\'')
		default:
			buf = utf8.AppendRune(buf, unicode.ToLower(r))
		}
	}
	return buf
}

// leads reports whether titles may begin with the word.
func (e *entry) leads() bool { return e.longer || len(e.titles) > 0 }

// leads reports whether titles may begin with a word.
func leads(word string) bool { return leadStarts[start(word)] && look(word).leads() }

var nothing entry

// look finds a word or phrase; never nil.
func look(s string) *entry {
	var room [48]byte
	if len(s) > len(room) || !lexiconStarts[start(s)] {
		return &nothing
	}
	if e := lexicon[string(keyOf(room[:0], s))]; e != nil {
		return e
	}
	return &nothing
}

// families are the usual capitals of names that no rule gives, by their small letters; empty where both forms are usual.
var families = func() map[string]string {
	m := make(map[string]string)
	for _, c := range rows(familiesFile) {
		if c[2] == "keep" {
			c[1] = ""
		}
		m[c[0]] = c[1]
	}
	return m
}()

// culture is how names are made and letters are written in a country.
type culture struct {
	country   string
	languages []string // the main one first
	order     string   // given or family: which comes first; mixed
	two       bool     // people bear their father's and their mother's family name
	letters   string   // the language of letters; empty where people speak several
}

// cultures are those of the countries, by [countryNumber].
var cultures = func() (m [1 << 10]*culture) {
	for _, c := range rows(culturesFile) {
		x := &culture{country: c[0], languages: strings.Fields(c[1]), order: c[2], two: c[3] == "2"}
		if len(x.languages) == 1 || x.languages[0] == "en" && x.languages[1] != "fr" {
			x.letters = x.languages[0]
		}
		m[countryNumber(c[0])] = x
	}
	return m
}()

// countryNumber is a number for a code of two letters.
func countryNumber(code string) int { return int(code[0]&31)<<5 | int(code[1]&31) }

var anywhere = &culture{order: "given"}

// cultureOf is never nil.
func cultureOf(country string) *culture {
	if len(country) == 2 {
		if c := cultures[countryNumber(country)]; c != nil && c.country == country {
			return c
		}
	}
	return anywhere
}

func (c *culture) speaks(languages ...string) bool {
	for _, l := range languages {
		if slices.Contains(c.languages, l) {
			return true
		}
	}
	return false
}

// initialsLast reports whether people write initials behind their name, where others write degrees.
func (c *culture) initialsLast() bool { return c.speaks("hi", "ta", "si", "ur", "ne", "bn", "ms") }

var placeholders = func() map[string]bool {
	m := make(map[string]bool)
	for _, c := range rows(placeholdersFile) {
		if c[1] == "placeholder" || c[1] == "test" {
			m[strings.ToLower(c[0])] = true
			placeholderStarts[start(c[0])] = true
		}
	}
	return m
}()

// placeholderStarts tells by [start] how placeholders begin.
var placeholderStarts [1 << 15]bool

// isCompany reports whether a name ends in a legal form, has a word in it that only firms and offices have, or is that of an
// organisation.
func isCompany(name string, c *culture) bool {
	var room [16]span
	at := spans(room[:0], name)
	if len(at) < 2 {
		return native(name) && nativeFirm(name)
	}
	if s := at[0].of(name); look(s).company == "front" && s == strings.ToUpper(s) && c.speaks("id") {
		return true
	}
	for i := range at {
		if look(at[i].of(name)).company == "any" {
			return true
		}
	}
	for n := 1; n <= 5 && n < len(at); n++ {
		tail := name[at[len(at)-n].from:at[len(at)-1].to]
		if look(tail).company != "" && !(len(at) == 2 && len(tail) == 3 && familyLike(at[0].of(name), tail)) && (len(tail) > 2 || legalForm(tail, c) || len(at) > 2 && tail == "Oy" && c.speaks("fi")) {
			return true
		}
	}
	return isOrganisation(name, at)
}

// familyLike reports whether three letters behind a given name that is known are rather a family name than a legal form:
// Robin Sas.
func familyLike(first, tail string) bool {
	return strings.ContainsAny(tail, "aeiouAEIOU") && !strings.EqualFold(tail, "inc") && givenNames()[string(keyOf(nil, first))]
}

// nativeFirm reports whether a name in Chinese, Japanese or Korean letters begins or ends with a legal form.
func nativeFirm(name string) bool {
	for i := range name {
		if i > 0 && (look(name[:i]).company != "" || look(name[i:]).company != "") {
			return true
		}
	}
	return false
}

// legalForm reports whether two letters at the end are a legal form: written large, and not the initials or the family
// name that they may be in a country.
func legalForm(tail string, c *culture) bool {
	return tail == strings.ToUpper(tail) && !c.initialsLast() && !(c.speaks("pt") && tail == "SA")
}
