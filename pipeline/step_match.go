package pipeline

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/stages/match"
)

const (
	clustersFile = "clusters.bin" // match: for every row, the lowest row of its cluster, as little-endian int32
	linksSpool   = "links.spool"  // match: the links that joined records
	reviewSpool  = "review.spool" // match: pairs too close to call
	modelFile    = "model.json"   // match: the weights, as published
	matchFile    = "match.json"   // match: what matching says of itself
)

// match finds which rows are one person.
func (r *run) match(ctx context.Context) (int64, error) {
	m, err := match.New(r.plan.match)
	if err != nil {
		return 0, &UsageError{fmt.Errorf("match: %w", err)}
	}
	err = eachBatch(ctx, r, r.work.path(cleanedSpool),
		func(b batch) (batch, error) { return b, nil },
		func(b batch) error {
			for i := range b.records {
				if err := m.Add(&b.records[i]); err != nil {
					return err
				}
			}
			return nil
		})
	if err != nil {
		return 0, err
	}
	res, err := m.Solve(ctx)
	if err != nil {
		return 0, err
	}
	if err := writeClusters(r.work.path(clustersFile), res.Cluster); err != nil {
		return 0, err
	}
	if err := writeLinks(r.work.path(linksSpool), res.Links); err != nil {
		return 0, err
	}
	if err := writeLinks(r.work.path(reviewSpool), res.Review); err != nil {
		return 0, err
	}
	if err := r.work.keep(modelFile, res.Model); err != nil {
		return 0, err
	}
	return int64(len(res.Cluster)), r.work.keep(matchFile, res.Diagnosis)
}

func writeClusters(path string, clusters []int32) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write clusters: %w", err)
	}
	w := bufio.NewWriter(f)
	var b [4]byte
	for _, c := range clusters {
		binary.LittleEndian.PutUint32(b[:], uint32(c))
		if _, err := w.Write(b[:]); err != nil {
			return errors.Join(fmt.Errorf("write clusters: %w", err), f.Close())
		}
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		return fmt.Errorf("write clusters: %w", err)
	}
	return nil
}

func readClusters(path string) ([]int32, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read clusters: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read clusters: %w", err)
	}
	out := make([]int32, info.Size()/4)
	r := bufio.NewReader(f)
	var b [4]byte
	for i := range out {
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return nil, fmt.Errorf("read clusters: %w", err)
		}
		c := int32(binary.LittleEndian.Uint32(b[:]))
		if c < 0 || int(c) > i {
			return nil, fmt.Errorf("read clusters: %w", spool.ErrTorn)
		}
		out[i] = c
	}
	return out, nil
}

func writeLinks(path string, links []match.Link) error {
	w, err := spool.Create(path)
	if err != nil {
		return err
	}
	var row []byte
	for i := range links {
		if row, err = appendLink(row[:0], &links[i]); err == nil {
			err = w.Add(row)
		}
		if err != nil {
			w.Abort()
			return fmt.Errorf("write links: %w", err)
		}
	}
	_, err = w.Close()
	return err
}

// link is a link as it rests in a spool: its levels stay the JSON text that tables show.
type link struct {
	a, b              int32
	probability, bits float64
	override          bool
	levels            []byte // aliases the row
}

const linkHead = 4 + 4 + 8 + 8 + 1 // bytes before the levels

func appendLink(dst []byte, l *match.Link) ([]byte, error) {
	levels, err := json.Marshal(l.Levels)
	if err != nil {
		return nil, err
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(l.A))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(l.B))
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(l.Probability))
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(l.Bits))
	override := byte(0)
	if l.Override {
		override = 1
	}
	return append(append(dst, override), levels...), nil
}

func readLink(row []byte) (link, error) {
	if len(row) < linkHead {
		return link{}, fmt.Errorf("read links: %w", spool.ErrTorn)
	}
	return link{
		a: int32(binary.LittleEndian.Uint32(row)), b: int32(binary.LittleEndian.Uint32(row[4:])),
		probability: math.Float64frombits(binary.LittleEndian.Uint64(row[8:])), bits: math.Float64frombits(binary.LittleEndian.Uint64(row[16:])),
		override: row[24] == 1, levels: row[linkHead:],
	}, nil
}

// eachLink visits the links of a spool, each with the row that [readLink] reads.
func eachLink(ctx context.Context, path string, visit func(l link, row []byte) error) error {
	return spool.Frames(ctx, path, func(p spool.Packed) error {
		f, err := p.Unpack()
		if err != nil {
			return err
		}
		return f.Each(func(row []byte) error {
			l, err := readLink(row)
			if err != nil {
				return err
			}
			return visit(l, row)
		})
	})
}

// bond is the strongest link of a row.
type bond struct {
	to          int32
	probability float32
}

// bonds finds for every row the strongest link that holds it, and for every cluster its weakest.
func (r *run) bonds(ctx context.Context, clusters []int32) (strongest []bond, weakest []float32, err error) {
	strongest, weakest = make([]bond, len(clusters)), make([]float32, len(clusters))
	for i := range strongest {
		strongest[i].to = -1
		weakest[i] = 1
	}
	err = eachLink(ctx, r.work.path(linksSpool), func(l link, _ []byte) error {
		p := float32(l.probability)
		for _, side := range [2][2]int32{{l.a, l.b}, {l.b, l.a}} {
			if b := &strongest[side[0]]; b.to < 0 || p > b.probability || p == b.probability && side[1] < b.to {
				*b = bond{side[1], p}
			}
		}
		root := clusters[l.a]
		weakest[root] = min(weakest[root], p)
		return nil
	})
	return strongest, weakest, err
}
