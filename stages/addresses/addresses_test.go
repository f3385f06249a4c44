package addresses

import (
	"strings"
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
	for in, want := range map[string]string{"uk": "GB", "Deutschland": "DE", "U.S.A.": "US", "États-Unis": "US", "deu": "DE", "GB": "GB", "fr": "FR", "Atlantis": "", "España": "ES", "中国": "CN", "Trinidad and Tobago": "TT", "Oesterreich": "AT", "Holy See": "VA", "Federal Republic of Germany": "DE"} {
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

// TestOneSpelling gives spellings of one address one form for matching, and of two addresses two.
func TestOneSpelling(t *testing.T) {
	form := func(country, street, street2, city, code string) string {
		r := at(street, city, code, country)
		r.Text[record.Street2] = street2
		r, _ = mapper.Map(r)
		return r.Points[0].Value
	}
	for _, c := range []struct{ country, a, a2, b, b2 string }{
		{"GB", "12 High St.", "", "12, High Street", ""},
		{"GB", "Flat 2, 12 High Street", "", "12 High St", "Flat 2"},
		{"GB", "12 St Mary's Rd", "", "12 Saint Marys Road", ""},
		{"GB", "12B High Street", "", "12 b High street", ""},
		{"GB", "P.O. Box 12", "", "PO BOX 12", ""},
		{"GB", "Post Office Box 12", "", "P O Box 12", ""},
		{"US", "123 N Main St #4", "", "123 North Main Street", "Apt 4"},
		{"US", "123 Main St NW", "", "123 Main Street Northwest", ""},
		{"US", "5 Mt Vernon Ave, Ste 300", "", "5 Mount Vernon Avenue", "Suite 300"},
		{"US", "77 Main St 2nd Floor", "", "77 Main Street, 2 Fl", ""},
		{"AU", "Unit 3, 20 Smith Pde", "", "20 Smith Parade", "unit 3"},
		{"DE", "Hauptstr. 5", "", "Hauptstraße 5", ""},
		{"DE", "Berliner Str. 114", "", "Berlinerstraße 114", ""},
		{"DE", "Postfach 10 20 30", "", "POSTFACH 10 20 30", ""},
		{"FR", "5 r. de la Paix", "", "5, rue de la Paix", ""},
		{"FR", "103 bd Haussmann", "", "103 Boulevard Haussmann", ""},
		{"FR", "12 av. St Germain", "", "12 avenue Saint-Germain", ""},
		{"FR", "BP 1204", "", "Boîte Postale 1204", ""},
		{"ES", "C/ Mayor 5", "", "Calle Mayor, 5", ""},
		{"ES", "Avda. de la Constitución, nº 20", "", "Avenida de la Constitucion 20", ""},
		{"ES", "Apartado de Correos 118", "", "Apdo. 118", ""},
		{"IT", "P.zza Garibaldi 3", "", "Piazza Garibaldi, 3", ""},
		{"IT", "C.so Italia 9", "", "Corso Italia 9", ""},
		{"NL", "Kalverstr. 92", "", "Kalverstraat 92", ""},
		{"NL", "Herengracht 401 A", "", "Herengracht 401A", ""},
		{"BR", "R. Oscar Freire, 379", "", "Rua Oscar Freire 379", ""},
		{"BR", "Av. Paulista, 900, apto 52", "", "Avenida Paulista 900", "Apto. 52"},
		{"MX", "Av. Juárez No. 12", "", "Avenida Juarez 12", ""},
		{"IN", "12, M.G. Rd", "", "12 M G Road", ""},
		{"CA", "640 King St W", "", "640 King Street West", ""},
	} {
		if a, b := form(c.country, c.a, c.a2, "Town", "1"), form(c.country, c.b, c.b2, "TOWN", "1"); a != b {
			t.Errorf("%s: %q is not %q", c.country, a, b)
		}
	}
	for _, c := range [][3]string{
		{"GB", "12 High Street", "121 High Street"},
		{"GB", "12 High Street", "Flat 2, 12 High Street"},
		{"GB", "Flat 1, 2 High Street", "Flat 2, 1 High Street"},
		{"US", "123 N Main St", "123 S Main St"},
		{"US", "5 5th Ave", "5 6th Ave"},
		{"DE", "Hauptstraße 5", "Hauptplatz 5"},
		{"ES", "Calle Mayor 5, 3 B", "Calle Mayor 3, 5 B"},
	} {
		if a, b := form(c[0], c[1], "", "Town", "1"), form(c[0], c[2], "", "Town", "1"); a == b {
			t.Errorf("%q and %q are not one", c[1], c[2])
		}
	}
	for _, c := range [][3]string{{"FR", "Paris Cedex 08", "PARIS"}, {"US", "St. Louis", "Saint Louis"}, {"DE", "München", "Munchen"}} {
		if a, b := form(c[0], "1 x y", "", c[1], "1"), form(c[0], "1 x y", "", c[2], "1"); a != b {
			t.Errorf("%q is not %q", a, b)
		}
	}
}

// TestFieldsThatSayTooMuch takes apart what stands in the wrong field, and takes away what is said twice.
func TestFieldsThatSayTooMuch(t *testing.T) {
	for _, c := range []struct{ country, street, city, region, code, want string }{
		{"GB", "12 High Street, London", "London", "", "N1 7AA", "12 High Street|London||N1 7AA"},
		{"GB", "12 High Street, London N1 7AA", "London", "", "N1 7AA", "12 High Street|London||N1 7AA"},
		{"GB", "12 High Street", "London N1 7AA", "", "", "12 High Street|London||N1 7AA"},
		{"DE", "Hauptstr. 5", "10115 Berlin", "", "", "Hauptstr. 5|Berlin||10115"},
		{"US", "1 Main St", "Springfield, IL 62704", "", "", "1 Main St|Springfield|IL|62704"},
		{"US", "1 Main St", "Springfield", "IL", "", "1 Main St|Springfield|IL|"},
		{"GB", "London Road", "London", "", "N1 7AA", "London Road|London||N1 7AA"},
		{"GB", "12 High Street, Leeds LS1 4RT", "London", "", "", "12 High Street, Leeds LS1 4RT|London||"},
		{"", "12 High Street, London N1 7AA, United Kingdom", "", "", "", "12 High Street|London||N1 7AA"},
	} {
		r := at(c.street, c.city, c.code, c.country)
		r.Text[record.Region] = c.region
		r, _ = mapper.Map(r)
		if got := strings.Join([]string{r.Text[record.Street], r.Text[record.City], r.Text[record.Region], r.Text[record.Postcode]}, "|"); got != c.want {
			t.Errorf("%q, %q gave %q, want %q", c.street, c.city, got, c.want)
		}
	}
}

func TestRegionAndPostcode(t *testing.T) {
	for _, c := range []struct {
		country, region, code string
		mismatch              bool
	}{
		{"US", "CA", "90210", false},
		{"US", "California", "10001", true},
		{"US", "Calif.", "90210", false},
		{"US", "Somewhere", "10001", false},
		{"CA", "Québec", "H2X 3J6", false},
		{"CA", "ON", "H2X 3J6", true},
		{"AU", "NSW", "2000", false},
		{"AU", "VIC", "2000", true},
		{"ES", "Madrid", "28013", false},
		{"ES", "Bizkaia", "28013", true},
		{"IT", "RM", "00184", false},
		{"IT", "MI", "00184", true},
		{"BR", "SP", "01305-100", false},
		{"BR", "RJ", "01305-100", true},
		{"IN", "Karnataka", "560038", false},
		{"IN", "Kerala", "560038", true},
		{"MX", "Jalisco", "44160", false},
		{"MX", "N.L.", "44160", true},
		{"GB", "Kent", "N1 7AA", false},
		{"TR", "İstanbul", "34437", false},
	} {
		r := at("1 Road", "Town", c.code, c.country)
		r.Text[record.Region] = c.region
		r, _ = mapper.Map(r)
		if got := r.Points[0].Has(record.PostcodeMismatch); got != c.mismatch || got && r.Points[0].Status != record.Risky {
			t.Errorf("%s %s %s: %v", c.country, c.region, c.code, r.Points[0].Reasons)
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
	words := []string{"12 High St, London, N1 7AA", "sw1a1aa", "UK", "Hauptstr. 5", "10115", "unknown", "DE", "", "London", "N1 7AA", "Springfield, IL 62704", "2134.0", "US", "CA", "1067", "New York, NY"}
	for _, c := range table(&testing.T{}, "lines_dev.psv") {
		words = append(words, c[1], c[0])
	}
	word := rapid.OneOf(rapid.String(), rapid.SampledFrom(words))
	rapid.Check(t, func(t *rapid.T) {
		once, _ := mapper.Map(at(word.Draw(t, "street"), word.Draw(t, "city"), word.Draw(t, "postcode"), word.Draw(t, "country")))
		first := once
		twice, _ := mapper.Map(once)
		if diff := cmp.Diff(first, twice); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzMap(f *testing.F) {
	f.Add("12 High Street, London, N1 7AA", "", "", "GB")
	f.Add("5 rue, 75002 Paris", "x", "1", "fr")
	f.Fuzz(func(t *testing.T, street, city, code, land string) {
		once, err := mapper.Map(at(street, city, code, land))
		if err != nil || len(once.Points) > 1 {
			t.Fatal(once.Points, err)
		}
		if twice, _ := mapper.Map(once); !cmp.Equal(once, twice) {
			t.Fatal(cmp.Diff(once, twice))
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

// TestCodeOfWords: words are told to be a postcode as their text is when it is written and read again.
func TestCodeOfWords(t *testing.T) {
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"D-10115", "SW1A", "1AA", "(75001)", "62704", "１０１", "CEP", "01310-100.", "\xff1"}))
	rapid.Check(t, func(t *rapid.T) {
		country := rapid.SampledFrom([]string{"GB", "DE", "BR", "LV", "IE"}).Draw(t, "country")
		forms := lists.forms[country]
		var words []word
		for _, s := range rapid.SliceOfN(piece, 1, 3).Draw(t, "words") {
			words = append(words, word{text: strings.Join(strings.Fields(s), "")})
		}
		code := compact(codeText(words))
		bare := forms.bare(code, country)
		want := len(code) <= maxCode && strings.ContainsAny(code, "0123456789") && (forms.find(code) != nil || bare != code && forms.find(bare) != nil && words[0].text != "")
		if got := lists.isCode(forms, words, country); got != want {
			t.Fatalf("%+v in %s: %t", words, country, got)
		}
	})
}
