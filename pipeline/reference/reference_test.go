package reference

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T) (*Lists, map[string]string) {
	t.Helper()
	got := make(map[string]string)
	return Open(fstest.MapFS{
		"data/references.psv": {Data: []byte("name|file|date|licence|source\nshops|shops.psv|2026-11-21|own compilation|named per row\n")},
		"data/shops.psv":      {Data: []byte("# what is sold\ncode|name\nA|\"Apples\" and \"pears\"\nB|Bread\n")},
	}, Table{
		Name: "shops", Columns: []string{"name", "code", "note?"}, Reset: func() { clear(got) },
		Add: func(row []string) error {
			if len(row[1]) != 1 {
				return fmt.Errorf("code is not one letter")
			}
			got[row[1]] = row[0]
			return nil
		},
	}), got
}

func TestOwnLists(t *testing.T) {
	l, got := open(t)
	if diff := cmp.Diff(map[string]string{"A": `"Apples" and "pears"`, "B": "Bread"}, got); diff != "" {
		t.Error(diff)
	}
	if err := l.Load("shops", strings.NewReader("\uFEFFname|more|code\nBuns|x|B\n\nCakes||C\n"), true); err != nil || got["B"] != "Buns" || got["C"] != "Cakes" || got["A"] == "" {
		t.Error(err, got)
	}
	if c := l.Cards()[0]; c.Rows != 4 || c.Date != "2026-11-21" || !strings.Contains(c.Source, "extended") {
		t.Errorf("%+v", c)
	}
	if err := l.Load("shops", strings.NewReader("code,name\nD,\"Dates, dried\"\n"), false); err != nil || len(got) != 1 || got["D"] != "Dates, dried" {
		t.Error(err, got)
	}
	if c := l.Cards()[0]; c.Rows != 1 || c.Date != "" || c.Source != "the job's own list" {
		t.Errorf("%+v", c)
	}
	if !l.Has("shops") || l.Has("banks") {
		t.Error("Has")
	}
}

func TestErrorsNameTheLineAndNoValue(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "reference shops: it is empty; its header is name|code",
		"name|id\nx|secret\n":             "reference shops: line 1: the header has no column code; it needs name|code",
		"name|code\nx|a\nsecret\n":        "reference shops: line 3: too few columns; the header has 2",
		"name|code\n# why\n\nx|secret\n":  "reference shops: line 4: code is not one letter",
		"name,code\n\"secret,a\nb,c\nd\n": "reference shops: line 4: extraneous or missing \" in quoted-field",
	} {
		l, _ := open(t)
		if err := l.Load("shops", strings.NewReader(in), true); err == nil || err.Error() != want {
			t.Errorf("%q gave %v, want %s", in, err, want)
		}
	}
	l, _ := open(t)
	if err := l.Load("banks", strings.NewReader("a"), true); err == nil || err.Error() != "reference banks: there is no such list" {
		t.Error(err)
	}
}
