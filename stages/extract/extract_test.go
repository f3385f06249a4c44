package extract

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

var people = [][]string{
	{"Customer ID", "First Name", "Last Name", "Email", "Phone", "Street", "City", "Postcode"},
	{"1", "Jürgen", "Müller", "j.mueller@muellerbau.de", "+49 30 901820", "Hauptstraße 5", "Köln", "50667"},
	{"2", "Jane", `O"Neill, the younger`, "jane@acme-widgets.co.uk", "+44 113 496 1234", "1 High St\nFlat 2", "Leeds", "LS1 4AP"},
	{"3", "José", "García", "", "", "", "Málaga", "29001"},
}

func file(t testing.TB, name string, data []byte) File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return File{path, name}
}

// readAll opens and reads a source.
func readAll(t testing.TB, s Source, workers int) (records []record.Record, rejects []record.Reject, rows int64) {
	t.Helper()
	e, err := Open(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Read(t.Context(), workers, func(b Batch) error {
		records, rejects, rows = append(records, b.Records...), append(rejects, b.Rejects...), rows+b.Rows
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return records, rejects, rows
}

func ptr[T any](v T) *T { return &v }

func delimited(t testing.TB, rows [][]string, delim rune) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = delim
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zstded(t testing.TB, b []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(b, nil)
}

func encoded(t testing.TB, b []byte, e interface {
	Bytes([]byte) ([]byte, error)
},
) []byte {
	t.Helper()
	out, err := e.Bytes(b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func jsonLines(rows [][]string) []byte {
	var b strings.Builder
	for _, r := range rows[1:] {
		var parts []string
		for i, c := range r {
			parts = append(parts, fmt.Sprintf("%q:%q", rows[0][i], c))
		}
		b.WriteString("{" + strings.Join(parts, ",") + "}\n")
	}
	return []byte(b.String())
}

func parquetFile(t testing.TB, rows [][]string) []byte {
	t.Helper()
	group := parquet.Group{}
	for _, h := range rows[0] {
		group[h] = parquet.Optional(parquet.String())
	}
	schema := parquet.NewSchema("people", group)
	var b bytes.Buffer
	w := parquet.NewGenericWriter[map[string]any](&b, schema)
	for _, r := range rows[1:] {
		m := make(map[string]any)
		for i, c := range r {
			if c != "" {
				m[rows[0][i]] = c
			}
		}
		if _, err := w.Write([]map[string]any{m}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func workbook(t testing.TB, rows [][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// texts are the values of a record that the forms have in common.
func texts(r *record.Record) []string {
	return []string{r.ID, r.Text[record.GivenName], r.Text[record.FamilyName], strings.Join(r.Emails, " "), strings.Join(r.Phones, " "), r.Text[record.Street], r.Text[record.City], r.Text[record.Postcode]}
}

func TestEveryFormHoldsTheSame(t *testing.T) {
	plain := delimited(t, people, ',')
	forms := map[string][]byte{
		"csv": plain, "tsv": delimited(t, people, '\t'), "semicolon": delimited(t, people, ';'), "pipe": delimited(t, people, '|'), "caret": delimited(t, people, '^'),
		"crlf": bytes.ReplaceAll(plain, []byte("\n"), []byte("\r\n")), "no last line end": bytes.TrimSuffix(plain, []byte("\n")),
		"trailing delimiter": bytes.ReplaceAll(plain, []byte("50667\n"), []byte("50667,\n")), "blank lines": bytes.ReplaceAll(plain, []byte("50667\n"), []byte("50667\n\n  \n")),
		"utf-8 bom": append([]byte("\ufeff"), plain...),
		"utf-16le":  encoded(t, plain, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder()), "utf-16be": encoded(t, plain, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()),
		"utf-16le bom": encoded(t, plain, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()), "utf-16be bom": encoded(t, plain, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder()),
		"windows-1252": encoded(t, plain, charmap.Windows1252.NewEncoder()),
		"jsonl":        jsonLines(people), "parquet": parquetFile(t, people), "xlsx": workbook(t, people),
		"mixed lines": bytes.Replace(plain, []byte("José,García,,,,Málaga"), []byte("Jos\xe9,Garc\xeda,,,,M\xe1laga"), 1),
	}
	for name, data := range forms {
		for wrap, wrapped := range map[string][]byte{"": data, "gzip": gzipped(t, data), "zstd": zstded(t, data)} {
			if wrap != "" && (name == "parquet" || name == "xlsx") {
				continue
			}
			t.Run(name+" "+wrap, func(t *testing.T) {
				records, rejects, rows := readAll(t, Source{Name: "s", Files: []File{file(t, "people", wrapped)}}, 2)
				if len(rejects) > 0 || rows != 3 || len(records) != 3 {
					t.Fatalf("%d records, %d rows, rejects %+v", len(records), rows, rejects)
				}
				for i := range records {
					want := slices.Clone(people[i+1])
					if strings.HasPrefix(name, "crlf") {
						want[5] = strings.ReplaceAll(want[5], "\n", "\r\n")
					}
					if diff := cmp.Diff(want, texts(&records[i])); diff != "" {
						t.Errorf("row %d: %s", i+1, diff)
					}
					if records[i].Row != int64(i+1) || records[i].Source != "s" || records[i].File != "people" {
						t.Errorf("row %d is %d of %s in %s", i+1, records[i].Row, records[i].Source, records[i].File)
					}
				}
			})
		}
	}
}

func TestGivenFormat(t *testing.T) {
	yes, no := true, false
	latin := encoded(t, delimited(t, people, ';'), charmap.ISO8859_1.NewEncoder())
	columns := map[record.Field][]string{record.RecordID: {"customer id"}, record.FullName: {"First Name", "Last Name"}}
	records, _, _ := readAll(t, Source{Name: "s", Files: []File{file(t, "x", latin)}, Format: Format{Format: "csv", Encoding: "latin-1", Delimiter: ";", Header: &yes}, Columns: columns}, 1)
	if len(records) != 3 || records[0].Text[record.FullName] != "Jürgen Müller" {
		t.Errorf("%+v", records)
	}
	records, _, _ = readAll(t, Source{Name: "s", Files: []File{file(t, "x", delimited(t, people, ','))}, Format: Format{Header: &no}, Columns: map[record.Field][]string{record.Email: {"column_4"}}, Keep: []string{"column_1"}}, 1)
	if len(records) != 4 || records[0].Emails[0] != "Email" || records[3].Kept[0] != "3" {
		t.Errorf("%+v", records)
	}
	for text, s := range map[string]Source{
		"has no column \"Mail\"":        {Columns: map[record.Field][]string{record.Email: {"Mail"}}},
		"did you mean \"Postcode\"":     {Columns: map[record.Field][]string{record.Postcode: {"Postcod"}}},
		"which keep names":              {Keep: []string{"nothing"}},
		"is no encoding that is known":  {Format: Format{Encoding: "klingon"}},
		"a delimiter is one ASCII":      {Format: Format{Delimiter: "||"}},
		"is csv (it is text in rows), ": {Format: Format{Format: "parquet"}},
	} {
		s.Files = []File{file(t, "x.csv", delimited(t, people, ','))}
		if _, err := Open(s); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("want %q: %v", text, err)
		}
	}
}

// What encoding/csv writes is read back, whatever is in the cells and wherever blocks are cut.
func TestReadsWhatEncodingCSVWrites(t *testing.T) {
	cell := rapid.StringOf(rapid.SampledFrom([]rune("ab1 \n\";,|\té@.")))
	rapid.Check(t, func(rt *rapid.T) {
		delim := rapid.SampledFrom([]rune(",;\t|")).Draw(rt, "delimiter")
		width := rapid.IntRange(2, 5).Draw(rt, "width")
		rows := [][]string{[]string{"Customer ID", "Email", "City", "Street", "Phone"}[:width]}
		for i := range rapid.IntRange(1, 12).Draw(rt, "rows") {
			r := []string{fmt.Sprint(i)}
			for range width - 1 {
				r = append(r, cell.Draw(rt, "cell"))
			}
			rows = append(rows, r)
		}
		f := file(t, "x.csv", delimited(t, rows, delim))
		tab, err := OpenTable(f, Format{Delimiter: string(delim), Header: ptr(true)})
		if err != nil {
			rt.Fatal(err)
		}
		var got [][]string
		if err := tab.Read(t.Context(), 2, func(b Rows) error {
			if len(b.Rejects) > 0 {
				rt.Errorf("rejects: %+v", b.Rejects)
			}
			for _, r := range b.Rows {
				got = append(got, r.Cells)
			}
			return nil
		}); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(rows[1:], got); diff != "" {
			rt.Error(diff)
		}
	})
}

// Blocks are cut inside quoted cells as well; every row comes once, in order, for any number of workers.
func TestBlocks(t *testing.T) {
	rows := [][]string{{"Customer ID", "Email", "Street"}}
	for i := range 60_000 {
		rows = append(rows, []string{fmt.Sprint(i), fmt.Sprintf("p%d@example-shop.com", i), strings.Repeat("Long Lane\n", i%9) + `"quoted", ` + fmt.Sprint(i)})
	}
	f := file(t, "x.csv", delimited(t, rows, ','))
	for _, workers := range []int{1, 3} {
		records, rejects, n := readAll(t, Source{Name: "s", Files: []File{f}}, workers)
		if len(records) != 60_000 || len(rejects) != 0 || n != 60_000 {
			t.Fatalf("%d workers: %d records, %d rejects, %d rows", workers, len(records), len(rejects), n)
		}
		for i := range records {
			if records[i].ID != rows[i+1][0] || records[i].Text[record.Street] != rows[i+1][2] || records[i].Row != int64(i+1) {
				t.Fatalf("%d workers: row %d is %q, %q", workers, i+1, records[i].ID, records[i].Text[record.Street])
			}
		}
	}
}

func TestQuarantine(t *testing.T) {
	const head = "Customer ID,First Name,Last Name,Email\n"
	row := func(i int) string { return fmt.Sprintf("%d,Jane,Smith,jane%d@acme-widgets.com\n", i, i) }
	good := func(from, to int) (s string) {
		for i := from; i <= to; i++ {
			s += row(i)
		}
		return s
	}
	long := strings.Repeat("x", 2<<20)
	for _, c := range []struct {
		name, data string
		reasons    []string
		rows       []int64
		raw        string
		good       int
	}{
		{"columns", head + good(1, 3) + "4,Jane\n" + good(5, 6) + "7,a,b,c,d\n" + good(8, 9), []string{BadColumns, BadColumns}, []int64{4, 7}, "4,Jane", 7},
		{"text behind a quote", head + good(1, 2) + `3,"Jane" x,Smith,j@x.com` + "\n" + good(4, 5), []string{BadQuote}, []int64{3}, `3,"Jane" x,Smith,j@x.com`, 4},
		{"a quote that is never closed", head + good(1, 2) + `3,"Jane,Smith,j@x.com` + "\n" + good(4, 400), []string{BadQuote}, []int64{3}, `3,"Jane,Smith,j@x.com`, 399},
		{"nul", head + good(1, 2) + "3,Ja\x00ne,Smith,j@x.com\n" + good(4, 5), []string{NULByte}, []int64{3}, "3,Ja\ufffdne,Smith,j@x.com", 4},
		{"bytes that are no characters", head + good(1, 30) + "31,Ja\x81ne,Smith,j@x.com\n" + good(32, 33), []string{BadBytes}, []int64{31}, "31,Ja\ufffdne,Smith,j@x.com", 32},
		{"a long line", head + good(1, 2) + "3," + long + ",Smith,j@x.com\n" + good(4, 5), []string{LongLine}, []int64{3}, "", 4},
		{"a quoted cell of too many lines", head + good(1, 2) + `3,"` + strings.Repeat("Jane\n", 300) + `",Smith,j@x.com` + "\n" + good(4, 2000), nil, nil, "", 2000 - 1},
		{"a long line at the end", head + good(1, 2) + "3," + long, []string{LongLine}, []int64{3}, "", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			records, rejects, rows := readAll(t, Source{Name: "s", Files: []File{file(t, "x.csv", []byte(c.data))}}, 2)
			if rows != int64(len(records)+len(rejects)) {
				t.Errorf("%d rows are not %d records and %d rejects", rows, len(records), len(rejects))
			}
			if c.reasons == nil { // what matters is that reading goes on
				if len(records) != c.good || rejects[0].Row != 3 || rejects[0].Reason != BadQuote {
					t.Errorf("%d records, first reject %+v", len(records), rejects[0])
				}
				return
			}
			var reasons []string
			var at []int64
			for _, r := range rejects {
				reasons, at = append(reasons, r.Reason), append(at, r.Row)
				if r.Source != "s" || r.File != "x.csv" || r.Detail == "" {
					t.Errorf("%+v", r)
				}
			}
			if !slices.Equal(reasons, c.reasons) || !slices.Equal(at, c.rows) || len(records) != c.good {
				t.Fatalf("%v in rows %v, %d good ones", reasons, at, len(records))
			}
			if c.raw != "" && rejects[0].Raw != c.raw {
				t.Errorf("raw %q", rejects[0].Raw)
			}
			if len(rejects[0].Raw) > maxRaw {
				t.Errorf("raw text of %d bytes", len(rejects[0].Raw))
			}
		})
	}
}

func TestBadJSONLines(t *testing.T) {
	data := `{"id":1,"email":"a@acme-widgets.com","phones":["+44 113 496 1234","+44 20 7946 0958"],"address":{"city":"Leeds","postcode":"LS1"}}
{"id":2,"email":
[1,2]
{"id":3} trailing

{"id":4,"email":"d@acme-widgets.com","email":"e@acme-widgets.com","vip":true,"score":1.50,"none":null}
`
	records, rejects, rows := readAll(t, Source{Name: "s", Files: []File{file(t, "x.jsonl", []byte(data))}}, 2)
	if len(records) != 2 || len(rejects) != 3 || rows != 5 {
		t.Fatalf("%d records, %d rejects, %d rows", len(records), len(rejects), rows)
	}
	for i, r := range rejects {
		if r.Reason != BadJSON || r.Row != int64(i+2) {
			t.Errorf("%+v", r)
		}
	}
	if a := records[0]; a.ID != "1" || a.Text[record.City] != "Leeds" || a.Text[record.Postcode] != "LS1" || len(a.Phones) != 1 || a.Phones[0] != "+44 113 496 1234; +44 20 7946 0958" {
		t.Errorf("%+v", a)
	}
	if b := records[1]; b.Emails[0] != "e@acme-widgets.com" || b.Row != 5 {
		t.Errorf("%+v", b)
	}
}

func TestTruncated(t *testing.T) {
	var b strings.Builder
	b.WriteString("Customer ID,First Name,Last Name,Email\n")
	for i := range 20_000 {
		fmt.Fprintf(&b, "%d,Jane,Smith,jane%d@acme-widgets.com\n", i, i*7919%100_003)
	}
	for name, whole := range map[string][]byte{"gzip": gzipped(t, []byte(b.String())), "zstd": zstded(t, []byte(b.String()))} {
		records, rejects, rows := readAll(t, Source{Name: "s", Files: []File{file(t, "x", whole[:len(whole)*9/10])}}, 2)
		if len(rejects) != 1 || rejects[0].Reason != Truncated || rows != int64(len(records)+1) || name == "gzip" && len(records) < 15_000 {
			t.Errorf("%s: %d records, rejects %+v", name, len(records), rejects)
		}
		if _, err := Open(Source{Name: "s", Files: []File{file(t, "x", whole[:12])}}); err == nil {
			t.Errorf("%s: a file without a whole row is read", name)
		}
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("empty.csv", nil)
	write("binary.csv", bytes.Repeat([]byte{0x7f, 'E', 'L', 'F', 1, 2, 3, 4, 5, 6, 0x81, 0x90}, 100))
	write("locked.xlsx", append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, make([]byte, 600)...))
	write("book.xlsx.gz", gzipped(t, workbook(t, people)))
	write("no.xlsx", []byte("PK\x03\x04 but no workbook"))
	write("no.parquet", []byte("PAR1 but no table"))
	write("no.gz", []byte{0x1f, 0x8b, 0xff, 0xff, 0xff})
	write("words.csv", []byte("one\ntwo\nthree\n"))
	write("a1.csv", delimited(t, people, ','))
	write("a2.csv", delimited(t, people, ','))
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "folder"), 0o700), os.Symlink("loop.csv", filepath.Join(dir, "loop.csv"))); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"missing.csv": "there is no such file", "empty.csv": "is empty", "folder": "is a folder; name its files", "loop.csv": "cycle of symbolic links",
		"binary.csv": "is no text and none of the formats", "locked.xlsx": "password-protected", "book.xlsx.gz": "is xlsx inside gzip", "no.xlsx": "xlsx", "no.parquet": "arquet",
		"no.gz": "gzip", "words.csv": "no column could be told", "z*.csv": "no file has this name", "s3://bucket/x.csv": "come in a later version", "[": "is not a glob",
	} {
		files, err := Expand(dir, name)
		if err == nil {
			_, err = Open(Source{Name: "s", Files: files})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
		var input *InputError
		var usage *UsageError
		if !errors.As(err, &input) && !errors.As(err, &usage) {
			t.Errorf("%s: %T", name, err)
		}
	}
	files, err := Expand(dir, "a*.csv")
	if err != nil || len(files) != 2 || files[1].Shown != "a2.csv" {
		t.Errorf("%v %v", files, err)
	}
	if records, _, _ := readAll(t, Source{Name: "s", Files: files}, 2); len(records) != 6 {
		t.Errorf("%d records of two files", len(records))
	}
}

func TestNumberer(t *testing.T) {
	var n Numberer
	at := func(id string, digest uint64) string {
		r := record.Record{Key: record.Key{Source: "s", ID: id}, Digest: digest}
		n.Next(&r)
		return r.ID
	}
	got := []string{at("", 1), at("", 1), at("", 2), at("a", 5), at("a", 5<<32), at("a", 5<<32), at("b", 9)}
	want := []string{"r00000000000000011", "r00000000000000012", "r00000000000000021", "a", "a~00000005", "a~00000005-2", "b"}
	if diff := cmp.Diff(want, got); diff != "" || n.Made != 3 || n.Twice != 2 {
		t.Errorf("%s made %d twice %d", diff, n.Made, n.Twice)
	}
}

// A column that asks for a no says so to what reads it; a handle says which network's column it stood in.
func TestColumnsThatDeny(t *testing.T) {
	for header, want := range map[string]bool{
		"no_email": true, "No SMS": true, "unsubscribed": true, "EmailOptOut": true, "Do not mail": true, "keine Werbung": true, "désabonné": true, "Newsletter abgemeldet": true, "DoNotEmail": true,
		"newsletter": false, "opt_in_email": false, "north": false, "consent_email": false, "notes": false, "Nonna": false, "email_consent": false,
	} {
		if got := denies(header); got != want {
			t.Errorf("%s denies: %v", header, got)
		}
	}
	f := file(t, "a.csv", []byte("id,email,newsletter,no_email,no_sms,twitter\n1,a@b.org,Y,N,Y,@jane\n"))
	records, _, _ := readAll(t, Source{Name: "s", Files: []File{f}}, 1)
	r := records[0]
	if r.Text[record.ConsentEmail] != "Y !no email: N" || r.Text[record.ConsentSMS] != "!no sms: Y" || r.Socials[0] != "!twitter: @jane" {
		t.Errorf("%q %q %q", r.Text[record.ConsentEmail], r.Text[record.ConsentSMS], r.Socials)
	}
}

// A key that only a late line has is a column like the others: it may be somebody's opt-out.
func TestLateJSONKeys(t *testing.T) {
	var data strings.Builder
	for i := range 2 * sampleRows {
		fmt.Fprintf(&data, `{"id":"%d","email":"a%d@acme.org"}`+"\n", i, i)
	}
	data.WriteString(`{"id":"last","email":"z@acme.org","unsubscribed":true,"note":"x"}` + "\n")
	f := file(t, "late.jsonl", []byte(data.String()))
	columns := map[record.Field][]string{record.RecordID: {"id"}, record.Email: {"email"}, record.ConsentEmail: {"unsubscribed"}}
	for name, s := range map[string]Source{
		"found out": {Name: "s", Files: []File{f}},
		"mapped":    {Name: "s", Files: []File{f}, Columns: columns, Keep: []string{"note"}},
	} {
		records, rejects, _ := readAll(t, s, 2)
		if len(records) != 2*sampleRows+1 || len(rejects) != 0 {
			t.Fatalf("%s: %d records, %d rejects", name, len(records), len(rejects))
		}
		n := 0
		for i := range records {
			if slices.ContainsFunc(records[i].Text[:], func(v string) bool { return strings.HasSuffix(v, "true") }) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s: the late key is in %d records, want 1", name, n)
		}
	}
}

// An object whose keys are ids would make a column of each; their number is bounded, and the user told.
func TestEndlessJSONKeys(t *testing.T) {
	var data strings.Builder
	for i := range 2 * sampleRows {
		fmt.Fprintf(&data, `{"id":"%d","email":"a%d@acme.org","seen":{"s%d":1}}`+"\n", i, i, i)
	}
	for i := range 3 * mostLateKeys {
		fmt.Fprintf(&data, `{"id":"x%d","email":"b%d@acme.org","seen":{"t%d":1}}`+"\n", i, i, i)
	}
	table, err := OpenTable(file(t, "endless.jsonl", []byte(data.String())), Format{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(table.Header()); n > 2+sampleRows+mostLateKeys {
		t.Errorf("%d columns", n)
	}
	if !slices.ContainsFunc(table.Guesses(), func(g Guess) bool { return g.What == "keys" }) {
		t.Errorf("the user is not told: %v", table.Guesses())
	}
}
