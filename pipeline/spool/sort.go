package spool

import (
	"bufio"
	"bytes"
	"container/heap"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Sorter puts rows in the bytewise order of their keys. Rows with equal keys come out in any order, so a caller that
// needs one puts everything that tells rows apart into the key.
type Sorter struct {
	dir    string
	name   string
	budget int // bytes of rows held before a run is spilled

	chunks [][]byte // rows, each whole in one chunk: a slice that grew would be held twice while it is copied
	held   int
	index  []span
	runs   []string
	rows   int64
}

const chunkBytes = 1 << 20

// span is a row in a chunk: its key, then the row itself.
type span struct {
	prefix uint64 // first eight bytes of the key, which settle most comparisons
	chunk  uint32
	at     uint32
	key    uint32
	row    uint32
}

// NewSorter makes a sorter that spills to files dir/name-N once its rows take more than budget bytes.
func NewSorter(dir, name string, budget int64) *Sorter {
	return &Sorter{dir: dir, name: name, budget: int(max(budget, 1<<20))}
}

// Add takes one row; both slices are copied.
func (s *Sorter) Add(key, row []byte) error {
	need := len(key) + len(row)
	if s.held > 0 && s.held+need+(len(s.index)+1)*32 > s.budget {
		if err := s.spill(); err != nil {
			return err
		}
	}
	c := s.room(need)
	var prefix [8]byte
	copy(prefix[:], key)
	s.index = append(s.index, span{binary.BigEndian.Uint64(prefix[:]), uint32(len(s.chunks) - 1), uint32(len(*c)), uint32(len(key)), uint32(len(row))})
	*c = append(append(*c, key...), row...)
	s.held += need
	s.rows++
	return nil
}

// room is the last chunk, a new one or one from before the last spill where it cannot take need more bytes.
func (s *Sorter) room(need int) *[]byte {
	n := len(s.chunks)
	if n > 0 && cap(s.chunks[n-1])-len(s.chunks[n-1]) >= need {
		return &s.chunks[n-1]
	}
	if n < cap(s.chunks) && cap(s.chunks[:n+1][n]) >= need {
		s.chunks = s.chunks[:n+1]
		s.chunks[n] = s.chunks[n][:0]
	} else {
		s.chunks = append(s.chunks, make([]byte, 0, max(need, chunkBytes)))
	}
	return &s.chunks[n]
}

// Rows is how many rows were added.
func (s *Sorter) Rows() int64 { return s.rows }

func (s *Sorter) keyOf(x span) []byte { return s.chunks[x.chunk][x.at : x.at+x.key] }

func (s *Sorter) rowOf(x span) []byte {
	from := x.at + x.key
	return s.chunks[x.chunk][from : from+x.row]
}

func (s *Sorter) sortHeld() {
	slices.SortFunc(s.index, func(a, b span) int {
		if a.prefix != b.prefix {
			if a.prefix < b.prefix {
				return -1
			}
			return 1
		}
		return bytes.Compare(s.keyOf(a), s.keyOf(b))
	})
}

func (s *Sorter) spill() error {
	s.sortHeld()
	path := filepath.Join(s.dir, fmt.Sprintf("%s-%04d", s.name, len(s.runs)))
	w, err := Create(path)
	if err != nil {
		return err
	}
	s.runs = append(s.runs, path)
	var row []byte
	for _, x := range s.index {
		row = binary.AppendUvarint(row[:0], uint64(x.key))
		row = append(append(row, s.keyOf(x)...), s.rowOf(x)...)
		if err := w.Add(row); err != nil {
			w.Abort()
			return err
		}
	}
	if _, err := w.Close(); err != nil {
		return err
	}
	s.chunks, s.held, s.index = s.chunks[:0], 0, s.index[:0]
	return nil
}

// Each calls visit for every row in order, once; afterwards the sorter is empty and its files are gone.
// The slices are only valid during the call.
func (s *Sorter) Each(ctx context.Context, visit func(key, row []byte) error) error {
	defer s.Close()
	if len(s.runs) == 0 {
		s.sortHeld()
		for i, x := range s.index {
			if i%FrameRows == 0 && ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := visit(s.keyOf(x), s.rowOf(x)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := s.spill(); err != nil {
		return err
	}
	s.chunks, s.held, s.index = nil, 0, nil
	return s.merge(ctx, visit)
}

func (s *Sorter) merge(ctx context.Context, visit func(key, row []byte) error) error {
	var h runHeap
	defer func() {
		for _, r := range h {
			r.close()
		}
	}()
	for i, path := range s.runs {
		r, err := openRun(path, i)
		if err != nil {
			return err
		}
		if r.next() {
			h = append(h, r)
		} else {
			r.close()
			if r.err != nil {
				return r.err
			}
		}
	}
	heap.Init(&h)
	for n := 0; len(h) > 0; n++ {
		if n%FrameRows == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		r := h[0]
		if err := visit(r.key, r.row); err != nil {
			return err
		}
		if r.next() {
			heap.Fix(&h, 0)
			continue
		}
		if r.err != nil {
			return r.err
		}
		r.close()
		heap.Pop(&h)
	}
	return nil
}

// Close removes what was spilled. It is safe to call more than once.
func (s *Sorter) Close() {
	for _, path := range s.runs {
		_ = os.Remove(path) // the cache is swept by the next run if this fails
	}
	s.chunks, s.held, s.index, s.runs = nil, 0, nil, nil
}

// run reads one spilled file row by row.
type run struct {
	file *os.File
	r    *bufio.Reader
	rest []byte // of the current frame
	key  []byte
	row  []byte
	nth  int
	err  error
}

func openRun(path string, nth int) (*run, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open spilled run: %w", err)
	}
	return &run{file: f, r: bufio.NewReaderSize(f, 1<<16), nth: nth}, nil
}

func (r *run) close() { _ = r.file.Close() } // only read

// next moves to the next row; false at the end or on an error, which is in r.err.
func (r *run) next() bool {
	if len(r.rest) == 0 {
		p, err := readPacked(r.r)
		if err != nil {
			if !errors.Is(err, io.EOF) {
				r.err = err
			}
			return false
		}
		f, err := p.Unpack()
		if err != nil {
			r.err = err
			return false
		}
		r.rest = f.data
	}
	n, w := binary.Uvarint(r.rest)
	body := r.rest[w : w+int(n)]
	r.rest = r.rest[w+int(n):]
	k, kw := binary.Uvarint(body)
	r.key, r.row = body[kw:kw+int(k)], body[kw+int(k):]
	return true
}

type runHeap []*run

func (h runHeap) Len() int { return len(h) }
func (h runHeap) Less(i, j int) bool {
	if c := bytes.Compare(h[i].key, h[j].key); c != 0 {
		return c < 0
	}
	return h[i].nth < h[j].nth
}
func (h runHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)   { *h = append(*h, x.(*run)) }
func (h *runHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
