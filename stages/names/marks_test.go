package names

import (
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// TestMarks: a note goes out of the name, and what it forbids is forbidden.
func TestMarks(t *testing.T) {
	for _, c := range []struct {
		in, country, full string
		field             record.Field
		value             string
	}{
		{"Bob Jones †", "GB", "Bob Jones", record.Deceased, "yes"},
		{"† Bob Jones", "DE", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones †12.03.2019", "DE", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones († 2019)", "DE", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones (deceased)", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones (deceased", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones [DECEASED]", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones (deceased 12/03/2019)", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones (deceased March 2019)", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Bob (deceased) Jones", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Mr Bob Jones - DECEASED", "GB", "Bob Jones", record.Deceased, "yes"},
		{"MR BOB JONES DECEASED", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones, dec'd", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Jones (dec’d), Bob", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Jones, Bob (Deceased)", "GB", "Bob Jones", record.Deceased, "yes"},
		{"DECEASED: Bob Jones", "GB", "Bob Jones", record.Deceased, "yes"},
		{"**Deceased** Bob Jones", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Deceased Bob Jones", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Estate of Bob Jones", "GB", "Bob Jones", record.Deceased, "yes"},
		{"The Estate of the late Mr Bob Jones", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Jones, Estate of Bob", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones, Estate of", "GB", "Bob Jones", record.Deceased, "yes"},
		{"The late Bob Jones", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Late Mr Bob Jones", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Late Ram Kumar", "IN", "Ram Kumar", record.Deceased, "yes"},
		{"Exors of B Jones", "GB", "B Jones", record.Deceased, "yes"},
		{"Exors. of the late B. Jones (deceased)", "GB", "B. Jones", record.Deceased, "yes"},
		{"Bob Jones (RIP)", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones - RIP", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Hans Müller verstorben", "DE", "Hans Müller", record.Deceased, "yes"},
		{"Hans Müller (verst.)", "DE", "Hans Müller", record.Deceased, "yes"},
		{"Jean Dupont (décédé)", "FR", "Jean Dupont", record.Deceased, "yes"},
		{"Jeanne Dupont décédé(e)", "FR", "Jeanne Dupont", record.Deceased, "yes"},
		{"Jeanne DUPONT - DECEDEE", "FR", "Jeanne Dupont", record.Deceased, "yes"},
		{"Juan Pérez (fallecido)", "ES", "Juan Pérez", record.Deceased, "yes"},
		{"Mario Rossi deceduto", "IT", "Mario Rossi", record.Deceased, "yes"},
		{"Jan de Vries (overleden)", "NL", "Jan de Vries", record.Deceased, "yes"},
		{"wijlen Jan de Vries", "NL", "Jan de Vries", record.Deceased, "yes"},
		{"John Jones (deceased wife Mary)", "GB", "", record.Deceased, ""},
		{"De erven van Dijk", "NL", "van Dijk", record.Deceased, "yes"},
		{"Erven van Dijk", "NL", "van Dijk", record.Deceased, "yes"},
		{"故 山田太郎", "JP", "故 山田太郎", record.Deceased, ""},
		{"Deceased", "GB", "", record.Deceased, "yes"},
		{"Bob Jones d. 2019", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones (d. 2019)", "GB", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones (+)", "DE", "Bob Jones", record.Deceased, "yes"},
		{"Bob Jones (+ 2019)", "DE", "Bob Jones", record.Deceased, "yes"},
		{"Jan Nowak zm. 2014", "PL", "Jan Nowak", record.Deceased, "yes"},
		{"late Bob Jones", "GB", "Bob Jones", record.Deceased, "yes"},
		{"feu Jean Dupont", "FR", "Jean Dupont", record.Deceased, "yes"},
		{"Mario Rossi defunto", "IT", "Mario Rossi", record.Deceased, "yes"},
		{"Bob Jones RIP", "GB", "Bob Jones", record.Deceased, "yes"},

		{"DO NOT CONTACT - Smith", "GB", "Smith", record.DoNotContact, "yes"},
		{"*** DO NOT MAIL *** Jane Smith", "GB", "Jane Smith", record.DoNotContact, "yes"},
		{"Jane Smith (do not contact)", "GB", "Jane Smith", record.DoNotContact, "yes"},
		{"Jane Smith DON'T CONTACT!!!", "GB", "Jane Smith", record.DoNotContact, "yes"},
		{"DO NOT CONTACT Jane Smith", "GB", "Jane Smith", record.DoNotContact, "yes"},
		{"DO-NOT-CONTACT/Jane Smith", "GB", "Jane Smith", record.DoNotContact, "yes"},
		{"Jane Smith - DNC", "GB", "Jane Smith", record.DoNotContact, "yes"},
		{"Jane Smith (opted out)", "GB", "Jane Smith", record.DoNotContact, "yes"},
		{"Eva Müller - bitte nicht kontaktieren", "DE", "Eva Müller", record.DoNotContact, "yes"},
		{"Ne pas contacter - Jean Dupont", "FR", "Jean Dupont", record.DoNotContact, "yes"},
		{"DO NOT CONTACT", "GB", "", record.DoNotContact, "yes"},
		{"DNC Jane Smith", "GB", "Jane Smith", record.DoNotContact, "yes"},
		{"Jane Smith DNC", "GB", "Jane Smith", record.DoNotContact, "yes"},
		{"JANE SMITH DNC", "GB", "Jane Smith", record.DoNotContact, "yes"},
		{"DO NOT CALL - Jane Smith", "GB", "Jane Smith", record.DoNotCall, "yes"},
		{"Jane Smith (no emails)", "GB", "Jane Smith", record.ConsentEmail, "no"},
		{"Jane Smith (no texts please)", "GB", "Jane Smith", record.ConsentSMS, "no"},

		{"DO NOT USE - duplicate", "GB", "", record.DoNotContact, ""},
		{"DO NOT USE Jane Smith", "GB", "Jane Smith", record.DoNotContact, ""},
		{"DUPLICATE - Jane Smith", "GB", "Jane Smith", record.DoNotContact, ""},
		{"Jane Smith (duplicate of 12345)", "GB", "Jane Smith", record.DoNotContact, ""},
		{"Duplicate #123: Jane Smith", "GB", "Jane Smith", record.DoNotContact, ""},
		{"zzz Jane Smith", "GB", "Jane Smith", record.DoNotContact, ""},
		{"Jane Smith - TEST", "GB", "Jane Smith", record.DoNotContact, ""},
		{"(test) Jane Smith", "GB", "Jane Smith", record.DoNotContact, ""},
		{"DO NOT USE - DO NOT CONTACT - Jane Smith", "GB", "Jane Smith", record.DoNotContact, "yes"},
	} {
		r, _ := clean(full(c.in, c.country))
		if r.Text[c.field] != c.value || c.full != "" && r.Text[record.FullName] != c.full {
			t.Errorf("%q: %q, %s %q", c.in, fields(r), c.field, r.Text[c.field])
		}
		again, _ := clean(r)
		if again.Text != r.Text {
			t.Errorf("%q: cleaning twice differs: %q, %q", c.in, fields(r), fields(again))
		}
	}
}

// TestMarksInParts: a note fills a cell of its own, or stands before a name in one.
func TestMarksInParts(t *testing.T) {
	for _, c := range []struct{ title, given, family, suffix, wantFull, deceased, noContact string }{
		{"", "Bob", "Jones (deceased)", "", "Bob Jones", "yes", ""},
		{"", "Deceased", "Jones", "", "Jones", "yes", ""},
		{"", "Estate of Bob", "Jones", "", "Bob Jones", "yes", ""},
		{"", "Estate of", "Jones", "", "Jones", "yes", ""},
		{"", "Estate", "of Jones", "", "Estate of Jones", "", ""},
		{"The late", "Bob", "Jones", "", "Bob Jones", "yes", ""},
		{"Late", "Bob", "Jones", "", "Bob Jones", "yes", ""},
		{"Mr", "Bob", "Jones", "Deceased", "Bob Jones", "yes", ""},
		{"", "Do not", "Contact", "", "", "", "yes"},
		{"", "DO NOT CONTACT", "Smith", "", "Smith", "", "yes"},
		{"", "zzz", "Smith", "", "Smith", "", ""},
		{"", "Rip", "Torn", "", "Rip Torn", "", ""},
		{"", "Anna", "Old - Test", "", "Anna Old - Test", "", ""},
	} {
		r := record.Record{DefaultCountry: "GB"}
		r.Text[record.Title], r.Text[record.GivenName], r.Text[record.FamilyName], r.Text[record.Suffix] = c.title, c.given, c.family, c.suffix
		r, _ = clean(r)
		if r.Text[record.FullName] != c.wantFull || r.Text[record.Deceased] != c.deceased || r.Text[record.DoNotContact] != c.noContact {
			t.Errorf("%+v: %q, deceased %q, do not contact %q", c, fields(r), r.Text[record.Deceased], r.Text[record.DoNotContact])
		}
	}
}

// TestMarksInCompanies: a firm does not die and its name has words that are notes elsewhere; what forbids counts.
func TestMarksInCompanies(t *testing.T) {
	for _, c := range []struct{ in, want, noContact string }{
		{"Old - New GmbH", "Old - New GmbH", ""},
		{"Late Night Records Ltd", "Late Night Records Ltd", ""},
		{"Duplicate Print Ltd", "Duplicate Print Ltd", ""},
		{"DO NOT CONTACT - Acme Ltd", "Acme Ltd", "yes"},
		{"Acme Ltd (do not mail)", "Acme Ltd", "yes"},
	} {
		r := record.Record{DefaultCountry: "GB"}
		r.Text[record.Company] = c.in
		if r, _ = clean(r); r.Text[record.Company] != c.want || r.Text[record.DoNotContact] != c.noContact {
			t.Errorf("%q: %q, do not contact %q", c.in, r.Text[record.Company], r.Text[record.DoNotContact])
		}
	}
}

// TestNoMarks: names that hold words which are notes elsewhere stay.
func TestNoMarks(t *testing.T) {
	for _, name := range []string{
		"Rip Torn", "Robert (Rip) Taylor", "Sione Late", "Late Jones", "John Test", "Hans Alt", "Anna Tot", "Hans Alt-Müller", "Maria Alt - Müller", "Anna Smith - Test", "Dup Jones", "Mort Sahl", "Mortimer (Mort) Hill",
		"Feu Martin", "Estella Jones", "Stella Estate", "Karl Selig", "Selig - Meyer, Anna", "Dood Jansen", "Anna Dubbel", "Decima Jones", "Declan Deed", "Executor Jones", "Donat Mail", "Theodore Late", "Nicht Anna", "Xander Cross",
		"Bob \"Dead\" Jones-Smith", "Don Notman", "Dora Nott", "Anna Prova", "Juan Difunto", "José Finado", "Jan van Wijlen", "Merhum Jones", "Baja Jones", "SP Kowalski", "R.I.P. Jones", "D. Jones", "D. Anna Jones", "DNC Jones", "Anna + Jones", "Old, Anna", "Test, Anna", "TEST, Anna",
	} {
		r := full(name, "GB")
		if name[:1] != "B" { // "Dead" in quotes is a nickname
			if takeMarks(&r, builtIn().culture("GB")); r.Text[record.FullName] != name || r.Text[record.Deceased] != "" {
				t.Errorf("%q became %q", name, r.Text[record.FullName])
			}
		}
	}
}
