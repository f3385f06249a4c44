package pipeline

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// A spreadsheet computes nothing of a file of corrections: it is guarded as contactable.csv is.
func TestCorrectionsComputeNothing(t *testing.T) {
	c := &corrections{map[string]*correctedSource{"crm": {
		header: []string{"No", "Firm", "rollcall_changes", "rollcall_problems", "rollcall_suggestions", "rollcall_ask_via", "rollcall_priority"},
		at:     map[record.Field][]int{record.Company: {1}},
	}}}
	r := record.Record{Key: record.Key{Source: "crm", ID: "@1"}}
	r.Text[record.Company] = " =HYPERLINK(1)"
	r.Set(record.Company, "=HYPERLINK(1)", "names.spaces", 1)
	rows := c.of(&record.Customer{Members: []record.Record{r}})
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	cells, err := csv.NewReader(strings.NewReader(string(rows[0].line))).Read()
	if err != nil {
		t.Fatal(err)
	}
	if cells[0] != "'@1" || cells[1] != "'=HYPERLINK(1)" {
		t.Errorf("written as %q", cells)
	}
}
