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
	x, events := eventsReader(t, file.String())
	var fact feedFacts
	if err := x.file(t.Context(), events, &fact); err != nil {
		t.Fatal(err)
	}
	if spilled, _ := filepath.Glob(filepath.Join(filepath.Dir(events.Path), "rejected-*")); len(spilled) == 0 {
		t.Error("all are held in memory")
	}
	next := int64(1)
	err := x.rejects.Each(context.Background(), func(_, row []byte) error {
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

// Of a row of a feed as of one of an extract, the quarantine keeps 64 KiB.
func TestRejectsOfFeedsAreCut(t *testing.T) {
	x, events := eventsReader(t, "type,value,at,detail\nsneezed,a@b.example,2026-01-01,"+strings.Repeat("x", 100_000)+"\n")
	var fact feedFacts
	if err := x.file(t.Context(), events, &fact); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := x.rejects.Each(context.Background(), func(_, row []byte) error {
		var r record.Reject
		n++
		if err := spool.DecodeReject(row, &r); err != nil {
			return err
		}
		if len(r.Raw) != 64<<10 || r.Source != "esp" || r.File != "events.csv" || r.Row != 1 {
			t.Errorf("%d bytes of %s:%s:%d", len(r.Raw), r.Source, r.File, r.Row)
		}
		return nil
	})
	if err != nil || n != 1 {
		t.Errorf("%d rejects, %v", n, err)
	}
}

// A row whose date cannot be read is quarantined; a wish to be left alone counts all the same.
func TestDenialWithoutReadableDateCounts(t *testing.T) {
	for what, counts := range map[string]bool{"unsubscribe": true, "complaint": true, "opt_in": false, "open": false, "bounce": false} {
		x, events := eventsReader(t, "type,value,at\n"+what+",a@b.example,some day\nopen,a@b.example,2026-01-01\n")
		var fact feedFacts
		if err := x.file(t.Context(), events, &fact); err != nil {
			t.Fatal(err)
		}
		if fact.rejected != 1 || fact.undated == 1 != counts || x.state.Rows["esp"] == 2 != counts {
			t.Errorf("%s: %+v, %d told", what, fact, x.state.Rows["esp"])
		}
	}
}

// eventsReader reads a feed of events that is one file.
func eventsReader(t *testing.T, text string) (*feedReader, extract.File) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "events.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
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
	t.Cleanup(x.rejects.Close)
	x.files = []extract.File{{Path: path, Shown: "events.csv"}}
	return x, x.files[0]
}

// A date late in a file that asks for an order of days and months is read by all dates of the feed, and the rows before it
// count once.
func TestOrderOfDatesIsSettledLate(t *testing.T) {
	const rows = 40_000
	var file strings.Builder
	file.WriteString("type,value,at\n")
	for i := range rows {
		fmt.Fprintf(&file, "%s,a@b.example,2026-01-01T00:00:00Z\n", [4]string{"open", "sneezed", "click", "open"}[i%4])
	}
	file.WriteString("open,a@b.example,03/04/2025\nopen,a@b.example,04/25/2025\n")
	x, events := eventsReader(t, file.String())
	var fact feedFacts
	if err := x.file(t.Context(), events, &fact); err != nil {
		t.Fatal(err)
	}
	if x.order == nil || x.order.Order != "mdy" {
		t.Fatalf("order %+v", x.order)
	}
	if fact.rows != rows+2 || fact.rejected != rows/4 || x.rejects.Rows() != rows/4 || x.state.Rows["esp"] != rows*3/4+2 {
		t.Errorf("%d rows, %d rejected, %d in the quarantine, %d told", fact.rows, fact.rejected, x.rejects.Rows(), x.state.Rows["esp"])
	}
}
