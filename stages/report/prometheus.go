package report

import (
	"fmt"
	"strconv"
	"strings"
)

// Only these are written with a backslash in Prometheus' text format; any other backslash spoils the whole file.
var (
	helpEscapes  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	labelEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// Prometheus is the metrics as a textfile, in the text format 0.0.4: one gauge a metric, each of its dimensions a label, and
// what became of the run. A metric that could not be computed is left out.
func Prometheus(r *Report) []byte {
	var out strings.Builder
	begin := func(name, help string) {
		fmt.Fprintf(&out, "# HELP rollcall_%s %s\n# TYPE rollcall_%s gauge\n", name, helpEscapes.Replace(help), name)
	}
	write := func(name, label, value string, x float64) {
		out.WriteString("rollcall_" + name)
		if label != "" {
			out.WriteString("{" + label + `="` + labelEscapes.Replace(strings.ToValidUTF8(value, "\ufffd")) + `"}`)
		}
		out.WriteString(" " + strconv.FormatFloat(x, 'g', -1, 64) + "\n")
	}
	published, failed := 0.0, map[bool]float64{}
	if r.Published {
		published = 1
	}
	for _, g := range r.Gates {
		if !g.Passed {
			failed[g.Warn]++
		}
	}
	begin("published", "1 where the run was published, 0 where a gate stopped it")
	write("published", "", "", published)
	begin("gates_failed", "gates that failed, by their level")
	write("gates_failed", "level", "error", failed[false])
	write("gates_failed", "level", "warn", failed[true])
	for _, m := range Metrics {
		first := true
		for _, v := range r.Metrics {
			if v.Metric != m.Name || v.Rate == nil {
				continue
			}
			if first {
				begin(m.Name, m.Description)
				first = false
			}
			write(m.Name, v.Dimension, v.Value, *v.Rate)
		}
	}
	return []byte(out.String())
}
