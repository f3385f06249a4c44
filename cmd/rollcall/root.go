package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "rollcall",
		Short: "which of our customers can we still reach, and may we?",
		Long: `rollcall reads customer extracts (CSV, JSON lines, Parquet, Excel), cleans them, finds which records are one
person, flags contact points that are invalid or obsolete, honours permission and suppression, and publishes a
contactable customer table in Parquet with a quality report.

Start with one file:

    rollcall run customers.csv

then let it propose a config to keep, and ask it why:

    rollcall init customers.csv > run.yaml
    rollcall run --config run.yaml
    rollcall explain --run out crm:4711`,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(c *cobra.Command, _ []string) error {
			return c.Help()
		},
	}
	root.Version = version
	root.SetVersionTemplate(versionLine())
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w\nsee '%s --help'", err, c.CommandPath())}
	})
	root.AddCommand(
		newRun(), newInit(), newCheck(), newExplain(), newEvaluate(), newDiff(), newVerify(), newReport(), newReview(), newGen(), newPrune(), newSchema(), newVersion(),
	)
	root.Args = usageArgs(cobra.NoArgs)
	for _, c := range root.Commands() {
		c.Args = usageArgs(c.Args)
	}
	return root
}

// usageArgs makes a wrong number of arguments a wrong use.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	if check == nil {
		check = cobra.ArbitraryArgs
	}
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usageError{fmt.Errorf("%w\nsee '%s --help'", err, c.CommandPath())}
		}
		return nil
	}
}
