package addresses

import (
	"embed"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/reference"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

//go:embed data/*.psv data/*.csv
var data embed.FS

// Lists holds the reference data of the stage. It must not be loaded into once a Mapper uses it.
type Lists struct {
	lists *reference.Lists

	rules        map[string]rule                  // by country
	forms        map[string]*codeForms            // by country
	names        map[string]string                // folded names and codes of countries
	given        map[string]string                // the same, of hand: they win
	regions      map[string]map[string]area       // by country, then folded name or code
	starts       map[string]map[string][]string   // by country, then what a postcode begins with: its regions
	told         map[string]bool                  // country/region: their postcodes' beginnings are known
	words        map[string]map[string]streetWord // by country (* = everywhere), then folded word; kinds other than front and saint
	fronts       map[string]map[string]string
	saints       map[string]map[string]string
	phrases      map[string][]phrase // by the first word: post boxes, and other words of several words
	placeholders map[string]string   // field/value: the countries where it is a real one
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

// streetWord is a word of a street, other than those that stand before a name.
type streetWord struct{ means, kind string }

// phrase is an expression of one or more words that stands for one.
type phrase struct {
	country, means string
	words          []string
}

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{}
	l.lists = reference.Open(data,
		reference.Table{
			Name: "postcodes", Columns: []string{"country", "required", "required_fields", "address_format"},
			Reset: func() { l.rules = make(map[string]rule) },
			Add: func(row []string) error {
				code0, town := strings.Index(row[3], "%Z"), strings.Index(row[3], "%C")
				l.rules[row[0]] = rule{required: row[1] == "yes", needs: row[2], codeFirst: code0 >= 0 && code0 < town}
				return code(row[0])
			},
		},
		reference.Table{
			Name: "postcode_forms", Columns: []string{"country", "forms", "zeros", "mark", "starts"},
			Reset: func() { l.forms = make(map[string]*codeForms) },
			Add:   l.addForms,
		},
		reference.Table{
			Name: "regions", Columns: []string{"country", "region", "names", "postcodes"},
			Reset: func() {
				l.regions, l.starts, l.told = make(map[string]map[string]area), make(map[string]map[string][]string), make(map[string]bool)
			},
			Add: l.addRegion,
		},
		reference.Table{
			Name: "region_names", Columns: []string{"country", "region", "name", "town"},
			Reset: func() {}, // rows of regions cannot be told apart from names of hand; a list in its place adds to them
			Add: func(row []string) error {
				in(&l.regions, row[0])[text.Fold(row[2])] = area{row[1], row[3] != "", row[3] == "city"}
				return code(row[0])
			},
		},
		reference.Table{
			Name: "countries", Columns: []string{"country", "alpha3", "numeric", "names"},
			Reset: func() { l.names = make(map[string]string) },
			Add: func(row []string) error {
				for _, n := range append(strings.Split(row[3], ";"), row[1:3]...) {
					if n = text.Fold(n); n != "" && l.names[n] == "" {
						l.names[n] = row[0]
					}
				}
				l.names[strings.ToLower(row[0])] = row[0]
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
			Name: "street_words", Columns: []string{"word", "means", "kind", "countries"},
			Reset: func() {
				l.words, l.phrases = make(map[string]map[string]streetWord), make(map[string][]phrase)
				l.fronts, l.saints = make(map[string]map[string]string), make(map[string]map[string]string)
			},
			Add: l.addWord,
		},
		reference.Table{
			Name: "placeholders", Columns: []string{"field", "value", "kind"},
			Reset: func() { l.placeholders = make(map[string]string) },
			Add: func(row []string) error { // rows of other fields are other rooms'; weak ones never decide
				k := string(appendKey(nil, row[0], row[1]))
				real, is := strings.CutPrefix(row[2], "placeholder")
				if is && (row[0] == "street" || row[0] == "postcode") && k != row[0]+"/" {
					l.placeholders[k] = strings.TrimPrefix(real, " but in ")
				}
				return nil
			},
		},
	)
	return l
}

// Load replaces the named list by what r holds, or extends it. Names and columns are those of the files in data/. An
// error names the list and the line, never a value.
func (l *Lists) Load(name string, r io.Reader, extend bool) error {
	return l.lists.Load(name, r, extend)
}

// Has reports whether there is a list of that name.
func (l *Lists) Has(name string) bool { return l.lists.Has(name) }

// References lists the name cards in a fixed order.
func (l *Lists) References() []reference.Card { return l.lists.Cards() }

// Country finds the ISO 3166-1 alpha-2 code of a country's name or code; ok is false when it is not known.
func (l *Lists) Country(s string) (code string, ok bool) {
	if len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' {
		if code, ok = l.names[strings.ToLower(s)]; ok && code == s {
			return s, true
		}
	}
	f := text.Fold(s)
	if code, ok = l.given[f]; ok {
		return code, true
	}
	code, ok = l.names[f]
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
	f := &codeForms{mark: row[3], starts: strings.Fields(row[4])}
	var err error
	if f.zeros, err = strconv.Atoi(row[2]); err != nil || f.zeros < 0 || f.zeros > 3 {
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
	for p := range strings.FieldsSeq(row[3]) {
		l.told[row[0]+"/"+row[1]] = true
		in(&l.starts, row[0])[p] = append(l.starts[row[0]][p], row[1])
	}
	return code(row[0])
}

func (l *Lists) addWord(row []string) error {
	word := text.Fold(row[0])
	words := strings.Fields(word)
	if len(words) == 0 {
		return errors.New("word is empty")
	}
	for c := range strings.FieldsSeq(row[3]) {
		if row[2] == "box" || len(words) > 1 {
			l.phrases[words[0]] = append(l.phrases[words[0]], phrase{c, row[1], words})
		}
		switch row[2] {
		case "front":
			in(&l.fronts, c)[word] = row[1]
		case "saint":
			in(&l.saints, c)[word] = row[1]
		case "type", "unit", "floor", "box", "number", "quarter", "way":
			if _, taken := in(&l.words, c)[word]; !taken { // the first kind of a word is its usual one
				l.words[c][word] = streetWord{row[1], row[2]}
			}
		default:
			return errors.New("kind is none of type, front, unit, floor, box, number, quarter, way, saint")
		}
	}
	return nil
}

// word looks a word up, in the country first.
func (l *Lists) word(country, w string) (streetWord, bool) {
	if x, ok := l.words[country][w]; ok {
		return x, true
	}
	x, ok := l.words["*"][w]
	return x, ok
}

// hasStarts reports whether the list tells how a region's postcodes begin.
func (l *Lists) hasStarts(country, key string) bool { return l.told[country+"/"+key] }

// regionsOf are the regions whose postcodes begin as this one does; known is false where nothing tells.
func (l *Lists) regionsOf(country, postcode string) (keys []string, known bool) {
	starts := l.starts[country]
	if starts == nil {
		return nil, false
	}
	c := compact(postcode)
	for n := min(len(c), 5); n > 0; n-- {
		keys = append(keys, starts[c[:n]]...)
	}
	return keys, len(keys) > 0
}
