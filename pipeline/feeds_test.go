package pipeline

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages"
	"github.com/rollcall-data/rollcall/stages/emails"
	"github.com/rollcall-data/rollcall/stages/extract"
	"github.com/rollcall-data/rollcall/stages/phones"
	"github.com/rollcall-data/rollcall/stages/reach"
)

// BenchmarkFeed folds a file of 500,000 events about 50,000 mailboxes and numbers; one operation is the file.
func BenchmarkFeed(b *testing.B) {
	const events, people = 500_000, 50_000
	types := []string{"delivered", "open", "click", "delivered", "call"}
	for _, form := range []string{"csv", "jsonl"} {
		var text bytes.Buffer
		if form == "csv" {
			text.WriteString("type,channel,value,at,code,detail\n")
		}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for i := range events {
			what, channel, value, detail := types[i%len(types)], "email", fmt.Sprintf("person.%d@a%d.example.com", i*7919%people, i%20), ""
			if what == "call" {
				channel, value, detail = "voice", fmt.Sprintf("+447700%06d", i*7919%people), "answered"
			}
			when := at.Add(time.Duration(i*977%20_000_000) * time.Second).Format(time.RFC3339)
			if form == "csv" {
				fmt.Fprintf(&text, "%s,%s,%s,%s,,%s\n", what, channel, value, when, detail)
			} else {
				fmt.Fprintf(&text, `{"type":%q,"channel":%q,"value":%q,"at":%q,"detail":%q}`+"\n", what, channel, value, when, detail)
			}
		}
		file := filepath.Join(b.TempDir(), "events")
		if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
			b.Fatal(err)
		}
		b.Run(form, func(b *testing.B) {
			for b.Loop() {
				readFile(b, file)
			}
			b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func readFile(b *testing.B, file string) {
	b.Helper()
	asOf := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	mappers, err := stages.Alone(stages.Options{Emails: emails.Options{AsOf: record.At(asOf), Lists: emails.DefaultLists()}, Phones: phones.Options{Lists: phones.DefaultLists()}})
	if err != nil {
		b.Fatal(err)
	}
	r := &run{job: Job{Config: config.Default()}, plan: &plan{asOf: "2026-11-21"}, workers: runtime.GOMAXPROCS(0), memory: 1 << 30, watch: stopwatch{progress: silent{}}}
	f := reach.Feed{Name: "esp", Kind: "events"}
	x, err := r.feedReader(f, &config.Feed{Name: "esp", Kind: "events"}, mappers, reach.NewState(record.At(asOf), [record.NumChannels]int{}))
	if err != nil {
		b.Fatal(err)
	}
	if err := x.file(b.Context(), extract.File{Path: file, Shown: "events"}, &feedFacts{}); err != nil {
		b.Fatal(err)
	}
}

type silent struct{}

func (silent) Step(string, int64, string) {}
func (silent) Add(int64)                  {}
func (silent) Done(Timing)                {}
