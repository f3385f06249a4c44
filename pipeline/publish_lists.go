package pipeline

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/stages/match"
	"github.com/rollcall-data/rollcall/stages/merge"
)

// byCustomer reads pairs and sorts them by the customers that they are of; those of erased people are left out.
func (p *publisher) byCustomer(ctx context.Context, file string) ([]match.Link, error) {
	var out []match.Link
	err := eachLink(ctx, p.work.path(file), func(l *match.Link) error {
		if !p.erased[p.id(l.A)] && !p.erased[p.id(l.B)] {
			out = append(out, *l)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b match.Link) int { return cmp.Compare(p.id(a.A), p.id(b.A)) })
	return out, err
}

func (p *publisher) id(row int32) merge.ID { return p.ids[p.clusters[row]] }

func (p *publisher) links(ctx context.Context) error {
	list, err := p.byCustomer(ctx, linksSpool)
	if err != nil {
		return err
	}
	t := p.rowTable("links")
	for i := range list {
		l := &list[i]
		levels, err := json.Marshal(l.Levels)
		if err != nil {
			return err
		}
		t.str(p.id(l.A).String())
		t.key(p.keys.key(l.A))
		t.key(p.keys.key(l.B))
		t.float(l.Probability)
		t.float(l.Bits)
		by := "model"
		if l.Override {
			by = "override"
		}
		t.str(by, string(levels))
		if err := t.done(); err != nil {
			return err
		}
	}
	return t.flush()
}

func (p *publisher) review(ctx context.Context) error {
	list, err := p.byCustomer(ctx, reviewSpool)
	if err != nil {
		return err
	}
	t := p.rowTable("review")
	for i := range list {
		l := &list[i]
		levels, err := json.Marshal(l.Levels)
		if err != nil {
			return err
		}
		t.str(p.id(l.A).String(), p.id(l.B).String())
		t.key(p.keys.key(l.A))
		t.key(p.keys.key(l.B))
		t.float(l.Probability)
		t.str(string(levels))
		if err := t.done(); err != nil {
			return err
		}
	}
	return t.flush()
}

func (p *publisher) sortedRejects(ctx context.Context) ([]record.Reject, error) {
	var out []record.Reject
	err := spool.Frames(ctx, p.work.path(rejectsSpool), func(packed spool.Packed) error {
		f, err := packed.Unpack()
		if err != nil {
			return err
		}
		return f.Each(func(row []byte) error {
			var x record.Reject
			if err := spool.DecodeReject(row, &x); err != nil {
				return err
			}
			out = append(out, x)
			return nil
		})
	})
	return out, err
}

// rejects writes the rows that could not be read, of extracts and of feeds.
func (p *publisher) rejects(ctx context.Context, feeds []feedFacts) error {
	list, err := p.sortedRejects(ctx)
	if err != nil {
		return err
	}
	for _, f := range feeds {
		list = append(list, f.rejects...)
	}
	slices.SortStableFunc(list, func(a, b record.Reject) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row))
	})
	t := p.rowTable("rejects")
	for i := range list {
		x := &list[i]
		t.str(x.Source, x.File)
		t.int64(x.Row)
		t.str(x.Reason, x.Detail, x.Raw)
		if err := t.done(); err != nil {
			return err
		}
	}
	return t.flush()
}
