package table

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// fill sets every cell of a row by its type; n tells rows apart, and every third leaves out what may be left out.
func fill(b *Builder, columns []Column, n int) []string {
	none := n%3 == 2
	out := make([]string, len(columns))
	for i, c := range columns {
		empty := none && !c.Required
		text := func(s string) string {
			if empty {
				return ""
			}
			return s
		}
		switch c.Type {
		case String:
			out[i] = text(fmt.Sprintf("%s %06d é", c.Name, n))
			b.String(i, out[i])
		case List:
			if out[i] = text("one two"); empty {
				b.Strings(i, nil)
			} else {
				b.Strings(i, []string{"one", "two"})
			}
		case Bool:
			out[i] = fmt.Sprint(n%2 == 0)
			b.Bool(i, n%2 == 0)
		case Int32:
			out[i] = fmt.Sprint(n)
			b.Int32(i, int32(n))
		case Int64:
			if out[i] = text(fmt.Sprint(int64(n) << 33)); empty {
				b.NullInt64(i)
			} else {
				b.Int64(i, int64(n)<<33)
			}
		case Double:
			if out[i] = text("0.25"); empty {
				b.Float(i, math.NaN())
			} else {
				b.Float(i, 0.25)
			}
		case Date:
			out[i] = text("1899-12-31")
			b.Date(i, out[i])
		case Timestamp:
			if out[i] = text("2026-11-21T10:11:12Z"); empty {
				b.Instant(i, 0)
			} else {
				at := record.ParseInstant("2026-11-21T10:11:12Z")
				b.Instant(i, at)
			}
		}
	}
	b.EndRow()
	return out
}

func written(t *testing.T, name string, rows int, opts Options) (dir string, files []FileInfo, want [][]string) {
	t.Helper()
	dir = t.TempDir()
	extra := ExtraNames([]string{"Loyalty No"})
	if !extended[name] {
		extra = nil
	}
	schema, err := Schema(name, extra)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := Columns(name, extra)
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWriter(dir, name, extra, opts)
	if err != nil {
		t.Fatal(err)
	}
	b := NewBuilder(schema)
	for n := range rows {
		want = append(want, fill(b, columns, n))
		if b.Rows() == 700 || n == rows-1 {
			rec, err := b.Batch()
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write(rec); err != nil {
				t.Fatal(err)
			}
		}
	}
	if files, err = w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, files, want
}

func scanned(t *testing.T, dir, name string, columns ...string) [][]string {
	t.Helper()
	var got [][]string
	if err := Scan(dir, name, columns, func(r Row) error { got = append(got, slices.Clone(r.Texts())); return nil }); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestEveryTableIsReadAsItWasWritten(t *testing.T) {
	for _, name := range Names() {
		for _, rows := range []int{0, 1, 2000} {
			dir, files, want := written(t, name, rows, Options{})
			if diff := cmp.Diff(want, scanned(t, dir, name)); diff != "" {
				t.Errorf("%s, %d rows: %.1500s", name, rows, diff)
			}
			if len(files) != 1 || files[0].Path != name+"/part-00000.parquet" || files[0].Rows != int64(rows) {
				t.Errorf("%s: %+v", name, files)
			}
		}
	}
}

// One column, read alone, is what it is beside the others.
func TestColumnsAlone(t *testing.T) {
	dir, _, want := written(t, "contact_points", 10, Options{})
	columns, _ := Columns("contact_points", nil)
	at := slices.IndexFunc(columns, func(c Column) bool { return c.Name == "reasons" })
	for i, r := range scanned(t, dir, "contact_points", "reasons", "customer_id") {
		if r[0] != want[i][at] || r[1] != want[i][0] {
			t.Errorf("row %d: %q", i, r)
		}
	}
	if err := Scan(dir, "contact_points", []string{"nonsense"}, func(Row) error { return nil }); err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("a column that is not there: %v", err)
	}
	if err := Scan(dir, "links", nil, func(Row) error { return nil }); err == nil {
		t.Error("a table that is not there is read")
	}
}

func TestCells(t *testing.T) {
	dir, _, _ := written(t, "customers", 3, Options{})
	n := 0
	err := Scan(dir, "customers", nil, func(r Row) error {
		v, has := r.Float("value")
		if none := n == 2; has == none || !none && v != 0.25 || none != (r.List("sources") == nil) || r.Bool("email_ok") != (n%2 == 0) || r.Int("records") != int64(n) || none == r.Instant("last_seen_at").Known() {
			t.Errorf("row %d: %v %v %v %v", n, v, r.List("sources"), r.Bool("email_ok"), r.Instant("last_seen_at"))
		}
		n++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFilesAreWhatWarehousesWant(t *testing.T) {
	dir, files, want := written(t, "id_changes", 2*rowGroupRows+5000, Options{TargetSize: 1})
	if len(files) != 3 {
		t.Fatalf("%d parts", len(files))
	}
	var rows int64
	for i, f := range files {
		rows += f.Rows
		if f.Path != fmt.Sprintf("id_changes/part-%05d.parquet", i) {
			t.Errorf("part %d is %s", i, f.Path)
		}
		file, err := os.Open(filepath.Join(dir, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		p, err := parquet.OpenFile(file, f.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		g := p.RowGroups()[0]
		if got := g.SortingColumns(); len(got) != 1 || got[0].Path()[0] != "customer_id" {
			t.Errorf("sorted by %v", got)
		}
		c := g.ColumnChunks()[0]
		if c.BloomFilter() == nil {
			t.Error("customer_id has no bloom filter")
		} else if ok, err := c.BloomFilter().Check(parquet.ValueOf("customer_id 999999999 é")); ok || err != nil {
			t.Errorf("the filter takes a stranger: %v", err)
		}
		if x, err := c.ColumnIndex(); err != nil || x.NumPages() == 0 {
			t.Errorf("no page index: %v", err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if rows != int64(len(want)) {
		t.Errorf("%d rows in the parts", rows)
	}
	if diff := cmp.Diff(want, scanned(t, dir, "id_changes")); diff != "" {
		t.Errorf("%.800s", diff)
	}
}

func TestSameRowsSameBytes(t *testing.T) {
	for _, c := range []string{"", "zstd", "snappy", "gzip", "none"} {
		_, a, _ := written(t, "evidence", 3000, Options{Compression: c})
		_, b, _ := written(t, "evidence", 3000, Options{Compression: c})
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("%s: %s", c, diff)
		}
	}
	if _, err := NewWriter(t.TempDir(), "evidence", nil, Options{Compression: "lzma"}); err == nil {
		t.Error("lzma is taken")
	}
}

func TestFaultsAreTold(t *testing.T) {
	schema, _ := Schema("id_changes", nil)
	b := NewBuilder(schema)
	b.String(0, "c1")
	b.EndRow()
	if _, err := b.Batch(); err == nil || !strings.Contains(err.Error(), "change has 0 cells for 1 rows") {
		t.Errorf("a row that is not whole: %v", err)
	}
	if _, err := Schema("nonsense", nil); err == nil {
		t.Error("a table that there is not")
	}
	dir := t.TempDir()
	w, err := NewWriter(dir, "links", nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewWriter(filepath.Join(dir, "file"), "links", nil, Options{}); err == nil {
		t.Error("a table inside a file")
	}
	if err := os.WriteFile(filepath.Join(dir, "links", "part-00000.parquet"), []byte("PAR1 no PAR1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Scan(dir, "links", nil, func(Row) error { return nil }); err == nil {
		t.Error("a torn file is read")
	}
}

func TestExtraNames(t *testing.T) {
	got := ExtraNames([]string{"Loyalty No", "loyalty_no", "KundenNr", "Straße", "???", "a.b-c", ""})
	want := []string{"x_loyalty_no", "x_loyalty_no_2", "x_kunden_nr", "x_straße", "x_column", "x_a_b_c", "x_column_2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCreateTable(t *testing.T) {
	for dialect := range dialects {
		for _, name := range Names() {
			s, err := CreateTable(name, dialect)
			columns, _ := Columns(name, nil)
			if err != nil || strings.Count(s, "\n") != len(columns)+2 || strings.Contains(s, "  "+columns[0].Name+" \n") {
				t.Errorf("%s in %s: %v\n%s", name, dialect, err, s)
			}
		}
	}
	for text, ask := range map[string][2]string{"there are bigquery": {"customers", "oracle"}, "no table": {"nonsense", "duckdb"}} {
		if _, err := CreateTable(ask[0], ask[1]); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%v: %v", ask, err)
		}
	}
}

// A reserved word is quoted where it has to be, and as Snowflake folds it.
func TestReservedNames(t *testing.T) {
	for dialect, want := range map[string]string{
		"duckdb": `"row" "raw" "at" "hash"`, "postgres": `"row" "raw" "at" "hash"`, "redshift": `"row" "raw" "at" "hash"`, "snowflake": `"ROW" raw at hash`,
		"bigquery": "`row` `raw` `at` `hash`", "clickhouse": "`row` `raw` `at` `hash`", "spark": "`row` `raw` `at` `hash`", "databricks": "`row` `raw` `at` `hash`",
	} {
		var got []string
		for _, x := range []struct{ table, column string }{{"rejects", "row"}, {"rejects", "raw"}, {"evidence", "at"}, {"erasures", "hash"}} {
			s, err := CreateTable(x.table, dialect)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range strings.Fields(s) {
				if strings.EqualFold(strings.Trim(name, "\"`"), x.column) {
					got = append(got, name)
				}
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", dialect, diff)
		}
	}
	if len(Dialects()) != 8 {
		t.Errorf("dialects: %v", Dialects())
	}
}

// Every table and column is described, and nothing else is.
func TestDocs(t *testing.T) {
	used := make(map[string]bool)
	for _, name := range Names() {
		d := Describe(name)
		columns, _ := Columns(name, []string{"x_shoe"})
		if d.Row == "" || !strings.HasSuffix(d.About, ".") {
			t.Errorf("%s: %+v", name, d)
		}
		for _, k := range d.Key {
			if !slices.ContainsFunc(columns, func(c Column) bool { return c.Name == k }) {
				t.Errorf("%s has no column %s, which is to be its key", name, k)
			}
		}
		for _, c := range columns {
			x := DescribeColumn(name, c.Name)
			if !slices.Contains([]string{"personal", "pseudonym", "internal"}, x.Class) || !strings.HasSuffix(x.About, ".") {
				t.Errorf("%s.%s: %+v", name, c.Name, x)
			}
			if _, ok := columnDocs[name+"."+c.Name]; ok {
				used[name+"."+c.Name] = true
			} else {
				used[c.Name] = true
			}
		}
	}
	for name := range columnDocs {
		if !used[name] {
			t.Errorf("%s is described and is nowhere", name)
		}
	}
	if len(tableDocs) != len(Names()) {
		t.Errorf("%d tables are described", len(tableDocs))
	}
}

// A data contract has what the standard requires, and all columns; fixtures/readers holds it against the standard's schema.
func TestContract(t *testing.T) {
	text, err := Contract("1.0", Names(), []string{"x_shoe"})
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Version    string `yaml:"version"`
		APIVersion string `yaml:"apiVersion"`
		Kind       string `yaml:"kind"`
		ID         string `yaml:"id"`
		Status     string `yaml:"status"`
		Schema     []struct {
			Name       string `yaml:"name"`
			Properties []struct {
				Name        string `yaml:"name"`
				LogicalType string `yaml:"logicalType"`
				Required    bool   `yaml:"required"`
			} `yaml:"properties"`
		} `yaml:"schema"`
	}
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	if c.Version != "1.0" || !strings.HasPrefix(c.APIVersion, "v3.") || c.Kind != "DataContract" || c.ID == "" || c.Status == "" || len(c.Schema) != len(Names()) {
		t.Errorf("%+v", c)
	}
	for _, o := range c.Schema {
		columns, err := Columns(o.Name, []string{"x_shoe"})
		if err != nil || len(columns) != len(o.Properties) {
			t.Fatalf("%s: %d columns, %v", o.Name, len(o.Properties), err)
		}
		for i, p := range o.Properties {
			if p.Name != columns[i].Name || p.Required != columns[i].Required || p.LogicalType != logicalTypes[columns[i].Type] {
				t.Errorf("%s: %+v, %+v", o.Name, p, columns[i])
			}
		}
	}
	if _, err := Contract("1.0", []string{"nonsense"}, nil); err == nil {
		t.Error("a table that there is not")
	}
}

func BenchmarkWrite(b *testing.B) {
	schema, _ := Schema("contact_points", nil)
	columns, _ := Columns("contact_points", nil)
	builder := NewBuilder(schema)
	for n := range 4096 {
		fill(builder, columns, n)
	}
	rec, err := builder.Batch()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	w, err := NewWriter(b.TempDir(), "contact_points", nil, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		rec.Retain()
		if err := w.Write(rec); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(4096*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	w.Abort()
}
