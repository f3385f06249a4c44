package values

import (
	"embed"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/rollcall-data/rollcall/pipeline/reference"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

//go:embed data/*.psv
var data embed.FS

// Lists holds the reference data of the stage. It must not be loaded into once a Mapper uses it.
type Lists struct {
	*reference.Lists

	answers   map[string]meaning
	longest   int               // words of the longest answer
	deaths    map[string]answer // what is said of deaths alone: yes, somebody died
	languages map[string]string // tags by what people call them
	named     map[string]string // the same, by hand
	genders   map[string][]sense
	channels  map[string]string
	paces     map[string]pace
	hosts     map[string]host
	networks  map[string]string // by what they are called

	longestPace int // words of the longest

	tags     sync.Map // of languages, by how they were written
	tagsHeld atomic.Int64
}

// meaning is what an answer says: of a consent, and of a flag that forbids.
type meaning struct {
	consent, flag answer
	speaks        bool     // of consent: a word that cannot be said of anything else
	countries     []string // where; empty: everywhere
}

type answer uint8

const (
	none answer = iota
	yes
	no
	unknown
)

var answerNames = map[string]answer{"yes": yes, "no": no, "unknown": unknown}

// sense is a gender that a word means, beside other letters of its column.
type sense struct {
	means         string
	with, without []string
}

// host is where a network's accounts stand.
type host struct {
	network string
	first   bool     // the handle may stand first
	paths   []string // what may stand before the handle
}

// builtIn are the lists that come with the program, shared by all who have no others.
var builtIn = sync.OnceValue(DefaultLists)

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{}
	l.Lists = reference.Open(data,
		reference.Table{
			Name: "languages", Columns: []string{"language", "names"}, Key: 2,
			Reset: func() { l.languages = make(map[string]string) },
			Add: func(row []string) error {
				for n := range strings.SplitSeq(row[1], ";") {
					if n = text.Fold(n); n != "" && l.languages[n] == "" {
						l.languages[n] = row[0]
					}
				}
				l.languages[strings.ToLower(row[0])] = row[0]
				return tag(row[0])
			},
		},
		reference.Table{
			Name: "language_names", Columns: []string{"language", "name"},
			Reset: func() { l.named = make(map[string]string) },
			Add:   func(row []string) error { l.named[text.Fold(row[1])] = row[0]; return tag(row[0]) },
		},
		reference.Table{
			Name: "answers", Columns: []string{"word", "meaning", "speaks_of?", "countries?"},
			Reset: func() { l.answers, l.deaths, l.longest = make(map[string]meaning), make(map[string]answer), 1 },
			Add:   l.addAnswer,
		},
		reference.Table{
			Name: "genders", Columns: []string{"word", "means", "beside?"}, Key: 1, Fold: text.Fold,
			Reset: func() { l.genders = make(map[string][]sense) },
			Add:   l.addGender,
		},
		reference.Table{
			Name: "channels", Columns: []string{"word", "means"},
			Reset: func() { l.channels = make(map[string]string) },
			Add: func(row []string) error {
				if _, refuses := refusals[row[1]]; !refuses {
					if err := reference.OneOf("means", row[1], "email", "sms", "voice", "post", "unknown"); err != nil {
						return err
					}
				}
				l.channels[text.Fold(row[0])] = row[1]
				return nil
			},
		},
		reference.Table{
			Name: "contact_frequencies", Columns: []string{"word", "means"},
			Reset: func() { l.paces, l.longestPace = make(map[string]pace), 1 },
			Add:   l.addPace,
		},
		reference.Table{
			Name: "networks", Columns: []string{"host", "network", "paths", "names?"},
			Reset: func() { l.hosts, l.networks = make(map[string]host), make(map[string]string) },
			Add: func(row []string) error {
				h := host{network: row[1]}
				for p := range strings.FieldsSeq(row[2]) {
					if p == "*" {
						h.first = true
					} else {
						h.paths = append(h.paths, p)
					}
				}
				l.hosts[strings.ToLower(row[0])] = h
				for n := range strings.SplitSeq(row[3]+";"+row[1], ";") {
					if n = text.Fold(n); n != "" {
						l.networks[n] = row[1]
					}
				}
				return nil
			},
		},
	)
	return l
}

func tag(s string) error {
	if _, err := language.Parse(s); err != nil {
		return errors.New("language is no tag of BCP 47, such as de or pt-BR")
	}
	return nil
}

// key is what a word is known by: folded, or as it is where it is but a sign (✓) or less than nothing.
func key(s string) string {
	s = strings.TrimSuffix(s, ".0") // a spreadsheet's number
	if len(s) > 1 && s[0] == '-' && s[1] >= '0' && s[1] <= '9' {
		return s
	}
	if f := text.Fold(s); f != "" {
		return f
	}
	return strings.TrimRight(s, "\uFE0F\uFE0E")
}

func (l *Lists) addAnswer(row []string) error {
	k := key(row[0])
	m := meaning{consent: answerNames[row[1]], speaks: row[2] == "consent", countries: strings.Fields(row[3])}
	if m.consent == none {
		return errors.New("meaning is none of yes, no, unknown")
	}
	if err := reference.OneOf("speaks_of", row[2], "", "consent", "deceased"); err != nil {
		return err
	}
	l.longest = max(l.longest, strings.Count(k, " ")+1)
	if row[2] == "deceased" {
		l.deaths[k] = m.consent
		return nil
	}
	m.flag = m.consent
	if m.speaks { // "opted out" in a column that forbids is a yes
		m.flag = map[answer]answer{yes: no, no: yes, unknown: unknown}[m.consent]
	}
	l.answers[k] = m
	return nil
}

func (l *Lists) addGender(row []string) error {
	s := sense{means: row[1]}
	switch s.means {
	case "female", "male", "other", "unknown":
	default:
		return errors.New("means is none of female, male, other, unknown")
	}
	for b := range strings.FieldsSeq(row[2]) {
		if not, ok := strings.CutPrefix(b, "-"); ok {
			s.without = append(s.without, not)
		} else {
			s.with = append(s.with, b)
		}
	}
	if utf8.RuneCountInString(row[0]) > 1 && row[2] != "" {
		return errors.New("beside is for letters")
	}
	l.genders[text.Fold(row[0])] = append(l.genders[text.Fold(row[0])], s)
	return nil
}
