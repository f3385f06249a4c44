package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/stages/report"
)

// schemas are those of files that are no tables.
var schemas = map[string]func() ([]byte, error){"config": config.Schema, "report": report.Schema}

func newSchema() *cobra.Command {
	var (
		asJSON bool
		odcs   bool
		sql    string
	)
	c := &cobra.Command{
		Use:   "schema config|report|TABLE",
		Short: "JSON Schema of the config and of report.json; columns of a table; --sql DIALECT, --odcs",
		Long: "Schema prints the JSON Schema of run files or of report.json, or the columns of a published table with their types. Tables: " +
			strings.Join(table.Names(), ", ") + `.

--sql DIALECT prints CREATE TABLE, --odcs a data contract in the Open Data Contract Standard v3: of one table, or of all
where none is named. The kept columns (x_*) of a job follow the fixed ones.`,
		Example: "  rollcall schema config > run.schema.json\n  rollcall schema report > report.schema.json\n  rollcall schema contactable\n  rollcall schema contact_points --sql postgres\n  rollcall schema --odcs > contract.odcs.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			out := c.OutOrStdout()
			names := args
			switch {
			case len(args) == 0 && sql == "" && !odcs:
				return usageError{errors.New("schema needs config, report or a TABLE; --sql and --odcs take all tables where none is named")}
			case len(args) == 0:
				names = table.Names()
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
