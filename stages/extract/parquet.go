package extract

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

func itoa(n int) string { return strconv.Itoa(n) }

// openParquet takes the columns of a Parquet file: its leaves, nested names joined by dots.
func (t *Table) openParquet() error {
	return t.withParquet(func(f *parquet.File) error {
		for _, path := range f.Schema().Columns() {
			t.header = append(t.header, leafName(path))
		}
		for _, g := range f.RowGroups() {
			err := t.groupRows(context.Background(), g, func(rows [][]string) error {
				t.sample = append(t.sample, rows...)
				if len(t.sample) >= sampleRows {
					return io.EOF
				}
				return nil
			})
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// leafName drops the names that only the form of a list adds.
func leafName(path []string) string {
	var out []string
	for i, p := range path {
		if i > 0 && (p == "list" || p == "element" || p == "array" || p == "item") {
			continue
		}
		out = append(out, p)
	}
	return strings.Join(out, ".")
}

func (t *Table) withParquet(use func(*parquet.File) error) error {
	file, err := os.Open(t.file.Path)
	if err != nil {
		return inputErrorf(t.file.Shown, "cannot be read: %s", cause(err))
	}
	defer func() { _ = file.Close() }() // only read
	info, err := file.Stat()
	if err != nil {
		return inputErrorf(t.file.Shown, "cannot be read: %s", cause(err))
	}
	f, err := parquet.OpenFile(file, info.Size())
	if err != nil {
		return inputErrorf(t.file.Shown, "is not a whole Parquet file: %s", err)
	}
	return use(f)
}

// groupRows reads the rows of one row group as text.
func (t *Table) groupRows(ctx context.Context, g parquet.RowGroup, visit func([][]string) error) error {
	types := make([]columnText, 0, len(t.header))
	for _, c := range g.ColumnChunks() {
		types = append(types, textOf(c.Type()))
	}
	r := g.Rows()
	buf := make([]parquet.Row, 1024)
	for ctx.Err() == nil {
		n, err := r.ReadRows(buf)
		rows := make([][]string, n)
		for i, values := range buf[:n] {
			cells := make([]string, len(types))
			for _, v := range values {
				if v.IsNull() {
					continue
				}
				at := v.Column()
				if cells[at] != "" {
					cells[at] += listSeparator
				}
				cells[at] += types[at](v)
			}
			rows[i] = cells
		}
		if n > 0 {
			if err := visit(rows); err != nil {
				return errors.Join(err, r.Close())
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			_ = r.Close() // the read error is the one to tell
			return inputErrorf(t.file.Shown, "breaks off: %s", err)
		}
	}
	if err := r.Close(); err != nil {
		return inputErrorf(t.file.Shown, "cannot be read: %s", err)
	}
	return context.Cause(ctx)
}

type columnText func(parquet.Value) string

// textOf says how a column's values are written: dates and moments in ISO form, numbers as they are.
func textOf(typ parquet.Type) columnText {
	if logical := typ.LogicalType(); logical != nil {
		switch x := logical.Value.(type) {
		case *format.DateType:
			return func(v parquet.Value) string {
				return time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly)
			}
		case *format.TimestampType:
			unit := x.Unit.Value.Duration()
			return func(v parquet.Value) string {
				perSecond := int64(time.Second / unit)
				return time.Unix(v.Int64()/perSecond, v.Int64()%perSecond*int64(unit)).UTC().Format(time.RFC3339Nano)
			}
		}
	}
	switch typ.Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) string { return strconv.FormatBool(v.Boolean()) }
	case parquet.Int32:
		return func(v parquet.Value) string { return strconv.Itoa(int(v.Int32())) }
	case parquet.Int64:
		return func(v parquet.Value) string { return strconv.FormatInt(v.Int64(), 10) }
	case parquet.Float:
		return func(v parquet.Value) string { return strconv.FormatFloat(float64(v.Float()), 'f', -1, 32) }
	case parquet.Double:
		return func(v parquet.Value) string { return strconv.FormatFloat(v.Double(), 'f', -1, 64) }
	default:
		return func(v parquet.Value) string { return string(v.ByteArray()) }
	}
}

func (t *Table) readParquet(ctx context.Context, yield func(Rows) error) error {
	return t.withParquet(func(f *parquet.File) error {
		var n int64
		total, told := f.NumRows(), int64(0)
		for _, g := range f.RowGroups() {
			err := t.groupRows(ctx, g, func(cells [][]string) error {
				out := Rows{Count: int64(len(cells)), Rows: make([]Row, len(cells))}
				for i, c := range cells {
					n++
					out.Rows[i] = Row{n, c}
				}
				done := f.Size() * n / max(total, 1)
				out.Bytes, told = done-told, done
				return yield(out)
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
