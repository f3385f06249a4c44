package main

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestWeeklyRunsKeepIDs runs a job for ten weeks over an extract that drifts: rows come, go, change and move about. A
// customer who has the same records as the week before has the same id, in 999 of 1,000 cases at least.
func TestWeeklyRunsKeepIDs(t *testing.T) {
	t.Parallel()
	weeks, rows := 10, 1500
	if testing.Short() {
		weeks = 3
	}
	dir := t.TempDir()
	must(t, command(t, dir, "gen", "--plain", "--rows", fmt.Sprint(rows+rows/4), "--seed", "11", "--out", "."))
	all, err := csv.NewReader(strings.NewReader(read(t, filepath.Join(dir, "plain.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	header, all := all[0], all[1:]
	now, reserve := all[:rows], all[rows:]
	rnd := rand.New(rand.NewPCG(1, 2))
	asOf := time.Date(2026, 7, 6, 0, 0, 0, 0, time.UTC)

	before := make(map[string]string) // the ids of a week, by the records of the customer
	kept, asked := 0, 0
	for week := range weeks {
		if week > 0 {
			now, reserve = drift(rnd, now, reserve)
		}
		writeRows(t, filepath.Join(dir, "customers.csv"), append([][]string{header}, now...))
		out := fmt.Sprintf("week%d", week)
		args := []string{"run", "customers.csv", "--out", out, "--as-of", asOf.AddDate(0, 0, 7*week).Format(time.DateOnly), "--log-level", "error"}
		if week > 0 {
			args = append(args, "--previous", fmt.Sprintf("week%d", week-1))
		}
		must(t, command(t, dir, args...))
		ids := idsByRecords(t, filepath.Join(dir, out))
		for records, id := range ids {
			if was, ok := before[records]; ok {
				if asked++; was == id {
					kept++
				}
			}
		}
		before = ids
	}
	if asked < rows/2*(weeks-1) {
		t.Fatalf("only %d customers had the same records as the week before", asked)
	}
	if 1000*kept < 999*asked {
		t.Errorf("%d of %d customers who had the same records as the week before kept their id", kept, asked)
	}
	t.Logf("%d of %d kept their id", kept, asked)
}

// drift is what a week does: 2 % of the rows go and as many come, 5 % change, and none stays in its place.
func drift(rnd *rand.Rand, now, reserve [][]string) (rows, rest [][]string) {
	n := len(now) / 50
	rnd.Shuffle(len(now), func(i, j int) { now[i], now[j] = now[j], now[i] })
	rows = append(slices.Clone(now[n:]), reserve[:n]...)
	for range len(rows) / 20 {
		i := rnd.IntN(len(rows))
		row := slices.Clone(rows[i])
		other := rows[rnd.IntN(len(rows))]
		switch rnd.IntN(4) {
		case 0: // another mailbox, or none
			row[2] = other[2]
		case 1: // another number
			row[3] = other[3]
		case 2: // moved
			copy(row[4:8], other[4:8])
		case 3: // a slip in the name
			if s := []rune(row[1]); len(s) > 3 {
				at := 1 + rnd.IntN(len(s)-2)
				s[at], s[at+1] = s[at+1], s[at]
				row[1] = string(s)
			}
		}
		rows[i] = row
	}
	rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows, reserve[n:]
}

// idsByRecords gives the id of each customer by its records.
func idsByRecords(t *testing.T, out string) map[string]string {
	t.Helper()
	of := make(map[string][]string)
	for _, r := range contents(t, out, "records") {
		of[r[4]] = append(of[r[4]], r[1])
	}
	ids := make(map[string]string, len(of))
	for id, records := range of {
		slices.Sort(records)
		ids[strings.Join(records, " ")] = id
	}
	return ids
}
