package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/stages"
	"github.com/rollcall-data/rollcall/stages/emails"
	"github.com/rollcall-data/rollcall/stages/extract"
	"github.com/rollcall-data/rollcall/stages/phones"
	"github.com/rollcall-data/rollcall/stages/reach"
)

// Rows of a feed that cannot be read are spilled once they are many, and come back in the order of the file.
func TestRejectsOfFeedsAreSpilled(t *testing.T) {
	const rows = 40_000 // every second is broken
	var file strings.Builder
	file.WriteString("type,value,at,detail\n")
	for i := range rows {
		fmt.Fprintf(&file, "%s,a@b.example,2026-01-01,%d %s\n", [2]string{"sneezed", "open"}[i%2], i, strings.Repeat("x", 100))
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "events.csv")
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	mappers, err := stages.Alone(stages.Options{Emails: emails.Options{AsOf: record.At(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)), Lists: emails.DefaultLists()}, Phones: phones.Options{Lists: phones.DefaultLists()}})
	if err != nil {
		t.Fatal(err)
	}
	r := &run{job: Job{Config: config.Default()}, plan: &plan{asOf: "2026-11-21"}, workers: 2, memory: 1 << 20, watch: stopwatch{progress: silent{}}}
	x, err := r.feedReader(reach.Feed{Name: "esp", Kind: "events"}, &config.Feed{Name: "esp", Kind: "events"}, mappers, reach.NewState(0, [record.NumChannels]int{}))
	if err != nil {
		t.Fatal(err)
	}
	x.rejects = spool.NewSorter(dir, "rejected", 1<<20)
	defer x.rejects.Close()
	var fact feedFacts
	if err := x.file(t.Context(), extract.File{Path: path, Shown: "events.csv"}, &fact); err != nil {
		t.Fatal(err)
	}
	if spilled, _ := filepath.Glob(filepath.Join(dir, "rejected-*")); len(spilled) == 0 {
		t.Error("all are held in memory")
	}
	next := int64(1)
	err = x.rejects.Each(context.Background(), func(_, row []byte) error {
		var x record.Reject
		if err := spool.DecodeReject(row, &x); err != nil {
			return err
		}
		if x.Row != next || x.Source != "esp" || !strings.Contains(x.Raw, fmt.Sprintf(",%d x", next-1)) {
			t.Errorf("row %d is %+v", next, x)
		}
		next += 2
		return nil
	})
	if err != nil || fact.rejected != rows/2 || next != rows+1 {
		t.Errorf("%d rejected, %d read back, %v", fact.rejected, next/2, err)
	}
}
