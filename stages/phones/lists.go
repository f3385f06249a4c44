package phones

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers/v2/metadata"

	"github.com/rollcall-data/rollcall/pipeline/reference"
)

//go:embed data/*.psv
var data embed.FS

// Lists holds the reference data of the stage. It must not be loaded into once a Mapper uses it.
type Lists struct {
	*reference.Lists

	rules        map[string][]rule // by region, in the order of the list
	fictional    []span            // sorted by from
	anyArea      []span            // of the North American plan, for every geographic area code: the last seven digits
	placeholders map[string]bool   // digits as typed: a placeholder, or false for one that is somebody's too
	words        map[string]bool   // said instead of a number
	patterns     []*automaton      // of all the digits as typed
	repeated     bool              // one digit repeated is a placeholder
}

// span is a block of numbers, both ends included, without the +.
type span struct{ from, to uint64 }

// ruleColumns are those that [newRule] takes.
var ruleColumns = []string{"region", "switch_date", "scope", "trunk", "written", "old", "new"}

// builtIn are the lists that come with the program, shared by all who have no others.
var builtIn = sync.OnceValue(DefaultLists)

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{}
	l.Lists = reference.Open(data,
		reference.Table{
			Name: "renumbering", Columns: ruleColumns, Key: len(ruleColumns), // the first that fits is taken
			Reset: func() { l.rules = make(map[string][]rule) },
			Add:   l.addRule,
		},
		reference.Table{
			Name: "fictional", Columns: []string{"from_e164", "to_e164"},
			Reset: func() { l.fictional, l.anyArea = nil, nil },
			Add:   l.addFictional,
			Done: func() {
				slices.SortFunc(l.fictional, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
			},
		},
		reference.Table{
			Name: "placeholders", Columns: []string{"field", "match?", "value", "kind"},
			Reset: func() {
				l.placeholders, l.words, l.patterns, l.repeated = make(map[string]bool), make(map[string]bool), nil, false
			},
			Add: l.addPlaceholder,
		},
	)
	return l
}

// Cards are the name cards in a fixed order; phone_metadata is libphonenumber's, its date the version.
func (l *Lists) Cards() []reference.Card {
	return append(l.Lists.Cards(), reference.Card{
		Name: "phone_metadata", Date: metadata.Version, Rows: len(regions()), Licence: "Apache-2.0",
		Source: "libphonenumber, by github.com/nyaruka/phonenumbers/v2",
	})
}

func (l *Lists) addRule(row []string) error {
	r, err := newRule(row)
	if err == nil && countryCode(r.region) == "0" {
		err = fmt.Errorf("region is none that numbers are known of")
	}
	l.rules[r.region] = append(l.rules[r.region], r)
	return err
}

func (l *Lists) addFictional(row []string) error {
	from, anyFrom := strings.CutPrefix(row[0], "+1NPA")
	to, anyTo := strings.CutPrefix(row[1], "+1NPA")
	s, ok := span{}, anyFrom == anyTo
	var err1, err2 error
	s.from, err1 = strconv.ParseUint(strings.TrimPrefix(from, "+"), 10, 64)
	s.to, err2 = strconv.ParseUint(strings.TrimPrefix(to, "+"), 10, 64)
	if !ok || err1 != nil || err2 != nil || s.from > s.to {
		return fmt.Errorf("from_e164 and to_e164 are no span of numbers")
	}
	if anyFrom {
		l.anyArea = append(l.anyArea, s)
		return nil
	}
	l.fictional = append(l.fictional, s)
	return nil
}

// addPlaceholder takes the rows of the phone field; weak ones are somebody's real number too and never decide, even
// where the library has taken them for its examples.
func (l *Lists) addPlaceholder(row []string) error {
	switch {
	case row[0] != "phone":
		return reference.OfField(row[0])
	case row[1] == "", row[1] == "exact":
		l.placeholders[row[2]] = row[3] != "weak"
	case row[3] == "weak" && reference.OneOf("match", row[1], "word", "pattern", "rule") == nil:
	case row[1] == "word":
		l.words[strings.ToLower(row[2])] = true
	case row[1] == "pattern":
		p, err := compile(strings.TrimSuffix(strings.TrimPrefix(row[2], "^"), "$"))
		if err != nil {
			return fmt.Errorf("value is no pattern")
		}
		l.patterns = append(l.patterns, p)
	case row[1] == "rule" && row[2] == "one_digit_repeated":
		l.repeated = true
	default:
		return fmt.Errorf("match is neither empty nor one of exact, word, pattern, rule, or the rule is not known")
	}
	return reference.OneOf("kind", row[3], "placeholder", "test", "weak")
}
