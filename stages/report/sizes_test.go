package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/reference"
)

// large is the tally and the facts of a run with many of everything: n customers, 300 segments, 200 sources, 50 lists.
func large(n int64, name func(string, int) string) (*Tally, Facts) {
	t := NewTally()
	f := facts()
	for i := range 50 {
		f.Lists = append(f.Lists, ListAge{Name: name("list", i), AsOf: "2026-10-01", MaxAge: "28d", Stale: i%2 == 0, Rows: n})
		f.Warnings = append(f.Warnings, name("the list is out of date", i))
	}
	for _, d := range []struct {
		dim   string
		kinds int
	}{{"segment", 300}, {"outlet", 500}, {"lifecycle_stage", 40}, {"value_tier", 12}, {"source", 200}} {
		for i := range d.kinds {
			v := name(d.dim, i)
			for _, m := range Metrics {
				t.By(m.Numerator, d.dim, v, n/int64(2*d.kinds)+int64(i))
				if m.Denominator != "" {
					t.By(m.Denominator, d.dim, v, n/int64(d.kinds)+int64(i))
				}
			}
			for _, s := range record.StatusReasons {
				t.By(lostTo(s.Reason), d.dim, v, int64(i))
			}
		}
	}
	for _, m := range Metrics {
		t.Add(m.Numerator, n/2)
		if m.Denominator != "" {
			t.Add(m.Denominator, n)
		}
	}
	for i, s := range record.StatusReasons {
		for _, kind := range []string{"email", "phone", "post"} {
			t.By("point_reasons", kind, string(s.Reason), n/int64(i+1))
		}
		t.By("not_contactable", "reason", string(s.Reason), n/100)
		t.By("repairs", "problem", string(s.Reason), n/int64(i+1))
		for j := range 12 {
			t.By("repairs", "value_tier of "+string(s.Reason), name("value_tier", j), n/12)
		}
	}
	for _, r := range record.PermissionReasons {
		t.By("permission_reasons", "reason", string(r), n)
		t.By("not_contactable", "reason", string(r), n/100)
	}
	for i := range 600 {
		t.By("in_several_sources", "sources", name("source", i%200)+" + "+name("source", i/200), n/int64(i+1))
		t.By("changes", "rule", name("rule", i), n)
		t.By("rejected", "reason", name("reason", i), n)
		f.Inputs = append(f.Inputs, Input{name("source", i), name("file", i), n, n})
		f.Guesses = append(f.Guesses, Found{name("file", i), "column", name("column", i), name("because", i)})
		f.Dates = append(f.Dates, Found{name("source", i), "birth_date", "dmy", name("because", i)})
		f.Movement = append(f.Movement, Movement{name("value tier: high to", i), n})
		f.Matching.Weights = append(f.Matching.Weights, Weight{name("comparison", i/5), name("level", i), float64(i%40) - 20})
		f.Matching.Keys = append(f.Matching.Keys, Count{Name: name("key", i), N: n})
		f.References = append(f.References, reference.Card{Name: name("list", i), Date: "2026-11-21", Rows: i, Licence: "CC0-1.0", Source: name("source", i)})
	}
	return t, f
}

// TestSizes holds the page to its limit with many of everything, named shortly, hostilely, and in other scripts.
func TestSizes(t *testing.T) {
	hostile, wide := strings.Repeat(`"'<>&`, 2000), strings.Repeat("𠮷", 2500) // 10 kB
	for title, name := range map[string]func(string, int) string{
		"plain":   func(s string, i int) string { return fmt.Sprint(s, " ", i) },
		"hostile": func(s string, i int) string { return fmt.Sprint(i, s, hostile) },
		"wide":    func(s string, i int) string { return fmt.Sprint(i, s, wide) },
	} {
		for _, n := range []int64{10_000, 5_000_000} {
			if title != "plain" && (n < 5_000_000 || testing.Short()) {
				continue // the counts are no longer than these
			}
			tl, f := large(n, name)
			f.Previous = Build(tl, f)
			r := Build(tl, f)
			for i := range 300 {
				r.Gates = append(r.Gates, GateResult{name("gate", i), i%2 == 0, i%3 == 0, name("is", i)})
			}
			drawn, err := Draw(must(r.JSON()))
			if err != nil || len(drawn) >= 500_000 || len(drawn) < 50_000 {
				t.Errorf("%s names, %d customers: %d bytes, %v", title, n, len(drawn), err)
			}
			if !strings.Contains(string(drawn), " more: see ") {
				t.Errorf("%s names, %d customers: nothing says what was left out", title, n)
			}
			t.Logf("%s names, %d customers: %d bytes", title, n, len(drawn))
		}
	}
}

// What a report says fits its own schema, and the schema names all of it.
func TestSchema(t *testing.T) {
	b := must(Schema())
	var schema map[string]any
	if err := json.Unmarshal(b, &schema); err != nil {
		t.Fatal(err)
	}
	f := facts()
	f.Previous = Build(counted(), facts())
	f.Gates = []Gate{{Metric: "contactable_rate", Min: at(2), By: "segment"}}
	full := Build(counted(), f)
	full.Gates = Judge(full, f.Gates)
	for name, r := range map[string]*Report{"full": full, "empty": Build(NewTally(), Facts{})} {
		var doc any
		if err := json.Unmarshal(must(r.JSON()), &doc); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range fits(schema, doc, "report") {
			t.Errorf("%s: %s", name, wrong)
		}
		doc.(map[string]any)["surprise"] = 1
		delete(doc.(map[string]any), "run_id")
		if wrong := fits(schema, doc, "report"); len(wrong) != 2 {
			t.Errorf("%s: a key too many and one too few are %q", name, wrong)
		}
	}
}

// fits lists where a document leaves a schema, as far as schemas of reports go.
func fits(schema map[string]any, doc any, at string) (wrong []string) {
	is := "null"
	switch x := doc.(type) {
	case bool:
		is = "boolean"
	case string:
		is = "string"
	case float64:
		is = "number"
	case []any:
		is = "array"
		for i, e := range x {
			wrong = append(wrong, fits(schema["items"].(map[string]any), e, fmt.Sprint(at, "[", i, "]"))...)
		}
	case map[string]any:
		is = "object"
		properties := schema["properties"].(map[string]any)
		for _, k := range slices.Sorted(maps.Keys(x)) {
			if p, ok := properties[k]; ok {
				wrong = append(wrong, fits(p.(map[string]any), x[k], at+"."+k)...)
			} else {
				wrong = append(wrong, at+"."+k+" is not in the schema")
			}
		}
		for _, k := range schema["required"].([]any) {
			if _, ok := x[k.(string)]; !ok {
				wrong = append(wrong, at+" lacks "+k.(string))
			}
		}
	}
	types, several := schema["type"].([]any)
	if !several {
		types = []any{schema["type"]}
	}
	whole := is == "number" && doc == float64(int64(doc.(float64)))
	if !slices.Contains(types, any(is)) && !(whole && slices.Contains(types, any("integer"))) {
		wrong = append(wrong, fmt.Sprintf("%s is %s, not %v", at, is, types))
	}
	return wrong
}

// A gate holds for a value that the previous run had and this one lacks: what cannot be computed has failed.
func TestGatesMissWhatIsGone(t *testing.T) {
	before := counted()
	before.By("customers", "source", "gone", 9)
	before.By("contactable", "source", "gone", 9)
	before.By("rows_read", "source", "gone", 9)
	f := facts()
	f.Previous = Build(before, facts())
	for metric, why := range map[string]string{"contactable_rate": "could not be computed: its denominator is 0", "rows_read": "is 0"} {
		g := Gate{Metric: metric, By: "source", Min: at(0.1)}
		f.Gates = []Gate{g}
		got := Judge(Build(counted(), f), f.Gates)
		i := slices.IndexFunc(got, func(r GateResult) bool { return strings.Contains(r.Gate, "[gone]") })
		if i < 0 || got[i].Passed || got[i].Why != why {
			t.Errorf("%s: %+v", metric, got)
		}
	}
}

// Metrics of customers, points and permissions can be asked for by tier, segment and source; losses add up in each.
func TestMetricsGoAlongDimensions(t *testing.T) {
	r := Build(counted(), facts())
	for _, m := range Metrics {
		for _, d := range []string{"value_tier", "segment", "source"} {
			if m.Denominator != "customers" && !strings.HasSuffix(m.Denominator, "_points") && m.Denominator != "permissions" {
				continue
			}
			if !slices.Contains(m.Dimensions, d) {
				t.Errorf("%s is not counted by %s", m.Name, d)
			}
			var n, of int64
			for _, v := range r.Metrics {
				if v.Metric == m.Name && v.Dimension == d {
					n, of = n+v.Numerator, of+v.Denominator
				}
			}
			if whole := r.Find(m.Name, "", ""); d != "source" && (whole.Numerator != n || whole.Denominator != of) {
				t.Errorf("%s by %s: %d of %d, overall %d of %d", m.Name, d, n, of, whole.Numerator, whole.Denominator)
			}
		}
	}
	for _, w := range r.WhyNot {
		v := r.Find("contactable_rate", w.Dimension, w.Value)
		var lost int64
		for _, c := range w.Reasons {
			lost += c.N
		}
		if v == nil || lost != v.Denominator-v.Numerator {
			t.Errorf("%s %s: %d lost of %+v", w.Dimension, w.Value, lost, v)
		}
	}
}

func TestReportingTwiceCountsOnce(t *testing.T) {
	tl := counted()
	if a, b := must(Build(tl, facts()).JSON()), must(Build(tl, facts()).JSON()); string(a) != string(b) {
		t.Error("the second report of a tally differs")
	}
}

// Points are counted by months from capture to the as-of date.
func TestAges(t *testing.T) {
	for month, want := range map[string]string{
		"2026-11": "under 6 months", "2027-03": "under 6 months", "2026-06": "under 6 months", "2026-05": "6 to 11 months", "2025-12": "6 to 11 months",
		"2025-11": "1 year", "2024-11": "2 years", "2023-11": "3 to 4 years", "2021-11": "5 years and more", "1999-01": "5 years and more", "": noDate,
	} {
		if got := band(month, "2026-11-21"); got != want {
			t.Errorf("%s: %s, not %s", month, got, want)
		}
	}
}

// Every reason of a status or a permission has words of its own in the table.
func TestWordsAreWhole(t *testing.T) {
	for _, s := range record.StatusReasons {
		if words[string(s.Reason)][0] == "" {
			t.Errorf("no words for %s", s.Reason)
		}
		if s.Status >= record.Obsolete && ToDo(string(s.Reason)) == "" {
			t.Errorf("nothing to do about %s", s.Reason)
		}
	}
	for _, r := range record.PermissionReasons {
		if words[string(r)][0] == "" {
			t.Errorf("no words for %s", r)
		}
	}
}
