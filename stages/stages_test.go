package stages

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/dates"
	"github.com/rollcall-data/rollcall/stages/emails"
)

func mappers(t testing.TB) []Mapper {
	t.Helper()
	asOf := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	list, err := Clean(Options{Dates: dates.Options{AsOf: asOf}, Emails: emails.Options{AsOf: record.At(asOf)}})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func clean(t interface{ Fatal(...any) }, list []Mapper, r *record.Record) {
	for _, m := range list {
		if err := m.Clean(r); err != nil {
			t.Fatal(err)
		}
	}
}

// cleaned is a copy of a record, cleaned; of its lists too, which the stages may add to.
func cleaned(t interface{ Fatal(...any) }, list []Mapper, r record.Record) record.Record {
	r.Points, r.Changes, r.Findings = slices.Clip(r.Points), slices.Clip(r.Changes), slices.Clip(r.Findings)
	clean(t, list, &r)
	return r
}

// dirty are values as extracts have them, by field.
var dirty = map[record.Field][]string{
	record.FullName:     {"DR. JOSÃ© O'NEILL-SMITH", "van der Berg, Jan", "Mr & Mrs John Smith", "Acme Ltd", "N/A", "jOHN smith jr.", "nan", "--", "A\u0300 Z", "M. Jean Dupont", "Li Xiaoming"},
	record.GivenName:    {"MARIA", "Dr. Hans", "j.", "Null", "José", "Nan", "?", "\\N"},
	record.FamilyName:   {"mcdonald", "SMITH JR", "de la Cruz", "O´Brien", "von  Stein", "--", "Na", "n.a.", "(null)"},
	record.Title:        {"mr", "Frau Dr", "Prof"},
	record.Suffix:       {"jr", "III", "PhD", "A\u0300"},
	record.Company:      {"ACME GMBH", "null"},
	record.Street:       {"12 High Street, London N1 7AA", "Hauptstr. 5, 10115 Berlin", "123 Main St Springfield IL 62704", "Rua Augusta, 1234 - Centro - São Paulo - SP", "PO Box 12", "unknown", "5 rue de la Paix\n75002 Paris"},
	record.Street2:      {"Flat 2", "-"},
	record.City:         {"LONDON", "10115 Berlin", "Springfield, IL 62704", "n/a"},
	record.Region:       {"IL", "Bayern", "SP"},
	record.Postcode:     {"n17aa", "2134", "D-10115", "2134.0", "XYZ", "12345"},
	record.Country:      {"UK", "Deutschland", "us", "Brasil", "Atlantis", "F", "Namibia", "NA"},
	record.BirthDate:    {"03/02/80", "29254", "1900-01-01", "31/04/1980", "3. März 1980", "2030-01-01"},
	record.CreatedAt:    {"1751369400", "01.07.2025 12:30", "soon", "1995-04-01"},
	record.Gender:       {"Frau", "M", "?"},
	record.Language:     {"Deutsch", "en_GB", "klingon"},
	record.ConsentEmail: {"Y", "!no email: Y", "maybe", "abgemeldet"},
	record.DoNotContact: {"x", "2024-01-01", "N"},
	record.Value:        {"1.234,50 €", "lots", "12"},
}

// TestCleanIsIdempotent sends records through all the stages twice: clean(clean(x)) = clean(x), to the last change. Findings
// are told stage by stage, in whatever order.
func TestCleanIsIdempotent(t *testing.T) {
	list := mappers(t)
	rapid.Check(t, func(t *rapid.T) {
		r := record.Record{Key: record.Key{Source: "crm", ID: "1"}, DefaultCountry: rapid.SampledFrom([]string{"", "GB", "US", "DE", "FR", "BR", "ES"}).Draw(t, "home")}
		for f := range record.NumFields {
			if !f.Many() && f != record.RecordID && rapid.Bool().Draw(t, "filled") {
				r.Text[f] = rapid.OneOf(rapid.SampledFrom(append([]string{""}, dirty[f]...)), rapid.String()).Draw(t, f.String())
			}
		}
		r.Emails = rapid.SliceOfN(rapid.SampledFrom([]string{"Jane <JANE@Gmail.com>", "a@b.c; d@e.org", "bob@gmial.com", "x@freeserve.co.uk", "n/a", "mailto:j.d@googlemail.com."}), 0, 2).Draw(t, "emails")
		r.Phones = rapid.SliceOfN(rapid.SampledFrom([]string{"0171 222 1234", "+44 (0)20 7946 0958 ext 12", "4.47912E+11", "07700900123 / 07912345678", "none", "01 23 45 67 89"}), 0, 2).Draw(t, "phones")
		r.Socials = rapid.SliceOfN(rapid.SampledFrom([]string{"!twitter: @Jane", "https://linkedin.com/in/J", "@j"}), 0, 2).Draw(t, "socials")
		once := cleaned(t, list, r)
		anyOrder := cmpopts.SortSlices(func(a, b record.Finding) bool { return fmt.Sprint(a) < fmt.Sprint(b) })
		if diff := cmp.Diff(once, cleaned(t, list, once), anyOrder); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestStreetAndTownSayTheSame: what the town's field tells is taken from the street at once, not when cleaned again.
func TestStreetAndTownSayTheSame(t *testing.T) {
	list := mappers(t)
	r := record.Record{Key: record.Key{Source: "crm", ID: "1"}, DefaultCountry: "US"}
	r.Text[record.Street], r.Text[record.City] = "123 Main St Springfield IL 62704", "Springfield, IL 62704"
	once := cleaned(t, list, r)
	if once.Text[record.Street] != "123 Main St" || once.Text[record.City] != "Springfield" || once.Text[record.Postcode] != "62704" {
		t.Errorf("cleaned to %q, %q, %q", once.Text[record.Street], once.Text[record.City], once.Text[record.Postcode])
	}
	if diff := cmp.Diff(once, cleaned(t, list, once)); diff != "" {
		t.Error(diff)
	}
}

// rows are made of the names, towns and domains of several countries; one in four has a value as extracts have them when
// nobody looked.
func rows(n int) []record.Record {
	countries := []struct{ home, city, street, postcode, phone, domain string }{
		{"GB", "London", "%d High Street", "N%d 7AA", "07400 34%04d", "example.co.uk"},
		{"GB", "Leeds", "Flat %d, 12 Church Lane", "LS%d 4PQ", "0113 496 %04d", "gmail.com"},
		{"US", "Springfield", "%d N Main St", "6270%d", "(217) 555-%04d", "yahoo.com"},
		{"DE", "Berlin", "Hauptstraße %d", "1011%d", "030 1234%04d", "web.de"},
		{"FR", "Paris", "%d rue de la Paix", "7500%d", "06 12 34 %04d", "orange.fr"},
	}
	given, family := []string{"Jane", "José", "Anna-Lena", "MARY", "Wei"}, []string{"Smith", "Müller", "O'Neill", "van der Berg", "SINGH", "García"}
	list := make([]record.Record, n)
	for i := range list {
		r, c := &list[i], countries[i%len(countries)]
		*r = record.Record{Key: record.Key{Source: "crm", ID: fmt.Sprint(i)}, DefaultCountry: c.home}
		r.Emails = []string{fmt.Sprintf("jane.%d@%s", i, c.domain)}
		r.Phones = []string{fmt.Sprintf(c.phone, i*7%10000)}
		for f, v := range map[record.Field]string{
			record.GivenName: given[i%len(given)], record.FamilyName: family[i%len(family)], record.City: c.city, record.Country: c.home,
			record.Street: fmt.Sprintf(c.street, i%200+1), record.Postcode: fmt.Sprintf(c.postcode, i%9), record.BirthDate: fmt.Sprintf("19%02d-0%d-1%d", i%90+10, i%9+1, i%9),
			record.CreatedAt: "2020-01-05T00:00:00Z", record.UpdatedAt: fmt.Sprintf("2024-03-0%d 12:30:00", i%9+1), record.ConsentEmail: "Y", record.Language: "en", record.Value: "12.50",
		} {
			r.Text[f] = v
		}
		for f := range record.NumFields {
			if values := dirty[f]; i%4 == 0 && len(values) > 0 && int(f)%5 == i/4%5 {
				r.Text[f] = values[i/20%len(values)]
			}
		}
	}
	return list
}

// BenchmarkClean is the whole clean step of a row, in rooms that the run uses again for every frame.
func BenchmarkClean(b *testing.B) {
	list, rows := mappers(b), rows(2000)
	var points [8]record.ContactPoint
	var changes [16]record.Change
	var findings [16]record.Finding
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r := rows[i%len(rows)]
		r.Points, r.Changes, r.Findings = points[:0], changes[:0], findings[:0]
		clean(b, list, &r)
	}
}
