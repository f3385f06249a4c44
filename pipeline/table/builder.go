package table

import (
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Builder collects rows of one table in Arrow columns. Cells are set by column number; a builder serves one worker.
type Builder struct {
	schema  *arrow.Schema
	columns []array.Builder
	rows    int
}

// NewBuilder makes a builder for a schema of this package.
func NewBuilder(schema *arrow.Schema) *Builder {
	b := &Builder{schema: schema, columns: make([]array.Builder, schema.NumFields())}
	for i, f := range schema.Fields() {
		b.columns[i] = array.NewBuilder(memory.DefaultAllocator, f.Type)
	}
	return b
}

// String sets text; empty is null, unless the column is required.
func (b *Builder) String(col int, v string) {
	c := b.columns[col].(*array.StringBuilder)
	if v == "" && b.schema.Field(col).Nullable {
		c.AppendNull()
		return
	}
	c.Append(v)
}

// Strings sets a list; an empty one is null.
func (b *Builder) Strings(col int, v []string) {
	c := b.columns[col].(*array.ListBuilder)
	if len(v) == 0 {
		c.AppendNull()
		return
	}
	c.Append(true)
	values := c.ValueBuilder().(*array.StringBuilder)
	for _, s := range v {
		values.Append(s)
	}
}

// Bool sets a boolean.
func (b *Builder) Bool(col int, v bool) { b.columns[col].(*array.BooleanBuilder).Append(v) }

// Int32 sets an integer.
func (b *Builder) Int32(col int, v int32) { b.columns[col].(*array.Int32Builder).Append(v) }

// Int64 sets an integer.
func (b *Builder) Int64(col int, v int64) { b.columns[col].(*array.Int64Builder).Append(v) }

// NullInt64 leaves an integer out.
func (b *Builder) NullInt64(col int) { b.columns[col].(*array.Int64Builder).AppendNull() }

// Float sets a number; NaN is null.
func (b *Builder) Float(col int, v float64) {
	c := b.columns[col].(*array.Float64Builder)
	if math.IsNaN(v) {
		c.AppendNull()
		return
	}
	c.Append(v)
}

// Date sets a day from yyyy-mm-dd; anything else is null.
func (b *Builder) Date(col int, v string) {
	c := b.columns[col].(*array.Date32Builder)
	if v == "" { // an error costs more than a date
		c.AppendNull()
		return
	}
	t, err := time.Parse(time.DateOnly, v)
	if err != nil {
		c.AppendNull()
		return
	}
	c.Append(arrow.Date32FromTime(t))
}

// Instant sets a moment; one that is not known is null.
func (b *Builder) Instant(col int, v record.Instant) {
	c := b.columns[col].(*array.TimestampBuilder)
	if !v.Known() {
		c.AppendNull()
		return
	}
	c.Append(arrow.Timestamp(v))
}

// EndRow ends a row, of which every column must have been set.
func (b *Builder) EndRow() { b.rows++ }

// Rows is how many rows are ended.
func (b *Builder) Rows() int { return b.rows }

// Batch gives the rows so far and empties the builder. A row with a missing or a second cell is a fault of the caller.
func (b *Builder) Batch() (arrow.Record, error) {
	cols := make([]arrow.Array, len(b.columns))
	for i, c := range b.columns {
		if c.Len() != b.rows {
			return nil, fmt.Errorf("table: column %s has %d cells for %d rows", b.schema.Field(i).Name, c.Len(), b.rows)
		}
		cols[i] = c.NewArray()
	}
	rec := array.NewRecord(b.schema, cols, int64(b.rows))
	b.rows = 0
	return rec, nil
}
