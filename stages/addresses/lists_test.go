package addresses

import (
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Each list, extended and replaced, changes what is read; what the list that comes with the program knows is still known
// beside an extension, and no longer in its place.
func TestOwnLists(t *testing.T) {
	postcode := func(r record.Record) string { return r.Text[record.Postcode] }
	country := func(r record.Record) string { return r.Text[record.Country] }
	reasons := func(r record.Record) string {
		if len(r.Points) == 0 {
			return "none"
		}
		var out []string
		for _, x := range r.Points[0].Reasons {
			out = append(out, string(x))
		}
		return strings.Join(out, " ")
	}
	form := func(r record.Record) string { return r.Points[0].Value }
	in := func(r record.Record, region string) record.Record { r.Text[record.Region] = region; return r }
	for _, c := range []struct {
		list, text string
		look       func(record.Record) string
		own, built record.Record
	}{
		{"postcodes", "country|required\nTV|yes\n", reasons, at("1 Beach Road", "Funafuti", "", "TV"), at("1 High Street", "Leeds", "", "GB")},
		{"postcode_forms", "country|forms\nTV|##-##\n", postcode, at("1 Beach Road", "Funafuti", "1234", "TV"), at("1 High Street", "Leeds", "ls14ap", "GB")},
		{"regions", "country|region|names|postcodes\nUS|QQ|Erewhon|99\nUS|RR|Utopia|1\n", reasons, in(at("1 Main St", "New York", "10001", "US"), "Erewhon"), in(at("1 Main St", "New York", "10001", "US"), "California")},
		{"region_names", "country|region|name\nUS|CA|Sunnyland\n", reasons, in(at("1 Main St", "New York", "10001", "US"), "Sunnyland"), in(at("1 Main St", "New York", "10001", "US"), "Calif")},
		{"countries", "country|names\nFR|Gallien;Germania\n", country, at("1 Rue A", "Paris", "75002", "Gallien"), at("1 Weg", "Oslo", "0150", "Norwegen")},
		{"country_names", "country|name\nGB|Blighty\n", country, at("1 Road", "Leeds", "LS1 4AP", "Blighty"), at("1 Road", "Leeds", "LS1 4AP", "England")},
		{"street_words", "word|means|kind\nstrait|street|type\nroad|street|type\n", form, at("1 High Strait", "Leeds", "LS1 4AP", "GB"), at("1 High Ave", "Leeds", "LS1 4AP", "GB")},
		{"placeholders", "field|value|kind\nstreet|somewhere over there|placeholder\nemail|x|weak\n", reasons, at("Somewhere over there", "Leeds", "LS1 4AP", "GB"), at("n/a", "Leeds", "LS1 4AP", "GB")},
	} {
		read := func(l *Lists, r record.Record) string {
			r, _ = New(Options{Lists: l}).Map(r)
			return c.look(r)
		}
		own, built := read(lists, c.own), read(lists, c.built)
		for _, extend := range []bool{true, false} {
			l := DefaultLists()
			if err := l.Load(c.list, strings.NewReader(c.text), extend); err != nil {
				t.Fatal(err)
			}
			if got := read(l, c.own); got == own {
				t.Errorf("%s, extended %v: still %q", c.list, extend, got)
			}
			if got := read(l, c.built); (got == built) != extend {
				t.Errorf("%s, extended %v: %q, before %q", c.list, extend, got, built)
			}
		}
	}
	l := DefaultLists()
	if err := l.Load("street_words", strings.NewReader("word|means|kind|countries\nroad|strasse|type|GB\n"), true); err != nil || l.term("GB", "road").means != "strasse" || l.term("US", "road").means == "strasse" {
		t.Error("a word that was known has its own meaning", err, l.term("GB", "road"), l.term("US", "road"))
	}
}
