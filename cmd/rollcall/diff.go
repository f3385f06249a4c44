package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/atomic"
	"github.com/rollcall-data/rollcall/pipeline/page"
	"github.com/rollcall-data/rollcall/stages/report"
)

func newDiff() *cobra.Command {
	var (
		asJSON bool
		file   string
	)
	c := &cobra.Command{
		Use:   "diff DIR DIR",
		Short: "customers added, gone, merged, split, made or lost contactable",
		Long: `Diff compares two published runs, the earlier one first: which customers came, went, merged and split, which were won
and lost per channel and why, and which moved between value tiers, segments and lifecycle stages. A run's own folder or an
output folder will do. --html writes a page of it; it holds counts, never a customer's value.`,
		Example: "  rollcall diff out/run-0123456789abcdef out\n  rollcall diff out/run-0123456789abcdef out --html diff.html",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			var runs [2]string
			for i, dir := range args {
				var err error
				if runs[i], err = pipeline.Resolve(dir); err != nil {
					return err
				}
			}
			d, err := compareRuns(runs[0], runs[1])
			if err != nil {
				return err
			}
			if file != "" {
				return d.page(file, runs)
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), d)
			}
			d.print(c.OutOrStdout())
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringVar(&file, "html", "", "write a page to this file instead")
	c.PreRunE = func(*cobra.Command, []string) error {
		if asJSON && file != "" {
			return usageError{errors.New("either --json or --html")}
		}
		return nil
	}
	return c
}

func (d *difference) print(out io.Writer) {
	fmt.Fprintf(out, "customers added %d, gone %d, merged %d, split %d\n", d.Added, d.Gone, d.Merged, d.Split)
	fmt.Fprintf(out, "made contactable %d, lost %d\n", d.Won, d.Lost)
	fmt.Fprintf(out, "contactable: %d before, %d lost, %d left, %d won, %d came, %d now\n", d.Before, d.Lost, d.Left, d.Won, d.Came, d.After)
	for _, ch := range d.Channels {
		if ch.Before+ch.After == 0 {
			continue
		}
		fmt.Fprintf(out, "  %-6s %d before, won %d, lost %d, %d now\n", ch.Channel, ch.Before, ch.Won, ch.Lost, ch.After)
		for _, r := range ch.WonDespite {
			fmt.Fprintf(out, "    won, was %s: %d\n", r.Code, r.N)
		}
		for _, r := range ch.LostBecause {
			fmt.Fprintf(out, "    lost because %s: %d\n", r.Code, r.N)
		}
	}
	for _, r := range d.LostBecause {
		fmt.Fprintf(out, "  lost because %s: %d\n", r.Code, r.N)
	}
	for _, m := range d.Moved {
		fmt.Fprintf(out, "  %s: %d from %s to %s\n", report.Words(m.Field), m.N, or(m.From, report.NoValue), or(m.To, report.NoValue))
	}
}

//go:embed diff.html
var diffFile string

// pageFuncs are what the pages of this command call besides the design's own.
var pageFuncs = map[string]any{
	"words":   report.Words,
	"channel": report.ChannelWords,
	"less":    func(a, b int) int { return a - b },
	"big":     func(n int) int64 { return int64(n) },
}

// diffPage is what the template of a comparison sees.
type diffPage struct {
	*difference
	A, B *report.Report
}

// page writes the comparison as a page.
func (d *difference) page(file string, runs [2]string) error {
	for _, run := range runs {
		if inside(run, file) {
			return usageError{errors.New("--html lies in a run, which is published and stays as it is")}
		}
	}
	var x [2]*report.Report
	for i, run := range runs {
		var err error
		if x[i], err = pipeline.ReadReport(run); err != nil {
			return err
		}
	}
	return drawTo(file, page.New("diff", diffFile, pageFuncs), x[1].Locale, diffPage{d, x[0], x[1]})
}

// drawTo writes a page to a file that its owner alone may read.
func drawTo(file string, p *page.Page, locale string, data any) error {
	l, err := page.NewLocale(locale)
	if err != nil {
		return err
	}
	b, err := p.Draw(l, data)
	if err != nil {
		return err
	}
	return atomic.WriteFile(file, b, 0o600)
}

// Steps are the customers that can be contacted, from run to run; they sum.
func (d diffPage) Steps() []page.Step {
	return []page.Step{
		{Label: "could be contacted", By: float64(d.Before), State: true},
		{Label: "− no longer", By: -float64(d.Lost)},
		{Label: "− no longer a customer, or merged", By: -float64(d.Left)},
		{Label: "+ can again, or at last", By: float64(d.Won)},
		{Label: "+ new, or split off", By: float64(d.Came)},
		{Label: "can be contacted", By: float64(d.After), State: true},
	}
}
