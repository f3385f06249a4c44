package values

import (
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Each list, extended and replaced, changes what is read; the word of the list that comes with the program is still known
// beside an extension, and no longer in its place.
func TestOwnLists(t *testing.T) {
	for _, c := range []struct {
		list, text string
		field      record.Field
		own, means string // known by the own list alone
		built      string // known by the list that comes with the program
		after      string // what is left of it where the list is replaced
	}{
		{"answers", "word|meaning\njawollja|yes\n", record.ConsentEmail, "Jawollja", "yes", "oui", ""},
		{"languages", "language|names\nes|Hispano;German\n", record.Language, "German", "es", "Italiano", ""},
		{"language_names", "language|name\nde|Schwitzerdütsch\n", record.Language, "Schwitzerdütsch", "de", "Castellano", ""},
		{"genders", "word|means\nFrauchen|female\n", record.Gender, "Frauchen", "female", "Mann", ""},
		{"contact_frequencies", "word|means\nalle Jubeljahre|yearly\n", record.ContactFrequency, "alle Jubeljahre", "yearly", "monatlich", ""},
		{"channels", "word|means\nBrieftaube|post\n", record.PreferredChannel, "Brieftaube", "post", "Telefon", ""},
	} {
		read := func(l *Lists, s string) string {
			var r record.Record
			r.Text[c.field] = s
			r, _ = New(Options{Lists: l}).Map(r)
			return r.Text[c.field]
		}
		before, built := read(nil, c.own), read(nil, c.built)
		for _, extend := range []bool{true, false} {
			l := DefaultLists()
			if err := l.Load(c.list, strings.NewReader(c.text), extend); err != nil {
				t.Fatal(err)
			}
			want := c.after
			if extend {
				want = built
			}
			if got, other := read(l, c.own), read(l, c.built); got != c.means || got == before || other != want || built == c.after {
				t.Errorf("%s, extended %v: %q (before %q), %q (want %q, before %q)", c.list, extend, got, before, other, want, built)
			}
		}
	}
}

func TestOwnNetworks(t *testing.T) {
	const own = "host|network|paths\nfolks.example|folks|*\n"
	for _, extend := range []bool{true, false} {
		l := DefaultLists()
		if err := l.Load("networks", strings.NewReader(own), extend); err != nil {
			t.Fatal(err)
		}
		if got := l.social("https://folks.example/ann"); got != "folks:ann" {
			t.Error(got)
		}
		if got := l.social("https://instagram.com/ann"); (got == "instagram:ann") != extend {
			t.Error(extend, got)
		}
	}
}
