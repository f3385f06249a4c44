package merge

import (
	"embed"
	"errors"
	"strconv"
	"sync"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/reference"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

//go:embed data/*.psv
var data embed.FS

// Lists holds the reference data of the stage. It must not be loaded into once a Merger uses it.
type Lists struct {
	*reference.Lists

	frequency map[record.Field]map[string]float64 // the share of people who bear a given or a family name, in percent
}

// builtIn are the lists that come with the program, shared by all who have no others.
var builtIn = sync.OnceValue(DefaultLists)

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{}
	l.Lists = reference.Open(data, reference.Table{
		Name: "frequencies", Columns: []string{"name", "kind", "percent"},
		Reset: func() { l.frequency = map[record.Field]map[string]float64{record.GivenName: {}, record.FamilyName: {}} },
		Add: func(row []string) error {
			field := record.GivenName
			if row[1] == "family" {
				field = record.FamilyName
			}
			percent, err := strconv.ParseFloat(row[2], 64)
			if err != nil || !(percent >= 0 && percent <= 100) {
				return errors.New("percent is not a number from 0 to 100")
			}
			l.frequency[field][text.Fold(row[0])] = percent + 0.0001 // the list rounds the rarest down to nothing
			return reference.OneOf("kind", row[1], "given", "family")
		},
	})
	return l
}
