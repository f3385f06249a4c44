package names

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/rollcall-data/rollcall/pipeline/reference"
)

//go:embed data/*.psv
var data embed.FS

// Lists holds the reference data of the stage. It must not be loaded into once it is used.
type Lists struct {
	*reference.Lists

	words        map[string]*entry // every word that a list of words knows, by [keyOf]
	families     map[string]string // the usual capitals of names that no rule gives, by their small letters; empty where both forms are usual
	given        map[string]bool   // given names by [keyOf]: beside one, Hotel and School are family names
	cultures     [1 << 10]*culture // by [countryNumber]
	nowhere      *culture
	placeholders map[string]bool   // in small letters
	salutations  map[string]string // language/situation to pattern
	marks        map[string][]mark
	longestMark  int          // words of it
	markStarts   [starts]bool // how notes begin: by [start]
	markWords    [starts]bool // by [firstWord], where the first word is plain

	// These tell by [start] how words begin: most names are in no table.
	wordStarts, firmStarts, leadStarts, bornStarts, placeholderStarts [starts]bool
	alphabets                                                         alphabets
}

// builtIn are the lists that come with the program, shared by all who have no others.
var builtIn = sync.OnceValue(DefaultLists)

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{words: make(map[string]*entry)}
	l.nowhere = &culture{lists: l, order: "given"}
	each := func(forget func(*entry)) func() {
		return func() {
			for _, e := range l.words {
				forget(e)
			}
		}
	}
	l.Lists = reference.Open(data,
		reference.Table{
			Name: "titles", Columns: []string{"written", "language", "canonical", "kind", "gender?", "use?"}, Key: 2, Fold: wordKey,
			Reset: each(func(e *entry) { e.titles = nil }),
			Add:   l.addTitle,
		},
		reference.Table{
			Name: "suffixes", Columns: []string{"written", "canonical", "kind", "use?"}, Key: 1, Fold: wordKey,
			Reset: each(func(e *entry) { e.suffix = suffix{} }),
			Add:   l.addSuffix,
		},
		reference.Table{
			Name: "particles", Columns: []string{"particle", "languages", "kind", "case", "reach?"}, Key: 2, Fold: wordKey,
			Reset: each(func(e *entry) { e.particles = nil }),
			Add:   l.addParticle,
		},
		reference.Table{
			Name: "company_words", Columns: []string{"words", "where"}, Key: 1, Fold: wordKey,
			Reset: each(func(e *entry) { e.firm = 0 }),
			Add:   l.addCompanyWord,
		},
		reference.Table{
			Name: "surnames", Columns: []string{"language", "script", "names"},
			Reset: each(func(e *entry) { e.surname, e.given, e.devotion = nil, nil, false }),
			Add:   l.addSurnames,
		},
		reference.Table{
			Name: "given_names", Columns: []string{"names"},
			Reset: func() { l.given = make(map[string]bool) },
			Add: func(row []string) error {
				for w := range strings.FieldsSeq(row[0]) {
					l.given[wordKey(w)] = true
				}
				return nil
			},
		},
		reference.Table{
			Name: "families", Columns: []string{"lower", "usual_form", "rule"},
			Reset: func() { l.families = make(map[string]string) },
			Add:   l.addFamily,
		},
		reference.Table{
			Name: "cultures", Columns: []string{"country", "languages", "order", "surnames"},
			Reset: func() { l.cultures = [1 << 10]*culture{} },
			Add:   l.addCulture,
		},
		reference.Table{
			Name: "alphabets", Columns: []string{"language", "letters beyond a to z", "weight"}, Key: 1,
			Reset: l.alphabets.forget, Add: l.alphabets.add,
		},
		reference.Table{
			Name: "salutations", Columns: []string{"language", "situation", "pattern"},
			Reset: func() { l.salutations = make(map[string]string) },
			Add:   l.addSalutation,
		},
		reference.Table{
			Name: "placeholders", Columns: []string{"field", "match?", "value", "kind"},
			Reset: func() { l.placeholders = make(map[string]bool) },
			Add:   l.addPlaceholder,
		},
		reference.Table{
			Name: "marks", Columns: []string{"mark", "means", "where", "languages?"}, Key: 1, Fold: markKey,
			Reset: l.forgetMarks, Add: l.addMark,
		},
	)
	return l
}

func (l *Lists) addTitle(row []string) error {
	e, err := l.phrase(row[0], "written")
	if err != nil {
		return err
	}
	err = cmp.Or(
		reference.OneOf("kind", row[3], "courtesy", "academic", "military", "honour", "religious", "office"),
		reference.OneOf("gender", row[4], "", "neutral", "female", "male"),
		reference.OneOf("use", row[5], "", "home", "two", "point", "small", "never"),
	)
	e.titles = append(e.titles, title{row[0], row[2], row[1], row[3], row[4], row[5]})
	return err
}

func (l *Lists) addSuffix(row []string) error {
	e, err := l.word(row[0], "written")
	if err != nil {
		return err
	}
	if e.suffix.canonical == "" {
		e.suffix = suffix{row[1], row[2], row[3]}
	}
	return cmp.Or(
		reference.OneOf("kind", row[2], "generational", "academic", "professional", "honour", "military", "religious"),
		reference.OneOf("use", row[3], "", "comma", "third", "small", "family"),
	)
}

func (l *Lists) addParticle(row []string) error {
	e, err := l.word(row[0], "particle")
	if err != nil {
		return err
	}
	e.particles = append(e.particles, particle{strings.Fields(row[1]), row[2], row[3], row[4] == "home"})
	if row[2] == "born" {
		l.bornStarts[start(row[0])] = true
	}
	return cmp.Or(
		reference.OneOf("kind", row[2], "prefix", "conjunction", "within", "bound", "born"),
		reference.OneOf("case", row[3], "lower", "capital", "keep"),
		reference.OneOf("reach", row[4], "", "everywhere", "home"),
	)
}

func (l *Lists) addCompanyWord(row []string) error {
	e, err := l.phrase(row[0], "words")
	if err != nil {
		return err
	}
	e.firm |= wheres[row[1]]
	for w := range strings.FieldsSeq(row[0]) {
		l.firmStarts[start(w)] = true
	}
	return reference.OneOf("where", row[1], slices.Sorted(maps.Keys(wheres))...)
}

func (l *Lists) addSurnames(row []string) error {
	for w := range strings.FieldsSeq(row[2]) {
		e, err := l.word(w, "names")
		if err != nil {
			return err
		}
		switch row[1] {
		case "given":
			put(&e.given, row[0])
		case "devotion":
			e.devotion = true
		default:
			put(&e.surname, row[0])
		}
	}
	return reference.OneOf("script", row[1], "han", "hangul", "latin", "given", "devotion")
}

func put(m *map[string]bool, language string) {
	if *m == nil {
		*m = make(map[string]bool)
	}
	(*m)[language] = true
}

func (l *Lists) addFamily(row []string) error {
	form := row[1]
	if row[2] == "keep" {
		form = ""
	}
	l.families[row[0]] = form
	switch {
	case wordKey(row[0]) != row[0]:
		return errors.New("lower has capitals, points or curly apostrophes: no name is looked up so")
	case form != "" && wordKey(form) != row[0]:
		return errors.New("usual_form has other letters than lower")
	}
	return reference.OneOf("rule", row[2], "capital", "no_capital", "keep")
}

func (l *Lists) addCulture(row []string) error {
	x := &culture{lists: l, country: row[0], languages: strings.Fields(row[1]), order: row[2], two: row[3] == "2"}
	if len(row[0]) != 2 || len(x.languages) == 0 {
		return errors.New("country is not two letters, or it has no languages")
	}
	if len(x.languages) == 1 || x.languages[0] == "en" && x.languages[1] != "fr" {
		x.letters = x.languages[0]
	}
	l.cultures[countryNumber(x.country)] = x
	return cmp.Or(reference.OneOf("order", row[2], "given", "family", "mixed"), reference.OneOf("surnames", row[3], "1", "2"))
}

// addPlaceholder takes the rows of names; a weak one is a real name too and never decides.
func (l *Lists) addPlaceholder(row []string) error {
	if row[0] != "name" {
		return reference.OfField(row[0])
	}
	l.placeholderStarts[start(row[2])] = true
	l.placeholders[strings.ToLower(row[2])] = row[3] == "placeholder" || row[3] == "test"
	return cmp.Or(reference.Exact(row[1]), reference.OneOf("kind", row[3], "placeholder", "test", "weak", "deceased"))
}

// word is the entry of a word or phrase in a column, a new one where there is none.
func (l *Lists) word(s, column string) (*entry, error) {
	k := wordKey(s)
	if k == "" {
		return nil, errNoWord(column)
	}
	if l.words[k] == nil {
		l.words[k] = &entry{}
		l.wordStarts[start(k)] = true
	}
	return l.words[k], nil
}

// phrase is the entry of words, and notes on the first that it may go on.
func (l *Lists) phrase(s, column string) (*entry, error) {
	l.leadStarts[start(s)] = true
	if first, _, several := strings.Cut(s, " "); several {
		e, err := l.word(first, column)
		if err != nil {
			return nil, err
		}
		e.longer = true
	}
	return l.word(s, column)
}

func errNoWord(column string) error { return fmt.Errorf("%s is no word", column) }

// entry is all that the tables know of a word or a phrase.
type entry struct {
	titles    []title
	suffix    suffix
	particles []particle
	surname   map[string]bool // languages in which it is a family name that comes first
	given     map[string]bool // languages in which it is a given name
	devotion  bool            // "del Carmen" belongs to the given name before it
	firm      where           // what it tells of firms and organisations
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

func wordKey(s string) string { return string(keyOf(nil, s)) }

// leads reports whether titles may begin with the word.
func (e *entry) leads() bool { return e.longer || len(e.titles) > 0 }

// leads reports whether titles may begin with a word.
func (c *culture) leads(word string) bool {
	return c.lists.leadStarts[start(word)] && c.look(word).leads()
}

var nothing entry

// look finds a word or phrase; never nil.
func (c *culture) look(s string) *entry {
	var room [48]byte
	if len(s) > len(room) || !c.lists.wordStarts[start(s)] {
		return &nothing
	}
	if e := c.lists.words[string(keyOf(room[:0], s))]; e != nil {
		return e
	}
	return &nothing
}

// culture is how names are made and letters are written in a country.
type culture struct {
	lists     *Lists
	country   string
	languages []string // the main one first
	order     string   // given or family: which comes first; mixed
	two       bool     // people bear their father's and their mother's family name
	letters   string   // the language of letters; empty where people speak several
}

// countryNumber is a number for a code of two letters.
func countryNumber(code string) int { return int(code[0]&31)<<5 | int(code[1]&31) }

// culture is never nil.
func (l *Lists) culture(country string) *culture {
	if len(country) == 2 {
		if c := l.cultures[countryNumber(country)]; c != nil && c.country == country {
			return c
		}
	}
	return l.nowhere
}

// anywhere reports whether no culture is known.
func (c *culture) anywhere() bool { return c.country == "" }

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
