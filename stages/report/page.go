package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

//go:embed page.html
var pageFile string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"n": thousands, "pct": percent, "words": Words, "shown": shown, "metric": func(r *Report, name string) *Value { return r.Find(name, "", "") },
	"by": func(r *Report, metric, dim string) []Value {
		var out []Value
		for _, v := range r.Metrics {
			if v.Metric == metric && v.Dimension == dim {
				out = append(out, v)
			}
		}
		return out
	},
	"cut": cut, "rest": rest, "failed": failed,
	"names": func(list ...string) []string { return list },
	"arr":   func(r *Report, metric, dim, title string) table { return table{r, metric, dim, title} },
	"bar":   bar, "change": change, "bits": func(x float64) string { return fmt.Sprintf("%+.1f", x) }, "describe": describe, "fixed": func(x float64) string { return fmt.Sprintf("%.3f", x) },
}).Parse(pageFile))

// table is what the template of a table by dimension needs.
type table struct {
	Report             *Report
	Metric, Dim, Title string
}

// Ref is the value as templates pass it on.
func (v Value) Ref() *Value { return &v }

// Draw makes the page of report.json: one file, no script, nothing fetched.
func Draw(reportJSON []byte) ([]byte, error) {
	r, err := Read(reportJSON)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := page.Execute(&out, r); err != nil {
		return nil, fmt.Errorf("draw report: %w", err)
	}
	return out.Bytes(), nil
}

// thousands writes a count with a thin mark every three digits.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func percent(v *Value) string {
	if v == nil || v.Rate == nil {
		return "not measured"
	}
	if v.Denominator == 0 {
		return thousands(v.Numerator)
	}
	return fmt.Sprintf("%.1f %%", 100**v.Rate)
}

func change(v *Value) string {
	if v == nil || v.Rate == nil || v.Before == nil {
		return ""
	}
	d := *v.Rate - *v.Before
	if v.Denominator > 0 {
		d *= 100
		return fmt.Sprintf("%+.1f points since the previous run", d)
	}
	return fmt.Sprintf("%+.0f since the previous run", d)
}

// bar is the width of a bar in percent of the largest.
func bar(n, of int64) string {
	if of <= 0 {
		return "0"
	}
	return strconv.FormatFloat(math.Round(1000*float64(n)/float64(of))/10, 'f', -1, 64)
}

func describe(metric string) string {
	for _, m := range Metrics {
		if m.Name == metric {
			return m.Description
		}
	}
	return ""
}

// shown makes marks visible that would change the direction or order of the text around them.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) {
			return '·'
		}
		return r
	}, short(s))
}

// pageRows is how many rows of a list the page shows; the rest stand in report.json.
const pageRows = 40

// cut gives the first rows of a list.
func cut(list any) any {
	v := reflect.ValueOf(list)
	return v.Slice(0, min(v.Len(), pageRows)).Interface()
}

// rest is how many rows cut leaves out.
func rest(list any) int { return max(reflect.ValueOf(list).Len()-pageRows, 0) }

// failed are the gates that the page has to tell of.
func failed(gates []GateResult) []GateResult {
	return slices.DeleteFunc(slices.Clone(gates), func(g GateResult) bool { return g.Passed })
}
