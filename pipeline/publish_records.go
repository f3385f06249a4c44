package pipeline

import (
	"context"
	"errors"
	"iter"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

// rowTable writes rows of a table one by one.
type rowTable struct {
	p    *publisher
	name string
	cells
}

func (p *publisher) rowTable(name string) *rowTable {
	return &rowTable{p, name, cells{b: table.NewBuilder(p.schemas[name])}}
}

// done ends a row, and hands a full batch on.
func (t *rowTable) done() error {
	t.end()
	if t.b.Rows() < spool.FrameRows {
		return nil
	}
	return t.flush()
}

func (t *rowTable) flush() error {
	rec, err := t.b.Batch()
	if err != nil {
		return err
	}
	return t.p.write(t.name, rec)
}

// records writes every input row with its fate, and every record after cleaning.
func (p *publisher) records(ctx context.Context) error {
	strongest, _, err := p.bonds(ctx, p.clusters)
	if err != nil {
		return err
	}
	fates := p.rowTable("records")
	next, stop := iter.Pull2(p.rejectsOfExtracts(ctx))
	defer stop()
	x, broken, more := next()
	rejectsBefore := func(source string, all bool) error {
		for ; more && broken == nil && (all || x.Source <= source); x, broken, more = next() {
			p.tally.Reject(x)
			fates.str(x.Source, "", x.File)
			fates.int64(x.Row)
			fates.str(string(record.Rejected), "")
			fates.float(nan)
			fates.str("")
			if err := fates.done(); err != nil {
				return err
			}
		}
		return broken
	}
	var row int32
	err = eachBatch(ctx, p.run, p.work.path(cleanedSpool),
		func(b batch) (cleanedRows, error) { return p.cleanedBatch(b) },
		func(b cleanedRows) error {
			if err := p.write("cleaned", b.rec); err != nil {
				return err
			}
			for i := range b.records {
				x := &b.records[i]
				if err := rejectsBefore(x.Source, false); err != nil {
					return err
				}
				p.fate(fates, x, row, strongest[row])
				if err := fates.done(); err != nil {
					return err
				}
				row++
			}
			return nil
		})
	if err == nil {
		err = rejectsBefore("", true)
	}
	err = errors.Join(err, fates.flush())
	p.end("records", "cleaned")
	return err
}

// fate writes a record's row: for an erased one nothing but its key and its fate.
func (p *publisher) fate(t *rowTable, x *record.Record, row int32, b bond) {
	id := p.ids[p.clusters[row]]
	fate := record.Merged
	switch {
	case p.erased[id]:
		p.tally.Record(x.Source, record.Erased)
		t.key(x.Key)
		t.str("")
		t.b.NullInt64(t.next())
		t.str(string(record.Erased), "")
		t.float(nan)
		t.str("")
		return
	case p.kept[row]:
		fate = record.Kept
	}
	p.tally.Record(x.Source, fate)
	t.key(x.Key)
	t.str(x.File)
	t.int64(x.Row)
	t.str(string(fate), id.String())
	if b.to < 0 {
		t.float(nan)
		t.str("")
		return
	}
	t.float(float64(b.probability))
	t.str(p.keys.key(b.to).String())
}

type cleanedRows struct {
	rec     arrow.Record
	records []record.Record
}

func (p *publisher) cleanedBatch(b batch) (cleanedRows, error) {
	c := cells{b: table.NewBuilder(p.schemas["cleaned"])}
	for i := range b.records {
		id := p.ids[p.clusters[b.first+int64(i)]]
		if !p.erased[id] {
			c.cleaned(&b.records[i], id.String())
		}
	}
	rec, err := c.b.Batch()
	return cleanedRows{rec, b.records}, err
}
