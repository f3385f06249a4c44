package pipeline

import (
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/reference"
)

// Every list has a name of its own; placeholders alone is read by several stages, each its own rows.
func TestListsHaveTheirOwnNames(t *testing.T) {
	rooms := newLists().rooms()
	for _, x := range Lists() {
		n := 0
		for _, room := range rooms {
			if room.Has(x.Name) {
				n++
			}
		}
		if n != 1 && x.Name != "placeholders" {
			t.Errorf("%s is a list of %d stages", x.Name, n)
		}
		if x.Rows == 0 || x.Date == "" || x.Licence == "" || x.Source == "" {
			t.Errorf("%+v", x)
		}
	}
	if a, b := len(Lists()), len(newLists().cards()); a != b-1 { // phone_metadata is the library's
		t.Errorf("%d lists, %d cards", a, b)
	}
}

// Every list can be extended by no row and replaced by a row of its own, and a row that makes no sense is told by its
// list and line, not by what stands there.
func TestEveryListIsTheJobsToChange(t *testing.T) {
	rooms := newLists().rooms()
	for _, x := range Lists() {
		var header, bad string
		if len(x.Columns) > 0 {
			for _, c := range x.Columns {
				header += strings.TrimSuffix(c, "?") + "|"
			}
			header, bad = header[:len(header)-1]+"\n", "Zq secret"+strings.Repeat("|Zq secret", len(x.Columns)-1)+"\n"
		}
		for _, extend := range []bool{true, false} {
			for _, room := range rooms {
				if !room.Has(x.Name) {
					continue
				}
				if err := room.Load(x.Name, strings.NewReader(header), extend); err != nil {
					t.Errorf("%s: nothing: %v", x.Name, err)
				}
				for _, c := range room.Cards() {
					if c.Name == x.Name && (extend && (c.Date == "" || !strings.Contains(c.Source, "extended")) || !extend && (c.Date != "" || c.Rows != 0)) {
						t.Errorf("%s: %+v", x.Name, c)
					}
				}
				err := room.Load(x.Name, strings.NewReader(header+bad), extend)
				if err != nil && (!strings.HasPrefix(err.Error(), "reference "+x.Name+": line 2: ") || strings.Contains(err.Error(), "secret")) {
					t.Errorf("%s: %v", x.Name, err)
				}
			}
		}
	}
}

// A list of several stages is one list: all say the same of it.
func TestSharedListsHaveOneCard(t *testing.T) {
	said := make(map[string]reference.Card)
	for _, room := range newLists().rooms() {
		for _, c := range room.Cards() {
			c.Rows = 0
			if before, ok := said[c.Name]; ok && before != c {
				t.Errorf("%+v, and %+v", before, c)
			}
			said[c.Name] = c
		}
	}
}
