package match

import (
	"embed"
	"errors"
	"strings"
	"sync"

	"github.com/rollcall-data/rollcall/pipeline/reference"
)

//go:embed data/*.psv data/*.csv data/*.txt
var data embed.FS

// Lists holds the reference data of the stage. It must not be loaded into once a Matcher uses it.
type Lists struct {
	*reference.Lists

	nicknames  map[[2]string]bool // given names of which one stands for the other, both ways round
	nicknamed  map[string]bool    // all names of these pairs
	legalForms map[string]bool
}

// builtIn are the lists that come with the program, shared by all who have no others.
var builtIn = sync.OnceValue(DefaultLists)

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{}
	l.Lists = reference.Open(data,
		reference.Table{
			Name: "nicknames", Columns: []string{"name1", "name2"},
			Reset: func() { l.nicknames, l.nicknamed = make(map[[2]string]bool), make(map[string]bool) },
			Add: func(row []string) error {
				a, b := folded(row[0]), folded(row[1])
				if a == "" || b == "" {
					return errors.New("name1 or name2 is no name")
				}
				l.nicknames[[2]string{a, b}], l.nicknames[[2]string{b, a}] = true, true
				l.nicknamed[a], l.nicknamed[b] = true, true
				return nil
			},
		},
		reference.Table{
			Name: "legal_forms", Reset: func() { l.legalForms = make(map[string]bool) },
			Add: func(row []string) error {
				w := folded(row[0])
				if w == "" || strings.Contains(w, " ") {
					return errors.New("it is not one word; each word of a legal form has a line of its own")
				}
				l.legalForms[w] = true
				return nil
			},
		},
	)
	return l
}
