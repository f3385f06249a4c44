package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
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

// Report is report.json: aggregates only.
type Report struct {
	Run        string       `json:"run_id"`
	Version    string       `json:"version"`
	AsOf       string       `json:"as_of"`
	Published  bool         `json:"published"`
	Verdict    string       `json:"verdict"`
	Warnings   []string     `json:"warnings,omitempty"`
	Waterfall  []Step       `json:"waterfall"`
	Mend       []Count      `json:"mend_first"`
	Metrics    []Value      `json:"metrics"`
	Tables     []Breakdown  `json:"breakdowns"`
	Lists      []ListAge    `json:"suppression_lists,omitempty"`
	Movement   []Movement   `json:"movement,omitempty"`
	Matching   Matching     `json:"matching"`
	References []Reference  `json:"reference_data"`
	Inputs     []Input      `json:"inputs"`
	Guesses    []Found      `json:"found_out,omitempty"`
	Dates      []Found      `json:"date_orders,omitempty"`
	Gates      []GateResult `json:"gates,omitempty"`
	Rerun      string       `json:"rerun"`
}

// Step is one step of the waterfall: what is left, and what was taken away to get there.
type Step struct {
	Name string `json:"name"`
	Code string `json:"code,omitempty"`
	N    int64  `json:"n"`
	Loss bool   `json:"loss"` // n was taken away; else n is left
}

// Count is a number with a name.
type Count struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// Value is a metric of this run: overall where Dimension is empty.
type Value struct {
	Metric      string   `json:"metric"`
	Dimension   string   `json:"dimension,omitempty"`
	Value       string   `json:"value,omitempty"`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator,omitempty"`
	Rate        *float64 `json:"rate"` // null where it could not be computed
	Before      *float64 `json:"before,omitempty"`
}

// Breakdown is a table of counts: reasons, rules, sizes.
type Breakdown struct {
	Name string  `json:"name"`
	Of   string  `json:"of"`
	Rows []Count `json:"rows"`
	More int     `json:"more,omitempty"` // rows that were left out
}

// ListAge is a suppression list and how old it is.
type ListAge struct {
	Name  string `json:"name"`
	AsOf  string `json:"as_of,omitempty"`
	Stale bool   `json:"stale"`
	Rows  int64  `json:"rows"`
}

// Movement is what changed since the previous run.
type Movement struct {
	What string `json:"what"`
	N    int64  `json:"n"`
}

// Matching is what matching says of itself.
type Matching struct {
	Threshold float64  `json:"threshold"`
	Pairs     int64    `json:"pairs_compared"`
	Expected  float64  `json:"expected_matches"`
	Precision float64  `json:"estimated_precision"`
	Recall    float64  `json:"estimated_recall"`
	Review    int64    `json:"review_pairs"`
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

// Reference is a list that the rules read.
type Reference struct {
	Name    string `json:"name"`
	Date    string `json:"date"`
	Rows    int    `json:"rows"`
	Licence string `json:"licence"`
	Source  string `json:"source"`
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
	Warnings           []string
	Lists              []ListAge
	Matching           Matching
	References         []Reference
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
func Build(t *Tally, f Facts) *Report {
	t.Add("review_pairs", f.Matching.Review)
	t.Add("million", 1_000_000)
	t.Add("estimated_precision_ppm", int64(f.Matching.Precision*1e6+0.5))
	t.Add("estimated_recall_ppm", int64(f.Matching.Recall*1e6+0.5))
	r := &Report{
		Run: f.Run, Version: f.Version, AsOf: f.AsOf, Published: true, Warnings: f.Warnings, Lists: f.Lists, Movement: f.Movement, Matching: f.Matching,
		References: f.References, Inputs: f.Inputs[:min(len(f.Inputs), 200)], Guesses: f.Guesses[:min(len(f.Guesses), 200)], Dates: f.Dates[:min(len(f.Dates), 100)], Rerun: f.Rerun,
	}
	for i := range r.Guesses {
		r.Guesses[i].Value = short(r.Guesses[i].Value)
		r.Guesses[i].Reason = short(r.Guesses[i].Reason)
	}
	r.Waterfall = waterfall(t)
	for _, p := range t.Values("problem", "repairs") {
		r.Mend = append(r.Mend, Count{p, t.At("repairs", "problem", p)})
	}
	r.Mend = r.Mend[:min(len(r.Mend), mostRows)]
	r.Metrics = values(t, f.Previous, f.Gates)
	r.Tables = breakdowns(t)
	return r
}

// short cuts long text, such as a header of ten thousand letters.
func short(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return s
}

// waterfall goes from rows read to customers that can be contacted; each loss is counted once, so that it sums.
func waterfall(t *Tally) []Step {
	out := []Step{
		{"rows read", "", t.Get("rows_read"), false},
		{"could not be read", "rejected", t.Get("rejected"), true},
		{"erased by request", "erased", t.Get("erased"), true},
		{"joined another record of the same customer", "merged", t.Get("merged"), true},
		{"customers", "", t.Get("customers"), false},
	}
	for _, p := range record.PermissionReasons {
		if n := t.At("not_contactable", "reason", string(p)); n > 0 {
			out = append(out, Step{Words(string(p)), string(p), n, true})
		}
	}
	for _, s := range record.StatusReasons {
		if n := t.At("not_contactable", "reason", string(s.Reason)); n > 0 {
			out = append(out, Step{Words(string(s.Reason)), string(s.Reason), n, true})
		}
	}
	for _, v := range t.Values("reason", "not_contactable") {
		if !slices.ContainsFunc(out, func(s Step) bool { return s.Code == v }) {
			out = append(out, Step{Words(v), v, t.At("not_contactable", "reason", v), true})
		}
	}
	return append(out, Step{"customers that can be contacted", "", t.Get("contactable"), false})
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
			if !slices.ContainsFunc(gates, func(g Gate) bool { return g.Metric == m.Name && g.By == d }) {
				list = list[:min(len(list), mostRows)]
			}
			for _, v := range list {
				add(m, d, v)
			}
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

func breakdowns(t *Tally) []Breakdown {
	var out []Breakdown
	for _, b := range []struct{ name, of, count, dim string }{
		{"why rows could not be read", "rows", "rejected", "reason"},
		{"why mailboxes are not simply valid", "mailboxes", "point_reasons", "email"},
		{"why numbers are not simply valid", "numbers", "point_reasons", "phone"},
		{"why addresses are not simply valid", "addresses", "point_reasons", "post"},
		{"why a point may not be used", "points and channels", "permission_reasons", "reason"},
		{"why customers cannot be contacted", "customers", "not_contactable", "reason"},
		{"how many records a customer has", "customers", "cluster_size", "records"},
		{"what cleaning and merging changed", "values", "changes", "rule"},
	} {
		list := t.Values(b.dim, b.count)
		x := Breakdown{Name: b.name, Of: b.of, More: max(len(list)-mostRows, 0)}
		for _, v := range list[:min(len(list), mostRows)] {
			x.Rows = append(x.Rows, Count{v, t.At(b.count, b.dim, v)})
		}
		if len(x.Rows) > 0 {
			out = append(out, x)
		}
	}
	return out
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

// plain are the codes whose own words say too little.
var plain = map[string]string{
	"no_permission": "nobody asked them for permission", "permission_denied": "they denied permission", "do_not_contact": "asked not to be contacted",
	"do_not_call": "asked not to be called", "suppressed": "stand on a suppression list", "stale_suppression_list": "the suppression list is out of date",
	"permission_expired": "their permission has expired", "too_often": "were contacted as often as is allowed", "no_contact_point": "have no mailbox, number or address",
	"hard_bounce": "mail to them bounced for good", "provider_closed": "their mail provider has closed", "obsolete_format": "the number is of an old format",
}

// Words says a reason's code in words.
func Words(code string) string {
	if w, ok := plain[code]; ok {
		return w
	}
	return strings.ReplaceAll(code, "_", " ")
}
