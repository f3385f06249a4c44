package evaluate

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Key says which records are one customer. It holds about 60 bytes a record.
type Key struct {
	name       string
	withSource bool
	place      map[digest]int32 // record to its place in entity
	entity     []int32
}

// digest stands for a text: 128 bits, so that no two texts of a job meet.
type digest struct{ a, b uint64 }

func digestOf(parts ...string) digest {
	s := strings.Join(parts, "\x00")
	return digest{xxhash.Sum64String(s), seeded(s)}
}

// seeded is a hash that does not know the other one.
func seeded(s string) uint64 {
	h := xxhash.NewWithSeed(1)
	_, _ = h.WriteString(s) // it never fails
	return h.Sum64()
}

func (d digest) less(e digest) bool { return d.a < e.a || d.a == e.a && d.b < e.b }

// ReadKey reads CSV with a header: record_id, cluster_id and, where there are several sources, source; in any order,
// further columns ignored. name is the file's, for errors: a missing column, a record given twice, a row too short.
func ReadKey(r io.Reader, name string) (*Key, error) {
	t, err := openTable(r, name, "record_id", "cluster_id")
	if err != nil {
		return nil, err
	}
	source := t.optional("source")
	k := &Key{name: name, withSource: source >= 0, place: map[digest]int32{}}
	numbers := map[digest]int32{}
	for {
		cells, err := t.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		id := record.Key{ID: cells[t.column["record_id"]]}
		if k.withSource {
			id.Source = cells[source]
		}
		d := k.digest(id)
		if _, twice := k.place[d]; twice {
			return nil, t.fault("this record was given before")
		}
		k.place[d] = int32(len(k.entity))
		c := digestOf(cells[t.column["cluster_id"]])
		n, known := numbers[c]
		if !known {
			n = int32(len(numbers))
			numbers[c] = n
		}
		k.entity = append(k.entity, n)
	}
	if len(k.entity) == 0 {
		return nil, fmt.Errorf("%s: the key has no records", name)
	}
	return k, nil
}

func (k *Key) digest(id record.Key) digest {
	if !k.withSource {
		id.Source = ""
	}
	return digestOf(id.Source, id.ID)
}

// table is a headed CSV file, read row by row.
type table struct {
	name   string
	rows   *csv.Reader
	width  int
	column map[string]int
}

func openTable(r io.Reader, name string, needed ...string) (*table, error) {
	t := &table{name: name, rows: csv.NewReader(r), column: map[string]int{}}
	t.rows.ReuseRecord = true
	t.rows.FieldsPerRecord = -1
	header, err := t.rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: the file is empty", name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	t.width = len(header)
	for i, h := range header {
		t.column[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))] = i
	}
	for _, n := range needed {
		if _, ok := t.column[n]; !ok {
			return nil, fmt.Errorf("%s: no column %s in the header", name, n)
		}
	}
	return t, nil
}

func (t *table) optional(name string) int {
	if i, ok := t.column[name]; ok {
		return i
	}
	return -1
}

// next is the next row, valid until the call after; io.EOF at the end.
func (t *table) next() ([]string, error) {
	cells, err := t.rows.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case err != nil:
		var parse *csv.ParseError
		if errors.As(err, &parse) { // its text is a position and a reason
			return nil, fmt.Errorf("%s:%d: %w", t.name, parse.StartLine, parse.Err)
		}
		return nil, fmt.Errorf("%s: %w", t.name, err)
	case len(cells) < t.width:
		return nil, t.fault(fmt.Sprintf("%d cells where the header has %d", len(cells), t.width))
	}
	return cells, nil
}

// fault is an error about the row read last.
func (t *table) fault(what string) error {
	line, _ := t.rows.FieldPos(0)
	return fmt.Errorf("%s:%d: %s", t.name, line, what)
}
