package table

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// dialects give each type its name in a warehouse; LIST columns are VARIANT, SUPER or JSON where there are no arrays.
var dialects = map[string]map[Type]string{
	"duckdb":     {String: "VARCHAR", Bool: "BOOLEAN", Int32: "INTEGER", Int64: "BIGINT", Double: "DOUBLE", Date: "DATE", Timestamp: "TIMESTAMPTZ", List: "VARCHAR[]"},
	"postgres":   {String: "text", Bool: "boolean", Int32: "integer", Int64: "bigint", Double: "double precision", Date: "date", Timestamp: "timestamptz", List: "text[]"},
	"bigquery":   {String: "STRING", Bool: "BOOL", Int32: "INT64", Int64: "INT64", Double: "FLOAT64", Date: "DATE", Timestamp: "TIMESTAMP", List: "ARRAY<STRING>"},
	"snowflake":  {String: "VARCHAR", Bool: "BOOLEAN", Int32: "NUMBER(10,0)", Int64: "NUMBER(19,0)", Double: "FLOAT", Date: "DATE", Timestamp: "TIMESTAMP_TZ", List: "ARRAY"},
	"redshift":   {String: "VARCHAR(65535)", Bool: "BOOLEAN", Int32: "INTEGER", Int64: "BIGINT", Double: "DOUBLE PRECISION", Date: "DATE", Timestamp: "TIMESTAMPTZ", List: "SUPER"},
	"clickhouse": {String: "String", Bool: "Bool", Int32: "Int32", Int64: "Int64", Double: "Float64", Date: "Date32", Timestamp: "DateTime64(6, 'UTC')", List: "Array(String)"},
	"spark":      {String: "STRING", Bool: "BOOLEAN", Int32: "INT", Int64: "BIGINT", Double: "DOUBLE", Date: "DATE", Timestamp: "TIMESTAMP", List: "ARRAY<STRING>"},
	"databricks": {String: "STRING", Bool: "BOOLEAN", Int32: "INT", Int64: "BIGINT", Double: "DOUBLE", Date: "DATE", Timestamp: "TIMESTAMP", List: "ARRAY<STRING>"},
}

// Dialects lists the warehouses that [CreateTable] knows.
func Dialects() []string { return slices.Sorted(maps.Keys(dialects)) }

// CreateTable is the statement that makes a published table in a warehouse.
func CreateTable(name, dialect string) (string, error) {
	types, ok := dialects[dialect]
	if !ok {
		return "", fmt.Errorf("no dialect %q; there are %s", dialect, strings.Join(Dialects(), ", "))
	}
	columns, err := Columns(name, nil)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "CREATE TABLE %s (\n", name)
	for i, c := range columns {
		typ := types[c.Type]
		switch {
		case dialect == "clickhouse" && !c.Required && c.Type != List:
			typ = "Nullable(" + typ + ")"
		case c.Required && dialect != "clickhouse":
			typ += " NOT NULL"
		}
		end := ","
		if i == len(columns)-1 {
			end = ""
		}
		fmt.Fprintf(&out, "  %s %s%s\n", quoteName(c.Name, dialect), typ, end)
	}
	out.WriteString(")")
	if dialect == "clickhouse" {
		key := "tuple()"
		if columns[0].Name == "customer_id" && columns[0].Required {
			key = "customer_id"
		}
		out.WriteString(" ENGINE = MergeTree ORDER BY " + key)
	}
	out.WriteString(";\n")
	return out.String(), nil
}

// reserved are the column names that some warehouse keeps for itself: at and hash BigQuery, raw Redshift, row Snowflake.
var reserved = []string{"at", "hash", "raw", "row"}

// quoteName quotes reserved names. Snowflake folds names to upper case, and a quoted one has to be as the others are, so
// there only its own word is quoted.
func quoteName(name, dialect string) string {
	switch {
	case !slices.Contains(reserved, name):
		return name
	case dialect == "snowflake" && name != "row":
		return name
	case dialect == "snowflake":
		return `"` + strings.ToUpper(name) + `"`
	case slices.Contains([]string{"bigquery", "clickhouse", "databricks", "spark"}, dialect):
		return "`" + name + "`"
	}
	return `"` + name + `"`
}
