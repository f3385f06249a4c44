package extract

import (
	"context"
	"sync"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Block is a part of a file: what could not be read of it, and how much it is.
type Block struct {
	Rejects []record.Reject // without their source
	Count   int64           // rows read, rejects included
	first   int64
	parsed  parsed
	rows    []Row // where the format numbers them
}

// Number is the number of a block's row, counted from 0 among those that could be read; 1 is the file's first data row.
func (b *Block) Number(row int) int64 {
	if b.rows != nil {
		return b.rows[row].Number
	}
	n := b.first + int64(row)
	for _, x := range b.parsed.rejects { // in their order
		if b.first+x.nth <= n {
			n++
		}
	}
	return n
}

// Each reads the rows block by block: workers parse and work on blocks side by side, yield takes what they made in the
// order of the file. Cells are parts of the file's text: what is kept of them has to be cloned. The rows themselves are
// another block's once work has returned.
func Each[T any](ctx context.Context, t *Table, workers int, work func(rows [][]string) (T, error), yield func(*Block, T) error) error {
	switch t.format {
	case "parquet", "xlsx":
		return t.Read(ctx, workers, func(rows Rows) error {
			cells := make([][]string, len(rows.Rows))
			for i := range rows.Rows {
				cells[i] = rows.Rows[i].Cells
			}
			made, err := work(cells)
			if err != nil {
				return err
			}
			return yield(&Block{Rejects: rows.Rejects, Count: rows.Count, rows: rows.Rows}, made)
		})
	}
	type result struct {
		block Block
		made  T
		err   error
	}
	parse := t.parser()
	rooms := sync.Pool{New: func() any { return new(room) }}
	var first int64 = 1
	return readBlocks(ctx, t, workers,
		func(b block) (out result) {
			r := rooms.Get().(*room)
			p := parse(b, r)
			out.made, out.err = work(p.rows)
			r.empty(&p)
			rooms.Put(r)
			p.rows, p.room = nil, nil
			out.block = Block{Count: p.count, parsed: p}
			return out
		},
		func(r result) error {
			if r.err != nil {
				return r.err
			}
			r.block.first = first
			r.block.Rejects = r.block.parsed.number(t.file.Shown, first)
			first += r.block.Count
			return yield(&r.block, r.made)
		})
}
