package report

import (
	"fmt"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// BenchmarkBatch counts a batch of customers as a worker does, and merges it.
func BenchmarkBatch(b *testing.B) {
	list := make([]record.Customer, 1024)
	for i := range list {
		c := &list[i]
		c.Sources = []string{"crm", "shop"}[:1+i%2]
		c.Members = make([]record.Record, 1+i%2)
		for k := range c.Members {
			c.Members[k].Source = c.Sources[k]
		}
		c.Text[record.ValueTier] = []string{"high", "medium", "low"}[i%3]
		c.Text[record.Segment], c.Text[record.Outlet] = fmt.Sprint("segment ", i%20), fmt.Sprint("outlet ", i%50)
		c.Points = []record.ContactPoint{
			point(record.EmailPoint, "a@b.c", record.Valid, record.ByEmail, true), point(record.PhonePoint, "+441134960001", record.Obsolete, record.ByVoice, false, record.NoPermission),
			point(record.PostPoint, "1 high st|ab1", record.Valid, record.ByPost, i%2 == 0),
		}
	}
	whole := NewTally()
	b.ReportAllocs()
	for b.Loop() {
		t := NewTally()
		for i := range list {
			t.Customer(&list[i])
		}
		whole.Merge(t)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(list)), "ns/customer")
}

// BenchmarkReport builds, writes and draws a report with 300 segments and 200 sources.
func BenchmarkReport(b *testing.B) {
	t, f := large(5_000_000, func(s string, i int) string { return fmt.Sprint(s, " ", i) })
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Draw(must(Build(t, f).JSON())); err != nil {
			b.Fatal(err)
		}
	}
}
