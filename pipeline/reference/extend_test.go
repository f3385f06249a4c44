package reference

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// Of rows that all count, the job's own come first and take the place of those with their key; what other stages read is
// not counted.
func TestOwnRowsComeFirst(t *testing.T) {
	var got []string
	l := Open(fstest.MapFS{
		"data/references.psv": {Data: []byte("name|file|date|licence|source\nwords|words.txt|2026-11-21|own compilation|hand\nplaceholders|p.psv|2026-11-21|own compilation|hand\n")},
		"data/words.txt":      {Data: []byte("# plain\none|two\n\nthree\n")},
		"data/p.psv":          {Data: []byte("field|value|kind\nname|x|weak\nname|y|test\nname|Y|weak\n")},
	}, Table{
		Name: "words", Reset: func() { got = nil }, Add: func(row []string) error { got = append(got, row...); return nil },
	}, Table{
		Name: "placeholders", Columns: []string{"field", "value", "kind?"}, Key: 2, Reset: func() { got = nil },
		Add: func(row []string) error {
			if row[0] != "name" {
				return OfField(row[0])
			}
			got = append(got, fmt.Sprint(row[1:]))
			return OneOf("kind", row[2], "", "weak", "test")
		},
	})
	if diff := cmp.Diff([]string{"[x weak]", "[y test]", "[Y weak]"}, got); diff != "" {
		t.Error(diff)
	}
	if err := l.Load("placeholders", strings.NewReader("field|value\nemail|y\nname|Y\n"), true); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"[Y ]", "[x weak]"}, got); diff != "" || l.Cards()[1].Rows != 2 {
		t.Error(diff, l.Cards()[1])
	}
	if err := l.Load("words", strings.NewReader("a|b\n"), false); err != nil || !cmp.Equal(got, []string{"a|b"}) || l.Header("words") != nil {
		t.Error(err, got)
	}
	for in, want := range map[string]string{
		"field|value|kind\nnam|x|weak\n":  "reference placeholders: line 2: field is none of birth_date, company, email, name, phone, postcode, street",
		"field|value|kind\nname|x|wild\n": "reference placeholders: line 2: kind is neither empty nor one of weak, test",
	} {
		if err := l.Load("placeholders", strings.NewReader(in), true); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Whether two rows are about one thing is the stage's to say.
func TestOwnRowsWinByTheStagesKey(t *testing.T) {
	var got []string
	done := 0
	l := Open(fstest.MapFS{
		"data/references.psv": {Data: []byte("name|file|date|licence|source\nforms|f.psv|2026-11-21|own compilation|hand\n")},
		"data/f.psv":          {Data: []byte("form|where\nS.A.|end\nLtd.|end\n")},
	}, Table{
		Name: "forms", Columns: []string{"form", "where"}, Key: 1, Fold: func(s string) string { return strings.ToLower(strings.ReplaceAll(s, ".", "")) },
		Reset: func() { got = nil },
		Add:   func(row []string) error { got = append(got, fmt.Sprint(row)); return nil },
		Done:  func() { done++ },
	})
	if err := l.Load("forms", strings.NewReader("form|where\nsa|front\n"), true); err != nil || done != 2 {
		t.Error(err, done)
	}
	if diff := cmp.Diff([]string{"[sa front]", "[Ltd. end]"}, got); diff != "" {
		t.Error(diff)
	}
	card := l.Cards()[0]
	if err := l.Load("forms", strings.NewReader("form|where\nsa\n"), false); err == nil || l.Cards()[0] != card || l.Header("words") != nil {
		t.Errorf("%v %+v", err, l.Cards()[0])
	}
}
