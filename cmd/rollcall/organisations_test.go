package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/evaluate"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

// TestOrganisations cuts the records that name a firm and nobody from a generated set: company, phone and address alone say
// which are one firm. The generator's key says which contact a record is of; contacts of one firm's name at one postcode are
// one firm.
func TestOrganisations(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs two jobs")
	}
	dir := t.TempDir()
	must(t, command(t, dir, "gen", "--rows", "30000", "--seed", "3", "--out", "."))
	must(t, command(t, dir, "run", "--config", "run.yaml", "--out", "all", "--log-level", "error"))
	contact := make(map[string]string)
	_, truth := csvRows(t, filepath.Join(dir, "truth.csv"))
	for _, r := range truth {
		contact[r[0]+" "+r[1]] = r[2]
	}

	run, err := pipeline.Resolve(filepath.Join(dir, "all"))
	if err != nil {
		t.Fatal(err)
	}
	records := [][]string{{"record_id", "company", "phone", "street", "city", "postcode", "country"}}
	firms, first := make(map[string]string), make(map[string]string) // of a contact; of a name at a postcode
	scan(t, run, "cleaned", func(row table.Row) {
		r := row.Texts()
		if r[2]+r[3] != "" || r[4] == "" {
			return
		}
		id := r[0] + " " + r[1]
		records = append(records, slices.Concat([]string{id}, r[4:]))
		if r[8] != "" {
			at := strings.ToLower(r[4]) + "|" + r[8]
			if _, ok := first[at]; !ok {
				first[at] = contact[id]
			}
			firms[contact[id]] = first[at]
		}
	}, "source", "record_id", "given_name", "family_name", "company", "phone", "street", "city", "postcode", "country")
	key := [][]string{{"record_id", "cluster_id"}}
	for _, r := range records[1:] {
		firm := firms[contact[r[0]]]
		if firm == "" {
			firm = contact[r[0]]
		}
		key = append(key, []string{r[0], firm})
	}
	writeRows(t, filepath.Join(dir, "firms.csv"), records)
	writeRows(t, filepath.Join(dir, "key.csv"), key)

	must(t, command(t, dir, "run", "firms.csv", "--out", "firms", "--as-of", "2026-11-21", "--log-level", "error"))
	var got struct{ Clusters evaluate.Score }
	if err := json.Unmarshal([]byte(must(t, command(t, dir, "evaluate", "--run", "firms", "--truth", "key.csv", "--json"))), &got); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d records: %+v", len(records)-1, got.Clusters)
	if got.Clusters.Records < 300 || got.Clusters.TruePairs < 100 {
		t.Fatalf("too few to tell: %+v", got.Clusters)
	}
	if p := got.Clusters.Pairwise; p.F1 < 0.90 || p.Precision < 0.95 {
		t.Errorf("%+v", p)
	}
}
