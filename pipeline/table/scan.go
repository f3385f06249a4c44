package table

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Row is one row that was read back; it is only valid during the call that got it.
type Row struct {
	columns []Column
	at      map[string]int
	cells   [][]parquet.Value
}

func (r Row) cell(name string) []parquet.Value {
	i, ok := r.at[name]
	if !ok {
		return nil
	}
	return r.cells[i]
}

func (r Row) one(name string) (parquet.Value, bool) {
	c := r.cell(name)
	if len(c) == 0 || c[0].IsNull() {
		return parquet.Value{}, false
	}
	return c[0], true
}

// Text is a STRING cell; empty for null.
func (r Row) Text(name string) string {
	v, ok := r.one(name)
	if !ok {
		return ""
	}
	return string(v.ByteArray())
}

// List is a LIST cell.
func (r Row) List(name string) []string {
	var out []string
	for _, v := range r.cell(name) {
		if !v.IsNull() {
			out = append(out, string(v.ByteArray()))
		}
	}
	return out
}

// Bool is a BOOLEAN cell; false for null.
func (r Row) Bool(name string) bool {
	v, ok := r.one(name)
	return ok && v.Boolean()
}

// Int is an INT32 or INT64 cell; 0 for null.
func (r Row) Int(name string) int64 {
	v, ok := r.one(name)
	if !ok {
		return 0
	}
	if v.Kind() == parquet.Int32 {
		return int64(v.Int32())
	}
	return v.Int64()
}

// Float is a DOUBLE cell; ok is false for null.
func (r Row) Float(name string) (f float64, ok bool) {
	v, ok := r.one(name)
	if !ok {
		return 0, false
	}
	return v.Double(), true
}

// Instant is a TIMESTAMP cell; 0 for null.
func (r Row) Instant(name string) record.Instant {
	v, ok := r.one(name)
	if !ok {
		return 0
	}
	return record.Instant(v.Int64())
}

// Texts prints every column for a person: lists joined by a space, dates and moments in ISO form, null as nothing.
func (r Row) Texts() []string {
	out := make([]string, len(r.columns))
	for i, c := range r.columns {
		v, ok := r.one(c.Name)
		if !ok {
			continue
		}
		switch c.Type {
		case String:
			out[i] = string(v.ByteArray())
		case List:
			out[i] = strings.Join(r.List(c.Name), " ")
		case Bool:
			out[i] = strconv.FormatBool(v.Boolean())
		case Int32:
			out[i] = strconv.Itoa(int(v.Int32()))
		case Int64:
			out[i] = strconv.FormatInt(v.Int64(), 10)
		case Double:
			out[i] = strconv.FormatFloat(v.Double(), 'g', -1, 64)
		case Date:
			out[i] = time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly)
		case Timestamp:
			out[i] = record.Instant(v.Int64()).String()
		}
	}
	return out
}

// Scan reads the rows of a published table in their order: dir is a run's tables folder, columns the ones that are
// wanted, all where there are none. A column that the table does not have is an error.
func Scan(dir, name string, columns []string, visit func(Row) error) error {
	parts, err := filepath.Glob(filepath.Join(dir, name, "part-*.parquet"))
	if err != nil || len(parts) == 0 {
		return fmt.Errorf("table %s: no files in %s", name, dir)
	}
	slices.Sort(parts)
	for _, p := range parts {
		if err := scanPart(p, name, columns, visit); err != nil {
			return err
		}
	}
	return nil
}

func scanPart(path, name string, columns []string, visit func(Row) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("table %s: %w", name, err)
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("table %s: %w", name, err)
	}
	file, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		return fmt.Errorf("table %s: %s: %w", name, filepath.Base(path), err)
	}
	row, leaves, err := layout(file.Schema(), name, columns)
	if err != nil {
		return err
	}
	rows := make([]parquet.Row, 256)
	for _, g := range file.RowGroups() {
		r := g.Rows()
		for {
			n, err := r.ReadRows(rows)
			for _, values := range rows[:n] {
				for i := range row.cells {
					row.cells[i] = row.cells[i][:0]
				}
				for _, v := range values {
					if i := leaves[v.Column()]; i >= 0 {
						row.cells[i] = append(row.cells[i], v)
					}
				}
				if err := visit(row); err != nil {
					return errors.Join(err, r.Close())
				}
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return errors.Join(fmt.Errorf("table %s: %w", name, err), r.Close())
			}
		}
		if err := r.Close(); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
	}
	return nil
}

// layout finds where the wanted columns stand among the file's leaves.
func layout(schema *parquet.Schema, name string, wanted []string) (Row, []int, error) {
	var have []string
	leaves := make([]int, 0, len(schema.Columns()))
	for _, path := range schema.Columns() {
		have = append(have, path[0])
		leaves = append(leaves, -1)
	}
	if len(wanted) == 0 {
		wanted = have
	}
	row := Row{at: make(map[string]int), cells: make([][]parquet.Value, len(wanted))}
	for i, w := range wanted {
		leaf := slices.Index(have, w)
		if leaf < 0 {
			return row, nil, fmt.Errorf("table %s has no column %q; it has %s", name, w, strings.Join(have, ", "))
		}
		leaves[leaf] = i
		row.at[w] = i
		row.columns = append(row.columns, Column{Name: w, Type: typeOf(name, w)})
	}
	return row, leaves, nil
}

// Name is the name of the i-th column that was asked for.
func (r Row) Name(i int) string { return r.columns[i].Name }
