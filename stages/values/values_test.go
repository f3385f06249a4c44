package values

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

func TestCodes(t *testing.T) {
	for _, c := range []struct {
		field    record.Field
		in, want string
	}{
		{record.ConsentEmail, "Y", "yes"},
		{record.ConsentEmail, "Opt-in", "yes"},
		{record.ConsentSMS, "oui", "yes"},
		{record.ConsentEmail, "abgemeldet", "no"},
		{record.ConsentEmail, "Não", "no"},
		{record.ConsentEmail, "0", "no"},
		{record.ConsentEmail, "maybe", ""},
		{record.ConsentEmail, "yes", "yes"},
		{record.ConsentPost, "désabonné", "no"},
		{record.ConsentEmail, "cleaned", "no"},
		{record.ConsentEmail, "!newsletter abmeldung: 2024-03-01", "no"},
		{record.ConsentEmail, "!newsletter abmeldung: ja", "no"},
		{record.ConsentEmail, "!newsletter abmeldung: 0000-00-00", ""},
		{record.DoNotContact, "x", "yes"},
		{record.DoNotCall, "perhaps", "yes"},
		{record.DoNotCall, "unknown", "no"},
		{record.DoNotContact, "Opted out", "yes"},
		{record.DoNotContact, "abgemeldet", "yes"},
		{record.DoNotContact, "Do Not Allow", "yes"},
		{record.DoNotContact, "subscribed", "no"},
		{record.DoNotContact, "2024-05-01", "yes"},
		{record.DoNotContact, "0 false 1", "yes"},
		{record.DoNotContact, "0 No FALSE", "no"},
		{record.DoNotContact, "No unknown", "no"},
		{record.Deceased, "2020-01-05", "yes"},
		{record.Deceased, "N", "no"},
		{record.Gender, "Frau", "female"},
		{record.Gender, "M", "male"},
		{record.Gender, "divers", "other"},
		{record.Gender, "9", ""},
		{record.Language, "Deutsch", "de"},
		{record.Language, "en_GB", "en-GB"},
		{record.Language, "klingonese", ""},
		{record.Language, "PT-br", "pt-BR"},
		{record.PreferredChannel, "Telephone", "voice"},
		{record.PreferredChannel, "fax", ""},
		{record.PreferredChannel, "E-Mail", "email"},
		{record.Value, "284,43", "284.43"},
		{record.Value, "1.234,50 €", "1234.50"},
		{record.Value, "1,234.50", "1234.50"},
		{record.Value, "£12", "12"},
		{record.Value, "1,234", "1234"},
		{record.Value, "1.234.567", "1234567"},
		{record.Value, "-5", "-5"},
		{record.Value, "lots", ""},
		{record.Value, "0.500", "0.500"},
		{record.Value, "€", ""},
		{record.Value, "007", "7"},
		{record.ConsentBasis, "Implied purchase", "implied_purchase"},
		{record.ValueTier, "High", "high"},
		{record.LifecycleStage, "Customer", "customer"},
		{record.City, " New\u00a0 York ", "New York"},
		{record.City, "N/A", ""},
		{record.City, "#N/A", ""},
		{record.FamilyName, "Null", "Null"},
		{record.Company, "null", ""},
	} {
		r := record.Record{}
		r.Text[c.field] = c.in
		got, err := New(Options{}).Map(r)
		if err != nil || got.Text[c.field] != c.want {
			t.Errorf("%s %q gave %q, want %q (%v)", c.field, c.in, got.Text[c.field], c.want, err)
		}
		if c.in != c.want && len(got.Changes) == 0 {
			t.Errorf("%s %q was changed without a change", c.field, c.in)
		}
	}
}

func TestAnUnreadableConsentIsNeverYes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.String().Draw(t, "in")
		r := record.Record{}
		r.Text[record.ConsentEmail] = in
		got, _ := New(Options{}).Map(r)
		switch got.Text[record.ConsentEmail] {
		case "yes", "no", "":
		default:
			t.Fatalf("%q gave %q", in, got.Text[record.ConsentEmail])
		}
		if in == "maybe" && (got.Text[record.ConsentEmail] != "" || len(got.Findings) != 1) {
			t.Fatal("no finding")
		}
	})
}

func TestLists(t *testing.T) {
	r := record.Record{
		Socials:     []string{"https://www.linkedin.com/in/jane-smith/", "@jane", "https://twitter.com/jane?x=1", "n/a", "@jane", "https://facebook.com/"},
		Identifiers: []record.IdentifierValue{{Kind: "vat", Value: " GB 1 "}, {Kind: "vat", Value: "n/a"}, {Kind: "tax", Value: "000"}},
		Kept:        []string{" a  b "},
	}
	got, err := New(Options{}).Map(r)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Socials, []string{"linkedin:jane-smith", "@jane", "twitter:jane", "https://facebook.com/"}) || !slices.Equal(got.Kept, []string{"a b"}) {
		t.Error(got.Socials, got.Kept)
	}
	if diff := cmp.Diff([]record.IdentifierValue{{Kind: "vat", Value: "GB 1"}}, got.Identifiers); diff != "" {
		t.Error(diff)
	}
}

func draw(t *rapid.T) record.Record {
	r := record.Record{}
	word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"1.234,50", "Y", "oui", "Frau", "en_GB", "n/a", "Opt-In", "0,5", "https://x.com/a"}))
	for f := range record.NumFields {
		if !f.Many() && rapid.Bool().Draw(t, "filled") {
			r.Text[f] = word.Draw(t, "text")
		}
	}
	r.Socials = rapid.SliceOfN(word, 0, 3).Draw(t, "socials")
	return r
}

func TestTwiceIsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once, _ := New(Options{}).Map(draw(t))
		text, socials, changes := once.Text, slices.Clone(once.Socials), len(once.Changes)
		twice, _ := New(Options{}).Map(once)
		if text != twice.Text || !slices.Equal(socials, twice.Socials) || changes != len(twice.Changes) {
			t.Fatalf("%v\n%v\n%v", text, twice.Text, twice.Changes[changes:])
		}
	})
}

func FuzzAmount(f *testing.F) {
	for _, s := range []string{"284,43", "1.234,50 €", "-0", ",", "1,2,3", "٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := amount(s); once != "" && amount(once) != once {
			t.Fatalf("%q gave %q, then %q", s, once, amount(once))
		}
	})
}

func BenchmarkMap(b *testing.B) {
	r := record.Record{}
	r.Text[record.City], r.Text[record.ConsentEmail], r.Text[record.Language], r.Text[record.Value] = "London", "Y", "en", "12.50"
	m := New(Options{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Map(r); err != nil {
			b.Fatal(err)
		}
	}
}
