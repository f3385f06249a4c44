package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/stages/extract"
)

func newInit() *cobra.Command {
	return &cobra.Command{
		Use:   "init EXTRACT...",
		Short: "look at the extracts, print a run.yaml with a proposed mapping",
		Long: `Init looks at the extracts and prints a run file: format, encoding, delimiter and header as they were found, and which
column fills which field, each guess with its reason. Where no column is known it prints a skeleton with the columns to
choose from. Nothing is written.`,
		Example: "  rollcall init crm.csv shop.xlsx > run.yaml",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			conf := config.Default()
			conf.ForExtracts(args)
			var list []*extract.Extract
			for _, s := range conf.Sources {
				if s.Path == "-" {
					return usageError{errors.New("init cannot read standard input; name a file")}
				}
				files, err := extract.Expand(".", s.Path)
				if err != nil {
					return err
				}
				e, err := extract.Open(extract.Source{Name: s.Name, Files: files, Look: true})
				if err != nil {
					return err
				}
				list = append(list, e)
			}
			fmt.Fprint(c.OutOrStdout(), extract.Propose(list))
			return nil
		},
	}
}

func newCheck() *cobra.Command {
	var (
		file   string
		asJSON bool
	)
	c := &cobra.Command{
		Use:     "check --config F",
		Short:   "config and inputs are readable and fit; nothing is written",
		Example: "  rollcall check --config run.yaml",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				hint := fmt.Sprintf("to propose one for an extract: rollcall init %s > run.yaml", args[0])
				if ending := filepath.Ext(args[0]); ending == ".yaml" || ending == ".yml" {
					hint = "did you mean `rollcall check --config " + args[0] + "`?"
				}
				return usageError{errors.New("check takes its config as --config F; " + hint)}
			}
			if file == "" {
				return usageError{errors.New("check needs --config F; `rollcall init EXTRACT...` proposes one")}
			}
			conf, err := readConfig(c, file, nil)
			if err != nil {
				return err
			}
			job, err := newJob(c, conf)
			if err != nil {
				return err
			}
			found, err := pipeline.Check(c.Context(), job)
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			if asJSON {
				return printJSON(out, found)
			}
			for _, x := range found {
				fmt.Fprintf(out, "%s %s: %s\n", x.Kind, x.Name, strings.Join(x.Files, ", "))
				for _, g := range x.Guesses {
					if g.What != "column" || strings.HasPrefix(g.Reason, "not mapped") {
						fmt.Fprintf(out, "  %s: %s (%s)\n", g.What, g.Value, g.Reason)
					}
				}
				for _, f := range x.Mapped {
					fmt.Fprintf(out, "  %s <- %s\n", f, strings.Join(x.Columns[f], ", "))
				}
				if len(x.Unmapped) > 0 {
					fmt.Fprintf(out, "  not mapped: %s\n", strings.Join(x.Unmapped, ", "))
				}
				for _, warning := range x.Warnings {
					fmt.Fprintf(out, "  WARNING: %s\n", warning)
				}
			}
			fmt.Fprintf(out, "%s: config and inputs fit\n", file)
			return nil
		},
	}
	c.Flags().StringVar(&file, "config", "", "run file (YAML)")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	jobFlags(c)
	return c
}
