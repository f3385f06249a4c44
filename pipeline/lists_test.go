package pipeline

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/reference"
)

// Every list has a name of its own; placeholders alone is read by several stages, each its own rows.
func TestListsHaveTheirOwnNames(t *testing.T) {
	l := newLists()
	for _, x := range l.all() {
		n := 0
		for _, room := range l.rooms() {
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
	if a, b := len(l.all()), len(l.cards()); a != b-1 { // phone_metadata is the library's
		t.Errorf("%d lists, %d cards", a, b)
	}
}

// freely are lists of words, hosts and domains: any text is a row.
var freely = []string{"disposable", "free", "given_names", "legal_forms", "networks", "nicknames", "not_closed", "reserved_domains", "role_accounts", "tlds", "weekdays", "words"}

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
				if (err == nil) != slices.Contains(freely, x.Name) || err != nil && (!strings.HasPrefix(err.Error(), "reference "+x.Name+": line 2: ") || strings.Contains(err.Error(), "secret")) {
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

// placeholders says one thing in all stages: a match or a kind that a field has not is an error, not taken as it stands.
func TestPlaceholdersAreCheckedByTheirStage(t *testing.T) {
	rooms := newLists().rooms()
	for row, want := range map[string]string{
		"name||x|placeholder": "", "name|exact|x|test": "", "birth_date||1985-05-05|weak": "", "street||x|placeholder": "",
		"postcode|exact|1234|placeholder but in CH LU": "", "email||a@b.de|placeholder": "", "phone||123|weak": "", "phone|word|x|weak": "", "company|pattern|x|y": "",
		"name|pattern|^x+$|placeholder":         "match is neither empty nor exact",
		"birth_date|pattern|^0|placeholder":     "match is neither empty nor exact",
		"street|local|x|placeholder":            "match is neither empty nor exact",
		"email|pattern|x|placeholder":           "match is neither empty nor one of exact",
		"phone|domain|x|weak":                   "match is neither empty nor one of exact",
		"email|exact|a@b.de|Weak":               "kind is none of",
		"phone|exact|123|waek":                  "kind is none of",
		"phone|word|x|waek":                     "kind is none of",
		"street||x|placeholderHU":               "kind is none of",
		"postcode||1234|placeholder but in HUN": "kind is none of",
		"postcode||1234|placeholder but in":     "kind is none of",
		"nam||x|weak":                           "field is none of",
	} {
		var errs []error
		for _, room := range rooms {
			if room.Has("placeholders") {
				errs = append(errs, room.Load("placeholders", strings.NewReader("field|match|value|kind\n"+row+"\n"), true))
			}
		}
		if err := errors.Join(errs...); (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), "reference placeholders: line 2: "+want) {
			t.Errorf("%s: %v, want %s", row, err, want)
		}
	}
}
