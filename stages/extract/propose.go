package extract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Propose writes a run file for sources that were looked at, with a comment for each guess. One of which no column is
// known has a skeleton: the fields that people mostly want, and the columns to choose from.
func Propose(extracts []*Extract) string {
	var out strings.Builder
	out.WriteString("# Proposed by `rollcall init`. Read it, mend it, then: rollcall run --config run.yaml\n")
	out.WriteString("# as_of: 2026-11-21          # the day the run speaks for; default today in UTC\n")
	out.WriteString("# default_country: GB        # of values that say none\n\nsources:\n")
	for _, e := range extracts {
		t := e.tables[0]
		fmt.Fprintf(&out, "  - name: %s\n    path: %s\n", scalarYAML(e.source.Name), scalarYAML(t.file.Shown))
		told := slices.ContainsFunc(e.maps[0].columns, func(c column) bool { return c.field != record.RecordID })
		var columns []Guess
		for _, g := range t.guesses {
			if g.What == "column" {
				columns = append(columns, g)
				continue
			}
			fmt.Fprintf(&out, "    # %s: %s (%s)\n", g.What, g.Value, g.Reason)
			if g.What == "header" && g.Value == "no" && !told {
				out.WriteString("    # header: true             # if the first row names the columns: then columns takes its names\n")
			}
		}
		out.WriteString("    columns:\n")
		if !told {
			out.WriteString("      # No column but ids could be told. Say which is which, such as:\n")
			for _, f := range []record.Field{record.RecordID, record.FullName, record.Email, record.Phone, record.Street, record.Postcode, record.City, record.DoNotContact} {
				fmt.Fprintf(&out, "      # %s: ...\n", f)
			}
		}
		for f := range record.NumFields {
			names, why := e.proposed(f, columns)
			if len(names) == 0 {
				continue
			}
			value := scalarYAML(names[0])
			if len(names) > 1 || f.Many() {
				quoted := make([]string, len(names))
				for i, n := range names {
					quoted[i] = scalarYAML(n)
				}
				value = "[" + strings.Join(quoted, ", ") + "]"
			}
			fmt.Fprintf(&out, "      %-40s # %s\n", f.String()+": "+value, why)
		}
		for _, g := range columns {
			if strings.HasPrefix(g.Reason, "not mapped") {
				fmt.Fprintf(&out, "    # %s: %s\n", g.Value, g.Reason)
			}
		}
	}
	out.WriteString("\noutput: {dir: out}\n")
	return out.String()
}

// proposed lists the columns that fill a field, and the reason for the first.
func (e *Extract) proposed(f record.Field, guesses []Guess) (names []string, why string) {
	for _, c := range e.maps[0].columns {
		if c.field != f {
			continue
		}
		name := e.tables[0].header[c.at]
		if i := slices.IndexFunc(guesses, func(g Guess) bool { return g.Value == name }); i >= 0 && why == "" {
			why = strings.TrimPrefix(guesses[i].Reason, f.String()+": ")
		}
		names = append(names, name)
	}
	return names, why
}

// scalarYAML quotes a text where YAML would read it otherwise.
func scalarYAML(s string) string {
	plain := s != "" && !strings.ContainsAny(s, ":#{}[],&*!|>'\"%@`") && s == strings.TrimSpace(s)
	for _, r := range s {
		plain = plain && r >= ' ' && r != 0x7f
	}
	first := s
	if len(first) > 0 && strings.ContainsAny(first[:1], "-?0123456789.+~") {
		plain = false
	}
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
		plain = false
	}
	if plain {
		return s
	}
	return fmt.Sprintf("%q", s)
}
