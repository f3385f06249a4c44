package pipeline

import (
	"path/filepath"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/rollcall-data/rollcall/pipeline/table"
)

// tableQueue writes one table beside the others, batch after batch in the order in which they come.
type tableQueue struct {
	batches chan arrow.Record
	ended   bool
	stopped bool          // what is written is thrown away
	failed  chan struct{} // closed on the first error
	done    chan struct{} // closed when nothing runs any more
	files   []table.FileInfo
	err     error
}

// queued is how many batches of a table may wait: enough that a step need not, few enough not to be noticed in memory.
const queued = 2

func (p *publisher) openTable(name string) error {
	c := p.job.Config.Output
	w, err := table.NewWriter(filepath.Join(p.dir, "tables"), name, p.extra, table.Options{Compression: c.Compression, TargetSize: int64(c.TargetFileSize)})
	if err != nil {
		return err
	}
	q := &tableQueue{batches: make(chan arrow.Record, queued), failed: make(chan struct{}), done: make(chan struct{})}
	p.tables[name] = q
	go q.run(w)
	return nil
}

func (q *tableQueue) run(w *table.Writer) {
	defer close(q.done)
	for rec := range q.batches {
		if q.err != nil {
			rec.Release()
			continue
		}
		if q.err = w.Write(rec); q.err != nil {
			close(q.failed)
		}
	}
	if q.err != nil || q.stopped {
		w.Abort()
		return
	}
	q.files, q.err = w.Close()
}

// write hands a batch to its table, which releases it. An error may be of an earlier batch.
func (p *publisher) write(name string, rec arrow.Record) error {
	q := p.tables[name]
	p.rows[name] += rec.NumRows()
	select {
	case q.batches <- rec:
		return nil
	case <-q.failed:
		rec.Release()
		return q.err
	}
}

// end says that no more comes for some tables: their buffers go before the next tables need theirs.
func (p *publisher) end(names ...string) {
	for _, name := range names {
		if q := p.tables[name]; !q.ended {
			q.ended = true
			close(q.batches)
		}
	}
}

// closeTables ends all tables that are still open and lists the files of all.
func (p *publisher) closeTables() ([]ManifestFile, error) {
	p.end(table.Names()...)
	var out []ManifestFile
	for _, name := range table.Names() {
		q := p.tables[name]
		<-q.done
		if q.err != nil {
			return nil, q.err
		}
		for _, f := range q.files {
			out = append(out, ManifestFile{Path: "tables/" + f.Path, SHA256: f.SHA256, Bytes: f.Bytes, Rows: &f.Rows})
		}
	}
	return out, nil
}

// abort lets go of what is open; the folder is left to whoever removes it.
func (p *publisher) abort() {
	for _, q := range p.tables {
		if !q.ended {
			q.ended, q.stopped = true, true
			close(q.batches)
		}
		<-q.done
	}
	p.corrections.abort()
}
