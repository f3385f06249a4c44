package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/stages/report"
)

func newRun() *cobra.Command {
	var (
		file   string
		asJSON bool
	)
	c := &cobra.Command{
		Use:   "run [EXTRACT...]",
		Short: "the whole job; extracts alone need no config",
		Long: `Run reads the extracts, cleans them, finds which records are one person, judges every contact point and permission,
and publishes the tables, the report and a manifest into OUT/run-<id>, all of it or nothing.

Every flag can stand in the config; ROLLCALL_<FLAG> variables override the config, flags override both. The same job on
the same data is recognised: then nothing is done and latest points to it.

Exit codes: 0 published · 2 wrong usage or config · 3 an input cannot be read · 4 a gate failed, nothing published ·
75 another run holds the output · 130 interrupted, nothing half-written.`,
		Example: `  rollcall run customers.csv
  rollcall run crm.csv.gz shop.xlsx app.jsonl --out out
  cat customers.csv | rollcall run - --out out
  rollcall run --config run.yaml --previous out --memory 2GiB`,
		RunE: func(c *cobra.Command, args []string) error {
			conf, err := readConfig(c, file, args)
			if err != nil {
				return err
			}
			job, err := newJob(c, conf)
			if err != nil {
				return err
			}
			outcome, err := pipeline.Run(c.Context(), job)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), map[string]any{"run_id": outcome.ID, "dir": outcome.Dir, "already": outcome.Already, "steps": outcome.Timings, "waterfall": outcome.Report.Waterfall})
			}
			summary(c.OutOrStdout(), outcome)
			return nil
		},
	}
	c.Flags().StringVar(&file, "config", "", "run `file` (YAML); see rollcall init")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	jobFlags(c)
	return c
}

// summary is what a person wants to read at the end of a run.
func summary(w io.Writer, o *pipeline.Outcome) {
	if o.Already {
		fmt.Fprintln(w, "The same run was published before; there was nothing to do.")
	}
	r := o.Report
	count := func(name string) int64 {
		for _, s := range r.Waterfall {
			if s.Name == name || s.Code == name {
				return s.N
			}
		}
		return 0
	}
	customers, open := count("customers"), count("customers that can be contacted")
	fmt.Fprintf(w, "%s rows read, %s could not be read, %s joined another record\n", number(count("rows read")), number(count("rejected")), number(count("merged")))
	if bad := rejected(r); bad != "" {
		fmt.Fprintf(w, "not read:   %s; why, row by row: %s\n", bad, filepath.Join(o.Dir, "tables", "rejects"))
	}
	fmt.Fprintf(w, "%s customers, %s of them can be contacted (%s)\n", number(customers), number(open), share(open, customers))
	var parts []string
	for _, ch := range []string{"email", "sms", "voice", "post"} {
		if v := r.Find(ch+"_rate", "", ""); v != nil {
			parts = append(parts, ch+" "+number(v.Numerator))
		}
	}
	fmt.Fprintf(w, "by channel: %s\n", strings.Join(parts, ", "))
	fmt.Fprintf(w, "obsolete:   %s mailboxes, %s numbers, %s addresses\n", numerator(r, "email_obsolete_rate"), numerator(r, "phone_obsolete_rate"), numerator(r, "post_obsolete_rate"))
	if why := reasons(r); why != "" {
		fmt.Fprintf(w, "why not:    %s\n", why)
	}
	if len(r.Mend) > 0 {
		fmt.Fprintf(w, "mend first: %s (%s)\n", report.Words(r.Mend[0].Name), number(r.Mend[0].N))
	}
	for _, g := range r.Gates {
		if !g.Passed {
			fmt.Fprintf(w, "gate:       %s %s; it failed, but stopped nothing\n", g.Gate, g.Why)
		}
	}
	for _, warning := range r.Warnings {
		fmt.Fprintf(w, "note:       %s\n", warning)
	}
	fmt.Fprintf(w, "tables:     %s\n", filepath.Join(o.Dir, "tables"))
	fmt.Fprintf(w, "report:     %s\n", filepath.Join(o.Dir, "report", "report.html"))
}

// rejected counts the rows that could not be read, by file.
func rejected(r *report.Report) string {
	var parts []string
	for _, in := range r.Inputs {
		if in.Rejects > 0 {
			parts = append(parts, number(in.Rejects)+" of "+in.File)
		}
	}
	if most := 5; len(parts) > most {
		parts = append(parts[:most], fmt.Sprintf("and of %d files more", len(parts)-most))
	}
	return strings.Join(parts, ", ")
}

// reasons are the commonest reasons why customers cannot be contacted.
func reasons(r *report.Report) string {
	var parts []string
	var steps []report.Step
	for _, s := range r.Waterfall[5:] {
		if s.Loss {
			steps = append(steps, s)
		}
	}
	slices.SortStableFunc(steps, func(a, b report.Step) int { return int(b.N - a.N) })
	for _, s := range steps[:min(len(steps), 3)] {
		parts = append(parts, fmt.Sprintf("%s (%s)", s.Name, number(s.N)))
	}
	return strings.Join(parts, ", ")
}

func numerator(r *report.Report, metric string) string {
	if v := r.Find(metric, "", ""); v != nil {
		return number(v.Numerator)
	}
	return "0"
}

func share(n, of int64) string {
	if of == 0 {
		return "none"
	}
	return strconv.FormatFloat(100*float64(n)/float64(of), 'f', 1, 64) + " %"
}

func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
