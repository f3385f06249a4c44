package pipeline

import (
	"context"
	"encoding/binary"
	"errors"
	"iter"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/stages/merge"
)

// byCustomer visits pairs in the order of the customers that they are of; those of erased people are left out.
func (p *publisher) byCustomer(ctx context.Context, file string, visit func(*link) error) error {
	sorter := spool.NewSorter(p.work.dir, file, p.memory/16)
	defer sorter.Close()
	err := eachLink(ctx, p.work.path(file), func(l link, row []byte) error {
		if p.erased[p.id(l.a)] || p.erased[p.id(l.b)] {
			return nil
		}
		var key [16]byte
		binary.BigEndian.PutUint64(key[:], uint64(p.id(l.a)))
		binary.BigEndian.PutUint64(key[8:], uint64(sorter.Rows())) // equal customers keep the order of matching
		return sorter.Add(key[:], row)
	})
	if err != nil {
		return err
	}
	return sorter.Each(ctx, func(_, row []byte) error {
		l, err := readLink(row)
		if err != nil {
			return err
		}
		return visit(&l)
	})
}

func (p *publisher) id(row int32) merge.ID { return p.ids[p.clusters[row]] }

func (p *publisher) links(ctx context.Context) error {
	t := p.rowTable("links")
	err := p.byCustomer(ctx, linksSpool, func(l *link) error {
		t.str(p.id(l.a).String())
		t.key(p.keys.key(l.a))
		t.key(p.keys.key(l.b))
		t.float(l.probability)
		t.float(l.bits)
		by := "model"
		if l.override {
			by = "override"
		}
		t.str(by, string(l.levels))
		return t.done()
	})
	return errors.Join(err, t.flush())
}

func (p *publisher) review(ctx context.Context) error {
	t := p.rowTable("review")
	err := p.byCustomer(ctx, reviewSpool, func(l *link) error {
		t.str(p.id(l.a).String(), p.id(l.b).String())
		t.key(p.keys.key(l.a))
		t.key(p.keys.key(l.b))
		t.float(l.probability)
		t.str(string(l.levels))
		return t.done()
	})
	return errors.Join(err, t.flush())
}

// eachReject visits the rows of extracts that could not be read, decoded and as they are spooled.
func (p *publisher) eachReject(ctx context.Context, visit func(x *record.Reject, row []byte) error) error {
	return spool.Frames(ctx, p.work.path(rejectsSpool), func(packed spool.Packed) error {
		f, err := packed.Unpack()
		if err != nil {
			return err
		}
		return f.Each(func(row []byte) error {
			var x record.Reject
			if err := spool.DecodeReject(row, &x); err != nil {
				return err
			}
			return visit(&x, row)
		})
	})
}

// rejectsOfExtracts walks over them, by source, file and row, until the walker has enough or there is an error.
func (p *publisher) rejectsOfExtracts(ctx context.Context) iter.Seq2[*record.Reject, error] {
	enough := errors.New("enough")
	return func(yield func(*record.Reject, error) bool) {
		err := p.eachReject(ctx, func(x *record.Reject, _ []byte) error {
			if !yield(x, nil) {
				return enough
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			yield(nil, err)
		}
	}
}

// rejects writes the rows that could not be read, of extracts and of feeds, sorted by source, file and row.
func (p *publisher) rejects(ctx context.Context) error {
	err := p.eachReject(ctx, func(x *record.Reject, row []byte) error { return p.rejected.Add(rejectKey(x), row) })
	if err != nil {
		return err
	}
	t := p.rowTable("rejects")
	err = p.rejected.Each(ctx, func(_, row []byte) error {
		var x record.Reject
		if err := spool.DecodeReject(row, &x); err != nil {
			return err
		}
		t.str(x.Source, x.File)
		t.int64(x.Row)
		t.str(x.Reason, x.Detail, p.redacted(x.Raw))
		return t.done()
	})
	return errors.Join(err, t.flush())
}
