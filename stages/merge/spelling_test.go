package merge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// named makes records of one customer, the first of which is the most trusted; each name is "given/family".
func named(names ...string) record.Customer {
	trust := make(map[string]float64)
	members := make([]record.Record, len(names))
	for i, n := range names {
		r := &members[i]
		r.Key = record.Key{Source: fmt.Sprintf("s%d", i), ID: "1"}
		trust[r.Source] = float64(len(names) - i)
		r.Text[record.GivenName], r.Text[record.FamilyName], _ = strings.Cut(n, "/")
		r.Text[record.FullName] = strings.TrimSpace(r.Text[record.GivenName] + " " + r.Text[record.FamilyName])
	}
	return New(Options{Trust: trust}).Customer(members)
}

func TestSpellingByEvidence(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"Jhon/Smith", "John/Smith", "John/Smith"}, "John/Smith"},
		{[]string{"John/Smth", "John/Smith", "John/Smith"}, "John/Smith"},
		{[]string{"Jhon/Smith", "John/Smith"}, "Jhon/Smith"}, // one against one
		{[]string{"Jose/Garcia", "José/García"}, "José/García"},
		{[]string{"José/García", "Jose/Garcia", "Jose/Garcia"}, "José/García"},
		{[]string{"ANN/MACKAY", "Ann/Mackay"}, "Ann/Mackay"},
		{[]string{"Laura/Wright", "Lauren/Wright", "Lauren/Wright"}, "Laura/Wright"}, // both are names
		{[]string{"Peter/Hall", "Pete/Hall", "Pete/Hall"}, "Peter/Hall"},
		{[]string{"Pete/Hall", "Peter/Hall", "Peter/Hall"}, "Pete/Hall"}, // what people are called stays
		{[]string{"Amy/Johnson", "Amy/Johnsen", "Amy/Johnsen"}, "Amy/Johnson"},
		{[]string{"Amy/Jones", "Amy/Baker", "Amy/Baker"}, "Amy/Jones"}, // another name, not another spelling
		{[]string{"Jo/Lee", "Bo/Lee", "Bo/Lee"}, "Jo/Lee"},
		{[]string{"Smith/John", "John/Smith", "John/Smith"}, "John/Smith"},
		{[]string{"/John Smith", "John/Smith"}, "John/Smith"},
		{[]string{"/James Richards", "Jim/Richards"}, "Jim/Richards"}, // in parts, by whatever name
		{[]string{"/J Noguaira", "João/Nogueira", "João/Nogueira"}, "João/Nogueira"},
		{[]string{"Anil/", "Anil/Fernandes"}, "Anil/Fernandes"},
		{[]string{"/Margaret Smit", "Margaret/Smith"}, "Margaret/Smith"},
		{[]string{"/Ana Medina Rodriguez", "Ana/Medina Rodriguez"}, "Ana/Medina Rodriguez"},
		{[]string{"/Susi Neumann", "Susanne/Neumann"}, "Susanne/Neumann"},
		{[]string{"/van der Berg", "Jan/Berg"}, "/van der Berg"},
		{[]string{"Alexand/Whittaker", "Alexander/Whittaker", "Alexander/Whittaker"}, "Alexander/Whittaker"},
	} {
		x := named(c.names...)
		if got := x.Text[record.GivenName] + "/" + x.Text[record.FamilyName]; got != c.want {
			t.Errorf("%q: %q, want %q", c.names, got, c.want)
		}
		if got, want := x.Text[record.FullName], strings.TrimSpace(strings.Replace(c.want, "/", " ", 1)); got != want {
			t.Errorf("%q: full name %q", c.names, got)
		}
		first := strings.TrimPrefix(c.names[0], "/")
		if said := len(x.Changes) > 0; said != (first != c.want) && c.names[0] == first && !strings.HasSuffix(first, "/") {
			t.Errorf("%q: changes %v", c.names, x.Changes)
		}
	}
}
