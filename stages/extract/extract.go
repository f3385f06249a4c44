package extract

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Source says what to read; zero values are found out.
type Source struct {
	Name           string
	Files          []File
	Format         Format
	Columns        map[record.Field][]string // columns that fill each field; empty: they are guessed
	Keep           []string                  // columns passed through
	Look           bool                      // only to be looked at: that no column is known is no error
	DefaultCountry string
}

// Extract is a source whose files have been looked at.
type Extract struct {
	source Source
	tables []*Table
	maps   []mapping
	spare  sync.Pool // of records that were released
}

// Batch is some records of a source and the rows that could not be read, in the order of the file.
type Batch struct {
	File    string
	Records []record.Record
	Rejects []record.Reject
	Rows    int64 // read, rejects included
	Bytes   int64 // of the file on disk
}

// Release gives the batch's memory back to the extract; the records may not be used any more. It is not needed, but spares
// the allocation of about a kilobyte a row.
func (e *Extract) Release(b *Batch) {
	if list := b.Records; list != nil {
		clear(list)
		e.spare.Put(&list)
		b.Records = nil
	}
}

// take gives n empty records.
func (e *Extract) take(n int) []record.Record {
	if x, ok := e.spare.Get().(*[]record.Record); ok && cap(*x) >= n {
		return (*x)[:n]
	}
	return make([]record.Record, n, n+n/8)
}

// Open looks at the files of a source and settles which of their columns fill which fields.
func Open(s Source) (*Extract, error) {
	e := &Extract{source: s}
	for _, f := range s.Files {
		t, err := OpenTable(f, s.Format)
		if err != nil {
			return nil, err
		}
		var m mapping
		if len(s.Columns) > 0 {
			m.columns, err = t.given(s.Columns)
		} else {
			m.columns = t.guessed()
		}
		if err != nil {
			return nil, err
		}
		if !s.Look && !slices.ContainsFunc(m.columns, func(c column) bool { return c.field != record.RecordID }) {
			return nil, &UsageError{f.Shown, "no column could be told from its name or values; say which is which under sources[].columns (`rollcall init` begins one, with the columns that it has)"}
		}
		for _, k := range s.Keep {
			at := t.find(k)
			if at < 0 {
				return nil, &UsageError{f.Shown, "has no column \"" + k + "\", which keep names; " + t.near(k)}
			}
			m.keep = append(m.keep, at)
		}
		// columns of one field join in the order in which the config names them, or the file has them
		slices.SortStableFunc(m.columns, func(a, b column) int { return int(a.field) - int(b.field) })
		e.tables, e.maps = append(e.tables, t), append(e.maps, m)
	}
	return e, nil
}

// Guesses lists what was found out about the files, and why.
func (e *Extract) Guesses() []Guess {
	var out []Guess
	for _, t := range e.tables {
		out = append(out, t.Guesses()...)
	}
	return out
}

// Maps reports whether some column fills the field.
func (e *Extract) Maps(f record.Field) bool {
	for _, m := range e.maps {
		if slices.ContainsFunc(m.columns, func(c column) bool { return c.field == f }) {
			return true
		}
	}
	return false
}

// Grants reports whether some column of a consent can grant it: one that asks for a no never does.
func (e *Extract) Grants(f record.Field) bool {
	for _, m := range e.maps {
		if slices.ContainsFunc(m.columns, func(c column) bool { return c.field == f && c.kind == "" }) {
			return true
		}
	}
	return false
}

// Read reads the files one after the other. Workers parse rows and make records; yield is called in the order of the
// rows, from one goroutine at a time.
func (e *Extract) Read(ctx context.Context, workers int, yield func(Batch) error) error {
	for i, t := range e.tables {
		if err := e.readFile(ctx, workers, t, &e.maps[i], yield); err != nil {
			return err
		}
	}
	return nil
}

func (e *Extract) readFile(ctx context.Context, workers int, t *Table, m *mapping, yield func(Batch) error) error {
	if t.format == "parquet" || t.format == "xlsx" {
		return t.Read(ctx, workers, func(rows Rows) error {
			b := Batch{File: t.file.Shown, Rejects: e.claim(rows.Rejects), Rows: rows.Count, Bytes: rows.Bytes}
			b.Records = make([]record.Record, len(rows.Rows))
			var lists slab
			for i, r := range rows.Rows {
				e.fill(&b.Records[i], t, m, r.Cells, &lists)
				b.Records[i].Row = r.Number
			}
			return yield(b)
		})
	}
	type made struct {
		parsed
		records []record.Record
	}
	parse := t.parser()
	var first int64 = 1
	return readBlocks(ctx, t, workers,
		func(b block) made {
			p := parse(b, nil)
			records := e.take(len(p.rows))
			var lists slab
			for i, cells := range p.rows {
				e.fill(&records[i], t, m, cells, &lists)
			}
			return made{p, records}
		},
		func(x made) error {
			n, skip := first, x.rejects
			for i := range x.records {
				for len(skip) > 0 && first+skip[0].nth == n {
					n++
					skip = skip[1:]
				}
				x.records[i].Row = n
				n++
			}
			b := Batch{File: t.file.Shown, Records: x.records, Rejects: e.claim(x.number(t.file.Shown, first)), Rows: x.count, Bytes: x.bytes}
			first += x.count
			return yield(b)
		})
}

// Columns are the source's own names of the columns that fill a field, in the order in which they do.
func (e *Extract) Columns(f record.Field) []string {
	var names []string
	for i, m := range e.maps {
		for _, c := range m.columns {
			if name := e.tables[i].header[c.at]; c.field == f && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

func (e *Extract) claim(rejects []record.Reject) []record.Reject {
	for i := range rejects {
		rejects[i].Source = e.source.Name
	}
	return rejects
}

// fill makes a record of a row's cells.
func (e *Extract) fill(r *record.Record, t *Table, m *mapping, cells []string, lists *slab) {
	r.Source, r.File, r.DefaultCountry = e.source.Name, t.file.Shown, e.source.DefaultCountry
	r.Digest = digest(cells)
	for _, c := range m.columns {
		v := strings.TrimSpace(cells[c.at])
		if v == "" {
			continue
		}
		switch c.field {
		case record.RecordID:
			r.ID = joined(r.ID, v)
		case record.Email:
			r.Emails = lists.add(r.Emails, v)
		case record.Phone:
			if c.country != "" {
				r.PhoneHomes = append(slices.Grow(r.PhoneHomes, len(r.Phones)), make([]string, len(r.Phones)-len(r.PhoneHomes))...)
				r.PhoneHomes = append(r.PhoneHomes, c.country)
			}
			r.Phones = lists.add(r.Phones, v)
		case record.Social:
			r.Socials = lists.add(r.Socials, accountOf(c.kind, v))
		case record.Identifier:
			r.Identifiers = append(r.Identifiers, record.IdentifierValue{Kind: c.kind, Value: v})
		default:
			if c.kind != "" { // what it asks for is the opposite of its field, and only its name says so
				v = "!" + c.kind + ": " + v
			}
			r.Text[c.field] = joined(r.Text[c.field], v)
		}
	}
	if len(m.keep) > 0 {
		r.Kept = make([]string, len(m.keep))
		for i, at := range m.keep {
			r.Kept[i] = cells[at]
		}
	}
}

// accountOf says of a bare handle which column it stood in: its name may be the network's.
func accountOf(column, v string) string {
	if strings.ContainsAny(v, ":/") {
		return v
	}
	return "!" + column + ": " + v
}

// slab is where the first values of the lists of many records stand side by side.
type slab []string

func (s *slab) add(list []string, v string) []string {
	if list != nil {
		return append(list, v)
	}
	if len(*s) == cap(*s) {
		*s = make([]string, 0, 1024)
	}
	*s = append(*s, v)
	n := len(*s)
	return (*s)[n-1 : n : n]
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

// digest is a 64-bit hash of the cells: XXH64 of each, chained.
func digest(cells []string) uint64 {
	h := uint64(len(cells))
	for _, c := range cells {
		h = (h ^ xxhash.Sum64String(c)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}
