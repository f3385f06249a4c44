package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Gate is a limit on a metric.
type Gate struct {
	Metric    string
	Min, Max  *float64
	MaxChange *float64
	By        string // a dimension: the limit holds for each of its values
	Warn      bool   // told, but stops nothing unless warnings fail
}

// GateResult is what became of a gate.
type GateResult struct {
	Gate   string `json:"gate"`
	Passed bool   `json:"passed"`
	Warn   bool   `json:"warn,omitempty"`
	Why    string `json:"why"`
}

// CheckGates says what is wrong with gates before anything is read: a metric or dimension that does not exist.
func CheckGates(gates []Gate) error {
	for _, g := range gates {
		i := slices.IndexFunc(Metrics, func(m Metric) bool { return m.Name == g.Metric })
		if i < 0 {
			return fmt.Errorf("gates: there is no metric %q; did you mean %q?", g.Metric, nearestMetric(g.Metric))
		}
		if g.By != "" && !slices.Contains(Metrics[i].Dimensions, g.By) {
			return fmt.Errorf("gates: %s is not counted by %q; it is by: %s", g.Metric, g.By, strings.Join(Metrics[i].Dimensions, ", "))
		}
	}
	return nil
}

func nearestMetric(name string) string {
	best, distance := "", math.MaxInt
	for _, m := range Metrics {
		if d := levenshtein.ComputeDistance(name, m.Name); d < distance {
			best, distance = m.Name, d
		}
	}
	return best
}

// Judge holds a report against gates. A metric that could not be computed fails its gate.
func Judge(r *Report, gates []Gate) []GateResult {
	var out []GateResult
	for _, g := range gates {
		n := 0
		for _, v := range r.Metrics {
			if v.Metric == g.Metric && v.Dimension == g.By {
				out = append(out, g.judge(v))
				n++
			}
		}
		if n == 0 {
			out = append(out, GateResult{g.name(""), false, g.Warn, "could not be computed: there is nothing to count"})
		}
	}
	return out
}

func (g Gate) name(value string) string {
	s := g.Metric
	if value != "" {
		s += "[" + value + "]"
	}
	if g.Min != nil {
		s += " >= " + num(*g.Min)
	}
	if g.Max != nil {
		s += " <= " + num(*g.Max)
	}
	if g.MaxChange != nil {
		s += " moves by <= " + num(*g.MaxChange)
	}
	return s
}

func (g Gate) judge(v Value) GateResult {
	out := GateResult{Gate: g.name(v.Value), Warn: g.Warn}
	switch {
	case v.Rate == nil:
		out.Why = "could not be computed: its denominator is 0"
	case g.Min != nil && *v.Rate < *g.Min, g.Max != nil && *v.Rate > *g.Max:
		out.Why = "is " + num(*v.Rate)
	case g.MaxChange != nil && v.Before == nil:
		out.Why = "could not be computed: there is no previous run that has it"
	case g.MaxChange != nil && math.Abs(*v.Rate-*v.Before) > *g.MaxChange:
		out.Why = "was " + num(*v.Before) + ", is " + num(*v.Rate)
	default:
		out.Passed, out.Why = true, "is "+num(*v.Rate)
	}
	return out
}

func num(x float64) string { return strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64) }
