package main

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/table"
)

// TestMatchingCustomersAgainJoinsNobody: the customers of a run are people; a run over them finds hardly two that are one,
// and of those it joins few may be two by the key.
func TestMatchingCustomersAgainJoinsNobody(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, command(t, dir, "gen", "--plain", "--rows", "3000", "--seed", "5", "--out", "."))
	must(t, command(t, dir, "run", "plain.csv", "--out", "first", "--as-of", "2026-11-21", "--log-level", "error"))

	columns, err := table.Columns("customers", nil)
	if err != nil {
		t.Fatal(err)
	}
	wanted := []string{"customer_id", "full_name", "email", "voice_phone", "street", "city", "postcode", "country", "birth_date"}
	rows := [][]string{{"record_id", "full_name", "email", "phone", "street", "city", "postcode", "country", "birth_date"}}
	for _, r := range contents(t, filepath.Join(dir, "first"), "customers") {
		var row []string
		for _, w := range wanted {
			row = append(row, r[slices.IndexFunc(columns, func(c table.Column) bool { return c.Name == w })])
		}
		rows = append(rows, row)
	}
	writeRows(t, filepath.Join(dir, "customers.csv"), rows)
	must(t, command(t, dir, "run", "customers.csv", "--out", "second", "--as-of", "2026-11-21", "--log-level", "error"))
	was, are := len(rows)-1, len(contents(t, filepath.Join(dir, "second"), "customers"))
	t.Logf("%d customers are %d", was, are)
	if 1000*(was-are) > 5*was {
		t.Errorf("of %d customers, a second run joins %d", was, was-are)
	}
}
