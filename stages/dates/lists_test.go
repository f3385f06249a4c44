package dates

import (
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Each list, extended and replaced, changes what is read; what the list that comes with the program knows is still known
// beside an extension, and no longer in its place.
func TestOwnLists(t *testing.T) {
	for _, c := range []struct{ list, text, own, means, built, before, after string }{
		{"months", "month|word\n2|Hornung\n", "3 Hornung 1980", "1980-02-03", "3 février 1980", "1980-02-03", ""},
		{"weekdays", "word\nSunntig\n", "Sunntig 3 March 1980", "1980-03-03", "lundi 3 March 1980", "1980-03-03", ""},
		{"date_words", "word|kind|means\nhorn|month|2\n", "3 horn 1980", "1980-02-03", "3 of March 1980", "1980-03-03", ""},
		{"placeholders", "field|value|kind\nbirth_date|1985-05-05|placeholder\nname|x|weak\n", "1985-05-05", "", "1970-01-01", "", "1970-01-01"},
	} {
		read := func(l *Lists, s string) string {
			r, _ := New(Options{AsOf: asOf, Lists: l}).Map(one(record.BirthDate, s))
			return r.Text[record.BirthDate]
		}
		if read(nil, c.own) == c.means || read(nil, c.built) != c.before {
			t.Errorf("%s: %q, %q", c.list, read(nil, c.own), read(nil, c.built))
		}
		for _, extend := range []bool{true, false} {
			l := DefaultLists()
			if err := l.Load(c.list, strings.NewReader(c.text), extend); err != nil {
				t.Fatal(err)
			}
			want := c.after
			if extend {
				want = c.before
			}
			if got, other := read(l, c.own), read(l, c.built); got != c.means || other != want {
				t.Errorf("%s, extended %v: %q, want %q; %q, want %q", c.list, extend, got, c.means, other, want)
			}
		}
	}
}
