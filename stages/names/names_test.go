package names

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

func full(name, country string) record.Record {
	r := record.Record{DefaultCountry: country}
	r.Text[record.FullName] = name
	return r
}

// clean mends and cleans.
func clean(r record.Record) (record.Record, error) {
	r, _ = NewMender(Options{}).Map(r)
	return New(Options{}).Map(r)
}

func TestWholeNames(t *testing.T) {
	for _, c := range []struct{ in, country, title, given, middle, family, suffix string }{
		{"Jane Smith", "GB", "", "Jane", "", "Smith", ""},
		{"SMITH, JANE", "GB", "", "Jane", "", "Smith", ""},
		{"Smith, Jane Mary", "GB", "", "Jane", "Mary", "Smith", ""},
		{"jane smith", "GB", "", "Jane", "", "Smith", ""},
		{"Mr John Smith Jr.", "US", "Mr", "John", "", "Smith", "Jr"},
		{"John Smith, Jr.", "US", "", "John", "", "Smith", "Jr"},
		{"Dr. Champak Sachdeva", "IN", "Dr", "Champak", "", "Sachdeva", ""},
		{"Herr Dr. Hans von der Heide", "DE", "Herr Dr.", "Hans", "", "von der Heide", ""},
		{"JAN VAN DEN BERG", "NL", "", "Jan", "", "van den Berg", ""},
		{"Vincent van Gogh", "NL", "", "Vincent", "", "van Gogh", ""},
		{"María García López", "ES", "", "María", "", "García López", ""},
		{"Juan Carlos Pérez Ruiz", "MX", "", "Juan", "Carlos", "Pérez Ruiz", ""},
		{"Maria dos Santos", "BR", "", "Maria", "", "dos Santos", ""},
		{"John and Mary Smith", "GB", "", "John and Mary", "", "Smith", ""},
		{"M. Dupont", "FR", "M.", "", "", "Dupont", ""},
		{"M. Night", "US", "", "M.", "", "Night", ""},
		{"PATRICK O'NEILL", "IE", "", "Patrick", "", "O'Neill", ""},
		{"ronald mcdonald", "GB", "", "Ronald", "", "McDonald", ""},
		{"FLORA MACDONALD", "GB", "", "Flora", "", "MacDonald", ""},
		{"GRAY MACEY", "GB", "", "Gray", "", "Macey", ""},
		{"ANNA-LENA MÜLLER-WEISS", "DE", "", "Anna-Lena", "", "Müller-Weiss", ""},
		{"TJ Hooker", "US", "", "TJ", "", "Hooker", ""},
		{"Sukarno", "ID", "", "Sukarno", "", "", ""},
		{"Mrs Smith", "GB", "Mrs", "", "", "Smith", ""},
		{"JosÃ© GarcÃ\u00ada", "ES", "", "José", "", "García", ""},
		{"Henry Tudor VIII", "GB", "", "Henry", "", "Tudor", "VIII"},
		{"", "GB", "", "", "", "", ""},
	} {
		r, err := clean(full(c.in, c.country))
		got := [5]string{r.Text[record.Title], r.Text[record.GivenName], r.Text[record.MiddleName], r.Text[record.FamilyName], r.Text[record.Suffix]}
		if want := [5]string{c.title, c.given, c.middle, c.family, c.suffix}; err != nil || got != want {
			t.Errorf("%q: %q, want %q", c.in, got, want)
		}
	}
}

func TestNamesInParts(t *testing.T) {
	r := record.Record{}
	r.Text[record.GivenName], r.Text[record.FamilyName] = "Dr. JANE", "DE SOUZA JR"
	got, _ := New(Options{}).Map(r)
	if got.Text[record.FullName] != "Jane de Souza Jr" || got.Text[record.Title] != "Dr" {
		t.Errorf("%q %q", got.Text[record.Title], got.Text[record.FullName])
	}
}

func TestPlaceholdersAndCompanies(t *testing.T) {
	for _, name := range []string{"Unknown", "xxxx", "n/a", "test test"} {
		got, _ := New(Options{}).Map(full(name, "GB"))
		if name != "test test" && (got.Text[record.FullName] != "" || len(got.Findings) == 0) {
			t.Errorf("%q stayed: %q", name, got.Text[record.FullName])
		}
	}
	got, _ := New(Options{}).Map(full("Müller Bau GmbH", "DE"))
	if got.Text[record.Company] != "Müller Bau GmbH" || got.Text[record.FullName] != "" || got.Text[record.GivenName] != "" {
		t.Errorf("%+v", got.Text)
	}
	r := record.Record{}
	r.Text[record.GivenName], r.Text[record.FamilyName] = "Chris", "Null"
	if got, _ := New(Options{}).Map(r); got.Text[record.FamilyName] != "Null" {
		t.Error("Ms Null lost her name")
	}
}

// TestRightNamesStay: names in mixed case, of many cultures, come through as they are.
func TestRightNamesStay(t *testing.T) {
	for _, name := range []string{
		"Ludwig van Beethoven", "Leonardo DiCaprio", "Catherine Zeta-Jones", "bell hooks Jones", "Seán Ó Ríordáin", "Nguyễn Văn An", "Björk Guðmundsdóttir", "Abd al-Rahman Khan",
		"Charles de Gaulle", "Dick Van Dyke", "Robert De Niro", "Ann McKay", "Ian Mackay", "Zoë Kravitz", "Mary-Kate O’Hara", "Ng Bee Hoon", "José Ñáñez", "Ângela Araújo", "Łukasz Żak", "Ãngel Ruiz",
	} {
		got, _ := New(Options{}).Map(full(name, "GB"))
		if got.Text[record.FullName] != name {
			t.Errorf("%q became %q", name, got.Text[record.FullName])
		}
	}
}

func TestMojibake(t *testing.T) {
	for in, want := range map[string]string{
		"JosÃ©": "José", "MÃ¼ller": "Müller", "FranÃ§ois": "François", "JosÃƒÂ©": "José", "O’Neill": "O’Neill", "Ã‰mile": "Émile", "José": "José", "Ãngel": "Ãngel", "Smith": "Smith", "Â£5": "Â£5",
	} {
		if got := builtIn().alphabets.unmangle(in); got != want {
			t.Errorf("%q gave %q, want %q", in, got, want)
		}
	}
}

func TestSalutations(t *testing.T) {
	for _, c := range []struct{ language, country, title, given, family, gender, company, want string }{
		{"en", "GB", "Ms", "Jane", "Smith", "", "", "Dear Ms Smith"},
		{"", "GB", "", "Kim", "Lee", "", "", "Dear Kim Lee"},
		{"de", "DE", "Frau Dr.", "Eva", "Müller", "", "", "Sehr geehrte Frau Dr. Müller"},
		{"", "DE", "", "Kim", "Weber", "", "", "Guten Tag Kim Weber"},
		{"fr", "FR", "", "Marie", "Dupont", "female", "", "Chère Madame Dupont"},
		{"xx", "", "", "Sukarno", "", "", "", "Dear Sukarno"},
		{"nl", "NL", "dhr.", "Jan", "van den Berg", "", "", "Geachte heer Van den Berg,"},
		{"", "NL", "", "Jan", "van den Berg", "", "", "Beste Jan van den Berg,"},
		{"", "ES", "Sra.", "María", "García López", "", "", "Estimada señora García:"},
		{"", "ES", "", "Ana", "de la Torre Gil", "female", "", "Estimada señora de la Torre:"},
		{"pl", "PL", "Pan", "Jan", "Kowalski", "", "", "Dzień dobry,"},
		{"ru", "RU", "", "Иван", "Петров", "male", "", "Здравствуйте, Иван!"},
		{"hu", "HU", "", "János", "Nagy", "", "", "Tisztelt Nagy János!"},
		{"ja", "JP", "", "太郎", "山田", "", "", "山田 太郎 様"},
		{"en", "GB", "Mr & Mrs", "", "Smith", "", "", "Dear Mr & Mrs Smith"},
		{"en", "GB", "Dr", "Jane", "Smith", "", "", "Dear Dr Smith"},
		{"", "CH", "Herr", "Urs", "Meier", "", "", "Dear Urs Meier"},
		{"", "FR", "Mme", "", "Dupont", "", "", "Chère Madame Dupont"},
		{"", "GB", "", "J.", "Smith", "", "", "Dear J. Smith"},
		{"en", "GB", "", "", "", "", "Acme", "Dear Acme team"},
		{"en", "GB", "", "", "", "", "", ""},
	} {
		var x record.Customer
		x.Text[record.Language], x.Text[record.Country], x.Text[record.Title] = c.language, c.country, c.title
		x.Text[record.GivenName], x.Text[record.FamilyName], x.Text[record.Gender], x.Text[record.Company] = c.given, c.family, c.gender, c.company
		x.Text[record.FullName] = strings.TrimSpace(c.given + " " + c.family)
		if got := builtIn().Salutation(&x); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestTwiceIsOnce(t *testing.T) {
	word := rapid.SampledFrom([]string{"JOHN", "smith", "Dr.", "van", "DER", "Jr", "O'NEILL", "and", "MARY", ",", "Müller", "M.", "JosÃ©", "GmbH", "x", "García", "III", "Mrs", "&", "MACDONALD", "null"})
	note := rapid.SampledFrom([]string{"estate", "of", "the", "LATE", "do", "not", "contact", "(deceased)", "†", "2019", "-", "test", "TEST", "zzz", "(", ")", "*", "duplicate", "Jane", "\"", "please", ",", "School", "St", "church", "Dr."})
	rapid.Check(t, func(t *rapid.T) {
		r := full(strings.Join(rapid.SliceOfN(rapid.OneOf(word, note), 0, 6).Draw(t, "words"), " "), rapid.SampledFrom([]string{"GB", "ES", "FR", "NL"}).Draw(t, "country"))
		once, _ := New(Options{}).Map(r)
		first, changes := once.Text, len(once.Changes)
		twice, _ := New(Options{}).Map(once)
		if first != twice.Text {
			t.Fatalf("%q: %v", r.Text[record.FullName], twice.Changes[changes:])
		}
	})
}

// FuzzMap: any text comes through without a crash, and cleaning it twice is cleaning it once.
func FuzzMap(f *testing.F) {
	for _, s := range []string{"Jane Smith", "SMITH, JANE, MS", "van der", "Dr Dr Dr", "Ã©", ",,", "O'", "Mc", "王小明", "Mr & Mrs", "John \"Jack\" Kennedy", "Dr. med. Müller", "García-López y", "İI", "( ) ("} {
		for _, country := range []string{"GB", "FR", "ES", "HU", "CN"} {
			f.Add(s, country)
		}
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		s = strings.ToValidUTF8(s, "\uFFFD") // as files are read
		once, err := clean(full(s, country))
		if err != nil {
			t.Fatal(err)
		}
		twice, _ := clean(once)
		if once.Text != twice.Text {
			t.Fatalf("%q: %v", s, twice.Changes[len(once.Changes):])
		}
	})
}

// FuzzParts: the same for names that come in parts.
func FuzzParts(f *testing.F) {
	f.Add("Dr. JANE", "DE SOUZA JR", "BR")
	f.Add("M.", "Dupont", "FR")
	f.Add("", "Acme Ltd", "GB")
	f.Add("WEI", "ZHANG", "CN")
	f.Fuzz(func(t *testing.T, given, family, country string) {
		r := record.Record{DefaultCountry: country}
		r.Text[record.GivenName], r.Text[record.FamilyName] = given, family
		once, err := clean(r)
		if err != nil {
			t.Fatal(err)
		}
		twice, _ := clean(once)
		if once.Text != twice.Text {
			t.Fatalf("%q %q: %v", given, family, twice.Changes[len(once.Changes):])
		}
	})
}

// FuzzMend: text that is mended stays.
func FuzzMend(f *testing.F) {
	for _, s := range []string{"JosÃ©", "MÃƒÂ¼ller", "Ã", "â€™", "Jos&eacute;", "GarcÃa", "\u00c3\u00ad"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := builtIn().alphabets.unmangle(s); utf8.ValidString(s) && builtIn().alphabets.unmangle(once) != once {
			t.Fatalf("%q: %q, then %q", s, once, builtIn().alphabets.unmangle(once))
		}
	})
}

// BenchmarkMap cleans a row of each usual kind: in parts and well, in parts and in capitals, whole, and not plain.
func BenchmarkMap(b *testing.B) {
	parts := func(given, family, country string) record.Record {
		r := record.Record{DefaultCountry: country}
		r.Text[record.GivenName], r.Text[record.FamilyName] = given, family
		return r
	}
	for name, r := range map[string]record.Record{
		"parts": parts("Jane", "Smith", "GB"), "capitals": parts("JANE", "SMITH", "GB"), "inverted": full("SMITH, JANE", "GB"),
		"whole": full("Mr John van der Berg", "NL"), "accents": parts("José", "García López", "ES"), "mangled": parts("JosÃ©", "GarcÃa", "ES"),
	} {
		b.Run(name, func(b *testing.B) {
			mender, m := NewMender(Options{}), New(Options{})
			b.ReportAllocs()
			for b.Loop() {
				x, _ := mender.Map(r)
				if _, err := m.Map(x); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestTitlesNeedOneToLead: only a word that leads is asked for titles.
func TestTitlesNeedOneToLead(t *testing.T) {
	word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"Dr.", "Frau", "Herr", "M.", "Prof", "Lt", "Col.", "Anna", "van", "S.", "mr."}))
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, "words"), " ")
		s := splitter{name: name, home: builtIn().culture(rapid.SampledFrom([]string{"GB", "FR", "DE", "ES", ""}).Draw(t, "country")), caps: oneCase(name)}
		at := spans(nil, name)
		if len(at) == 0 || s.home.look(s.word(at[0])).leads() {
			return
		}
		if title, rest := s.titles(at, 0); title != "" || len(rest) != len(at) || s.wholly(at) {
			t.Fatalf("%q: title %q", name, title)
		}
	})
}
