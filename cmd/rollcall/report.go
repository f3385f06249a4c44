package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/atomic"
	"github.com/rollcall-data/rollcall/stages/report"
)

func newReport() *cobra.Command {
	var dir, out string
	c := &cobra.Command{
		Use:     "report --run DIR",
		Short:   "draw the report again from report.json",
		Long:    "Report draws the page from the run's report.json alone, to --out or standard output, never into the run.",
		Example: "  rollcall report --run out > report.html",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if dir == "" {
				return usageError{errors.New("report needs --run DIR")}
			}
			run, err := pipeline.Resolve(dir)
			if err != nil {
				return err
			}
			b, err := os.ReadFile(filepath.Join(run, "report", "report.json"))
			if err != nil {
				return err
			}
			page, err := report.Draw(b)
			if err != nil {
				return err
			}
			if out == "" {
				_, err = c.OutOrStdout().Write(page)
				return err
			}
			if inside(run, out) {
				return usageError{errors.New("--out lies in the run, which is published and stays as it is")}
			}
			return atomic.WriteFile(out, page, 0o600)
		},
	}
	c.Flags().StringVar(&dir, "run", "", "a run's folder, or an output folder")
	c.Flags().StringVar(&out, "out", "", "file to write; default standard output")
	return c
}

// inside reports whether a path lies in a published run.
func inside(run, path string) bool {
	a, errA := filepath.Abs(run)
	b, errB := filepath.Abs(path)
	rel, err := filepath.Rel(a, b)
	return errors.Join(errA, errB, err) == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
