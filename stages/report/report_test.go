package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/reference"
)

var update = flag.Bool("update", false, "write the golden report again")

// point is a judged contact point with one permission.
func point(kind record.Kind, value string, status record.Status, ch record.Channel, contactable bool, why ...record.Reason) record.ContactPoint {
	p := record.ContactPoint{Kind: kind, Value: value, Status: status, Sources: []string{"crm"}}
	if status == record.Obsolete {
		p.Reasons = []record.Reason{record.HardBounce}
	}
	p.Permissions = []record.Permission{{Channel: ch, Contactable: contactable, Reasons: why}}
	return p
}

// counted is the tally of a few customers, some of which cannot be reached.
func counted() *Tally {
	t := NewTally()
	for i := range 12 {
		c := record.Customer{ID: fmt.Sprintf("c%016d", i), Sources: []string{"crm"}}
		c.Members = make([]record.Record, 1+i%3)
		c.Text[record.Segment] = []string{"gold", "silver"}[i%2]
		c.Text[record.GivenName], c.Text[record.FamilyName] = "Jane", "Smith"
		if i%4 == 0 {
			c.Text[record.ValueTier] = "high"
			c.Sources = []string{"crm", "shop"}
			c.Repairs = []record.Repair{{Problem: record.HardBounce, Priority: 1}}
		}
		if i%3 == 0 {
			c.Points = []record.ContactPoint{point(record.EmailPoint, "jane@x.com", record.Obsolete, record.ByEmail, false)}
			c.NotContactable = []record.Reason{record.HardBounce}
			if i%2 == 0 {
				c.NotContactable = []record.Reason{record.NoPermission, record.HardBounce}
			}
		} else {
			c.Points = []record.ContactPoint{point(record.PhonePoint, "+441134960001", record.Valid, record.ByVoice, true), point(record.PostPoint, "1 high st|ab1", record.Valid, record.ByPost, i%2 == 0)}
		}
		t.Customer(&c)
		for j := range c.Members {
			fate := record.Merged
			if j == 0 {
				fate = record.Kept
			}
			t.Record("crm", fate)
		}
	}
	t.Record("crm", record.Erased)
	t.Reject(&record.Reject{Source: "shop", Reason: "columns"})
	t.Changes([]record.Change{{Rule: "names.case"}, {Rule: "names.case"}, {Rule: "emails.case"}})
	return t
}

func facts() Facts {
	return Facts{
		Run: "0123456789abcdef", Version: "1.0", AsOf: "2026-11-21", Rerun: "rollcall run --config run.yaml", Warnings: []string{"Nothing was given that grants permission."},
		Lists:      []ListAge{{Name: "tps", AsOf: "2026-09-01", Stale: true, Rows: 3}},
		Matching:   Matching{Threshold: 0.95, Pairs: 100, Expected: 12, Precision: 0.99, Recall: 0.97, Review: 2, Converged: true, Keys: []Count{{Name: "email", N: 40}}, Weights: []Weight{{"email", "equal", 14.2}}},
		References: []reference.Card{{Name: "iana_tlds", Date: "2026-11-21", Rows: 1434, Licence: "public domain", Source: "IANA"}},
		Inputs:     []Input{{"crm", "extracts/crm.csv", 24, 0}},
		Guesses:    []Found{{"extracts/crm.csv", "delimiter", ";", "it cuts 100 % of the first rows into 12 cells"}},
		Dates:      []Found{{"crm", "birth_date", "dmy", "3 values fit nothing else"}},
		Movement:   []Movement{{"contactable won", 3}},
	}
}

func TestReportIsGolden(t *testing.T) {
	r := Build(counted(), facts())
	r.Verdict = "Published"
	r.Gates = Judge(r, []Gate{{Metric: "contactable_rate", Min: new(float64)}})
	b, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := Draw(b)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{"report.json": b, "report.html": drawn} {
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
			t.Errorf("%s (-want +got); if it should be, run with -update\n%s", name, diff)
		}
	}
	again, err := Read(b)
	if err != nil || !bytes.Equal(must(again.JSON()), b) {
		t.Errorf("the report does not survive writing and reading: %v", err)
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestWaterfallSums(t *testing.T) {
	r := Build(counted(), facts())
	if !r.Sums() {
		t.Errorf("%+v", r.Waterfall)
	}
	first, last := r.Waterfall[0], r.Waterfall[len(r.Waterfall)-1]
	if first.N != 26 || last.N != 8 {
		t.Errorf("from %d to %d", first.N, last.N)
	}
	r.Waterfall[1].N++
	if r.Sums() {
		t.Error("a waterfall that loses a row is said to sum")
	}
}

func TestConservation(t *testing.T) {
	c := counted()
	if what := c.Conservation(); what != "" {
		t.Error(what)
	}
	c.Add("rows_read", 1)
	if what := c.Conservation(); !strings.Contains(what, "27 rows read") {
		t.Errorf("a lost row: %q", what)
	}
	c.Add("kept", 1)
	if what := c.Conservation(); !strings.Contains(what, "13 rows were kept for 12 customers") {
		t.Errorf("a kept row without a customer: %q", what)
	}
}

// Counting by several workers, merged in any order, gives one report.
func TestTalliesMergeInAnyOrder(t *testing.T) {
	one, two := NewTally(), NewTally()
	one.Merge(counted())
	one.Merge(counted())
	a, b := counted(), counted()
	b.Merge(a)
	two.Merge(b)
	if !bytes.Equal(must(Build(one, facts()).JSON()), must(Build(two, facts()).JSON())) {
		t.Error("the order of merging shows")
	}
}

func TestMetricsAreWhole(t *testing.T) {
	seen := make(map[string]bool)
	for _, m := range Metrics {
		if seen[m.Name] || m.Name == "" || m.Numerator == "" || m.Description == "" {
			t.Errorf("%+v", m)
		}
		seen[m.Name] = true
		if m.Better != "" && m.Better != "up" && m.Better != "down" {
			t.Errorf("%s: better %q", m.Name, m.Better)
		}
	}
	for _, must := range []string{"contactable_rate", "rejected_rate", "duplicate_rate"} {
		if !seen[must] {
			t.Errorf("no metric %s", must)
		}
	}
}

func TestRates(t *testing.T) {
	before := Build(counted(), facts())
	f := facts()
	f.Previous = before
	r := Build(counted(), f)
	v := r.Find("contactable_rate", "", "")
	if v == nil || v.Numerator != 8 || v.Denominator != 12 || *v.Rate < 0.66 || v.Before == nil || *v.Before != *v.Rate {
		t.Errorf("%+v", v)
	}
	if v := r.Find("contactable_rate", "segment", "gold"); v == nil || v.Denominator != 6 {
		t.Errorf("by segment: %+v", v)
	}
	if v := Build(NewTally(), Facts{}).Find("contactable_rate", "", ""); v == nil || v.Rate != nil {
		t.Errorf("a rate of nothing: %+v", v)
	}
}

func at(x float64) *float64 { return &x }

func TestGates(t *testing.T) {
	f := facts()
	f.Previous = Build(counted(), facts())
	r := Build(counted(), f)
	for _, c := range []struct {
		gate   Gate
		passed bool
		why    string
	}{
		{Gate{Metric: "contactable_rate", Min: at(0.6)}, true, "is 0.666667"},
		{Gate{Metric: "contactable_rate", Min: at(0.7)}, false, "is 0.666667"},
		{Gate{Metric: "rejected_rate", Max: at(0.01)}, false, "is 0.038462"},
		{Gate{Metric: "contactable_rate", MaxChange: at(0)}, true, "is 0.666667"},
		{Gate{Metric: "anniversary_rate", Min: at(0), By: "value_tier"}, true, "is 0"},
	} {
		for _, got := range Judge(r, []Gate{c.gate}) {
			if got.Passed != c.passed || got.Why != c.why {
				t.Errorf("%+v: %+v", c.gate, got)
			}
		}
	}
	moved := Build(counted(), f)
	moved.Find("contactable_rate", "", "").Rate = at(0.5)
	if got := Judge(moved, []Gate{{Metric: "contactable_rate", MaxChange: at(0.1)}})[0]; got.Passed || got.Why != "was 0.666667, is 0.5" {
		t.Errorf("%+v", got)
	}
	alone := Build(NewTally(), Facts{})
	for _, g := range []Gate{{Metric: "contactable_rate", Min: at(0)}, {Metric: "customers", MaxChange: at(1)}, {Metric: "contactable_rate", By: "segment", Min: at(0)}} {
		if got := Judge(alone, []Gate{g}); len(got) != 1 || got[0].Passed || !strings.Contains(got[0].Why, "could not be computed") {
			t.Errorf("a metric that cannot be computed: %+v", got)
		}
	}
}

// A gate by a dimension holds for each of its values, also for those that the page leaves out.
func TestGatesSeeEveryValue(t *testing.T) {
	tl := NewTally()
	for i := range 300 {
		c := record.Customer{Sources: []string{"crm"}}
		c.Text[record.Segment] = fmt.Sprint("segment ", i)
		tl.Customer(&c)
	}
	g := Gate{Metric: "contactable_rate", By: "segment", Min: at(0.5)}
	f := facts()
	f.Gates = []Gate{g}
	if got := Judge(Build(tl, f), f.Gates); len(got) != 300 {
		t.Errorf("%d results", len(got))
	}
}

func TestCheckGates(t *testing.T) {
	for text, g := range map[string]Gate{
		`did you mean "contactable_rate"`: {Metric: "contactable_rates"},
		"is not counted by":               {Metric: "contactable_rate", By: "weekday"},
	} {
		if err := CheckGates([]Gate{g}); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%+v: %v", g, err)
		}
	}
	if err := CheckGates([]Gate{{Metric: "contactable_rate", By: "segment"}}); err != nil {
		t.Error(err)
	}
}

// The page shows hostile names as text, asks nobody for anything and stays small.
func TestPageIsSafeAndSmall(t *testing.T) {
	tl := counted()
	f := facts()
	nasty := []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "\u202egnp.exe", strings.Repeat("x", 10_000), "{{.}}", "javascript:alert(1)"}
	for i := range 5000 {
		name := fmt.Sprint(nasty[i%len(nasty)], i)
		for _, d := range []string{"segment", "outlet", "value_tier", "lifecycle_stage"} {
			tl.By("customers", d, name, int64(i))
			tl.By("contactable", d, name, int64(i/2))
		}
		tl.By("customers", "source", name, 1)
		tl.By("changes", "rule", name, 1)
		f.Inputs = append(f.Inputs, Input{name, name, 1, 0})
		f.Guesses = append(f.Guesses, Found{name, "column", name, name})
		f.Lists = append(f.Lists, ListAge{Name: name})
		f.Warnings = append(f.Warnings, name)
	}
	b := must(Build(tl, f).JSON())
	drawn, err := Draw(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(drawn) > 500_000 {
		t.Errorf("the page has %d bytes", len(drawn))
	}
	if bytes.ContainsRune(drawn, '\u202e') {
		t.Error("a mark that turns text round is on the page")
	}
	z := html.NewTokenizer(bytes.NewReader(drawn))
	csp := false
	for tt := z.Next(); tt != html.ErrorToken; tt = z.Next() {
		if tt != html.StartTagToken && tt != html.SelfClosingTagToken {
			continue
		}
		x := z.Token()
		switch x.Data {
		case "script", "img", "iframe", "link", "object", "embed", "form", "base":
			t.Errorf("the page holds <%s>", x.Data)
		}
		for _, a := range x.Attr {
			csp = csp || a.Key == "http-equiv" && a.Val == "Content-Security-Policy"
			if strings.HasPrefix(a.Key, "on") || (a.Key == "href" || a.Key == "src") && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("<%s %s=%q>", x.Data, a.Key, a.Val)
			}
		}
	}
	if !csp {
		t.Error("the page has no content security policy")
	}
}

func TestDrawRefusesWhatIsNoReport(t *testing.T) {
	if _, err := Draw([]byte("{")); err == nil {
		t.Error("half a report is drawn")
	}
}

func TestEveryReasonHasWords(t *testing.T) {
	for _, r := range record.PermissionReasons {
		if w := Words(string(r)); w == "" || strings.Contains(w, "_") {
			t.Errorf("%s: %q", r, w)
		}
	}
}

func BenchmarkCustomer(b *testing.B) {
	c := record.Customer{Sources: []string{"crm"}, Points: []record.ContactPoint{point(record.EmailPoint, "a@b.c", record.Valid, record.ByEmail, true)}}
	t := NewTally()
	b.ReportAllocs()
	for b.Loop() {
		t.Customer(&c)
	}
}

// The share of customers that other outlets hold, too, is one: of those that the outlet holds.
func TestOutletsThatHoldTheSame(t *testing.T) {
	tl := NewTally()
	for _, outlets := range [][]string{{"north"}, {"north", "south"}, {"north", "south"}, {""}} {
		c := record.Customer{Sources: []string{"crm"}}
		c.Text[record.Outlet] = outlets[0] // south serves none of those that it holds
		if len(outlets) > 1 {
			c.HeldBy = outlets
		}
		tl.Customer(&c)
	}
	r := Build(tl, facts())
	for outlet, want := range map[string][2]int64{"north": {2, 3}, "south": {2, 2}, NoValue: {0, 1}} {
		if m := r.Find("several_outlets_rate", "outlet", outlet); m.Numerator != want[0] || m.Denominator != want[1] {
			t.Errorf("%s: %d of %d, want %v", outlet, m.Numerator, m.Denominator, want)
		}
	}
	if m := r.Find("several_outlets_rate", "", ""); m.Numerator != 2 || m.Denominator != 4 {
		t.Errorf("overall %d of %d", m.Numerator, m.Denominator)
	}
	if m := r.Find("several_outlets_rate", "source", "crm"); m.Numerator != 2 || m.Denominator != 4 {
		t.Errorf("of a source %d of %d", m.Numerator, m.Denominator)
	}
}
