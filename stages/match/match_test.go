package match

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// person makes a cleaned record of words: given, family, birth date, email, phone, street, postcode, city; "" for what is
// missing.
func person(id string, cells ...string) record.Record {
	cells = append(cells, make([]string, 8-len(cells))...)
	r := record.Record{Key: record.Key{Source: "crm", ID: id}}
	r.Text[record.GivenName], r.Text[record.FamilyName], r.Text[record.BirthDate] = cells[0], cells[1], cells[2]
	if cells[3] != "" {
		r.Points = append(r.Points, record.ContactPoint{Kind: record.EmailPoint, Value: cells[3]})
	}
	if cells[4] != "" {
		r.Points = append(r.Points, record.ContactPoint{Kind: record.PhonePoint, Value: cells[4]})
	}
	if cells[5] != "" {
		r.Points = append(r.Points, record.ContactPoint{
			Kind: record.PostPoint, Value: strings.ToLower(cells[5] + "|" + cells[6]), Address: record.Address{Street: cells[5], Postcode: cells[6], City: cells[7]},
		})
	}
	return r
}

func options() Options {
	return Options{Threshold: 0.95, ReviewFrom: 0.5, ReviewTo: 0.95, Workers: 2}
}

func solved(t testing.TB, o Options, records []record.Record) *Result {
	t.Helper()
	slices.SortStableFunc(records, func(a, b record.Record) int { return a.Key.Compare(b.Key) })
	m, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range records {
		if err := m.Add(&records[i]); err != nil {
			t.Fatal(err)
		}
	}
	r, err := m.Solve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// town is a few hundred different people, so that a test's own records are rare among others.
func town(n int) []record.Record {
	given := []string{"Anna", "Bernd", "Clara", "Dieter", "Elena", "Frank", "Greta", "Hans", "Irma", "Jonas", "Klara", "Lukas", "Mara", "Nils", "Olga", "Peter", "Rosa"}
	family := []string{"Abel", "Brandt", "Conrad", "Dorn", "Ehlers", "Falk", "Geiger", "Hahn", "Imhof", "Jansen", "Kaiser", "Lorenz", "Moser", "Nagel", "Otto", "Pohl", "Raabe", "Seidel", "Thoma"}
	streets := []string{"Road", "Lane", "Street", "Gardens", "Hill", "Park", "Walk", "Close"}
	cities := []string{"Aldham", "Barrow", "Colne", "Derby", "Eccles", "Town"}
	var out []record.Record
	for i := range n {
		g, f := given[i%len(given)], family[i%len(family)]
		out = append(out, person(fmt.Sprintf("t%04d", i), g, f, fmt.Sprintf("19%02d-%02d-%02d", 40+i%53, 1+i%11, 1+i%27),
			fmt.Sprintf("%s.%s%d@example.org", g, f, i), fmt.Sprintf("+4930%07d", 1000000+i*7919), fmt.Sprintf("%d %s %s", 1+i%60, family[i*7%len(family)], streets[i*5%len(streets)]), fmt.Sprintf("1%04d", i%97*13), cities[i%97%len(cities)]))
	}
	return out
}

// joined reports whether two ids of the same source ended in one cluster.
func joined(records []record.Record, r *Result, a, b string) bool {
	at := func(id string) int {
		return slices.IndexFunc(records, func(x record.Record) bool { return x.ID == id })
	}
	return r.Cluster[at(a)] == r.Cluster[at(b)]
}

func TestWhoIsWho(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b record.Record
		same bool
	}{
		{"equal", person("a", "Jane", "Smith", "1980-05-06", "jane@x.com", "", "1 High St", "AB1", "Leeds"), person("b", "Jane", "Smith", "1980-05-06", "jane@x.com", "", "1 High St", "AB1", "Leeds"), true},
		{"a typo and another address", person("a", "Jane", "Smith", "1980-05-06", "jane.smith@x.com", "+441134960001"), person("b", "Jnae", "Smith", "1980-05-06", "jane.smith@x.com", "+441134960001", "9 Low Rd", "ZZ9", "York"), true},
		{"nickname", person("a", "William", "Atkinson", "1971-03-02", "", "+441134960002"), person("b", "Bill", "Atkinson", "1971-03-02", "", "+441134960002"), true},
		{"swapped names", person("a", "Haruto", "Nakamura", "1990-07-07", "h.n@x.jp"), person("b", "Nakamura", "Haruto", "1990-07-07", "h.n@x.jp"), true},
		{"married, same phone and date", person("a", "Sophie", "Marchand", "1985-01-31", "", "+33612345678", "3 Rue X", "75001", "Paris"), person("b", "Sophie", "Petit", "1985-01-31", "", "+33612345678", "3 Rue X", "75001", "Paris"), true},
		{"couple at one address with one mailbox", person("a", "Jane", "Smith", "1980-05-06", "smiths@x.com", "+441134960001", "1 High St", "AB1", "Leeds"), person("b", "John", "Smith", "1978-11-20", "smiths@x.com", "+441134960001", "1 High St", "AB1", "Leeds"), false},
		{"couple without dates", person("a", "Jane", "Smith", "", "smiths@x.com", "+441134960001", "1 High St", "AB1", "Leeds"), person("b", "Gordon", "Smith", "", "smiths@x.com", "+441134960001", "1 High St", "AB1", "Leeds"), false},
		{"twins", person("a", "Lena", "Maurer", "2001-02-03", "", "+498912345678", "5 Weg", "80331", "Ulm"), person("b", "Tim", "Maurer", "2001-02-03", "", "+498912345678", "5 Weg", "80331", "Ulm"), false},
		{"father and son", person("a", "Karl", "Maurer", "1950-02-03", "", "+498912345678", "5 Weg", "80331", "Ulm"), person("b", "Karl", "Maurer", "1979-09-24", "", "+498912345678", "5 Weg", "80331", "Ulm"), false},
		{"namesakes in one town", person("a", "Anna", "Abel", "1961-02-03", "", "", "", "", "Town"), person("b", "Anna", "Abel", "1988-12-13", "", "", "", "", "Town"), false},
		{"colleagues behind one switchboard", person("a", "Ida", "Quist", "", "", "+4640123456"), person("b", "Per", "Lund", "", "", "+4640123456"), false},
		{"nothing in common", person("a", "Ida", "Quist", "1970-01-02"), person("b", "Per", "Lund", "1981-03-04"), false},
		{"names alone", person("a", "Anna", "Abel"), person("b", "Anna", "Abel"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			records := append(town(300), c.a, c.b)
			r := solved(t, options(), records)
			if got := joined(records, r, "a", "b"); got != c.same {
				for _, l := range append(r.Links, r.Review...) {
					if records[l.A].ID == "a" || records[l.B].ID == "b" {
						t.Logf("%+v", l)
					}
				}
				t.Errorf("joined %t, want %t", got, c.same)
			}
		})
	}
}

func TestFatherAndSonBySuffix(t *testing.T) {
	a, b := person("a", "Karl", "Maurer", "", "karl@x.de", "+498912345678", "5 Weg", "80331", "Ulm"), person("b", "Karl", "Maurer", "", "karl@x.de", "+498912345678", "5 Weg", "80331", "Ulm")
	a.Text[record.Suffix], b.Text[record.Suffix] = "Sr", "Jr"
	records := append(town(300), a, b)
	if joined(records, solved(t, options(), records), "a", "b") {
		t.Error("father and son are one")
	}
}

func TestIdentifiersOfOneKindTellApart(t *testing.T) {
	at := func(id, kind, value, day string) record.Record {
		r := person(id, "Maria", "Garcia", day, "", "+34911234567")
		r.Identifiers = []record.IdentifierValue{{Kind: kind, Value: value}}
		return r
	}
	for _, c := range []struct {
		a, b record.Record
		same bool
	}{
		{at("a", "tax", "X 123", "1980-01-01"), at("b", "tax", "x123", "1980-01-01"), true},
		{at("a", "tax", "X123", "1980-01-01"), at("b", "tax", "Y987", "1951-12-31"), false},
	} {
		records := append(town(300), c.a, c.b)
		if got := joined(records, solved(t, options(), records), "a", "b"); got != c.same {
			t.Errorf("%v %v: joined %t", c.a.Identifiers, c.b.Identifiers, got)
		}
	}
}

// garbled is a town in which every third person stands a second time, with a slip.
func garbled(n int) (records []record.Record, truth map[string]string) {
	truth = make(map[string]string)
	records = town(n)
	for i := range records {
		truth[records[i].ID] = records[i].ID
	}
	for i := 0; i < n; i += 3 {
		r := records[i]
		r.ID = "u" + r.ID[1:]
		r.Points = slices.Clone(r.Points)
		switch i / 3 % 4 {
		case 0:
			g := r.Text[record.GivenName]
			r.Text[record.GivenName] = g[:1] + g[2:]
		case 1:
			r.Points = r.Points[1:]
		case 2:
			r.Text[record.BirthDate] = ""
		case 3:
			r.Text[record.FamilyName] += "a"
			r.Points = r.Points[:1]
		}
		truth[r.ID] = records[i].ID
		records = append(records, r)
	}
	return records, truth
}

func TestSlipsAreJoined(t *testing.T) {
	records, truth := garbled(900)
	r := solved(t, options(), records)
	var right, found, there int
	byTruth := make(map[string]int)
	for i, c := range r.Cluster {
		byTruth[truth[records[i].ID]]++
		if int32(i) != c {
			found++
			if truth[records[i].ID] == truth[records[c].ID] {
				right++
			}
		}
	}
	for _, n := range byTruth {
		there += n - 1
	}
	if right < there*95/100 || found-right > there/100 {
		t.Errorf("%d of %d duplicates found, %d wrong", right, there, found-right)
	}
	if d := r.Diagnosis; math.Abs(d.Matches-float64(there)) > float64(there)/5 || d.Precision < 0.95 {
		t.Errorf("its own estimate is %.0f matches (%d are true) at precision %.3f", d.Matches, there, d.Precision)
	}
}

func TestSameForAnyWorkers(t *testing.T) {
	records, _ := garbled(600)
	o := options()
	o.Workers = 1
	want := solved(t, o, records)
	for _, n := range []int{2, 7} {
		o.Workers = n
		got := solved(t, o, records)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d workers: %s", n, diff)
		}
	}
}

// The levels of a link sum to its bits, and a pair weighs the same from either side.
func TestLinksAddUp(t *testing.T) {
	records, _ := garbled(600)
	r := solved(t, options(), records)
	if len(r.Links) < 150 {
		t.Fatalf("%d links", len(r.Links))
	}
	for _, l := range slices.Concat(r.Links, r.Review) {
		sum := 0.0
		for _, x := range l.Levels {
			sum += x.Bits
		}
		if math.Abs(sum-l.Bits) > 0.02 {
			t.Errorf("%+v: levels sum to %.3f", l, sum)
		}
		if l.A >= l.B {
			t.Errorf("%d, %d: not in order", l.A, l.B)
		}
	}
	for _, l := range r.Review {
		if l.Probability < 0.5 || l.Probability >= 0.95 {
			t.Errorf("in review with %.3f", l.Probability)
		}
	}
}

func TestDecisionsHold(t *testing.T) {
	key := func(id string) record.Key { return record.Key{Source: "crm", ID: id} }
	equal := []record.Record{person("a", "Jane", "Smith", "1980-05-06", "jane@x.com"), person("b", "Jane", "Smith", "1980-05-06", "jane@x.com")}
	other := []record.Record{person("a", "Ida", "Quist", "1970-01-02"), person("b", "Per", "Lund", "1981-03-04")}

	o := options()
	o.Overrides = []Override{{A: key("a"), B: key("b"), Same: false}}
	records := append(town(300), equal...)
	if joined(records, solved(t, o, records), "a", "b") {
		t.Error("cannot-link was overruled")
	}
	o.Overrides[0].Same = true
	records = append(town(300), other...)
	r := solved(t, o, records)
	if !joined(records, r, "a", "b") {
		t.Error("must-link was overruled")
	}
	if i := slices.IndexFunc(r.Links, func(l Link) bool { return l.Override }); i < 0 || r.Links[i].Probability != 1 {
		t.Error("the link does not say that a person decided")
	}
	o.Overrides = []Override{{A: key("a"), B: key("nobody"), Same: true}}
	solved(t, o, records) // a decision about a record that has gone is no error

	// Of decisions that contradict each other, what keeps apart stands, and the run says so.
	o.Overrides = []Override{{A: key("a"), B: key("b"), Same: true}, {A: key("b"), B: key("t0003"), Same: true}, {A: key("a"), B: key("t0003")}}
	r = solved(t, o, records)
	if joined(records, r, "a", "t0003") || !slices.ContainsFunc(r.Diagnosis.Warnings, func(w string) bool { return strings.HasPrefix(w, "1 overrides") }) {
		t.Errorf("contradicting decisions: %q", r.Diagnosis.Warnings)
	}
}

// A rare mailbox of one record and a rare phone of another can have the same number in their dictionaries: they are no twins.
func TestNumbersOfOtherFieldsAreNoTwins(t *testing.T) {
	f := newFeatures(options())
	for i := range 16 {
		f.mail.dict.id(fmt.Sprint(i, "@example.org"))
		f.tel.dict.id(fmt.Sprint(134960000 + i))
	}
	a, b := person("a", "Jane", "Smith", "", "x@example.org"), person("b", "Jane", "Smith", "", "")
	b.Points = []record.ContactPoint{{Kind: record.PhonePoint, Value: "+49301234567"}}
	f.add(&a)
	f.add(&b)
	f.close()
	if f.equal(0, 1) {
		t.Error("a mailbox equals a number")
	}
	s := &solver{opts: options(), f: f, ctx: t.Context(), workers: 1}
	s.collapse()
	if s.twin[1] != 1 {
		t.Error("twins by the number of other fields")
	}
}

func TestUniqueSources(t *testing.T) {
	o := options()
	o.Unique = map[string]bool{"crm": true}
	a, b := person("a", "Jane", "Smith", "1980-05-06", "jane@x.com"), person("b", "Jane", "Smith", "1980-05-06", "jane@x.com")
	records := append(town(300), a, b)
	if joined(records, solved(t, o, records), "a", "b") {
		t.Error("two records of a source without duplicates were joined")
	}
}

func TestSavedModel(t *testing.T) {
	records, _ := garbled(600)
	for i := range records {
		records[i].Text[record.Country] = []string{"DE", "GB", "FR"}[len(records[i].Text[record.City])%3]
	}
	first := solved(t, options(), records)
	saved, err := json.Marshal(first.Model)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Greta", "Ehlers", "example.org"} {
		if strings.Contains(string(saved), name) {
			t.Errorf("the model holds a customer's value: %s", name)
		}
	}
	o := options()
	o.Model = saved
	again := solved(t, o, records)
	if !slices.Equal(first.Cluster, again.Cluster) {
		t.Error("the saved model gives other clusters on the same records")
	}
	for i := range first.Links {
		if a, b := first.Links[i], again.Links[i]; math.Abs(a.Bits-b.Bits) > 1e-3 {
			t.Fatalf("a link of %g bits has %g by the saved model: %+v, %+v", a.Bits, b.Bits, a.Levels, b.Levels)
		}
	}
	if !again.Diagnosis.Converged || len(again.Diagnosis.Warnings) > 0 {
		t.Errorf("with a saved model: %q", again.Diagnosis.Warnings)
	}
	for _, bad := range []string{"{", `{"version":"0"}`, `{"version":"1"}`} {
		o.Model = []byte(bad)
		if _, err := New(o); err == nil {
			t.Errorf("%s is taken for a model", bad)
		}
	}
}

func TestKeptColumnsCount(t *testing.T) {
	o := options()
	o.Also = []Also{{0, "birth_place"}}
	records := town(300)
	for i := range records {
		records[i].Kept = []string{fmt.Sprint("place ", i%150)}
	}
	r := solved(t, o, records)
	if n := len(r.Model.Comparisons); n == 0 || r.Model.Comparisons[n-1].Name != "birth_place" {
		t.Errorf("%+v", r.Model.Comparisons)
	}
}

// Whatever the data, no cluster swallows it, and the pairs that are compared, which is what takes time, stay bounded.
func TestNoGiantClusters(t *testing.T) {
	blank := func(i int) record.Record { return person(fmt.Sprintf("%06d", i)) }
	for name, c := range map[string]struct {
		n       int
		make    func(i int) record.Record
		largest int
	}{
		"blanks": {100_000, blank, 1},
		"one email, many names": {50_000, func(i int) record.Record {
			return person(fmt.Sprintf("%06d", i), fmt.Sprintf("G%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26), fmt.Sprintf("F%c%c%c", 'a'+i/7%26, 'a'+i/182%26, 'a'+i%17), "", "info@firm.com")
		}, 12},
		"all different": {50_000, func(i int) record.Record {
			return person(fmt.Sprintf("%06d", i), fmt.Sprintf("g%dx", i*7919%99991), fmt.Sprintf("f%dx", i*104729%99989), fmt.Sprintf("19%02d-%02d-%02d", i%90+10, i%12+1, i%28+1), fmt.Sprintf("m%d@y.com", i*31))
		}, 1},
		"one common name": {20_000, func(i int) record.Record { return person(fmt.Sprintf("%06d", i), "Jane", "Smith") }, 1},
		"all equal": {50_000, func(i int) record.Record {
			return person(fmt.Sprintf("%06d", i), "Jane", "Smith", "1980-05-06", "jane@x.com")
		}, 50_000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() {
				c.n, c.largest = c.n/20, (c.largest+19)/20
			}
			records := make([]record.Record, c.n)
			for i := range records {
				records[i] = c.make(i)
			}
			at := time.Now()
			r := solved(t, options(), records)
			size := make(map[int32]int)
			for _, x := range r.Cluster {
				size[x]++
			}
			largest := 0
			for _, n := range size {
				largest = max(largest, n)
			}
			t.Logf("%d rows, the largest cluster has %d, %.1f s", c.n, largest, time.Since(at).Seconds())
			if most := int64(2 * pairBudget * c.n); r.Diagnosis.Pairs > most { // the budget is kept by estimates
				t.Errorf("%d pairs were compared, at most %d want to be", r.Diagnosis.Pairs, most)
			}
			if largest > c.largest || c.largest > 1 && c.largest == c.n && largest != c.n {
				t.Errorf("the largest cluster has %d rows, want %d", largest, c.largest)
			}
		})
	}
}

func TestFewRows(t *testing.T) {
	for n := range 4 {
		records := []record.Record{person("a", "Jane", "Smith", "1980-05-06", "jane@x.com"), person("b", "Jane", "Smith", "1980-05-06", "jane@x.com"), person("c", "Per", "Lund")}[:n]
		r := solved(t, options(), records)
		if len(r.Cluster) != n || n > 1 && r.Cluster[1] != 0 || n > 2 && r.Cluster[2] == 0 {
			t.Errorf("%d rows: %v", n, r.Cluster)
		}
	}
}

func TestLevels(t *testing.T) {
	for _, c := range []struct {
		kind *kind
		a, b string
		want string
	}{
		{nameKind, "katharina", "katarina", "near"},
		{nameKind, "elizabeth", "liz", "nickname"},
		{nameKind, "j", "jane", "initial"},
		{nameKind, "k", "jane", "different"},
		{nameKind, "jane", "robert", "different"},
		{nameKind, "leclerc", "leclerc dubois", "part of the other"},
		{nameKind, "de souza", "desouza", "near"},
		{nameKind, "smith", "okafor", "different"},
		{nameKind, "и", "иван", "initial"},
		{nameKind, "сергей", "сегрей", "near"},
		{nameKind, "иван", "олег", "different"},
		{nameKind, "伟", "伦", "different"},
		{wordsKind, "marie", "m", "initial"},
		{dateKind, "1980-05-06", "1980-06-05", "one slip"},
		{dateKind, "1980-05-06", "1980-05-08", "one slip"},
		{dateKind, "1980-05-06", "1980-11-27", "same year"},
		{dateKind, "1980-05-06", "1955-11-27", "different"},
		{mailKind, "jane.smith@x.com", "jane.smith@gmail.com", "same name"},
		{mailKind, "jane.smith@x.com", "jane.smth@x.com", "one slip"},
		{mailKind, "jane.smith@x.com", "per.lund@x.com", "same domain"},
		{mailKind, "jane.smith@x.com", "per.lund@y.org", "different"},
		{mailKind, "jsmith4711@x.com", "smith-4711@y.org", "same number"},
		{mailKind, "jane.smith4711@x.com", "janesmith8203@y.org", "different"},
		{telKind, "134960001", "134960002", "one digit"},
		{telKind, "134960001", "79460000", "different"},
		{codeKind, "sw1a1aa", "sw1a1ab", "one slip"},
		{codeKind, "sw1a1aa", "sw1a2bd", "same district"},
		{codeKind, "10115", "10999", "same area"},
		{idKind, "123456", "987654", "different"},
		{textKind, "long lane", "long lanes", "near"},
		{textKind, "north long lane", "long lane", "half alike"},
		{textKind, "long lane", "high street", "different"},
		{placeKind, "birmingham", "birmingam", "near"},
		{categoryKind, "nsw", "vic", "different"},
	} {
		d := newDictionary()
		a, b := d.id(c.a), d.id(c.b)
		for range 50 { // words are rare among others
			d.id(fmt.Sprint("other ", d.size()))
		}
		d.prepare(c.kind, builtIn())
		if got := c.kind.levels[c.kind.compare(d, a, b)]; got != c.want {
			t.Errorf("%s %q, %q: %s, want %s", c.kind.name, c.a, c.b, got, c.want)
		}
		if x, y := c.kind.compare(d, a, b), c.kind.compare(d, b, a); x != y {
			t.Errorf("%s %q, %q: %d one way, %d the other", c.kind.name, c.a, c.b, x, y)
		}
	}
}

// The bit-vector distance is that of the textbook's table.
func TestDistance(t *testing.T) {
	table := func(a, b string) int {
		d := make([][]int, len(a)+1)
		for i := range d {
			d[i] = make([]int, len(b)+1)
			d[i][0] = i
		}
		for j := range d[0] {
			d[0][j] = j
		}
		for i := 1; i <= len(a); i++ {
			for j := 1; j <= len(b); j++ {
				cost := 1
				if a[i-1] == b[j-1] {
					cost = 0
				}
				d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
		return d[len(a)][len(b)]
	}
	word := rapid.StringOfN(rapid.SampledFrom([]rune("abcd ")), 0, 40, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if got, want := osa(a, b), table(a, b); got != want {
			t.Errorf("%q, %q: %d, want %d", a, b, got, want)
		}
	})
}

// The similarity in machine words is that of the textbook's loops, and no bound is beyond what it bounds.
func TestSimilarity(t *testing.T) {
	loops := func(a, b string) float64 {
		window := max(max(len(a), len(b))/2-1, 0)
		var inA, inB [40]bool
		m := 0.0
		for i := range len(a) {
			for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
				if !inB[j] && a[i] == b[j] {
					inA[i], inB[j] = true, true
					m++
					break
				}
			}
		}
		if m == 0 {
			return 0
		}
		half, j := 0, 0
		for i := range len(a) {
			if !inA[i] {
				continue
			}
			for !inB[j] {
				j++
			}
			if a[i] != b[j] {
				half++
			}
			j++
		}
		jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(half/2))/m) / 3
		return jaro + float64(commonPrefix(a, b))*0.1*(1-jaro)
	}
	word := rapid.StringOfN(rapid.SampledFrom([]rune("abcdefghmnorst 1")), 1, 40, 40)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		got := jaroWinkler(a, b)
		if want := loops(a, b); got != want {
			t.Errorf("%q, %q: %v, want %v", a, b, got, want)
		}
		x, y := letters(a), letters(b)
		if most := mostSimilar(x, y, len(a), len(b), commonPrefix(a, b)); got > most {
			t.Errorf("%q, %q: %v, but at most %v", a, b, got, most)
		}
		if least := leastEdits(x, y); osa(a, b) < least {
			t.Errorf("%q, %q: %d edits, but at least %d", a, b, osa(a, b), least)
		}
	})
}

func BenchmarkSolve(b *testing.B) {
	records, _ := garbled(30_000)
	b.ReportAllocs()
	for b.Loop() {
		solved(b, options(), records)
	}
	b.ReportMetric(float64(len(records))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// A long name is the same person's wherever it was cut, and with the family name first.
func TestNamesCutElsewhere(t *testing.T) {
	f := newFeatures(Options{})
	for i, n := range [][3]string{{"Ernesto", "", "Ceballos Casillas"}, {"Ceballos", "", "Casillas Ernesto"}, {"Ernesto", "Ceballos", "Ruiz"}} {
		r := record.Record{Key: record.Key{Source: "s", ID: strconv.Itoa(i)}}
		r.Text[record.GivenName], r.Text[record.MiddleName], r.Text[record.FamilyName] = n[0], n[1], n[2]
		f.add(&r)
	}
	f.close()
	w := newWeights(f)
	w.settle()
	for k := range w.rarity {
		w.rarity[k] = make([]float32, f.list[k].dict.size()+1)
	}
	var p pair
	if w.compare(0, 1, &p); p.levels[w.given] != swapped || p.levels[w.family] != 0 {
		t.Errorf("the words of one name are at levels %v", p.levels)
	}
	if w.compare(0, 2, &p); p.levels[w.given] == swapped {
		t.Error("other words are the same name")
	}
}

// The weight of a pair is the same both ways, whatever the two records hold.
func TestWeightIsSymmetric(t *testing.T) {
	records := slices.Concat(town(300), []record.Record{
		person("u1", "Ann Mary", "Lee", "1980-01-01", "ann.lee7@example.org", "+442071838750", "1 High Street", "N17AA", "London"),
		person("u2", "Lee", "Ann Mary", "1980-10-01", "ann.lee7@example.com", "+442071838751", "1 High Str", "N17AB", "London"),
		person("u3", "", "Leigh", "1980", "al@example.org"), person("u4", "A", ""), person("u5"),
	})
	records[0].Points = append(records[0].Points, records[1].Points...) // several values
	m, err := New(options())
	if err != nil {
		t.Fatal(err)
	}
	for i := range records {
		if err := m.Add(&records[i]); err != nil {
			t.Fatal(err)
		}
	}
	s := &solver{opts: m.opts, f: m.f, ctx: t.Context(), workers: 1}
	if _, err := s.solve(); err != nil {
		t.Fatal(err)
	}
	at := rapid.OneOf(rapid.IntRange(0, len(records)-1), rapid.IntRange(300, len(records)-1))
	rapid.Check(t, func(t *rapid.T) {
		a, b := int32(at.Draw(t, "a")), int32(at.Draw(t, "b"))
		if x, y := s.w.weigh(a, b), s.w.weigh(b, a); x != y {
			t.Errorf("%d and %d weigh %v one way and %v the other", a, b, x, y)
		}
	})
}
