package merge

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

type cell struct {
	field record.Field
	value string
}

func row(source, id string, cells ...cell) record.Record {
	r := record.Record{Key: record.Key{Source: source, ID: id}}
	for _, c := range cells {
		r.Text[c.field] = c.value
	}
	return r
}

func point(kind record.Kind, value string, reasons ...record.Reason) record.ContactPoint {
	p := record.ContactPoint{Kind: kind, Value: value, Display: value}
	for _, r := range reasons {
		p.Judge(r)
	}
	return p
}

func TestSurvivorshipGoesByTrustThenRecencyThenCompleteness(t *testing.T) {
	type want struct {
		family string
		from   string
	}
	for name, c := range map[string]struct {
		trust   map[string]float64
		members []record.Record
		want    want
	}{
		"trust beats recency": {
			map[string]float64{"crm": 2},
			[]record.Record{
				row("crm", "1", cell{record.FamilyName, "Smith"}, cell{record.UpdatedAt, "2020-01-01T00:00:00Z"}),
				row("shop", "1", cell{record.FamilyName, "Smyth"}, cell{record.UpdatedAt, "2026-01-01T00:00:00Z"}),
			},
			want{"Smith", "crm:1"},
		},
		"recency beats completeness": {
			nil,
			[]record.Record{
				row("crm", "1", cell{record.FamilyName, "Old"}, cell{record.GivenName, "Ann"}, cell{record.City, "Ulm"}, cell{record.UpdatedAt, "2020-01-01T00:00:00Z"}),
				row("shop", "1", cell{record.FamilyName, "New"}, cell{record.UpdatedAt, "2026-01-01T00:00:00Z"}),
			},
			want{"New", "shop:1"},
		},
		"completeness settles the rest": {
			nil,
			[]record.Record{
				row("crm", "1", cell{record.FamilyName, "Short"}),
				row("shop", "1", cell{record.FamilyName, "Full"}, cell{record.GivenName, "Ann"}, cell{record.City, "Ulm"}),
			},
			want{"Full", "shop:1"},
		},
		"a name spelt out beats its initial": {
			map[string]float64{"crm": 2},
			[]record.Record{
				row("crm", "1", cell{record.FamilyName, "Smith"}, cell{record.GivenName, "J."}),
				row("shop", "1", cell{record.FamilyName, "Smith"}, cell{record.GivenName, "Jane"}),
			},
			want{"Smith", "shop:1"},
		},
		"the key settles equals": {
			nil,
			[]record.Record{row("a", "1", cell{record.FamilyName, "First"}), row("a", "2", cell{record.FamilyName, "Second"})},
			want{"First", "a:1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := New(Options{Trust: c.trust}).Customer(c.members)
			if got.Text[record.FamilyName] != c.want.family || got.NameFrom.String() != c.want.from {
				t.Errorf("got %q from %s, want %q from %s", got.Text[record.FamilyName], got.NameFrom, c.want.family, c.want.from)
			}
		})
	}
}

func TestAnAddressIsTakenWhole(t *testing.T) {
	old := row("crm", "1", cell{record.Street, "1 Old Road"}, cell{record.City, "Leeds"}, cell{record.Postcode, "LS1 1AA"})
	old.Points = []record.ContactPoint{point(record.PostPoint, "1 old road|ls1 1aa")}
	moved := row("shop", "1", cell{record.Street, "2 New Road"}, cell{record.City, "York"}, cell{record.AddressConfirmedAt, "2026-01-01T00:00:00Z"})
	moved.Points = []record.ContactPoint{point(record.PostPoint, "2 new road|york")}
	bad := row("web", "1", cell{record.Street, "x"}, cell{record.AddressConfirmedAt, "2026-05-01T00:00:00Z"})
	bad.Points = []record.ContactPoint{point(record.PostPoint, "x", record.Incomplete)}

	got := New(Options{Trust: map[string]float64{"crm": 3}}).Customer([]record.Record{old, moved, bad})
	if got.Text[record.Street] != "2 New Road" || got.Text[record.City] != "York" || got.Text[record.Postcode] != "" || got.AddressFrom != moved.Key {
		t.Errorf("mixed address: %q %q %q from %s", got.Text[record.Street], got.Text[record.City], got.Text[record.Postcode], got.AddressFrom)
	}
}

func TestPointsKeepEverySightingAndTheVerdictOfTheLatestCapture(t *testing.T) {
	a := row("crm", "1", cell{record.CreatedAt, "1994-01-01T00:00:00Z"})
	a.Points = []record.ContactPoint{point(record.PhonePoint, "+442071234567", record.ObsoleteFormat)}
	b := row("shop", "9", cell{record.CreatedAt, "2024-01-01T00:00:00Z"}, cell{record.PhoneConfirmedAt, "2025-01-01T00:00:00Z"})
	b.Points = []record.ContactPoint{point(record.PhonePoint, "+442071234567"), point(record.EmailPoint, "a@b.example", record.RoleAccount)}
	got := New(Options{}).Customer([]record.Record{a, b})
	if len(got.Points) != 2 {
		t.Fatalf("%d points", len(got.Points))
	}
	p := got.Points[1]
	if p.Kind != record.PhonePoint || p.Status != record.Valid || len(p.Reasons) != 0 {
		t.Errorf("the verdict is not the latest capture's: %v %v", p.Status, p.Reasons)
	}
	if !slices.Equal(p.Sources, []string{"crm", "shop"}) || p.Key != b.Key ||
		p.FirstSeenAt != a.Instant(record.CreatedAt) || p.CapturedAt != b.Instant(record.PhoneConfirmedAt) || p.ConfirmedAt != p.CapturedAt {
		t.Errorf("sightings are lost: %+v", p)
	}
	if got.Points[0].Status != record.Risky {
		t.Error("the mailbox lost its verdict")
	}
}

func TestReplacedValuesAreChanges(t *testing.T) {
	a := row("crm", "1", cell{record.FamilyName, "Smith"}, cell{record.Segment, "old"}, cell{record.UpdatedAt, "2020-01-01T00:00:00Z"})
	b := row("shop", "1", cell{record.Segment, "new"}, cell{record.UpdatedAt, "2025-01-01T00:00:00Z"})
	got := New(Options{}).Customer([]record.Record{a, b})
	want := []record.Change{{Field: "segment", Before: "old", After: "new", Rule: "merge.survivorship", Confidence: 1}}
	if diff := cmp.Diff(want, got.Changes); diff != "" {
		t.Error(diff)
	}
}

func TestKeptValuesAndCompaniesSurvive(t *testing.T) {
	a, b := row("a", "1", cell{record.Company, "Acme Ltd"}), row("b", "1", cell{record.LastSeenAt, "2025-01-01T00:00:00Z"})
	a.Kept, b.Kept = []string{"", "gold"}, []string{"x", "silver"}
	a.Socials, b.Socials = []string{"x:acme"}, []string{"x:acme", "in:acme"}
	a.DefaultCountry, b.DefaultCountry = "GB", "GB"
	got := New(Options{Trust: map[string]float64{"a": 1}, Salutation: func(c *record.Customer) string { return "Dear " + c.Text[record.Company] }}).Customer([]record.Record{a, b})
	if !slices.Equal(got.Kept, []string{"x", "gold"}) || got.CompanyFrom != a.Key || !slices.Equal(got.Socials, []string{"in:acme", "x:acme"}) {
		t.Errorf("%v %v %v", got.Kept, got.CompanyFrom, got.Socials)
	}
	if got.Salutation != "Dear Acme Ltd" || got.Text[record.Country] != "GB" || got.LastSeenAt != b.Instant(record.LastSeenAt) {
		t.Errorf("%q %q %v", got.Salutation, got.Text[record.Country], got.LastSeenAt)
	}
	if got.NameFrom != (record.Key{}) || got.NameRecord() != a.Key {
		t.Error("a customer without a name is counted by its first record")
	}
}

// TestMergeDropsNothing: whatever the members are, every contact point, source and member is in the customer, and every
// golden value is some member's value.
func TestMergeDropsNothing(t *testing.T) {
	kinds := []record.Kind{record.EmailPoint, record.PhonePoint, record.PostPoint}
	rapid.Check(t, func(t *rapid.T) {
		var members []record.Record
		for i := range rapid.IntRange(1, 5).Draw(t, "members") {
			r := row(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "source"), string(rune('0'+i)))
			for _, f := range []record.Field{record.GivenName, record.FamilyName, record.Street, record.City, record.Segment, record.BirthDate} {
				r.Text[f] = rapid.SampledFrom([]string{"", "J", "Jane", "Jnae", "JANE", "Janet", "Smith", "Smtih"}).Draw(t, "value")
			}
			r.Text[record.FullName] = strings.TrimSpace(r.Text[record.GivenName] + " " + r.Text[record.FamilyName])
			r.DefaultCountry = rapid.SampledFrom([]string{"", "GB", "FR"}).Draw(t, "home")
			r.Text[record.UpdatedAt] = rapid.SampledFrom([]string{"", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"}).Draw(t, "updated")
			for range rapid.IntRange(0, 3).Draw(t, "points") {
				r.Points = append(r.Points, point(rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.SampledFrom([]string{"p", "q", "r"}).Draw(t, "point")))
			}
			members = append(members, r)
		}
		m := New(Options{Trust: map[string]float64{"b": 1}})
		got := m.Customer(members)
		if diff := cmp.Diff(got, m.Customer(rapid.Permutation(members).Draw(t, "another order"))); diff != "" {
			t.Fatalf("the order of the members counts: %s", diff)
		}
		for _, r := range members {
			if !slices.Contains(got.Sources, r.Source) {
				t.Fatal("a source is lost")
			}
			for _, p := range r.Points {
				if !slices.ContainsFunc(got.Points, func(q record.ContactPoint) bool { return q.Kind == p.Kind && q.Value == p.Value }) {
					t.Fatal("a point is lost")
				}
			}
		}
		for f, v := range got.Text {
			home := func(r record.Record) bool { return record.Field(f) == record.Country && r.DefaultCountry == v }
			own := func(r record.Record) bool { return r.Text[f] == v || home(r) }
			if v != "" && record.Field(f) != record.FullName && !slices.ContainsFunc(members, own) {
				t.Fatalf("%s is nobody's value", record.Field(f))
			}
		}
	})
}

func TestIDs(t *testing.T) {
	id := NewID(record.Key{Source: "crm", ID: "1"})
	if back, ok := ParseID(id.String()); !ok || back != id || len(id.String()) != 17 {
		t.Fatal(id, back, ok)
	}
	if id.Household()[1:] != id.String()[1:] || id.Household()[0] != 'h' {
		t.Error(id.Household())
	}
	if NewID(record.Key{Source: "crm:", ID: "1"}) == NewID(record.Key{Source: "crm", ID: ":1"}) {
		t.Error("two keys read alike")
	}
	for _, bad := range []string{"", "c12", "h0123456789abcdef", "cxyz3456789abcdef"} {
		if _, ok := ParseID(bad); ok {
			t.Errorf("%q was read as an id", bad)
		}
	}
	free := Free(id, func(x ID) bool { return x == id })
	if free == id || free != Free(id, func(x ID) bool { return x == id }) {
		t.Error("a taken id was not replaced, or not twice the same")
	}
}

func TestKeepIDs(t *testing.T) {
	votes := []Vote{
		{1, 100}, {1, 100}, {1, 200}, // merged: keeps the id that most of its records had
		{2, 300}, {2, 300}, {3, 300}, // split: the larger part keeps the id
		{4, 400}, {5, 400}, // split evenly: the lower cluster keeps it
	}
	want := map[int32]ID{1: 100, 2: 300, 4: 400}
	for seed := range uint64(20) {
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(votes), func(i, j int) { votes[i], votes[j] = votes[j], votes[i] })
		if diff := cmp.Diff(want, KeepIDs(slices.Clone(votes))); diff != "" {
			t.Fatal(diff)
		}
	}
}

func home(family, street string, points ...record.ContactPoint) *record.Customer {
	c := &record.Customer{}
	c.Text[record.FamilyName], c.Text[record.Street] = family, street
	c.Points = append(points, record.ContactPoint{Kind: record.PostPoint, Value: street, Address: record.Address{Street: street}})
	return c
}

func TestHouseholdsShareAnAddressAndANameOrAPoint(t *testing.T) {
	landline := point(record.PhonePoint, "+44207")
	customers := []*record.Customer{
		home("Smith", "1 High Street"), home("smith", "1 High Street", landline), home("Jones", "1 High Street", landline),
		home("Brown", "1 High Street"), home("Smith", "2 High Street"), home("Smith", ""),
		home("Void", "3 High Street", point(record.PhonePoint, "0", record.Placeholder)), home("Null", "3 High Street", point(record.PhonePoint, "0", record.Placeholder)),
	}
	var whole, left, right Ties
	for i, c := range customers {
		whole.Add(int32(i), c)
		if i%2 == 0 {
			left.Add(int32(i), c)
		} else {
			right.Add(int32(i), c)
		}
	}
	right.Merge(&left)
	want := map[int32]int32{0: 0, 1: 0, 2: 0}
	for _, ties := range []*Ties{&whole, &right} {
		if diff := cmp.Diff(want, ties.Households()); diff != "" {
			t.Error(diff)
		}
		holders := ties.Holders()
		if holders[PointHash(record.PhonePoint, "+44207")] != 2 || holders[PointHash(record.PhonePoint, "0")] != 0 {
			t.Error("wrong holders", holders)
		}
	}
}

func BenchmarkCustomer(b *testing.B) {
	m := New(Options{Trust: map[string]float64{"crm": 2}})
	a := row("crm", "1", cell{record.FamilyName, "Smith"}, cell{record.GivenName, "Jane"}, cell{record.UpdatedAt, "2020-01-01T00:00:00Z"})
	a.Points = []record.ContactPoint{point(record.EmailPoint, "a@b.example"), point(record.PhonePoint, "+44207")}
	c := row("shop", "1", cell{record.FamilyName, "Smith"}, cell{record.UpdatedAt, "2026-01-01T00:00:00Z"})
	c.Points = []record.ContactPoint{point(record.EmailPoint, "a@b.example")}
	members := []record.Record{a, c}
	b.ReportAllocs()
	for b.Loop() {
		m.Customer(members)
	}
}
