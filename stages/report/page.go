package report

import (
	_ "embed"
	"html/template"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/page"
	"github.com/rollcall-data/rollcall/pipeline/record"
)

//go:embed page.html
var pageFile string

var sheetOfAll = page.New("report", pageFile, template.FuncMap{
	"words": Words, "todo": ToDo, "describe": describe, "named": named, "lean": page.Lean,
	"percent": func(share float64) float64 { return 100 * share },
	"add":     func(a, b int) int { return a + b },
})

// Draw makes the page of report.json: one file, no script, nothing fetched.
func Draw(reportJSON []byte) ([]byte, error) {
	r, err := Read(reportJSON)
	if err != nil {
		return nil, err
	}
	l, err := page.NewLocale(r.Locale)
	if err != nil {
		return nil, err
	}
	return sheetOfAll.Draw(l, view{r})
}

// view is what the template asks of a report.
type view struct{ *Report }

// Metric is a metric overall; nil where the report has none, or nothing was counted.
func (v view) Metric(name string) *Value {
	x := v.Find(name, "", "")
	if x == nil || x.Rate == nil {
		return nil
	}
	return x
}

// Failed are the gates that failed, those that stop the run first.
func (v view) Failed() []GateResult {
	out := slices.DeleteFunc(slices.Clone(v.Gates), func(g GateResult) bool { return g.Passed })
	slices.SortStableFunc(out, func(a, b GateResult) int {
		switch {
		case a.Warn == b.Warn:
			return 0
		case a.Warn:
			return 1
		}
		return -1
	})
	return out
}

// AllGates are the failed gates, then those that passed.
func (v view) AllGates() []GateResult {
	return append(v.Failed(), slices.DeleteFunc(slices.Clone(v.Gates), func(g GateResult) bool { return !g.Passed })...)
}

// Picture is the waterfall with its reasons gathered into groups.
func (v view) Picture() []page.Step {
	groups := []struct {
		label string
		holds func(record.Reason) bool
	}{
		{"− permission, or the lack of it", func(r record.Reason) bool { return slices.Contains(record.PermissionReasons, r) }},
		{"− only points that are out of date", func(r record.Reason) bool { return r.Status() == record.Obsolete }},
		{"− only points that are wrong", func(r record.Reason) bool { return r.Status() == record.Invalid }},
		{"− no point that may be used", func(record.Reason) bool { return true }},
	}
	var out []page.Step
	sums := make([]int64, len(groups))
	for _, s := range v.Waterfall {
		switch {
		case !s.Loss:
			for i, n := range sums {
				if n > 0 {
					out = append(out, page.Step{Label: groups[i].label, By: -float64(n)})
					sums[i] = 0
				}
			}
			out = append(out, page.Step{Label: s.Name, By: float64(s.N), State: true})
		case slices.Contains(fates, s.Code):
			out = append(out, page.Step{Label: "− " + s.Name, By: -float64(s.N)})
		default:
			i := slices.IndexFunc(groups, func(g struct {
				label string
				holds func(record.Reason) bool
			},
			) bool {
				return g.holds(record.Reason(s.Code))
			})
			sums[i] += s.N
		}
	}
	return out
}

// fates are the codes of rows that became no customer.
var fates = []string{string(record.Rejected), string(record.Erased), string(record.Merged)}

// stepView is a step of the waterfall and what it is a share of: the state above it.
type stepView struct {
	Step
	Of   int64
	What string
}

// Steps are the waterfall's steps, each with the number that it is a share of.
func (v view) Steps() []stepView {
	var out []stepView
	var of Step
	for i, s := range v.Waterfall {
		if i == 0 {
			of = s
		}
		out = append(out, stepView{s, of.N, of.Name})
		if !s.Loss {
			of = s
		}
	}
	return out
}

// Change is a step's change since the previous run: of a loss it is negative where more was lost, so that changes sum, too.
func (s Step) Change() *int64 {
	d := change(s.N, s.Before)
	if d != nil && s.Loss {
		*d = -*d
	}
	return d
}

// Change is that of a problem.
func (m Mend) Change() *int64 { return change(m.N, m.Before) }

func change(n int64, before *int64) *int64 {
	if before == nil {
		return nil
	}
	d := n - *before
	return &d
}

// Tiers are the value tiers that have something to mend.
func (v view) Tiers() []string {
	var out []string
	for _, m := range v.Mend {
		for _, t := range m.Tiers {
			if !slices.Contains(out, t.Name) {
				out = append(out, t.Name)
			}
		}
	}
	out = sortTiers(out)
	return out[:min(len(out), 5)]
}

// Tier is how many of a problem are a tier's.
func (m Mend) Tier(name string) int64 { return countOf(m.Tiers, name) }

func countOf(list []Count, name string) int64 {
	for _, c := range list {
		if c.Name == name {
			return c.N
		}
	}
	return 0
}

// dimView is a metric by one dimension.
type dimView struct {
	Metric, Dim string
	Rows        []dimRow
	More        int // values that the report does not list
	Best, Worst *dimRow
	Small       bool // whether some are of too few to be called either
	Before      bool // whether any has a value of the previous run
	Why         bool // whether any has reasons
	Loss        bool // whether less is better
}

type dimRow struct {
	Value
	Why *Count // the commonest reason why not
}

// By lists a metric by a dimension; nil where there is nothing to tell.
func (v view) By(metric, dim string) *dimView {
	d := dimView{Metric: metric, Dim: dim, More: int(countOf(v.Dimensions, dim)), Loss: declared(metric).Better == "down"}
	for _, x := range v.Metrics {
		if x.Metric != metric || x.Dimension != dim {
			continue
		}
		d.More--
		if x.Rate == nil {
			continue
		}
		row := dimRow{Value: x}
		if metric == "contactable_rate" {
			for _, w := range v.WhyNot {
				if w.Dimension == dim && w.Value == x.Value && len(w.Reasons) > 0 {
					row.Why, d.Why = &w.Reasons[0], true
				}
			}
		}
		d.Before = d.Before || x.Before != nil
		d.Rows = append(d.Rows, row)
	}
	d.More = max(d.More, 0)
	if len(d.Rows) == 0 || len(d.Rows) == 1 && d.Rows[0].Value.Value == NoValue {
		return nil
	}
	d.extremes()
	return &d
}

// enough is how many a share has to be of to be called the highest or the lowest.
const enough = 20

// extremes finds the highest and the lowest share among those of enough, or among all where too few are.
func (d *dimView) extremes() {
	large := 0
	for _, r := range d.Rows {
		if r.Denominator >= enough {
			large++
		}
	}
	d.Small = large > 1 && large < len(d.Rows)
	for i := range d.Rows {
		r := &d.Rows[i]
		if d.Small && r.Denominator < enough {
			continue
		}
		if d.Best == nil || *r.Rate > *d.Best.Rate {
			d.Best = r
		}
		if d.Worst == nil || *r.Rate < *d.Worst.Rate {
			d.Worst = r
		}
	}
	if *d.Best.Rate == *d.Worst.Rate {
		d.Best, d.Worst = nil, nil
	}
}

// Least is how many a share is of to be called the highest or the lowest.
func (d *dimView) Least() int { return enough }

// gridRow is a metric by the values of a dimension, side by side.
type gridRow struct {
	Value
	Cells []*Value
}

// grid is metrics by the values of one dimension.
type grid struct {
	Columns []string
	Rows    []gridRow
}

// Grid lists metrics overall and by the largest values of a dimension.
func (v view) Grid(dim string, metrics ...string) grid {
	var g grid
	for _, name := range metrics {
		x := v.Find(name, "", "")
		if x == nil || x.Rate == nil {
			continue
		}
		if g.Columns == nil {
			for _, y := range v.Metrics {
				if y.Metric == name && y.Dimension == dim && len(g.Columns) < 5 {
					g.Columns = append(g.Columns, y.Value)
				}
			}
		}
		row := gridRow{Value: *x}
		for _, c := range g.Columns {
			row.Cells = append(row.Cells, v.Find(name, dim, c))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// Breakdown finds a table of counts by its name; nil where there is none.
func (v view) Breakdown(name string) *Breakdown {
	for i := range v.Tables {
		if v.Tables[i].Name == name {
			return &v.Tables[i]
		}
	}
	return nil
}

// Change is that of a row of counts.
func (c Count) Change() *int64 { return change(c.N, c.Before) }

// spread is what a comparison can say: the level that speaks most against one person, and the one that speaks most for it.
type spread struct {
	Comparison   string
	Against, For Weight
}

// Spreads are the comparisons in the order of the model.
func (v view) Spreads() []spread {
	var out []spread
	for _, w := range v.Matching.Weights {
		i := slices.IndexFunc(out, func(s spread) bool { return s.Comparison == w.Comparison })
		if i < 0 {
			out = append(out, spread{w.Comparison, w, w})
			continue
		}
		if w.Bits < out[i].Against.Bits {
			out[i].Against = w
		}
		if w.Bits > out[i].For.Bits {
			out[i].For = w
		}
	}
	return out
}

// Most is the largest weight, either way.
func (m Matching) Most() (most float64) {
	for _, w := range m.Weights {
		most = max(most, w.Bits, -w.Bits)
	}
	return most
}

// kindRow is the points of a kind by status.
type kindRow struct {
	Name  string
	All   int64
	Cells []share
}

type share struct{ N, Of int64 }

// Points are the contact points by kind and status; nil where there are none.
func (v view) Points() []kindRow {
	var out []kindRow
	for _, k := range [...]struct{ name, kind string }{{"mailboxes", "email"}, {"numbers", "phone"}, {"addresses", "post"}} {
		var row kindRow
		var rest int64
		for _, status := range [...]string{"valid", "obsolete", "invalid"} {
			x := v.Metric(k.kind + "_" + status + "_rate")
			if x == nil {
				break
			}
			if row.Cells == nil {
				row = kindRow{Name: k.name, All: x.Denominator}
				rest = x.Denominator
			}
			row.Cells = append(row.Cells, share{x.Numerator, x.Denominator})
			rest -= x.Numerator
		}
		if row.Cells != nil {
			row.Cells = append(row.Cells, share{rest, row.All})
			out = append(out, row)
		}
	}
	return out
}

// declared is a metric's row in the table of metrics; empty where this version has none of that name.
func declared(metric string) Metric {
	for _, m := range Metrics {
		if m.Name == metric {
			return m
		}
	}
	return Metric{}
}

func describe(metric string) string { return declared(metric).Description }

// named says a value of a dimension: a channel and no value in words, all else as it is.
func named(dim, value string) string {
	switch {
	case value == NoValue:
		return "none given"
	case dim == "channel":
		return ChannelWords(value)
	}
	return page.Shown(value)
}

// ChannelWords says a channel in words.
func ChannelWords(channel string) string {
	switch channel {
	case "sms":
		return "SMS"
	case "voice":
		return "calls"
	}
	return channel
}
