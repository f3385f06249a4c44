package addresses

import (
	"cmp"
	"embed"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rollcall-data/rollcall/pipeline/reference"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

//go:embed data/*.psv data/*.csv
var data embed.FS

// Lists holds the reference data of the stage. It must not be loaded into once a Mapper uses it.
type Lists struct {
	*reference.Lists

	rules        map[string]rule             // by country
	forms        map[string]*codeForms       // by country
	names        map[string]string           // folded names and codes of countries
	codes        map[string]bool             // of countries
	given        map[string]string           // the same, of hand: they win
	regions      map[string]map[string]area  // by country, then folded name or code
	named        map[string]map[string]area  // the same, of hand: they win
	starts       beginnings                  // of regions
	namedStarts  beginnings                  // of region_names
	words        map[string]map[string]*term // by country (* = everywhere), then folded word
	placeholders map[string]string           // field/value: the countries where it is a real one
}

// rule is what one country asks of an address.
type rule struct {
	required  bool   // a postcode is
	needs     string // letters of the required fields: A street, C city, S region, Z postcode
	codeFirst bool   // the postcode stands before the city
}

// area is a region that a name or code means.
type area struct {
	key  string // regions.psv's
	town bool   // a town is called so too
	city bool   // it is a town itself: New Delhi
}

// term is all that a word of an address can mean in a country.
type term struct {
	means, kind string   // in its usual kind; empty where it is none but one of those below
	front       string   // what it means before a street's name
	saint       string   // what it means before a saint's
	phrases     []phrase // that begin with it
}

// phrase is an expression of one or more words that stands for one.
type phrase struct {
	means string
	words []string
}

var noTerm = &term{}

// builtIn are the lists that come with the program, shared by all who have no others.
var builtIn = sync.OnceValue(DefaultLists)

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{}
	l.Lists = reference.Open(data,
		reference.Table{
			Name: "postcodes", Columns: []string{"country", "required?", "required_fields?", "address_format?"},
			Reset: func() { l.rules = make(map[string]rule) },
			Add: func(row []string) error {
				code0, town := strings.Index(row[3], "%Z"), strings.Index(row[3], "%C")
				l.rules[row[0]] = rule{required: row[1] == "yes", needs: row[2], codeFirst: code0 >= 0 && code0 < town}
				return code(row[0])
			},
		},
		reference.Table{
			Name: "postcode_forms", Columns: []string{"country", "forms", "zeros?", "mark?", "starts?"},
			Reset: func() { l.forms = make(map[string]*codeForms) },
			Add:   l.addForms,
		},
		reference.Table{
			Name: "regions", Columns: []string{"country", "region", "names", "postcodes?"}, Key: 4,
			Reset: func() {
				l.regions, l.starts = make(map[string]map[string]area), newBeginnings()
			},
			Add: l.addRegion,
		},
		reference.Table{
			Name: "region_names", Columns: []string{"country", "region", "name", "town?", "postcodes?"},
			Reset: func() { l.named, l.namedStarts = make(map[string]map[string]area), newBeginnings() },
			Add: func(row []string) error {
				in(&l.named, row[0])[text.Fold(row[2])] = area{row[1], row[3] != "", row[3] == "city"}
				l.namedStarts.add(row[0], row[1], row[4])
				return code(row[0])
			},
		},
		reference.Table{
			Name: "countries", Columns: []string{"country", "alpha3?", "numeric?", "names"}, Key: 4,
			Reset: func() { l.names, l.codes = make(map[string]string), make(map[string]bool) },
			Add: func(row []string) error {
				for _, n := range append(strings.Split(row[3], ";"), row[1:3]...) {
					if n = text.Fold(n); n != "" && l.names[n] == "" {
						l.names[n] = row[0]
					}
				}
				l.names[strings.ToLower(row[0])], l.codes[row[0]] = row[0], true
				return code(row[0])
			},
		},
		reference.Table{
			Name: "country_names", Columns: []string{"country", "name"},
			Reset: func() { l.given = make(map[string]string) },
			Add: func(row []string) error {
				l.given[text.Fold(row[1])] = row[0]
				return code(row[0])
			},
		},
		reference.Table{
			Name: "street_words", Columns: []string{"word", "means", "kind", "countries?"}, Key: 4,
			Reset: func() { l.words = make(map[string]map[string]*term) },
			Add:   l.addWord,
		},
		reference.Table{
			Name: "placeholders", Columns: []string{"field", "match?", "value", "kind"},
			Reset: func() { l.placeholders = make(map[string]string) },
			Add:   l.addPlaceholder,
		},
	)
	return l
}

// Country finds the ISO 3166-1 alpha-2 code of a country's name or code; ok is false when it is not known.
func (l *Lists) Country(s string) (code string, ok bool) {
	if l.codes[s] {
		return s, true
	}
	var buf [64]byte
	f := text.AppendFold(buf[:0], s)
	if code, ok = l.given[string(f)]; ok {
		return code, true
	}
	code, ok = l.names[string(f)]
	return code, ok
}

func code(s string) error {
	if len(s) != 2 || strings.ToUpper(s) != s {
		return errors.New("country is not a code of two capital letters")
	}
	return nil
}

// in is the map of one key, made where it is not there yet.
func in[V any](m *map[string]map[string]V, key string) map[string]V {
	if (*m)[key] == nil {
		(*m)[key] = make(map[string]V)
	}
	return (*m)[key]
}

func (l *Lists) addForms(row []string) error {
	f := &codeForms{mark: row[3], starts: make(map[string]bool)}
	for start := range strings.FieldsSeq(row[4]) {
		f.starts[start] = true
	}
	var err error
	if f.zeros, err = strconv.Atoi(cmp.Or(row[2], "0")); err != nil || f.zeros < 0 || f.zeros > 3 {
		return errors.New("zeros is not a number from 0 to 3")
	}
	for one := range strings.SplitSeq(row[1], "/") {
		c, err := compile(one)
		if err != nil {
			return err
		}
		f.forms = append(f.forms, c)
	}
	l.forms[row[0]] = f
	return code(row[0])
}

func (l *Lists) addRegion(row []string) error {
	for n := range strings.SplitSeq(row[2], ";") {
		if n = text.Fold(n); n == "" {
			continue
		}
		if _, taken := in(&l.regions, row[0])[n]; !taken {
			l.regions[row[0]][n] = area{key: row[1]}
		}
	}
	l.starts.add(row[0], row[1], row[3])
	return code(row[0])
}

// addPlaceholder takes the rows of streets and postcodes; a weak one is somebody's too and never decides.
func (l *Lists) addPlaceholder(row []string) error {
	if row[0] != "street" && row[0] != "postcode" {
		return reference.OfField(row[0])
	}
	kind := placeholderKinds.FindStringSubmatch(row[3])
	switch k := string(appendKey(nil, row[0], row[2])); {
	case kind == nil:
		return errors.New("kind is none of weak, placeholder, placeholder but in (countries, such as HU BG)")
	case kind[0] == "weak":
		delete(l.placeholders, k)
	case k != row[0]+"/": // marks alone are nothing
		l.placeholders[k] = kind[1]
	}
	return reference.Exact(row[1])
}

var placeholderKinds = regexp.MustCompile(`^(?:weak|placeholder(?: but in ([A-Z]{2}(?: [A-Z]{2})*))?)$`)

func (l *Lists) addWord(row []string) error {
	words := strings.Fields(text.Fold(row[0]))
	if len(words) == 0 {
		return errors.New("word is empty")
	}
	for c := range strings.FieldsSeq(cmp.Or(row[3], "*")) {
		if c == "*" {
			for country := range l.words {
				if err := l.addTerm(country, words, row[1], row[2]); err != nil {
					return err
				}
			}
		} else if l.words[c] == nil { // it begins with what is known everywhere
			in(&l.words, c)
			for w, t := range l.words["*"] {
				own := *t
				own.phrases = slices.Clip(t.phrases)
				l.words[c][w] = &own
			}
		}
		if err := l.addTerm(c, words, row[1], row[2]); err != nil {
			return err
		}
	}
	return nil
}

// addTerm adds one meaning of a word, or of an expression, in one country. The first kind of a word is its usual one.
func (l *Lists) addTerm(country string, words []string, means, kind string) error {
	t := in(&l.words, country)[words[0]]
	if t == nil {
		t = &term{}
		l.words[country][words[0]] = t
	}
	if kind == "box" || len(words) > 1 {
		t.phrases = append(t.phrases, phrase{means, words})
	}
	switch kind {
	case "front", "saint", "type", "unit", "floor", "box", "number", "quarter", "way":
	default:
		return errors.New("kind is none of front, saint, type, unit, floor, box, number, quarter, way")
	}
	switch {
	case len(words) > 1:
	case kind == "front":
		t.front = cmp.Or(t.front, means)
	case kind == "saint":
		t.saint = cmp.Or(t.saint, means)
	case t.kind == "":
		t.means, t.kind = means, kind
	}
	return nil
}

// vocabulary is what words can mean in one country.
type vocabulary map[string]*term

// known is the vocabulary of a country, or what is known everywhere.
func (l *Lists) known(country string) vocabulary {
	if words := l.words[country]; words != nil {
		return words
	}
	return l.words["*"]
}

// term looks a word up; it is never nil.
func (v vocabulary) term(w string) *term {
	if t := v[w]; t != nil {
		return t
	}
	return noTerm
}

func (l *Lists) term(country, w string) *term { return l.known(country).term(w) }

// area is what a folded name means in a country.
func (l *Lists) area(country string, name []byte) (area, bool) {
	if a, ok := l.named[country][string(name)]; ok {
		return a, true
	}
	a, ok := l.regions[country][string(name)]
	return a, ok
}

// beginnings are how the postcodes of regions begin.
type beginnings struct {
	regions map[string]map[string][]string // by country, then what a postcode begins with
	told    map[string]bool                // country/region
}

func newBeginnings() beginnings {
	return beginnings{make(map[string]map[string][]string), make(map[string]bool)}
}

func (b *beginnings) add(country, region, starts string) {
	for p := range strings.FieldsSeq(starts) {
		b.told[country+"/"+region] = true
		in(&b.regions, country)[p] = append(b.regions[country][p], region)
	}
}

// tellsStarts reports whether the lists tell of any region of a country how its postcodes begin.
func (l *Lists) tellsStarts(country string) bool {
	return l.starts.regions[country] != nil || l.namedStarts.regions[country] != nil
}

// hasStarts reports whether the lists tell how a region's postcodes begin.
func (l *Lists) hasStarts(country, key string) bool {
	k := country + "/" + key
	return l.starts.told[k] || l.namedStarts.told[k]
}

// inRegion reports whether a compact postcode begins as those of a region do; known is false where nothing tells.
func (l *Lists) inRegion(country, c, key string) (in, known bool) {
	starts, named := l.starts.regions[country], l.namedStarts.regions[country]
	for n := min(len(c), 5); n > 0; n-- {
		for _, keys := range [...][]string{starts[c[:n]], named[c[:n]]} {
			in, known = in || slices.Contains(keys, key), known || len(keys) > 0
		}
	}
	return in, known
}
