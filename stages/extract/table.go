package extract

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/rollcall-data/rollcall/pipeline/pool"
)

// Format is what a config says of a file; a zero value is found out.
type Format struct {
	Format    string // csv, tsv, jsonl, parquet, xlsx
	Encoding  string
	Delimiter string // one character, or tab
	Header    *bool
}

// Guess is something that was found out about a file, and why.
type Guess struct {
	File   string `json:"file"`
	What   string `json:"what"` // format, compression, encoding, delimiter, header, column
	Value  string `json:"value"`
	Reason string `json:"reason"`
}

// Table is a file of rows with named columns.
type Table struct {
	file    File
	format  string
	text    text
	delim   byte
	quotes  bool
	width   int
	skip    bool // the first row is the header
	doubted bool // the first row was said to be a header and does not look so
	header  []string
	sample  [][]string     // the first rows, without the header
	columns map[string]int // of JSON lines: where each key stands
	sheet   string         // of a workbook
	guesses []Guess
	opts    Format
}

// sampleBytes of a file are looked at before it is read.
const sampleBytes = 256 << 10

// sampleRows of them stand for its values.
const sampleRows = 500

// OpenTable looks at a file: what it is, how it is written, what its columns are called.
func OpenTable(f File, opts Format) (*Table, error) {
	t := &Table{file: f, opts: opts}
	s, err := openStream(f)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if s.compression != "" {
		t.guess("compression", s.compression, "its first bytes say so")
	}
	head := make([]byte, sampleBytes)
	n, err := io.ReadFull(s, head)
	if n == 0 && err != nil {
		if s.compression != "" {
			return nil, inputErrorf(f.Shown, "holds no data, or is cut short: %s", err)
		}
		return nil, inputErrorf(f.Shown, "is empty")
	}
	head = head[:n]
	if err := t.findFormat(head, s.compression); err != nil {
		return nil, err
	}
	switch t.format {
	case "parquet":
		err = t.openParquet()
	case "xlsx":
		err = t.openXLSX()
	default:
		err = t.openText(head)
	}
	if err != nil {
		return nil, err
	}
	if len(t.header) == 0 {
		return nil, inputErrorf(f.Shown, "has no columns")
	}
	return t, nil
}

func (t *Table) guess(what, value, reason string) {
	t.guesses = append(t.guesses, Guess{t.file.Shown, what, value, reason})
}

// Header lists the columns' names; a file without a header has column_1 and on.
func (t *Table) Header() []string { return t.header }

// Guesses lists what was found out.
func (t *Table) Guesses() []Guess { return t.guesses }

// findFormat tells what the file is from its first bytes; a name's ending counts for nothing.
func (t *Table) findFormat(head []byte, compression string) error {
	found, reason := "", ""
	switch {
	case bytes.HasPrefix(head, parquetMagic):
		found, reason = "parquet", "it begins with PAR1"
	case bytes.HasPrefix(head, zipMagic):
		found, reason = "xlsx", "it is a zip archive, as Excel writes them"
	case bytes.HasPrefix(head, oleMagic):
		return inputErrorf(t.file.Shown, "is a password-protected or pre-2007 Excel file; save it as xlsx without a password")
	}
	if compression != "" && found != "" {
		return inputErrorf(t.file.Shown, "is %s inside %s; unpack it first", found, compression)
	}
	given := t.opts.Format
	if found == "" {
		var err error
		if t.text, err = findText(head, t.opts.Encoding); err != nil {
			return err
		}
		t.guess("encoding", t.text.name, t.text.reason)
		chars := t.chars(head)
		if binary(chars) {
			return inputErrorf(t.file.Shown, "is no text and none of the formats that are read (csv, tsv, jsonl, parquet, xlsx; plain, gzip, zstd)")
		}
		found, reason = "csv", "it is text in rows"
		if first := strings.TrimSpace(firstLine(chars)); strings.HasPrefix(first, "{") && strings.Contains(first, `"`) || first == "{" {
			found, reason = "jsonl", "its first line is a JSON object"
		}
	}
	if given != "" && given != "auto" {
		isText := found == "csv" || found == "jsonl"
		wantsText := given == "csv" || given == "tsv" || given == "jsonl"
		if isText != wantsText || !isText && given != found {
			return inputErrorf(t.file.Shown, "is %s (%s), the config says %s", found, reason, given)
		}
		found, reason = given, "the config says so"
	}
	t.format = found
	t.guess("format", found, reason)
	return nil
}

// chars decodes the first bytes of a file for a look at them.
func (t *Table) chars(head []byte) string {
	b, err := io.ReadAll(t.text.decoded(bytes.NewReader(head[min(t.text.bom, len(head)):])))
	if err != nil && len(b) == 0 {
		return ""
	}
	if utf8.Valid(b) && t.text.bytewise == nil {
		return string(b)
	}
	var out strings.Builder
	for line := range bytes.Lines(b) {
		if utf8.Valid(line) && t.text.bytewise == nil {
			out.Write(line)
		} else if s, ok := t.text.line(line); ok {
			out.WriteString(s)
		} else {
			out.Write(line)
		}
	}
	return out.String()
}

// binary reports whether more than a few of the characters are control characters.
func binary(s string) bool {
	n, bad := 0, 0
	for _, r := range s {
		n++
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != 0x1f && r != 0x01 || r == utf8.RuneError {
			bad++
		}
	}
	return bad*20 > n
}

func firstLine(s string) string {
	for line := range strings.Lines(s) {
		if strings.TrimSpace(line) != "" {
			return line
		}
	}
	return ""
}

// openText finds delimiter and header of a text file.
func (t *Table) openText(head []byte) error {
	chars := t.chars(head)
	if len(head) == sampleBytes { // the last line is cut off
		if i := strings.LastIndexByte(chars, '\n'); i > 0 {
			chars = chars[:i+1]
		}
	}
	if t.format == "jsonl" {
		return t.openJSON(chars)
	}
	t.quotes = true
	if err := t.findDelimiter(chars); err != nil {
		return err
	}
	rows := t.sampleOf(chars)
	if len(rows) == 0 {
		return inputErrorf(t.file.Shown, "has no rows")
	}
	t.findHeader(rows)
	return nil
}

// sampleOf parses the first rows, leaving out broken ones.
func (t *Table) sampleOf(chars string) [][]string {
	var rows [][]string
	s := splitter{r: strings.NewReader(chars), disk: &counter{}, delim: t.delim, quotes: t.quotes}
	for len(rows) <= sampleRows {
		b, err := s.next()
		if err != nil {
			break
		}
		if b.reason == "" {
			var out parsed
			t.parseText(string(b.data), b.data, &out)
			rows = append(rows, out.rows...)
		}
	}
	return rows[:min(len(rows), sampleRows+1)]
}

// Read reads the rows in the order of the file. Workers parse; yield is called from one goroutine at a time.
func (t *Table) Read(ctx context.Context, workers int, yield func(Rows) error) error {
	switch t.format {
	case "parquet":
		return t.readParquet(ctx, yield)
	case "xlsx":
		return t.readXLSX(ctx, yield)
	}
	var first int64 = 1
	parse := t.parser()
	return readBlocks(ctx, t, workers,
		func(b block) parsed { return parse(b, nil) },
		func(p parsed) error {
			rows := numbered(t, p, first)
			first += p.count
			return yield(rows)
		})
}

func (t *Table) parser() func(block, *room) parsed {
	if t.format == "jsonl" {
		return t.parseJSON
	}
	return t.parse
}

// readBlocks cuts the file into blocks, lets workers make something of each and hands the results on in order.
func readBlocks[T any](ctx context.Context, t *Table, workers int, work func(block) T, sink func(T) error) error {
	s, err := openStream(t.file)
	if err != nil {
		return err
	}
	defer s.Close()
	r := bufio.NewReaderSize(s, 1<<16)
	if _, err := r.Discard(t.text.bom); err != nil {
		return inputErrorf(t.file.Shown, "cannot be read: %s", cause(err))
	}
	sp := &splitter{r: t.text.decoded(r), disk: s.disk, delim: t.delim, quotes: t.quotes}
	if t.skip {
		if err := sp.skipRow(); err != nil {
			return fmt.Errorf("%s: %w", t.file.Shown, err)
		}
	}
	return pool.Ordered(ctx, workers,
		func(_ context.Context, emit func(block) error) error {
			for {
				b, err := sp.next()
				if errors.Is(err, io.EOF) {
					return nil
				}
				if err != nil {
					return inputErrorf(t.file.Shown, "cannot be read: %s", cause(err))
				}
				if err := emit(b); err != nil {
					return err
				}
			}
		},
		func(b block) (T, error) { return work(b), nil },
		sink)
}

func numbered(t *Table, p parsed, first int64) Rows {
	out := Rows{Rejects: p.number(t.file.Shown, first), Count: p.count, Bytes: p.bytes, Rows: make([]Row, len(p.rows))}
	n, skip := first, p.rejects
	for i, cells := range p.rows {
		for len(skip) > 0 && first+skip[0].nth == n {
			n++
			skip = skip[1:]
		}
		out.Rows[i] = Row{n, cells}
		n++
	}
	return out
}

// Doubted reports whether the first row was said to name the columns, and does not look so: it may hold a customer's values,
// which no message may show.
func (t *Table) Doubted() bool { return t.doubted }

// HasHeader reports whether the first row names the columns.
func (t *Table) HasHeader() bool { return t.skip }
