package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
)

func newPrune() *cobra.Command {
	var (
		out    string
		keep   int
		asJSON bool
	)
	c := &cobra.Command{
		Use:   "prune --out DIR --keep N",
		Short: "remove all but the newest N published runs",
		Long: `Prune removes published runs, the oldest first, and keeps the newest N. The run that latest names is always
kept. After an erasure the report names the runs that still hold an erased person: prune them.`,
		Example: "  rollcall prune --out out --keep 4",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if keep < 1 {
				return usageError{errors.New("--keep takes a number of runs, 1 or more")}
			}
			gone, err := pipeline.Prune(out, keep)
			if err != nil {
				return err
			}
			ids := make([]string, len(gone))
			for i, r := range gone {
				ids[i] = r.ID
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), map[string]any{"removed": ids})
			}
			for _, id := range ids {
				fmt.Fprintln(c.OutOrStdout(), "removed", id)
			}
			if len(ids) == 0 {
				fmt.Fprintln(c.OutOrStdout(), "nothing to remove")
			}
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", "out", "output folder")
	c.Flags().IntVar(&keep, "keep", 0, "how many of the newest runs stay")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
