package table

import (
	_ "embed"
	"strings"
)

var (
	//go:embed tables.psv
	tablesFile string
	//go:embed columns.psv
	columnsFile string
)

// Doc is what a table holds, for people.
type Doc struct {
	Key   []string // the columns that name a row; none where rows have no name
	Row   string   // what a row is
	About string
}

// ColumnDoc is what a column holds, for people.
type ColumnDoc struct {
	Class string // personal, pseudonym (of a person), internal
	About string
}

var (
	tableDocs  = make(map[string]Doc)
	columnDocs = make(map[string]ColumnDoc) // by name, or by table.name where a table means something else by it
)

func init() {
	for _, c := range rowsOf(tablesFile) {
		tableDocs[c[0]] = Doc{strings.Fields(c[1]), c[2], c[3]}
	}
	for _, c := range rowsOf(columnsFile) {
		columnDocs[c[0]] = ColumnDoc{c[1], c[2]}
	}
}

func rowsOf(file string) (rows [][]string) {
	for line := range strings.Lines(file) {
		rows = append(rows, strings.Split(strings.TrimSpace(line), "|"))
	}
	return rows[1:]
}

// Describe tells what a table holds.
func Describe(name string) Doc { return tableDocs[name] }

// DescribeColumn tells what a column of a table holds; the kept columns (x_*) are the user's own.
func DescribeColumn(table, column string) ColumnDoc {
	if d, ok := columnDocs[table+"."+column]; ok {
		return d
	}
	if strings.HasPrefix(column, "x_") {
		return ColumnDoc{"personal", "A kept column of the extracts, as it came."}
	}
	return columnDocs[column]
}
