package report

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/reference"
	"github.com/rollcall-data/rollcall/pipeline/tally"
)

//go:embed metrics.psv
var metricsFile string

// Metric is a row of metrics.psv: a ratio of two counts, or a count where it has no denominator.
type Metric struct {
	Name        string
	Numerator   string
	Denominator string
	Dimensions  []string
	Better      string
	Description string
}

// Metrics lists them in their order.
var Metrics = func() []Metric {
	var out []Metric
	for i, line := range strings.Split(strings.TrimSpace(metricsFile), "\n") {
		if c := strings.Split(line, "|"); i > 0 {
			out = append(out, Metric{c[0], c[1], c[2], strings.Fields(c[3]), c[4], c[5]})
		}
	}
	return out
}()

// Report is report.json: aggregates only. What the tags say is the description in its JSON Schema, see [Schema].
type Report struct {
	Run        string           `json:"run_id" doc:"digest of the job: the same inputs, config, rules and day give the same"`
	Version    string           `json:"version" doc:"of the program"`
	AsOf       string           `json:"as_of" doc:"the day the run speaks for, yyyy-mm-dd; every age is counted to it"`
	Locale     string           `json:"locale,omitempty" doc:"how the page writes numbers and days, BCP 47"`
	Published  bool             `json:"published" doc:"false where a gate stopped the run"`
	Verdict    string           `json:"verdict" doc:"the outcome in a sentence"`
	Warnings   []string         `json:"warnings,omitempty" doc:"what to know before any number"`
	Waterfall  []Step           `json:"waterfall" doc:"from rows read to customers that can be contacted; it sums"`
	Mend       []Mend           `json:"mend_first" doc:"what to mend, the commonest first; rows of the table repairs"`
	Metrics    []Value          `json:"metrics" doc:"every metric, overall and by its dimensions"`
	Dimensions []Count          `json:"dimensions" doc:"how many values each dimension has; metrics hold the largest"`
	WhyNot     []WhyNot         `json:"why_not" doc:"why customers cannot be contacted, by dimension, each under its first reason"`
	Tables     []Breakdown      `json:"breakdowns" doc:"counts of reasons, rules and sizes"`
	Lists      []ListAge        `json:"suppression_lists,omitempty" doc:"suppression lists and how old they are"`
	Movement   []Movement       `json:"movement,omitempty" doc:"what changed since the previous run"`
	Matching   Matching         `json:"matching" doc:"what matching says of itself"`
	References []reference.Card `json:"reference_data" doc:"lists that the rules read"`
	Inputs     []Input          `json:"inputs" doc:"files that were read, at most 200"`
	Guesses    []Found          `json:"found_out,omitempty" doc:"what was found out about the files, at most 200"`
	Dates      []Found          `json:"date_orders,omitempty" doc:"order of days and months by column, at most 100"`
	Gates      []GateResult     `json:"gates,omitempty" doc:"what became of the gates"`
	Rerun      string           `json:"rerun" doc:"the command that gives this run again"`
	Previous   string           `json:"previous_run_id,omitempty" doc:"the run that before, won and lost are counted from"`
}

// Step is one step of the waterfall: what is left, and what was taken away to get there.
type Step struct {
	Name   string `json:"name"`
	Code   string `json:"code,omitempty" doc:"fate or reason, as in the tables"`
	N      int64  `json:"n"`
	Loss   bool   `json:"loss" doc:"n was taken away; else n is left"`
	Before *int64 `json:"before,omitempty" doc:"n in the previous run"`
}

// Count is a number with a name.
type Count struct {
	Name   string `json:"name"`
	N      int64  `json:"n"`
	Before *int64 `json:"before,omitempty" doc:"n in the previous run, where that is told"`
}

// Mend is something to mend.
type Mend struct {
	Name   string  `json:"name" doc:"problem, as in the table repairs"`
	N      int64   `json:"n"`
	Tiers  []Count `json:"by_value_tier"`
	Before *int64  `json:"before,omitempty" doc:"n in the previous run"`
}

// Value is a metric of this run: overall where Dimension is empty.
type Value struct {
	Metric      string   `json:"metric"`
	Dimension   string   `json:"dimension,omitempty" doc:"absent where the metric is overall"`
	Value       string   `json:"value,omitempty" doc:"of the dimension"`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator,omitempty" doc:"absent where the metric is a count, or there is nothing to count"`
	Rate        *float64 `json:"rate" doc:"null where it could not be computed"`
	Before      *float64 `json:"before,omitempty" doc:"the rate of the previous run"`
}

// WhyNot is why the customers of a value of a dimension cannot be contacted.
type WhyNot struct {
	Dimension string  `json:"dimension"`
	Value     string  `json:"value"`
	Reasons   []Count `json:"reasons" doc:"the commonest first; they sum to customers less contactable"`
}

// Breakdown is a table of counts: reasons, rules, sizes.
type Breakdown struct {
	Name  string  `json:"name"`
	Of    string  `json:"of" doc:"what is counted"`
	Total int64   `json:"total" doc:"how many of these there are; one may be in several rows"`
	Rows  []Count `json:"rows"`
	More  int     `json:"more,omitempty" doc:"rows that were left out"`
}

// ListAge is a suppression list and how old it is.
type ListAge struct {
	Name   string `json:"name"`
	AsOf   string `json:"as_of,omitempty" doc:"the day it was drawn, yyyy-mm-dd"`
	Days   *int   `json:"age_days,omitempty" doc:"from that day to the run's as-of date"`
	MaxAge string `json:"max_age,omitempty" doc:"as the config says, such as 28d"`
	Stale  bool   `json:"stale" doc:"older than it may be"`
	Rows   int64  `json:"rows"`
}

// Movement is what changed since the previous run.
type Movement struct {
	What string `json:"what"`
	N    int64  `json:"n"`
}

// Matching is what matching says of itself.
type Matching struct {
	Threshold float64  `json:"threshold" doc:"probability from which records are joined"`
	Pairs     int64    `json:"pairs_compared"`
	Expected  float64  `json:"expected_matches"`
	Precision float64  `json:"estimated_precision" doc:"share of links that are right, as the model sees it, without labels"`
	Recall    float64  `json:"estimated_recall" doc:"share of duplicates that were found, as the model sees it"`
	Review    int64    `json:"review_pairs" doc:"rows of the table review"`
	Converged bool     `json:"converged"`
	Keys      []Count  `json:"blocking_keys"`
	Weights   []Weight `json:"weights"`
	Warnings  []string `json:"warnings,omitempty"`
}

// Weight is a level of a comparison, in bits.
type Weight struct {
	Comparison string  `json:"comparison"`
	Level      string  `json:"level"`
	Bits       float64 `json:"bits"`
}

// Input is a file that was read.
type Input struct {
	Source  string `json:"source"`
	File    string `json:"file"`
	Rows    int64  `json:"rows"`
	Rejects int64  `json:"rejects"`
}

// Found is something that was found out, and why.
type Found struct {
	Where  string `json:"where"`
	What   string `json:"what"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
}

// Facts are what counts cannot tell.
type Facts struct {
	Run, Version, AsOf string
	Locale             string
	Warnings           []string
	Lists              []ListAge
	Matching           Matching
	References         []reference.Card
	Inputs             []Input
	Guesses, Dates     []Found
	Movement           []Movement
	Previous           *Report
	Rerun              string
	Gates              []Gate // every value of a dimension that a gate is by is kept, however many
}

// mostRows is how many rows of a table the report shows; the rest are counted and stand in the tables.
const mostRows = 50

// Build makes the report of a run's counts and facts.
func Build(counted *Tally, f Facts) *Report {
	t := NewTally() // what is added here is not counted twice where a tally is reported twice
	t.Merge(counted)
	t.Add("review_pairs", f.Matching.Review)
	t.Add("million", 1_000_000)
	t.Add("estimated_precision_ppm", int64(f.Matching.Precision*1e6+0.5))
	t.Add("estimated_recall_ppm", int64(f.Matching.Recall*1e6+0.5))
	t.ages(f.AsOf)
	r := &Report{
		Run: f.Run, Version: f.Version, AsOf: f.AsOf, Locale: f.Locale, Published: true, Warnings: f.Warnings, Lists: slices.Clone(f.Lists), Movement: f.Movement, Matching: f.Matching,
		References: f.References, Inputs: f.Inputs[:min(len(f.Inputs), 200)], Guesses: slices.Clone(f.Guesses[:min(len(f.Guesses), 200)]), Dates: f.Dates[:min(len(f.Dates), 100)], Rerun: f.Rerun,
	}
	if f.Previous != nil {
		r.Previous = f.Previous.Run
	}
	for i := range r.Guesses {
		r.Guesses[i].Value = short(r.Guesses[i].Value)
		r.Guesses[i].Reason = short(r.Guesses[i].Reason)
	}
	for i := range r.Lists {
		r.Lists[i].Days = daysBetween(r.Lists[i].AsOf, f.AsOf)
	}
	r.Waterfall = waterfall(t, f.Previous)
	r.Mend = mend(t, f.Previous)
	r.Metrics = values(t, f.Previous, f.Gates)
	for _, d := range append(dimNames(), "source") {
		r.Dimensions = append(r.Dimensions, Count{Name: d, N: int64(len(t.Values(d, "customers", "rows_read")))})
	}
	r.WhyNot = whyNot(t)
	r.Tables = breakdowns(t, f.Previous)
	return r
}

// daysBetween counts days; nil where one of them is none.
func daysBetween(from, to string) *int {
	a, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return nil
	}
	b, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return nil
	}
	n := int(b.Sub(a).Hours() / 24)
	return &n
}

// short cuts long text, such as a header of ten thousand letters.
func short(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return s
}

// waterfall goes from rows read to customers that can be contacted; each loss is counted once, so that it sums.
func waterfall(t *Tally, before *Report) []Step {
	out := []Step{
		{Name: "rows read", N: t.Get("rows_read")},
		{Name: Words("rejected"), Code: "rejected", N: t.Get("rejected"), Loss: true},
		{Name: Words("erased"), Code: "erased", N: t.Get("erased"), Loss: true},
		{Name: Words("merged"), Code: "merged", N: t.Get("merged"), Loss: true},
		{Name: "customers", N: t.Get("customers")},
	}
	for _, r := range inOrder(t.Values("reason", "not_contactable")) {
		out = append(out, Step{Name: Words(r), Code: r, N: t.At("not_contactable", "reason", r), Loss: true})
	}
	out = append(out, Step{Name: "customers that can be contacted", N: t.Get("contactable")})
	if before == nil {
		return out
	}
	for i := range out {
		var n int64 // a reason that the previous run did not have
		for _, s := range before.Waterfall {
			if s.Code == out[i].Code && s.Loss == out[i].Loss && (s.Loss || s.Name == out[i].Name) {
				n = s.N
			}
		}
		out[i].Before = &n
	}
	return out
}

// inOrder sorts reasons: permission before status, each strongest first, those of neither kind last.
func inOrder(reasons []string) []string {
	slices.SortFunc(reasons, func(a, b string) int {
		return cmp.Or(cmp.Compare(record.Reason(a).Precedence(), record.Reason(b).Precedence()), cmp.Compare(a, b))
	})
	return reasons
}

func mend(t *Tally, before *Report) []Mend {
	var out []Mend
	list := t.Values("problem", "repairs")
	for _, p := range list[:min(len(list), mostRows)] {
		m := Mend{Name: p, N: t.At("repairs", "problem", p)}
		for _, tier := range sortTiers(t.Values("value_tier of "+p, "repairs")) {
			m.Tiers = append(m.Tiers, Count{Name: tier, N: t.At("repairs", "value_tier of "+p, tier)})
		}
		if before != nil {
			var n int64
			for _, b := range before.Mend {
				if b.Name == p {
					n = b.N
				}
			}
			m.Before = &n
		}
		out = append(out, m)
	}
	return out
}

// tiers is the order of the usual value tiers.
var tiers = []string{"high", "medium", "low"}

// sortTiers puts the usual tiers first, in their order, and none last.
func sortTiers(list []string) []string {
	at := func(s string) int {
		if i := slices.Index(tiers, s); i >= 0 {
			return i
		}
		if s == NoValue {
			return len(tiers) + 1
		}
		return len(tiers)
	}
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(at(a), at(b)) })
	return list
}

// whyNot lists, for the largest values of each dimension, the reasons that keep customers from being contacted.
func whyNot(t *Tally) []WhyNot {
	reasons := make(map[string]map[string][]string) // by dimension and value
	t.Each(func(k tally.Key, _ int64) {
		if r, ok := strings.CutPrefix(k.Count, lostPrefix); ok {
			if reasons[k.Dimension] == nil {
				reasons[k.Dimension] = make(map[string][]string)
			}
			reasons[k.Dimension][k.Value] = append(reasons[k.Dimension][k.Value], r)
		}
	})
	var out []WhyNot
	for _, d := range append([]string{"channel"}, append(dimNames(), "source")...) {
		list := t.Values(d, "customers")
		for _, v := range list[:min(len(list), mostRows)] {
			x := WhyNot{Dimension: d, Value: v}
			for _, r := range inOrder(reasons[d][v]) {
				x.Reasons = append(x.Reasons, Count{Name: r, N: t.At(lostPrefix+r, d, v)})
			}
			slices.SortStableFunc(x.Reasons, func(a, b Count) int { return cmp.Compare(b.N, a.N) })
			if len(x.Reasons) > 0 {
				out = append(out, x)
			}
		}
	}
	return out
}

// Sums reports whether the waterfall adds up.
func (r *Report) Sums() bool {
	var left int64 = -1
	for _, s := range r.Waterfall {
		switch {
		case left < 0:
			left = s.N
		case s.Loss:
			left -= s.N
		case s.N != left:
			return false
		}
	}
	return true
}

func values(t *Tally, before *Report, gates []Gate) []Value {
	var out []Value
	add := func(m Metric, dim, v string) {
		x := Value{Metric: m.Name, Dimension: dim, Value: v}
		if dim == "" {
			x.Numerator = t.Get(m.Numerator)
			x.Denominator = t.Get(m.Denominator)
		} else {
			x.Numerator = t.At(m.Numerator, dim, v)
			x.Denominator = t.At(m.Denominator, dim, v)
		}
		switch {
		case m.Denominator == "":
			n := float64(x.Numerator)
			x.Rate = &n
		case x.Denominator > 0:
			q := float64(x.Numerator) / float64(x.Denominator)
			x.Rate = &q
		}
		if before != nil {
			if b := before.Find(m.Name, dim, v); b != nil {
				x.Before = b.Rate
			}
		}
		out = append(out, x)
	}
	for _, m := range Metrics {
		add(m, "", "")
		for _, d := range m.Dimensions {
			list := t.Values(d, m.Numerator, m.Denominator)
			switch {
			case d == ageDim:
				list = inBands(list)
			case d == "value_tier":
				list = sortTiers(list)
			}
			if !slices.ContainsFunc(gates, func(g Gate) bool { return g.Metric == m.Name && g.By == d }) {
				list = list[:min(len(list), mostRows)]
			} else if before != nil {
				list = append(list, before.gone(m.Name, d, list)...)
			}
			for _, v := range list {
				add(m, d, v)
			}
		}
	}
	return out
}

// gone are the values of a dimension that this report counted and a later one does not.
func (r *Report) gone(metric, dimension string, now []string) []string {
	var out []string
	for _, v := range r.Metrics {
		if v.Metric == metric && v.Dimension == dimension && v.Numerator+v.Denominator > 0 && !slices.Contains(now, v.Value) {
			out = append(out, v.Value)
		}
	}
	return out
}

// Find is a metric's value; nil when the report has none.
func (r *Report) Find(metric, dimension, value string) *Value {
	for i := range r.Metrics {
		if v := &r.Metrics[i]; v.Metric == metric && v.Dimension == dimension && v.Value == value {
			return v
		}
	}
	return nil
}

func breakdowns(t *Tally, before *Report) []Breakdown {
	var out []Breakdown
	for _, b := range []struct{ name, of, count, dim, total string }{
		{"why rows could not be read", "rows", "rejected", "reason", "rows_read"},
		{"why mailboxes are not simply valid", "mailboxes", "point_reasons", "email", "email_points"},
		{"why numbers are not simply valid", "numbers", "point_reasons", "phone", "phone_points"},
		{"why addresses are not simply valid", "addresses", "point_reasons", "post", "post_points"},
		{"why a point may not be used", "points and channels", "permission_reasons", "reason", "permissions"},
		{"why customers cannot be contacted", "customers", "not_contactable", "reason", "customers"},
		{"how many records a customer has", "customers", "cluster_size", "records", "customers"},
		{"which sources hold the same customers", "customers", "in_several_sources", "sources", "customers"},
		{"what cleaning and merging changed", "values", "changes", "rule", ""},
	} {
		list := t.Values(b.dim, b.count)
		x := Breakdown{Name: b.name, Of: b.of, Total: t.Get(b.total), More: max(len(list)-mostRows, 0)}
		for i, v := range list {
			n := t.At(b.count, b.dim, v)
			if b.total == "" {
				x.Total += n
			}
			if i < mostRows {
				x.Rows = append(x.Rows, Count{v, n, before.counted(b.name, v)})
			}
		}
		if len(x.Rows) > 0 {
			out = append(out, x)
		}
	}
	return out
}

// counted is a row of a table of counts: 0 where a whole table lacks it, nil where it may have been left out.
func (r *Report) counted(table, row string) *int64 {
	if r == nil {
		return nil
	}
	var n int64
	for _, b := range r.Tables {
		if b.Name != table {
			continue
		}
		i := slices.IndexFunc(b.Rows, func(c Count) bool { return c.Name == row })
		if i >= 0 {
			return &b.Rows[i].N
		}
		if b.More > 0 {
			return nil
		}
	}
	return &n
}

// JSON is the report's text: the same report gives the same bytes.
func (r *Report) JSON() ([]byte, error) {
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return append(b, '\n'), nil
}

// Read reads what [Report.JSON] wrote.
func Read(b []byte) (*Report, error) {
	var r Report
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("report.json: %w", err)
	}
	return &r, nil
}

//go:embed words.psv
var wordsFile string

// words are the plain words of a code and what to do about it.
var words = func() map[string][2]string {
	out := make(map[string][2]string)
	for i, line := range strings.Split(strings.TrimSpace(wordsFile), "\n") {
		if c := strings.Split(line, "|"); i > 0 {
			out[c[0]] = [2]string{c[1], c[2]}
		}
	}
	return out
}()

// Words says a reason's code in words.
func Words(code string) string {
	if w := words[code][0]; w != "" {
		return w
	}
	return strings.ReplaceAll(code, "_", " ")
}

// ToDo says what to do about a problem; empty where there is nothing.
func ToDo(code string) string { return words[code][1] }
