package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
)

func newVerify() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify DIR",
		Short: "the files are those that the manifest names, byte for byte",
		Long: `Verify compares every file of a run with the run's manifest: a changed byte, a missing and an extra file are
named. DIR is a run's folder, or an output folder, whose latest run is meant.

Exit code 0: as published. 1: not.`,
		Example: "  rollcall verify out\n  rollcall verify out/run-0123456789abcdef --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			run, err := pipeline.Resolve(args[0])
			if err != nil {
				return err
			}
			faults, err := pipeline.Verify(run)
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			if asJSON {
				if faults == nil {
					faults = []pipeline.Fault{}
				}
				if err := printJSON(out, map[string]any{"run": run, "faults": faults}); err != nil {
					return err
				}
			} else {
				for _, f := range faults {
					fmt.Fprintf(out, "%-8s %s\n", f.What, f.Path)
				}
			}
			if len(faults) > 0 {
				return failed{fmt.Sprintf("%s: %d of its files are not as published", run, len(faults))}
			}
			if !asJSON {
				fmt.Fprintf(out, "%s: every file is as published\n", run)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
