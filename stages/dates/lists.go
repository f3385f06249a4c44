package dates

import (
	"cmp"
	"embed"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/reference"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

//go:embed data/*.psv
var data embed.FS

// Lists holds the reference data of the stage. It must not be loaded into once a Mapper uses it.
type Lists struct {
	*reference.Lists

	months       map[string]int // by folded word, 1 to 12
	weekdays     map[string]bool
	words        map[string]word
	placeholders map[string]bool // yyyy-mm-dd
}

// word is a word that stands in dates besides the names of months and days.
type word struct {
	month int
	skip  bool
	half  byte           // a or p: before noon or after
	zone  *time.Location // fixed
}

// builtIn are the lists that come with the program, shared by all who have no others.
var builtIn = sync.OnceValue(DefaultLists)

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{}
	l.Lists = reference.Open(data,
		reference.Table{
			Name: "months", Columns: []string{"month", "word"},
			Reset: func() { l.months = make(map[string]int) },
			Add: func(row []string) error {
				n, err := strconv.Atoi(row[0])
				if err != nil || n < 1 || n > 12 {
					return errors.New("month is not a number from 1 to 12")
				}
				l.months[text.Fold(row[1])] = n
				return nil
			},
		},
		reference.Table{
			Name: "weekdays", Columns: []string{"word"},
			Reset: func() { l.weekdays = make(map[string]bool) },
			Add:   func(row []string) error { l.weekdays[text.Fold(row[0])] = true; return nil },
		},
		reference.Table{
			Name: "date_words", Columns: []string{"word", "kind", "means?"},
			Reset: func() { l.words = make(map[string]word) },
			Add:   l.addWord,
		},
		reference.Table{
			Name: "placeholders", Columns: []string{"field", "match?", "value", "kind"},
			Reset: func() { l.placeholders = make(map[string]bool) },
			Add: func(row []string) error { // a weak one is somebody's birthday too and never decides
				if row[0] != "birth_date" {
					return reference.OfField(row[0])
				}
				l.placeholders[row[2]] = row[3] == "placeholder"
				return cmp.Or(reference.Exact(row[1]), reference.OneOf("kind", row[3], "placeholder", "weak"))
			},
		},
	)
	return l
}

func (l *Lists) addWord(row []string) error {
	k := text.Fold(row[0])
	w := l.words[k] // one word may be of two kinds: am
	switch row[1] {
	case "month":
		n, err := strconv.Atoi(row[2])
		if err != nil || n < 1 || n > 12 {
			return errors.New("means is not a month from 1 to 12")
		}
		w.month = n
	case "skip":
		w.skip = true
	case "am", "pm":
		w.half = row[1][0]
	case "zone":
		t, err := time.Parse("-07:00", row[2])
		if err != nil {
			return errors.New("means is not an offset such as +01:00")
		}
		_, offset := t.Zone()
		w.zone = time.FixedZone("", offset)
	default:
		return errors.New("kind is none of month, skip, am, pm, zone")
	}
	l.words[k] = w
	return nil
}

// month is the month that a word names, 0 for none.
func (l *Lists) month(w string) int {
	f := text.Fold(w)
	if m := l.months[f]; m > 0 {
		return m
	}
	return l.words[f].month
}
