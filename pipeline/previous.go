package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/report"
)

// errEnough ends a scan early.
var errEnough = errors.New("enough")

// previousIDs gives the clusters the ids that most of their records had in the previous run. Both runs' records are sorted
// by key, so one walk over both meets every record that is in both.
func (r *run) previousIDs(ctx context.Context, clusters []int32) (map[int32]merge.ID, error) {
	if r.plan.previous == "" {
		return nil, nil
	}
	type row struct {
		key record.Key
		id  merge.ID
	}
	before := make(chan row, 1024)
	scan, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, 1)
	go func() {
		defer close(before)
		failed <- table.Scan(filepath.Join(r.plan.previous, "tables"), "records", []string{"source", "record_id", "customer_id"}, func(x table.Row) error {
			id, ok := merge.ParseID(x.Text("customer_id"))
			if !ok {
				return nil
			}
			select {
			case before <- row{record.Key{Source: x.Text("source"), ID: x.Text("record_id")}, id}:
				return nil
			case <-scan.Done():
				return errEnough
			}
		})
	}()
	var votes []merge.Vote
	last, more := <-before
	var n int32
	err := r.eachKey(ctx, func(key record.Key) error {
		for more && last.key.Compare(key) < 0 {
			last, more = <-before
		}
		if more && last.key == key {
			votes = append(votes, merge.Vote{Cluster: clusters[n], ID: last.id})
		}
		n++
		return nil
	})
	stop()
	for range before { // let the scan end
	}
	if e := <-failed; err == nil && e != nil && !errors.Is(e, errEnough) {
		err = e
	}
	return merge.KeepIDs(votes), err
}

// eachKey visits the keys of all records in their order.
func (r *run) eachKey(ctx context.Context, visit func(record.Key) error) error {
	return eachBatch(ctx, r, r.work.path(cleanedSpool),
		func(b batch) ([]record.Key, error) {
			keys := make([]record.Key, len(b.records))
			for i := range keys {
				keys[i] = b.records[i].Key
			}
			return keys, nil
		},
		func(keys []record.Key) error {
			for _, k := range keys {
				if err := visit(k); err != nil {
					return err
				}
			}
			return nil
		})
}

// ReadReport reads a run's report.
func ReadReport(run string) (*report.Report, error) {
	b, err := os.ReadFile(filepath.Join(run, "report", "report.json"))
	if err != nil {
		return nil, err
	}
	return report.Read(b)
}
