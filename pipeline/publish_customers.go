package pipeline

import (
	"context"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/rollcall-data/rollcall/pipeline/pool"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/reach"
	"github.com/rollcall-data/rollcall/stages/report"
)

// judged is what a worker makes of a batch of customers.
type judged struct {
	batches   map[string]arrow.Record
	tally     *report.Tally
	kept      []int32 // rows
	erasures  []reach.Erasure
	corrected []correctedRow
	n         int64
}

// customers judges all customers and writes the tables that hold a row for each; it gives the hashes of those erased now.
func (p *publisher) customers(ctx context.Context) ([]reach.Erasure, error) {
	type numbered struct {
		first  int32
		packed spool.Packed
	}
	var erasures []reach.Erasure
	err := pool.Ordered(ctx, p.workers,
		func(ctx context.Context, emit func(numbered) error) error {
			var first int32
			return spool.Frames(ctx, p.work.path(customersSpool), func(packed spool.Packed) error {
				x := numbered{first, packed}
				first += int32(packed.Rows())
				return emit(x)
			})
		},
		func(x numbered) (*judged, error) { return p.judgeBatch(x.first, x.packed) },
		func(j *judged) error {
			p.watch.progress.Add(j.n)
			for _, name := range customerTables {
				if err := p.write(name, j.batches[name]); err != nil {
					return err
				}
			}
			if err := p.corrections.write(j.corrected); err != nil {
				return err
			}
			p.tally.Merge(j.tally)
			for _, row := range j.kept {
				p.kept[row] = true
			}
			erasures = append(erasures, j.erasures...)
			return nil
		})
	return erasures, err
}

func (p *publisher) judgeBatch(first int32, packed spool.Packed) (*judged, error) {
	frame, err := packed.Unpack()
	if err != nil {
		return nil, err
	}
	cell := make(map[string]*cells, len(customerTables))
	for _, name := range customerTables {
		cell[name] = &cells{b: table.NewBuilder(p.schemas[name])}
	}
	out := &judged{batches: make(map[string]arrow.Record), tally: report.NewTally(), n: int64(frame.Rows)}
	number := first
	err = frame.Each(func(row []byte) error {
		var c record.Customer
		if err := spool.DecodeCustomer(row, &c); err != nil {
			return err
		}
		if head, ok := p.ties.Households[number]; ok {
			c.HouseholdID = p.customerAt(head)
		}
		number++
		p.judge.Customer(&c)
		if c.Erased {
			out.erasures = append(out.erasures, p.judge.Erasures(&c)...)
			return nil
		}
		out.kept = append(out.kept, p.keys.find(c.NameRecord()))
		out.tally.Customer(&c)
		if id, ok := merge.ParseID(c.ID); ok {
			p.before.count(out.tally, id, &c)
		}
		out.tally.Changes(c.Changes)
		for i := range c.Members {
			out.tally.Changes(c.Members[i].Changes)
		}
		cell["customers"].customer(&c)
		cell["contact_points"].points(&c)
		cell["evidence"].evidence(&c)
		cell["changes"].changes(&c)
		cell["repairs"].repairs(&c)
		out.corrected = append(out.corrected, p.corrections.of(&c)...)
		if c.BestChannel != record.AnyChannel {
			shown, hidden := reach.Shown(&c)
			out.tally.Add("hidden_values", int64(hidden))
			cell["contactable"].contactable(&shown)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for name, c := range cell {
		if out.batches[name], err = c.b.Batch(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// customerAt is the household id of the customer with a number in the order of ids.
func (p *publisher) customerAt(number int32) string { return p.byNumber()[number].Household() }

// byNumber lists the customers' ids in their order.
func (p *publisher) byNumber() []merge.ID {
	p.once.Do(func() {
		for row, c := range p.clusters {
			if int32(row) == c {
				p.sorted = append(p.sorted, p.ids[row])
			}
		}
		slices.Sort(p.sorted)
	})
	return p.sorted
}
