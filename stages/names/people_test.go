package names

import (
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// fields are what cleaning leaves of a whole name: title, given, middle, family, suffix, full name, company.
func fields(r record.Record) [7]string {
	return [7]string{
		r.Text[record.Title], r.Text[record.GivenName], r.Text[record.MiddleName], r.Text[record.FamilyName], r.Text[record.Suffix],
		r.Text[record.FullName], r.Text[record.Company],
	}
}

// TestFullNames: the full name keeps its order where the culture's order is another, and both names of a couple.
func TestFullNames(t *testing.T) {
	for _, c := range []struct{ country, in, want string }{
		{"GB", "SMITH, JANE", "Jane Smith"},
		{"GB", "Mr John Smith Jr.", "John Smith Jr"},
		{"CN", "ZHANG WEI", "Zhang Wei"},
		{"CN", "Zhang, Wei", "Zhang Wei"},
		{"CN", "王小明", "王小明"},
		{"HU", "Dr. NAGY JÁNOS", "Nagy János"},
		{"VN", "Nguyễn Văn An", "Nguyễn Văn An"},
		{"GB", "Nguyễn Văn An", "Nguyễn Văn An"},
		{"GB", "JOHN AND MARY SMITH", "John and Mary Smith"},
		{"GB", "John Smith and Mary Jones", "John Smith and Mary Jones"},
		{"GB", "Mr & Mrs John Smith", "John Smith"},
		{"US", `John "Jack" Kennedy`, `John "Jack" Kennedy`},
		{"US", `KENNEDY, JOHN (JACK)`, `John (JACK) Kennedy`},
		{"FR", "Odile Garnier, née Fabre", "Odile Garnier née Fabre"},
		{"DE", "Helga Winter (geb. Sommer)", "Helga Winter (geb. Sommer)"},
		{"GB", "Hadley, Martin (Mr)", "Martin Hadley"},
		{"DE", "ALBRECHT VON UND ZU ELTZ", "Albrecht von und zu Eltz"},
		{"JP", "山田 太郎", "山田 太郎"},
	} {
		r, _ := clean(full(c.in, c.country))
		if got := r.Text[record.FullName]; got != c.want {
			t.Errorf("%s %q: %q, want %q: %q", c.country, c.in, got, c.want, fields(r))
		}
	}
}

// TestUnharmed: what others take for a name, or names for, stays what it is.
func TestUnharmed(t *testing.T) {
	for _, c := range []struct {
		country, given, family    string
		title, wantGiven, wantFam string
	}{
		{"FR", "M.", "Dupont", "", "M.", "Dupont"},
		{"FR", "M. Jean", "Dupont", "M.", "Jean", "Dupont"},
		{"GB", "M. Jean", "Dupont", "", "M. Jean", "Dupont"},
		{"DE", "Dr. med.", "Müller", "Dr. med.", "", "Müller"},
		{"DE", "Dr. med. Hans", "Müller", "Dr. med.", "Hans", "Müller"},
		{"ES", "María del Carmen", "García López", "", "María del Carmen", "García López"},
		{"ES", "José", "de la Cruz y Ruiz", "", "José", "de la Cruz y Ruiz"},
		{"IN", "Sukumar", "", "", "Sukumar", ""},
		{"IN", "", "Sukumar", "", "", "Sukumar"},
		{"CN", "Wei", "Zhang", "", "Wei", "Zhang"},
		{"GB", "Dean", "Earl", "", "Dean", "Earl"},
		{"US", "Major", "King", "", "Major", "King"},
		{"BR", "Carlos", "Silva Filho", "", "Carlos", "Silva Filho"},
		{"VN", "An", "Do", "", "An", "Do"},
		{"US", "Jack", "Ma", "", "Jack", "Ma"},
		{"US", "Robin", "Trust", "", "Robin", "Trust"},
		{"NL", "Robin", "Sas", "", "Robin", "Sas"},
		{"IN", "Ravi", "Merchant", "", "Ravi", "Merchant"},
		{"FR", "DNC", "Moreau", "", "DNC", "Moreau"},
		{"US", "Max", "Born", "", "Max", "Born"},
		{"GB", "Harriet", "ffrench", "", "Harriet", "ffrench"},
		{"VN", "Van", "Le", "", "Van", "Le"},
		{"GB", "Hugh", "Dr. Barlow", "Dr", "Hugh", "Barlow"},
		{"DE", "Hugo", "Prof. Dr. von Au", "Prof. Dr.", "Hugo", "von Au"},
		{"GB", "Mr & Mrs Hugh", "Barlow", "Mr & Mrs", "Hugh", "Barlow"},
		{"DE", "Herr und Frau", "Barlow", "Herr und Frau", "", "Barlow"},
	} {
		r := record.Record{DefaultCountry: c.country}
		r.Text[record.GivenName], r.Text[record.FamilyName] = c.given, c.family
		r, _ = clean(r)
		if got, want := fields(r), [3]string{c.title, c.wantGiven, c.wantFam}; got[0] != want[0] || got[1] != want[1] || got[3] != want[2] {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestFirmsInParts: a firm whose name is split over the cells of a person's is put together.
func TestFirmsInParts(t *testing.T) {
	for _, c := range [][2]string{
		{"Acme", "Ltd"},
		{"Bäckerei", "Huber"},
		{"Northern Light", "Holdings Plc"},
		{"Smith", "Brothers & Co. Ltd"},
		{"ООО", "Ромашка"},
		{"University of", "Leeds"},
		{"Construcciones", "Pérez S.L."},
	} {
		var r record.Record
		r.DefaultCountry = "GB"
		r.Text[record.GivenName], r.Text[record.FamilyName] = c[0], c[1]
		r, _ = clean(r)
		if r.Text[record.Company] != c[0]+" "+c[1] || r.Text[record.GivenName] != "" || r.Text[record.FamilyName] != "" {
			t.Errorf("%q: %q", c, fields(r))
		}
	}
}

// TestParticlesInMiddle: a column of particles goes before the family name; a middle name stays.
func TestParticlesInMiddle(t *testing.T) {
	for _, c := range []struct{ country, middle, family, wantMiddle, wantFamily string }{
		{"NL", "van der", "Berg", "", "van der Berg"},
		{"NL", "de", "Vries", "", "de Vries"},
		{"US", "Van", "Halen", "Van", "Halen"},
		{"VN", "Van", "Le", "Van", "Le"},
		{"GB", "Lee", "Hall", "Lee", "Hall"},
	} {
		var r record.Record
		r.DefaultCountry = c.country
		r.Text[record.GivenName], r.Text[record.MiddleName], r.Text[record.FamilyName] = "Kim", c.middle, c.family
		if r, _ = clean(r); r.Text[record.MiddleName] != c.wantMiddle || r.Text[record.FamilyName] != c.wantFamily {
			t.Errorf("%+v: %q", c, fields(r))
		}
	}
}

func TestCompanies(t *testing.T) {
	for _, name := range []string{
		"Müller Bau GmbH", "Acme Ltd", "ACME LIMITED", "Smith & Sons", "Dupont et Fils", "Construcciones Pérez S.L.", "Rossi S.r.l.", "Jansen B.V.", "Svensson AB",
		"University of Leeds", "Bäckerei Schmidt", "Boulangerie Martin", "Farmacia García", "Tata Consultancy Services", "Smith Plumbing & Heating", "Kowalski Sp. z o.o.", "Nokia Oyj", "GmbH & Co. KG Meyer GmbH & Co. KG",
	} {
		r, _ := clean(full(name, "GB"))
		if r.Text[record.Company] != name || r.Text[record.GivenName] != "" || r.Text[record.FamilyName] != "" {
			t.Errorf("%q: %q", name, fields(r))
		}
	}
	for _, name := range []string{"Guy Chambers", "Maria de Sá", "Jean Bakery-Smith", "Suresh AG", "Charlotte Church", "Tyra Banks", "John Trust Smith"} {
		if r, _ := clean(full(name, "IN")); r.Text[record.Company] != "" {
			t.Errorf("%q is a person: %q", name, fields(r))
		}
	}
}

// TestGenders: a title that means several things tells no gender, and a degree that women bear too neither.
func TestGenders(t *testing.T) {
	for _, c := range []struct{ country, title, want string }{
		{"GB", "Mr", "male"},
		{"GB", "Mrs.", "female"},
		{"GB", "Dr", ""},
		{"ES", "Dr.", ""},
		{"ES", "Dra.", "female"},
		{"DE", "Frau Dr.", "female"},
		{"DE", "Fr.", "female"},
		{"GB", "Fr", ""},
		{"ES", "Sr.", "male"},
		{"", "Sr.", ""},
		{"FR", "M.", "male"},
		{"GB", "Mr & Mrs", ""},
		{"IT", "Dott.ssa", "female"},
		{"GB", "Mx", ""},
	} {
		r := full("Kim Lee", c.country)
		r.Text[record.Title] = c.title
		if r, _ = clean(r); r.Text[record.Gender] != c.want {
			t.Errorf("%+v: %q", c, r.Text[record.Gender])
		}
	}
}
