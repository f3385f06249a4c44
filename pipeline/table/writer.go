package table

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
)

// rowGroupRows is what DuckDB reads in parallel at its best.
const rowGroupRows = 122_880

// Options say how files are written.
type Options struct {
	Compression string // zstd (default), snappy, gzip or none
	TargetSize  int64  // bytes after which the next part begins; 128 MiB when 0
}

// FileInfo is one part of a table.
type FileInfo struct {
	Path   string // TABLE/part-00000.parquet
	Rows   int64
	Bytes  int64
	SHA256 string
}

// Writer writes one table into files of its own folder, in the order in which batches come.
type Writer struct {
	dir     string
	name    string
	schema  *arrow.Schema
	opts    []parquet.WriterOption
	target  int64
	files   []FileInfo
	values  []parquet.Value
	current *part
}

type part struct {
	file    *os.File
	buf     *bufio.Writer
	sum     hash.Hash
	size    int64
	parquet *parquet.GenericWriter[any]
	rows    int64
	group   int64
}

func (p *part) Write(b []byte) (int, error) {
	n, err := p.buf.Write(b)
	p.size += int64(n)
	_, _ = p.sum.Write(b[:n]) // a hash never fails
	return n, err
}

var codecs = map[string]compress.Codec{"": &parquet.Zstd, "zstd": &parquet.Zstd, "snappy": &parquet.Snappy, "gzip": &parquet.Gzip, "none": &parquet.Uncompressed}

// NewWriter starts table name in dir/name, which must not exist.
func NewWriter(dir, name string, extra []string, opts Options) (*Writer, error) {
	schema, err := Schema(name, extra)
	if err != nil {
		return nil, err
	}
	codec, ok := codecs[opts.Compression]
	if !ok {
		return nil, fmt.Errorf("table: no compression %q", opts.Compression)
	}
	if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
		return nil, fmt.Errorf("table %s: %w", name, err)
	}
	w := &Writer{dir: dir, name: name, schema: schema, target: opts.TargetSize}
	if w.target <= 0 {
		w.target = 128 << 20
	}
	w.opts = []parquet.WriterOption{
		parquetSchema(name, schema), parquet.Compression(codec), parquet.DataPageStatistics(true), parquet.CreatedBy("rollcall", "1", ""),
	}
	var sorting []parquet.SortingColumn
	i := slices.IndexFunc(tables, func(t struct{ name, sort, columns string }) bool { return t.name == name })
	for _, c := range strings.Fields(tables[i].sort) {
		sorting = append(sorting, parquet.NullsFirst(parquet.Ascending(c)))
	}
	if len(sorting) > 0 {
		w.opts = append(w.opts, parquet.SortingWriterConfig(parquet.SortingColumns(sorting...)))
	}
	if _, ok := schema.FieldsByName("customer_id"); ok {
		w.opts = append(w.opts, parquet.BloomFilters(parquet.SplitBlockFilter(10, "customer_id")))
	}
	return w, nil
}

// parquetSchema gives the columns in their order (parquet.Group would sort them by name).
func parquetSchema(name string, schema *arrow.Schema) *parquet.Schema {
	fields := make([]reflect.StructField, schema.NumFields())
	for i, f := range schema.Fields() {
		tag := f.Name
		if f.Nullable {
			tag += ",optional"
		}
		var t reflect.Type
		switch f.Type.ID() {
		case arrow.BOOL:
			t = reflect.TypeFor[bool]()
		case arrow.INT32:
			t = reflect.TypeFor[int32]()
		case arrow.INT64:
			t = reflect.TypeFor[int64]()
		case arrow.FLOAT64:
			t = reflect.TypeFor[float64]()
		case arrow.DATE32:
			t, tag = reflect.TypeFor[int32](), tag+",date"
		case arrow.TIMESTAMP:
			t, tag = reflect.TypeFor[int64](), tag+",timestamp(microsecond)"
		case arrow.LIST:
			t, tag = reflect.TypeFor[[]string](), tag+",list"
		default:
			t = reflect.TypeFor[string]()
		}
		fields[i] = reflect.StructField{Name: fmt.Sprintf("C%d", i), Type: t, Tag: reflect.StructTag(`parquet:"` + tag + `"`)}
	}
	return parquet.NewSchema(name, parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface()))
}

func (w *Writer) open() error {
	path := filepath.Join(w.dir, w.name, fmt.Sprintf("part-%05d.parquet", len(w.files)))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("table %s: %w", w.name, err)
	}
	p := &part{file: f, buf: bufio.NewWriterSize(f, 1<<20), sum: sha256.New()}
	p.parquet = parquet.NewGenericWriter[any](io.Writer(p), w.opts...)
	w.current = p
	return nil
}

// Write appends a batch, and releases it.
func (w *Writer) Write(rec arrow.Record) error {
	defer rec.Release()
	if w.current == nil {
		if err := w.open(); err != nil {
			return err
		}
	}
	p := w.current
	writers := p.parquet.ColumnWriters()
	for i, col := range rec.Columns() {
		w.values = appendValues(w.values[:0], i, col, w.schema.Field(i).Nullable)
		if _, err := writers[i].WriteRowValues(w.values); err != nil {
			return fmt.Errorf("table %s: %w", w.name, err)
		}
	}
	clear(w.values)
	p.rows += rec.NumRows()
	p.group += rec.NumRows()
	if p.group >= rowGroupRows {
		if err := p.parquet.Flush(); err != nil {
			return fmt.Errorf("table %s: %w", w.name, err)
		}
		p.group = 0
		if p.size >= w.target {
			return w.finish()
		}
	}
	return nil
}

// appendValues turns a column into Parquet values with their levels.
func appendValues(dst []parquet.Value, column int, col arrow.Array, nullable bool) []parquet.Value {
	def := 0
	if nullable {
		def = 1
	}
	n := col.Len()
	null := parquet.NullValue().Level(0, 0, column)
	if col.NullN() == n { // as most columns of most tables are, batch after batch
		for range n {
			dst = append(dst, null)
		}
		return dst
	}
	each := func(value func(i int) parquet.Value) {
		for i := range n {
			if col.IsNull(i) {
				dst = append(dst, null)
			} else {
				dst = append(dst, value(i).Level(0, def, column))
			}
		}
	}
	switch a := col.(type) {
	case *array.String:
		text, first := a.ValueBytes(), a.ValueOffset(0)
		from := 0
		for i := range n {
			to := a.ValueOffset(i+1) - first
			if a.IsNull(i) {
				dst = append(dst, null)
			} else {
				dst = append(dst, parquet.ByteArrayValue(text[from:to]).Level(0, def, column))
			}
			from = to
		}
	case *array.Boolean:
		each(func(i int) parquet.Value { return parquet.BooleanValue(a.Value(i)) })
	case *array.Int32:
		each(func(i int) parquet.Value { return parquet.Int32Value(a.Value(i)) })
	case *array.Int64:
		each(func(i int) parquet.Value { return parquet.Int64Value(a.Value(i)) })
	case *array.Float64:
		each(func(i int) parquet.Value { return parquet.DoubleValue(a.Value(i)) })
	case *array.Date32:
		each(func(i int) parquet.Value { return parquet.Int32Value(int32(a.Value(i))) })
	case *array.Timestamp:
		each(func(i int) parquet.Value { return parquet.Int64Value(int64(a.Value(i))) })
	case *array.List:
		values := a.ListValues().(*array.String)
		text := func(i int) []byte { return []byte(values.Value(i)) }
		for i := range n {
			from, to := a.ValueOffsets(i)
			if a.IsNull(i) || from == to {
				dst = append(dst, null)
				continue
			}
			for j := from; j < to; j++ {
				rep := 0
				if j > from {
					rep = 1
				}
				dst = append(dst, parquet.ByteArrayValue(text(int(j))).Level(rep, def+1, column))
			}
		}
	}
	return dst
}

func (w *Writer) finish() error {
	p := w.current
	w.current = nil
	err := p.parquet.Close()
	if err == nil {
		err = p.buf.Flush()
	}
	if err == nil {
		err = p.file.Sync()
	}
	if e := p.file.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("table %s: %w", w.name, err)
	}
	name := filepath.Base(p.file.Name())
	w.files = append(w.files, FileInfo{w.name + "/" + name, p.rows, p.size, hex.EncodeToString(p.sum.Sum(nil))})
	return nil
}

// Close finishes the table: a table without rows still has one part with its schema.
func (w *Writer) Close() ([]FileInfo, error) {
	if w.current == nil && len(w.files) == 0 {
		if err := w.open(); err != nil {
			return nil, err
		}
	}
	if w.current != nil {
		if err := w.finish(); err != nil {
			return nil, err
		}
	}
	return w.files, nil
}

// Abort closes an unfinished table; its files are left to whoever removes the folder.
func (w *Writer) Abort() {
	if w.current != nil {
		_ = w.current.file.Close() // thrown away
		w.current = nil
	}
}
