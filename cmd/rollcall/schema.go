package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/stages/report"
)

// schemas are those of files that are no tables.
var schemas = map[string]func() ([]byte, error){"config": configSchema, "report": report.Schema}

func configSchema() ([]byte, error) {
	var names []string
	for _, l := range pipeline.Lists() {
		names = append(names, l.Name)
	}
	return config.Schema(names)
}

// printLists prints the lists that a job may replace or extend, and the columns of their files.
func printLists(out io.Writer, asJSON bool) error {
	lists := pipeline.Lists()
	if asJSON {
		return printJSON(out, lists)
	}
	for _, l := range lists {
		fmt.Fprintf(out, "%-18s %6d rows  %s\n", l.Name, l.Rows, cmp.Or(strings.Join(l.Columns, "|"), "(no header, one value a line)"))
	}
	return nil
}

func newSchema() *cobra.Command {
	var (
		asJSON bool
		odcs   bool
		sql    string
	)
	c := &cobra.Command{
		Use:   "schema config|report|reference|TABLE",
		Short: "JSON Schema of the config and of report.json; columns of a table; lists to replace; --sql DIALECT, --odcs",
		Long: "Schema prints the JSON Schema of run files or of report.json, or the columns of a published table with their types. Tables: " +
			strings.Join(table.Names(), ", ") + `.

reference prints the lists that the rules go by, each with the columns of its file, in any order and among others; those with
a ? may be missing. Cells are divided by | without quoting, or as in CSV. A job replaces a list by one of its own
(reference: {nicknames: my.psv}) or extends it (+my.psv). --json adds dates, licences and sources.
placeholders is read by five stages, each taking the rows of its own fields: a list in its place replaces those of all.

--sql DIALECT prints CREATE TABLE, --odcs a data contract in the Open Data Contract Standard v3: of one table, or of all
where none is named. The kept columns (x_*) of a job follow the fixed ones.`,
		Example: "  rollcall schema config > run.schema.json\n  rollcall schema report > report.schema.json\n  rollcall schema reference\n  rollcall schema contactable\n  rollcall schema contact_points --sql postgres\n  rollcall schema --odcs > contract.odcs.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			out := c.OutOrStdout()
			names := args
			switch {
			case len(args) == 0 && sql == "" && !odcs:
				return usageError{errors.New("schema needs config, report, reference or a TABLE; --sql and --odcs take all tables where none is named")}
			case len(args) == 0:
				names = table.Names()
			case args[0] == "reference":
				return printLists(out, asJSON)
			case schemas[args[0]] != nil:
				b, err := schemas[args[0]]()
				if err != nil {
					return err
				}
				fmt.Fprintf(out, "%s\n", bytes.TrimSpace(b))
				return nil
			}
			columns, err := table.Columns(names[0], nil)
			if err != nil {
				return usageError{err}
			}
			switch {
			case odcs:
				text, err := table.Contract(pipeline.SchemaVersion, names, nil)
				if err != nil {
					return err
				}
				fmt.Fprintf(out, "%s", text)
			case sql != "":
				for _, name := range names {
					text, err := table.CreateTable(name, sql)
					if err != nil {
						return usageError{err}
					}
					fmt.Fprint(out, text)
				}
			case asJSON:
				return printJSON(out, columns)
			default:
				for _, x := range columns {
					need := ""
					if x.Required {
						need = "required"
					}
					fmt.Fprintf(out, "%-26s %-17s %s\n", x.Name, x.Type, need)
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringVar(&sql, "sql", "", "print CREATE TABLE for `DIALECT`: "+strings.Join(table.Dialects(), ", "))
	c.Flags().BoolVar(&odcs, "odcs", false, "print a data contract (Open Data Contract Standard v3, YAML)")
	c.PreRunE = func(*cobra.Command, []string) error {
		if asJSON && sql != "" || asJSON && odcs || sql != "" && odcs {
			return usageError{errors.New("one of --json, --sql and --odcs")}
		}
		return nil
	}
	return c
}
