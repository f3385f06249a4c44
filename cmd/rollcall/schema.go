package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/stages/report"
)

// schemas are those of files that are no tables.
var schemas = map[string]func() ([]byte, error){"config": config.Schema, "report": report.Schema}

func newSchema() *cobra.Command {
	var (
		asJSON bool
		sql    string
	)
	c := &cobra.Command{
		Use:   "schema config|report|TABLE",
		Short: "JSON Schema of the config and of report.json; columns of a table",
		Long: "Schema prints the JSON Schema of run files or of report.json, or the columns of a published table with their types. Tables: " +
			strings.Join(table.Names(), ", ") + ".\n\nThe kept columns (x_*) of a job follow the fixed ones.",
		Example: "  rollcall schema config > run.schema.json\n  rollcall schema report > report.schema.json\n  rollcall schema contactable\n  rollcall schema contact_points --sql postgres",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			out := c.OutOrStdout()
			if schema := schemas[args[0]]; schema != nil {
				b, err := schema()
				if err != nil {
					return err
				}
				fmt.Fprintf(out, "%s\n", bytes.TrimSpace(b))
				return nil
			}
			columns, err := table.Columns(args[0], nil)
			if err != nil {
				return usageError{err}
			}
			switch {
			case sql != "":
				text, err := table.CreateTable(args[0], sql)
				if err != nil {
					return usageError{err}
				}
				fmt.Fprint(out, text)
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
	c.Flags().StringVar(&sql, "sql", "", "CREATE TABLE for duckdb, postgres, bigquery, snowflake, redshift, clickhouse or spark")
	c.PreRunE = func(*cobra.Command, []string) error {
		if asJSON && sql != "" {
			return usageError{errors.New("either --json or --sql")}
		}
		return nil
	}
	return c
}
