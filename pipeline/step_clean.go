package pipeline

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/rollcall-data/rollcall/pipeline/record"
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
	err = eachFrame(ctx, r, r.work.path(recordsSpool),
		func(_ int64, frame *spool.Frame) (cleaned, error) {
			s := sinks.Get().(*washing)
			defer sinks.Put(s)
			records, err := s.fill(frame)
			if err != nil {
				return cleaned{}, err
			}
			for i := range records {
				if seen != nil {
					seen.of(&records[i])
				}
				for _, m := range mappers {
					if err := m.Clean(&records[i]); err != nil {
						return cleaned{}, err
					}
				}
			}
			return cleaned{pack(records, spool.AppendRecord), len(records)}, nil
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

// washing is the room of a frame's records while they are cleaned, and of what most of them come to have: it would else
// be made anew for every row.
type washing struct {
	records  [spool.FrameRows]record.Record
	points   [spool.FrameRows][4]record.ContactPoint
	changes  [spool.FrameRows][8]record.Change
	findings [spool.FrameRows][4]record.Finding
}

var sinks = sync.Pool{New: func() any { return new(washing) }}

// fill takes in the records of a frame. They are gone when the next frame comes.
func (w *washing) fill(frame *spool.Frame) ([]record.Record, error) {
	if frame.Rows > len(w.records) {
		return nil, spool.ErrTorn
	}
	records := w.records[:frame.Rows]
	if err := spool.DecodeRecords(frame, records); err != nil {
		return nil, err
	}
	for i := range records {
		r := &records[i]
		r.Points, r.Changes, r.Findings = append(w.points[i][:0], r.Points...), append(w.changes[i][:0], r.Changes...), append(w.findings[i][:0], r.Findings...)
	}
	return records, nil
}
