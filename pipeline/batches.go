package pipeline

import (
	"context"
	"sync"

	"github.com/rollcall-data/rollcall/pipeline/pool"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
)

// batch is a frame of records on its way through the pool.
type batch struct {
	first   int64 // number of its first row
	records []record.Record
}

// eachBatch reads a spool of records: workers decode and work on frames, sink takes the results in order.
func eachBatch[Out any](ctx context.Context, r *run, path string, work func(batch) (Out, error), sink func(Out) error) error {
	return eachFrame(ctx, r, path, func(first int64, frame *spool.Frame) (Out, error) {
		b := batch{first, make([]record.Record, frame.Rows)}
		i := 0
		err := frame.Each(func(row []byte) error {
			i++
			return spool.DecodeRecord(row, &b.records[i-1])
		})
		if err != nil {
			var none Out
			return none, err
		}
		return work(b)
	}, sink)
}

// eachFrame reads a spool: workers work on frames, of which each is told the number of its first row; sink takes the
// results in order.
func eachFrame[Out any](ctx context.Context, r *run, path string, work func(first int64, f *spool.Frame) (Out, error), sink func(Out) error) error {
	type numbered struct {
		first  int64
		packed spool.Packed
	}
	return pool.Ordered(ctx, r.workers,
		func(ctx context.Context, emit func(numbered) error) error {
			var first int64
			return spool.Frames(ctx, path, func(p spool.Packed) error {
				n := numbered{first, p}
				first += int64(p.Rows())
				return emit(n)
			})
		},
		func(n numbered) (Out, error) {
			frame, err := n.packed.Unpack()
			if err != nil {
				var none Out
				return none, err
			}
			return work(n.first, frame)
		},
		sink)
}

// pack encodes rows into packed frames.
func pack[T any](rows []T, encode func([]byte, *T) []byte) []spool.Packed {
	var out []spool.Packed
	b := benches.Get().(*bench)
	defer benches.Put(b)
	for i := range rows {
		b.row = encode(b.row[:0], &rows[i])
		b.frame.Add(b.row)
		if b.frame.Full() || i+1 == len(rows) {
			out = append(out, b.frame.Pack())
			b.frame.Reset()
		}
	}
	return out
}

// bench is where rows are packed: a megabyte that would else grow anew for every batch.
type bench struct {
	frame spool.Frame
	row   []byte
}

var benches = sync.Pool{New: func() any { return new(bench) }}
