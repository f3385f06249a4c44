package pipeline

import (
	"context"
	"encoding/binary"

	"github.com/rollcall-data/rollcall/pipeline/pool"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/stages/merge"
)

const (
	customersSpool = "customers.spool" // merge: golden records with their members, by customer id
	tiesFile       = "ties.json"       // merge: what customers share
)

// ties is what only a look at all customers can tell.
type ties struct {
	Customers  int64            `json:"customers"`
	Holders    map[uint64]int32 `json:"holders"`    // customers per point, where there are two or more, by merge.PointHash
	Households map[int32]int32  `json:"households"` // by customer number: the lowest number of its household
}

// merge makes one customer of each cluster, in the order of customer ids.
func (r *run) merge(ctx context.Context) (int64, error) {
	clusters, err := readClusters(r.work.path(clustersFile))
	if err != nil {
		return 0, err
	}
	ids, err := r.customerIDs(ctx, clusters)
	if err != nil {
		return 0, err
	}
	_, weakest, err := r.bonds(ctx, clusters)
	if err != nil {
		return 0, err
	}
	sorter := spool.NewSorter(r.work.dir, "merge", r.memory/4)
	defer sorter.Close()
	var row int32
	err = spool.Frames(ctx, r.work.path(cleanedSpool), func(p spool.Packed) error {
		f, err := p.Unpack()
		if err != nil {
			return err
		}
		return f.Each(func(encoded []byte) error {
			var key [12]byte
			binary.BigEndian.PutUint64(key[:], uint64(ids[clusters[row]]))
			binary.BigEndian.PutUint32(key[8:], uint32(row))
			row++
			return sorter.Add(key[:], encoded)
		})
	})
	if err != nil {
		return 0, err
	}
	w, err := spool.Create(r.work.path(customersSpool))
	if err != nil {
		return 0, err
	}
	var all merge.Ties
	var t ties
	merger := merge.New(r.plan.merge)
	err = pool.Ordered(ctx, r.workers,
		func(ctx context.Context, emit func(*groups) error) error { return eachGroups(ctx, sorter, emit) },
		func(g *groups) (mergedBatch, error) { return mergeGroups(merger, g, clusters, weakest) },
		func(b mergedBatch) error {
			all.Merge(b.ties)
			t.Customers += int64(b.customers)
			r.watch.progress.Add(int64(b.rows))
			for _, p := range b.frames {
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
	if _, err := w.Close(); err != nil {
		return 0, err
	}
	t.Holders, t.Households = all.Holders(), all.Households()
	return t.Customers, r.work.keep(tiesFile, &t)
}

// groups is a batch of whole clusters: their encoded rows, one cluster after the other.
type groups struct {
	first int32 // number of the first customer, in the order of ids
	ids   []merge.ID
	ends  []int // of each cluster, in rows
	rows  []groupRow
	arena []byte
}

type groupRow struct {
	number   int32
	from, to int
}

// eachGroups cuts sorted rows into batches of whole clusters.
func eachGroups(ctx context.Context, sorter *spool.Sorter, emit func(*groups) error) error {
	var next int32
	g := &groups{}
	err := sorter.Each(ctx, func(key, row []byte) error {
		id := merge.ID(binary.BigEndian.Uint64(key))
		if n := len(g.ids); n == 0 || g.ids[n-1] != id {
			if len(g.rows) >= spool.FrameRows {
				if err := emit(g); err != nil {
					return err
				}
				g = &groups{first: next, rows: make([]groupRow, 0, len(g.rows)), arena: make([]byte, 0, len(g.arena)+len(g.arena)/8)}
			}
			g.ids, g.ends = append(g.ids, id), append(g.ends, 0)
			next++
		}
		from := len(g.arena)
		g.arena = append(g.arena, row...)
		g.rows = append(g.rows, groupRow{int32(binary.BigEndian.Uint32(key[8:])), from, len(g.arena)})
		g.ends[len(g.ends)-1] = len(g.rows)
		return nil
	})
	if err == nil && len(g.rows) > 0 {
		err = emit(g)
	}
	return err
}

type mergedBatch struct {
	frames    []spool.Packed
	ties      *merge.Ties
	customers int
	rows      int
}

func mergeGroups(merger *merge.Merger, g *groups, clusters []int32, weakest []float32) (mergedBatch, error) {
	out := mergedBatch{ties: &merge.Ties{}, customers: len(g.ids), rows: len(g.rows)}
	customers := make([]record.Customer, len(g.ids))
	from := 0
	for i, end := range g.ends {
		rows := g.rows[from:end]
		from = end
		members := make([]record.Record, len(rows))
		for j, row := range rows {
			if err := spool.DecodeRecord(g.arena[row.from:row.to], &members[j]); err != nil {
				return out, err
			}
		}
		c := merger.Customer(members)
		c.ID = g.ids[i].String()
		if len(members) > 1 {
			c.LinkConfidence = float64(weakest[clusters[rows[0].number]])
		}
		out.ties.Add(g.first+int32(i), &c)
		customers[i] = c
	}
	out.frames = pack(customers, spool.AppendCustomer)
	return out, nil
}

// customerIDs gives every cluster its id, at its lowest row: the one that most of its records had in the previous run,
// else a new one.
func (r *run) customerIDs(ctx context.Context, clusters []int32) ([]merge.ID, error) {
	ids := make([]merge.ID, len(clusters))
	kept, err := r.previousIDs(ctx, clusters)
	if err != nil {
		return nil, err
	}
	taken := make(map[merge.ID]bool, len(kept))
	for _, id := range kept {
		taken[id] = true
	}
	var row int32
	err = r.eachKey(ctx, func(key record.Key) error {
		if clusters[row] == row {
			id, ok := kept[row]
			if !ok {
				id = merge.Free(merge.NewID(key), func(x merge.ID) bool { return taken[x] })
			}
			ids[row] = id
		}
		row++
		return nil
	})
	return ids, err
}
