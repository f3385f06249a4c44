package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/fixtures/synth"
)

func newGen() *cobra.Command {
	var (
		o         synth.Options
		asOf      string
		countries string
	)
	c := &cobra.Command{
		Use:   "gen --rows N --out DIR",
		Short: "make extracts, feeds, config and truth to try it with",
		Long: `Gen makes customers that do not exist: three extracts with headers, encodings and delimiters of their own, feeds of every
kind, a run.yaml that works as it stands, and the truth: truth.csv (who is who) and truth_points.csv (which contact points
work, and may be used). The same options give the same bytes.`,
		Example: `  rollcall gen --rows 100000 --out demo
  rollcall run --config demo/run.yaml --out out
  rollcall evaluate --run out --truth demo/truth.csv`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Rows < 1 || o.Out == "" {
				return usageError{errors.New("gen needs --rows N and --out DIR")}
			}
			if countries != "" {
				o.Countries = strings.Split(strings.ToUpper(countries), ",")
			}
			if asOf != "" {
				t, err := time.Parse(time.DateOnly, asOf)
				if err != nil {
					return usageError{fmt.Errorf("--as-of: %q is not a day; write it as 2026-11-21", asOf)}
				}
				o.AsOf = t
			}
			if err := synth.Generate(c.Context(), o); err != nil {
				return err
			}
			if o.Plain {
				fmt.Fprintf(c.OutOrStdout(), "made %s/plain.csv and %s/truth.csv\n", o.Out, o.Out)
				return nil
			}
			fmt.Fprintf(c.OutOrStdout(), "made %s; next: rollcall run --config %s/run.yaml --out out\n", o.Out, o.Out)
			return nil
		},
	}
	f := c.Flags()
	f.Int64Var(&o.Rows, "rows", 0, "rows of all extracts together")
	f.StringVar(&o.Out, "out", "", "folder to make them in")
	f.Uint64Var(&o.Seed, "seed", 1, "other seeds make other customers")
	f.BoolVar(&o.Plain, "plain", false, "one file in plain columns, and its truth")
	f.StringVar(&countries, "countries", "", "ISO codes, as GB,DE; default all ten")
	f.Float64Var(&o.DuplicateRate, "duplicates", 0, "share of rows that describe somebody again; default 0.3, negative none")
	f.Float64Var(&o.ErrorRate, "errors", 0, "how careless the typing was; default 0.3, negative not at all")
	f.StringVar(&asOf, "as-of", "", "the day that it is; default 2026-11-21")
	return c
}
