package values

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// TestConsents reads testdata/consents.psv, and holds that what is not a yes there never becomes one.
func TestConsents(t *testing.T) {
	m := New(Options{})
	cells, wrong := 0, 0
	goldCells(t, "testdata/consents.psv", func(c []string, cell string) {
		cells++
		r := record.Record{DefaultCountry: c[1]}
		r.Text[record.ConsentEmail] = cell
		r, _ = m.Map(r)
		want, findings := strings.Trim(c[0], "-!"), 0
		if c[0] == "!" {
			findings = 1
		}
		if r.Text[record.ConsentEmail] != want || len(r.Findings) != findings {
			wrong++
			t.Errorf("%s %q gave %q with %d findings, want %s", c[1], cell, r.Text[record.ConsentEmail], len(r.Findings), c[0])
		}
		if again, _ := m.Map(r); again.Text != r.Text || len(again.Changes) != len(r.Changes) {
			t.Errorf("%q is not clean once it is", cell)
		}
	})
	t.Logf("%d right, %d wrong", cells-wrong, wrong)
}

// TestDeaths reads testdata/deaths.psv, and holds that a word for death is no answer of a consent.
func TestDeaths(t *testing.T) {
	m := New(Options{})
	goldCells(t, "testdata/deaths.psv", func(want []string, cell string) {
		r := read(t, m, record.Deceased, cell)
		if want[0] == "!" && (r.Text[record.Deceased] != "" || len(r.Findings) != 1 || r.Findings[0].Value != cell) ||
			want[0] != "!" && (r.Text[record.Deceased] != want[0] || len(r.Findings) != 0) {
			t.Errorf("%q gave %q with %v, want %s", cell, r.Text[record.Deceased], r.Findings, want[0])
		}
	})
	for word, a := range m.lists.deaths {
		if r := read(t, m, record.ConsentEmail, word); a == yes && r.Text[record.ConsentEmail] == "yes" {
			t.Errorf("%q is a consent", word)
		}
	}
}

// TestPreferences reads testdata/preferences.psv: a preference that refuses goes to the field that forbids, and is told.
func TestPreferences(t *testing.T) {
	m := New(Options{})
	goldCells(t, "testdata/preferences.psv", func(want []string, cell string) {
		channel, refused, _ := strings.Cut(want[0], ":")
		r := read(t, m, record.PreferredChannel, cell)
		got := ""
		for f := range record.NumFields {
			if f != record.PreferredChannel && r.Text[f] != "" {
				got += f.String() + "=" + r.Text[f]
			}
		}
		if got != refused || r.Text[record.PreferredChannel] != strings.Trim(channel, "!") || (channel == "!") != (len(r.Findings) == 1) {
			t.Errorf("%q gave %q, %q and %v", cell, r.Text[record.PreferredChannel], got, r.Findings)
		}
		if refused != "" && !slices.ContainsFunc(r.Changes, func(c record.Change) bool { return strings.HasPrefix(refused, c.Field) }) {
			t.Errorf("%q is not told", cell)
		}
	})
	r := record.Record{}
	r.Text[record.PreferredChannel], r.Text[record.DoNotContact] = "no contact", "N"
	if r, _ = m.Map(r); r.Text[record.DoNotContact] != "yes" {
		t.Error("a refusal is lost beside a no")
	}
}

// TestFrequencies reads testdata/frequencies.psv.
func TestFrequencies(t *testing.T) {
	m := New(Options{})
	goldCells(t, "testdata/frequencies.psv", func(want []string, cell string) {
		r := read(t, m, record.ContactFrequency, cell)
		if got := r.Text[record.ContactFrequency]; got != strings.Trim(want[0], "-!") || (want[0] == "!") != (len(r.Findings) == 1) {
			t.Errorf("%q gave %q with %v, want %s", cell, got, r.Findings, want[0])
		}
	})
}

// goldCells visits the cells of a gold file, with the columns before them.
func goldCells(t *testing.T, file string, visit func(want []string, cell string)) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		c := strings.Split(strings.TrimSpace(line), "|")
		if line[0] == '#' || c[0] == "want" {
			continue
		}
		for cell := range strings.SplitSeq(c[len(c)-1], ";") {
			visit(c[:len(c)-1], cell)
		}
	}
}

// read cleans a record of one field, and holds that it is clean then.
func read(t *testing.T, m *Mapper, f record.Field, cell string) record.Record {
	t.Helper()
	r := record.Record{}
	r.Text[f] = cell
	r, _ = m.Map(r)
	if again, _ := m.Map(r); again.Text != r.Text || len(again.Changes) != len(r.Changes) {
		t.Errorf("%q is not clean once it is", cell)
	}
	return r
}

func TestSocialAccounts(t *testing.T) {
	m := New(Options{})
	for in, want := range map[string]string{
		"https://twitter.com/Jane": "twitter:jane", "http://www.twitter.com/jane/": "twitter:jane", "https://x.com/jane?s=20": "twitter:jane", "x.com/jane": "twitter:jane", "https://mobile.twitter.com/jane": "twitter:jane",
		"twitter.com/@jane": "twitter:jane", "https://twitter.com/jane/status/12345": "twitter:jane", "https://twitter.com/home": "https://twitter.com/home", "https://twitter.com/intent/tweet?x": "https://twitter.com/intent/tweet?x",
		"https://www.linkedin.com/in/jane-smith-1a2b/": "linkedin:jane-smith-1a2b", "https://de.linkedin.com/in/jane": "linkedin:jane", "linkedin.com/in/jane/": "linkedin:jane", "https://www.linkedin.com/company/acme": "linkedin:company/acme",
		"https://www.linkedin.com/feed/": "https://www.linkedin.com/feed/", "https://www.facebook.com/jane.smith": "facebook:jane.smith", "https://m.facebook.com/jane.smith/": "facebook:jane.smith", "https://facebook.com/profile.php?id=100012": "facebook:100012",
		"https://www.facebook.com/people/Jane-Smith/100012": "facebook:100012", "https://facebook.com/pages/Acme/100012/": "facebook:100012", "https://instagram.com/jane_s": "instagram:jane_s", "https://www.instagram.com/p/Cabc123/": "https://www.instagram.com/p/Cabc123/",
		"https://www.tiktok.com/@jane": "tiktok:jane", "https://youtube.com/@jane": "youtube:jane", "https://www.youtube.com/channel/UCaBcD": "youtube:channel/UCaBcD", "https://www.youtube.com/watch?v=1": "https://www.youtube.com/watch?v=1",
		"https://t.me/jane": "telegram:jane", "https://bsky.app/profile/jane.bsky.social": "bluesky:jane.bsky.social", "https://www.xing.com/profile/Jane_Smith": "xing:jane_smith", "https://github.com/jane": "github:jane",
		"!twitter handle: @Jane": "twitter:jane", "!instagram: jane_s": "instagram:jane_s", "!linkedin url: jane": "linkedin:jane", "!social media: @jane": "@jane", "!x: jane": "twitter:jane", "!facebook: n/a": "",
		"Twitter: @jane": "twitter:jane", "insta: jane": "instagram:jane", "@jane": "@jane", "https://example.org/jane": "https://example.org/jane", "n/a": "", "-": "", "twitter:jane": "twitter:jane", "mastodon: @jane@social.example": "mastodon: @jane@social.example",
		"!twitter: not on there": "not on there", "<https://x.com/jane>": "twitter:jane", "//twitter.com/jane": "twitter:jane", "https://twitter.com/#!/jane": "twitter:jane",
		"linkedin.com/in/jos%C3%A9-r": "linkedin:josé-r", "https://www.pinterest.co.uk/jane/": "pinterest:jane", "https://wa.me/447911123456": "whatsapp:447911123456",
	} {
		got := m.lists.social(in)
		if got != want {
			t.Errorf("%q gave %q, want %q", in, got, want)
		}
		if again := m.lists.social(got); again != got {
			t.Errorf("%q became %q, then %q", in, got, again)
		}
	}
}

func TestLanguages(t *testing.T) {
	m := New(Options{})
	for in, want := range map[string]string{
		"en": "en", "EN": "en", "de": "de", "English": "en", "Deutsch": "de", "german": "de", "Français": "fr", "francais": "fr", "Español": "es", "castellano": "es", "Italiano": "it", "Português": "pt", "Nederlands": "nl", "Vlaams": "nl",
		"Polski": "pl", "Polish": "pl", "Svenska": "sv", "dansk": "da", "norsk": "no", "suomi": "fi", "Čeština": "cs", "magyar": "hu", "română": "ro", "Türkçe": "tr", "Русский": "ru", "українська": "uk", "Ελληνικά": "el", "العربية": "ar",
		"עברית": "he", "हिन्दी": "hi", "日本語": "ja", "한국어": "ko", "中文": "zh", "Chinesisch": "zh", "Englisch": "en", "anglais": "en", "inglés": "en", "tedesco": "de", "Frans": "fr", "alemán": "de",
		"en_GB": "en-GB", "en-gb": "en-GB", "EN_us": "en-US", "pt-br": "pt-BR", "PT_BR": "pt-BR", "zh_Hans_CN": "zh-Hans-CN", "zh-hant": "zh-Hant", "de_DE.UTF-8": "de-DE", "fr_FR@euro": "fr-FR", "eng": "en", "deu": "de", "ger": "de", "fre": "fr", "fra": "fr", "dut": "nl", "iw": "he",
		"English (UK)": "en-GB", "English (United States)": "en-US", "Portuguese (Brazil)": "pt-BR", "Chinese (Simplified)": "zh-Hans", "1031": "de-DE", "2057": "en-GB", "fil": "fil", "es-419": "es-419",
		"klingonese": "", "??": "", "xx": "", "english french": "", "yes": "", "123": "", "England": "", "en-XXXX-y": "",
	} {
		got := m.lists.language(in)
		if got != want {
			t.Errorf("%q gave %q, want %q", in, got, want)
		}
		if got != "" && m.lists.language(got) != got {
			t.Errorf("%q became %q, then %q", in, got, m.lists.language(got))
		}
	}
}

// TestGenderLetters reads letters by what else stands in their column.
func TestGenderLetters(t *testing.T) {
	for _, c := range []struct{ column, in, want string }{
		{"M F", "M", "male"},
		{"M F", "F", "female"},
		{"H M", "M", "female"},
		{"H M", "H", "male"},
		{"H F", "H", "male"},
		{"H F M", "M", "male"},
		{"H D", "D", "female"},
		{"M W D", "D", "other"},
		{"M V", "V", "female"},
		{"M K", "K", "female"},
		{"E K", "E", "male"},
		{"E K", "K", "female"},
		{"F N", "F", "male"},
		{"F N", "N", "female"},
		{"M N", "N", "female"},
		{"М Ж", "Ж", "female"},
		{"M", "M", "male"},
		{"", "m", "male"},
		{"M F U", "U", ""},
		{"M F", "E", ""},
		{"M F", "N", ""},
		{"M F X", "x", "other"},
		{"", "Frau", "female"},
		{"", "hombre", "male"},
		{"", "Divers", "other"},
		{"", "kobieta", "female"},
		{"", "nő", "female"},
		{"", "9", ""},
		{"0 1 2 9", "1", "male"},
		{"1 2", "2", "female"},
		{"0 1 2", "0", ""},
		{"0 1", "1", ""},
		{"", "maennlich", "male"},
		{"", "Fem.", "female"},
	} {
		s, o := NewSurvey(), NewSurvey()
		for i, letter := range strings.Fields(c.column) {
			[]*Survey{s, o}[i%2].Add("crm", record.Gender, letter)
		}
		s.Merge(o)
		r := record.Record{Key: record.Key{Source: "crm"}}
		r.Text[record.Gender] = c.in
		if r, _ = New(Options{Letters: s.Letters()}).Map(r); r.Text[record.Gender] != c.want {
			t.Errorf("%s beside %s gave %q, want %q", c.in, c.column, r.Text[record.Gender], c.want)
		}
	}
}

func TestLinesOfAnAddressStayApart(t *testing.T) {
	r := record.Record{}
	r.Text[record.Street] = "12 High Street,\r\nLondon \n\nN1 7AA\n"
	if r, _ = New(Options{}).Map(r); r.Text[record.Street] != "12 High Street, London, N1 7AA" {
		t.Error(r.Text[record.Street])
	}
}

func FuzzValues(f *testing.F) {
	for _, s := range []string{"Y", "!no email: N !x: Y", "1.234,50 €", "https://x.com/a?b#c", "en_GB.UTF-8", "opted out", "Herr", "!: ", "twitter:twitter:a"} {
		f.Add(s)
	}
	m := New(Options{})
	f.Fuzz(func(t *testing.T, s string) {
		r := record.Record{Socials: []string{s}}
		for f := range record.NumFields {
			if !f.Many() {
				r.Text[f] = s
			}
		}
		once, _ := m.Map(r)
		changes, socials := len(once.Changes), slices.Clone(once.Socials)
		twice, _ := m.Map(once)
		if once.Text != twice.Text || changes != len(twice.Changes) || !slices.Equal(socials, twice.Socials) {
			t.Fatalf("%q: %v", s, twice.Changes[changes:])
		}
		switch once.Text[record.ConsentEmail] {
		case "", "yes", "no":
		default:
			t.Fatal("a consent that is none")
		}
	})
}
