package reach

import (
	"fmt"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/merge"
)

// BenchmarkAdd folds events about 10,000 mailboxes; one operation is one event.
func BenchmarkAdd(b *testing.B) {
	types := []Row{{Type: "delivered"}, {Type: "open"}, {Type: "click"}, {Type: "bounce", Code: "4.4.1"}, {Type: "unsubscribe"}, {Type: "contact", Channel: record.ByEmail}}
	points := make([][]record.ContactPoint, 10_000)
	for i := range points {
		points[i] = []record.ContactPoint{mailbox(fmt.Sprintf("p%d@a.example", i))}
	}
	s := NewState(on(today), [record.NumChannels]int{record.ByEmail: 30})
	at := on(before(20))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Add(esp, types[i%len(types)], points[i%len(points)], at+record.Instant(i%1000))
	}
}

// BenchmarkCustomer judges a customer of three records; one operation is one customer.
func BenchmarkCustomer(b *testing.B) {
	for name, s := range map[string]scene{
		"quiet": {},
		"told": {rows: []told{
			event("click", "2026-10-01", janes), bounced("4.4.1", "2026-09-01", janes), contacted(record.ByEmail, before(3), janes), called("answered", "2026-10-01", cells),
			listed(Feed{Name: "tps", Channel: record.ByVoice}, fixeds),
		}},
		"hashed": {rows: []told{hashList("sha256", "somebody@else.example")}},
	} {
		b.Run(name, func(b *testing.B) {
			set := fields{record.ConsentEmail: "yes", record.ConsentBasis: "express", record.ConsentAt: "2025-01-01", record.CreatedAt: "2020-01-01", record.UpdatedAt: "2026-01-01", record.LastSeenAt: "2026-01-01"}
			c := merge.New(merge.Options{}).Customer([]record.Record{
				identified(from("crm:1", set, janes, cells, homes), "7"), identified(from("crm:2", set, janes, fixeds), "7"), from("shop:1", set, mailbox("jane@work.example"), homes),
			})
			j := s.judge()
			b.ReportAllocs()
			for b.Loop() {
				x := c
				x.Points = append([]record.ContactPoint(nil), c.Points...)
				j.Customer(&x)
			}
		})
	}
}
