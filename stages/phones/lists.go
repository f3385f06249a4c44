package phones

import (
	"bufio"
	"cmp"
	"embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers/v2/metadata"
)

//go:embed data/*.psv
var data embed.FS

// Reference is the name card of a list: what the manifest and the report say of it.
type Reference struct {
	Name    string
	Date    string // yyyy-mm-dd: when it was gathered; empty for the job's own list
	Rows    int
	Licence string
	Source  string
}

// Lists holds the reference data of the stage. It must not be loaded into once a Mapper uses it.
type Lists struct {
	cards []Reference

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

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{}
	err := rows("references", must("references.psv"), []string{"name", "file", "date", "licence", "source"}, func(row []string) error {
		l.cards = append(l.cards, Reference{Name: row[0], Date: row[2], Licence: row[3], Source: row[4]})
		return l.read(row[0], must(row[1]), false)
	})
	if err != nil {
		panic(err) // a list that ships with the program is broken
	}
	l.cards = append(l.cards, Reference{
		Name: "phone_metadata", Date: metadata.Version, Rows: len(regions()), Licence: "Apache-2.0",
		Source: "libphonenumber, by github.com/nyaruka/phonenumbers/v2",
	})
	return l
}

func must(file string) io.Reader {
	f, err := data.Open("data/" + file)
	if err != nil {
		panic(err)
	}
	return f
}

// Load replaces the named list by what r holds, or extends it; rules that extend the renumberings are tried first.
// Names and columns are those of the files in data/. An error names the list and the row, never a value.
func (l *Lists) Load(name string, r io.Reader, extend bool) error {
	at := slices.IndexFunc(l.cards, func(c Reference) bool { return c.Name == name })
	if at < 0 || name == "phone_metadata" {
		return fmt.Errorf("reference %s: no such list of phones", name)
	}
	if err := l.read(name, r, extend); err != nil {
		return err
	}
	if extend {
		l.cards[at].Source += "; extended by the job's own rows"
	} else {
		l.cards[at] = Reference{Name: name, Rows: l.cards[at].Rows, Source: "the job's own list"}
	}
	return nil
}

// Has reports whether there is a list of that name that can be loaded.
func (l *Lists) Has(name string) bool {
	return name != "phone_metadata" && slices.ContainsFunc(l.cards, func(c Reference) bool { return c.Name == name })
}

// References lists the name cards in a fixed order.
func (l *Lists) References() []Reference { return slices.Clone(l.cards) }

// read takes the rows of one list and counts them on its card.
func (l *Lists) read(name string, r io.Reader, extend bool) error {
	at := slices.IndexFunc(l.cards, func(c Reference) bool { return c.Name == name })
	n := 0
	if extend {
		n = l.cards[at].Rows
	}
	count := func(add func([]string) error) func([]string) error {
		return func(row []string) error { n++; return add(row) }
	}
	var err error
	switch name {
	case "renumbering":
		before := l.rules
		l.rules = make(map[string][]rule)
		err = rows(name, r, []string{"region", "switch_date", "scope", "trunk", "written", "old", "new"}, count(l.addRule))
		if extend {
			for region, rules := range before {
				l.rules[region] = append(l.rules[region], rules...)
			}
		}
	case "fictional":
		if !extend {
			l.fictional, l.anyArea = nil, nil
		}
		err = rows(name, r, []string{"from_e164", "to_e164"}, count(l.addFictional))
		slices.SortFunc(l.fictional, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	case "placeholders":
		if !extend {
			l.placeholders, l.words, l.patterns, l.repeated = make(map[string]bool), make(map[string]bool), nil, false
		}
		err = rows(name, r, []string{"field", "match", "value", "kind"}, count(l.addPlaceholder))
	}
	l.cards[at].Rows = n
	return err
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
	} else {
		l.fictional = append(l.fictional, s)
	}
	return nil
}

// addPlaceholder takes the rows of the phone field; weak ones are somebody's real number too and never decide, even
// where the library has taken them for its examples.
func (l *Lists) addPlaceholder(row []string) error {
	switch {
	case row[0] != "phone":
	case row[1] == "exact":
		l.placeholders[row[2]] = row[3] != "weak"
	case row[3] == "weak":
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
		return fmt.Errorf("match is none of exact, word, pattern, rule, or the rule is not known")
	}
	return nil
}

// rows reads a |-separated list whose header names the columns in any order.
func rows(name string, r io.Reader, columns []string, add func([]string) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	places := make([]int, len(columns))
	row := make([]string, len(columns))
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(in.Text(), "\uFEFF"))
		cells := strings.Split(line, "|")
		if n == 1 {
			for i, c := range columns {
				if places[i] = slices.Index(cells, c); places[i] < 0 {
					return fmt.Errorf("reference %s: the header has no column %s", name, c)
				}
			}
			continue
		}
		if line == "" {
			continue
		}
		for i, p := range places {
			if p >= len(cells) {
				return fmt.Errorf("reference %s: line %d: too few columns", name, n)
			}
			row[i] = strings.TrimSpace(cells[p])
		}
		if err := add(row); err != nil {
			return fmt.Errorf("reference %s: line %d: %w", name, n, err)
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("reference %s: %w", name, err)
	}
	return nil
}
