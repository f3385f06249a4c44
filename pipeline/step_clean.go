package pipeline

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/rollcall-data/rollcall/pipeline/spool"
)

const cleanedSpool = "cleaned.spool" // clean: records as the clean stages leave them, in the order of records.spool

// gcPercent is how much may die before the collector runs, in percent of what lives.
const gcPercent = 400

// clean sends every record through the clean stages, in the order of stages.Clean.
func (r *run) clean(ctx context.Context) (int64, error) {
	mappers, err := r.mappers()
	if err != nil {
		return 0, err
	}
	seen, err := r.seenBefore()
	if err != nil {
		return 0, fmt.Errorf("previous run: %w", err)
	}
	w, err := spool.Create(r.work.path(cleanedSpool))
	if err != nil {
		return 0, err
	}
	// Little lives here and much dies: the collector may wait, and the memory limit still holds.
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	type cleaned struct {
		frames []spool.Packed
		rows   int
	}
	err = eachBatch(ctx, r, r.work.path(recordsSpool),
		func(b batch) (cleaned, error) {
			for i := range b.records {
				if seen != nil {
					seen.of(&b.records[i])
				}
				for _, m := range mappers {
					var err error
					if b.records[i], err = m.Map(b.records[i]); err != nil {
						return cleaned{}, err
					}
				}
			}
			return cleaned{pack(b.records, spool.AppendRecord), len(b.records)}, nil
		},
		func(c cleaned) error {
			r.watch.progress.Add(int64(c.rows))
			for _, p := range c.frames {
				if err := w.AddPacked(p); err != nil {
					return err
				}
			}
			return nil
		})
	if err != nil {
		w.Abort()
		return 0, err
	}
	return w.Close()
}
