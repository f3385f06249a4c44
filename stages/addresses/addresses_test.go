package addresses

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

var (
	lists  = DefaultLists()
	mapper = New(Options{Lists: lists})
)

func at(street, city, postcode, country string) record.Record {
	r := record.Record{}
	r.Text[record.Street], r.Text[record.City], r.Text[record.Postcode], r.Text[record.Country] = street, city, postcode, country
	return r
}

func TestPostcodes(t *testing.T) {
	for _, c := range []struct{ in, country, want string }{
		{"sw1a1aa", "GB", "SW1A 1AA"},
		{"N1 7AA", "GB", "N1 7AA"},
		{"1012ab", "NL", "1012 AB"},
		{"2134", "US", "02134"},
		{"021340001", "US", "02134-0001"},
		{"01139889", "BR", "01139-889"},
		{"10115", "DE", "10115"},
		{"1067", "DE", "01067"},
		{"k1a0b1", "CA", "K1A 0B1"},
		{"00950", "PL", "00-950"},
		{"11122", "SE", "111 22"},
		{"nonsense", "GB", "nonsense"},
		{"1000001", "JP", "100-0001"},
		{"4000123", "PT", "4000-123"},
		{"75002", "FR", "75002"},
		{"D02AF30", "IE", "D02 AF30"},
		{"400017", "IN", "400017"},
	} {
		if got := lists.postcode(c.in, c.country, ""); got.code != c.want {
			t.Errorf("%s %s gave %q, want %q", c.country, c.in, got.code, c.want)
		}
	}
}

func TestCountries(t *testing.T) {
	for in, want := range map[string]string{"uk": "GB", "Deutschland": "DE", "U.S.A.": "US", "États-Unis": "US", "deu": "DE", "GB": "GB", "fr": "FR", "Atlantis": "", "España": "ES", "中国": "CN"} {
		if got, _ := lists.Country(in); got != want {
			t.Errorf("%q gave %q, want %q", in, got, want)
		}
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		r      record.Record
		status record.Status
		reason record.Reason
	}{
		{at("12 High Street", "London", "N17AA", "UK"), record.Valid, ""},
		{at("12 High Street", "London", "", "GB"), record.Invalid, record.Incomplete},
		{at("", "London", "N1 7AA", "GB"), record.Invalid, record.Incomplete},
		{at("12 High Street", "London", "XYZ", "GB"), record.Invalid, record.BadPostcode},
		{at("unknown", "London", "N1 7AA", "GB"), record.Invalid, record.Placeholder},
		{at("12 High Street", "Springfield", "12345", "US"), record.Invalid, record.Placeholder},
		{at("1 Corniche", "Dubai", "", "AE"), record.Valid, ""},
		{at("1 Main Street", "Somewhere", "", ""), record.Invalid, record.Incomplete},
		{at("1 Main Street", "Somewhere", "", "XK"), record.Valid, ""},
	} {
		got, err := mapper.Map(c.r)
		if err != nil || len(got.Points) != 1 {
			t.Fatalf("%v: %v", got.Points, err)
		}
		p := got.Points[0]
		if p.Status != c.status || c.reason != "" && !p.Has(c.reason) || c.reason != "" && len(got.Findings) == 0 {
			t.Errorf("%v: %s %v, want %s %s", c.r.Text[record.Street], p.Status, p.Reasons, c.status, c.reason)
		}
	}
	if got, _ := mapper.Map(record.Record{}); len(got.Points) != 0 {
		t.Error("a point was made of nothing")
	}
	if got, _ := mapper.Map(at("1 Road", "Town", "", "Atlantis")); got.Text[record.Country] != "" || len(got.Findings) == 0 {
		t.Error("a country that is not known was kept")
	}
}

func TestOneSpelling(t *testing.T) {
	for _, pair := range [][2]record.Record{
		{at("12 High St.", "London", "N17AA", "GB"), at("12, High Street", "LONDON", "N1 7AA", "United Kingdom")},
		{at("Hauptstr. 5", "München", "80331", "DE"), at("Hauptstraße 5", "Munchen", "80331", "Deutschland")},
	} {
		a, _ := mapper.Map(pair[0])
		b, _ := mapper.Map(pair[1])
		if a.Points[0].Value != b.Points[0].Value {
			t.Errorf("%q is not %q", a.Points[0].Value, b.Points[0].Value)
		}
	}
}

func TestOneLine(t *testing.T) {
	for _, c := range []struct{ in, country, street, city, postcode string }{
		{"12 High Street, London, N1 7AA", "GB", "12 High Street", "London", "N1 7AA"},
		{"12 High Street, London N1 7AA, UK", "GB", "12 High Street", "London", "N1 7AA"},
		{"Hauptstraße 5, 10115 Berlin", "DE", "Hauptstraße 5", "Berlin", "10115"},
		{"5 rue de la Paix, 75002 Paris, France", "FR", "5 rue de la Paix", "Paris", "75002"},
		{"12 High Street, London", "GB", "12 High Street, London", "", ""},
		{"12 High Street", "GB", "12 High Street", "", ""},
	} {
		got, _ := mapper.Map(at(c.in, "", "", c.country))
		if s := [3]string{got.Text[record.Street], got.Text[record.City], got.Text[record.Postcode]}; s != [3]string{c.street, c.city, c.postcode} {
			t.Errorf("%q gave %q", c.in, s)
		}
	}
}

func TestTwiceIsOnce(t *testing.T) {
	word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"12 High St, London, N1 7AA", "sw1a1aa", "UK", "Hauptstr. 5", "10115", "unknown", "DE", ""}))
	rapid.Check(t, func(t *rapid.T) {
		once, _ := mapper.Map(at(word.Draw(t, "street"), word.Draw(t, "city"), word.Draw(t, "postcode"), word.Draw(t, "country")))
		first := once
		twice, _ := mapper.Map(once)
		if diff := cmp.Diff(first, twice); diff != "" && first.Text != twice.Text {
			t.Fatal(diff)
		}
	})
}

func FuzzMap(f *testing.F) {
	f.Add("12 High Street, London, N1 7AA", "", "", "GB")
	f.Add("5 rue, 75002 Paris", "x", "1", "fr")
	f.Fuzz(func(t *testing.T, street, city, code, land string) {
		if got, err := mapper.Map(at(street, city, code, land)); err != nil || len(got.Points) > 1 {
			t.Fatal(got.Points, err)
		}
	})
}

func BenchmarkMap(b *testing.B) {
	r := at("12 High Street", "London", "N1 7AA", "GB")
	m := mapper
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Map(r); err != nil {
			b.Fatal(err)
		}
	}
}
