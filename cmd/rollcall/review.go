package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/overrides"
	"github.com/rollcall-data/rollcall/pipeline/review"
)

func newReview() *cobra.Command {
	var (
		dir, path, file string
		port            int
	)
	c := &cobra.Command{
		Use:   "review --run DIR",
		Short: "decide the review pairs on a local page",
		Long: `Review serves a page on this machine alone, on which a person decides the pairs that are too close to call: the same
person, not the same, or skip, by keyboard or mouse, side by side, the pairs that tell most first. It prints the page's
address, which holds a secret: whoever has it sees the page.

Each decision is added at once to the overrides file: the one that --overrides names, else match.overrides of --config,
else decisions.csv here. The run stays as it is; decisions hold from the next run on whose config names the file. A later
decision about the same pair replaces an earlier one.

It ends by the page's Done, or by Ctrl-C; what was decided is in the file either way.`,
		Example: "  rollcall review --run out\n  rollcall review --run out --config run.yaml\n  rollcall review --run out --overrides decisions.csv --port 8500",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if dir == "" {
				return usageError{errors.New("review needs --run DIR")}
			}
			if path == "" && file != "" {
				conf, err := config.Load(file)
				if err != nil {
					return err
				}
				conf.Resolve()
				path = conf.Match.Overrides
			}
			if path == "" {
				path = "decisions.csv"
			}
			run, err := pipeline.Resolve(dir)
			if err != nil {
				return err
			}
			if inside(run, path) {
				return usageError{errors.New("the overrides file lies in the run, which is published and stays as it is")}
			}
			return sit(c, run, path, port)
		},
	}
	c.Flags().StringVar(&dir, "run", "", "a run's folder, or an output folder")
	c.Flags().StringVar(&path, "overrides", "", "`file` that decisions are added to")
	c.Flags().StringVar(&file, "config", "", "run `file` (YAML) whose match.overrides they are added to")
	c.Flags().IntVar(&port, "port", 0, "port of 127.0.0.1; default any that is free")
	return c
}

// sit is one sitting: from what stands to what was decided.
func sit(c *cobra.Command, run, path string, port int) error {
	f, standing, err := overrides.Open(path)
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	q, err := review.Load(filepath.Join(run, "tables"), standing)
	if err != nil || len(q.Pairs) == 0 {
		if err == nil {
			fmt.Fprintln(out, "No pair waits for a decision.")
		}
		return errors.Join(err, f.Close())
	}
	s, err := review.Serve(c.Context(), &review.Sitting{Queue: q, File: f, Path: path}, port, func(url string) {
		fmt.Fprintf(out, "%d pairs wait for a decision", len(q.Pairs))
		if q.Later > 0 {
			fmt.Fprintf(out, ", and %d more for the next sitting", q.Later)
		}
		fmt.Fprintf(out, "; decisions go to %s\nopen %s\nend with Done on the page, or Ctrl-C\n", path, url)
	})
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d the same person, %d not, %d skipped, %d not looked at\n", s.Same, s.Different, s.Skipped, s.Open)
	if s.Same+s.Different > 0 {
		fmt.Fprintf(out, "they hold from the next run on, if its config has match: {overrides: %s}\n", path)
	}
	return nil
}
