package extract

import (
	"strings"
	"unicode/utf8"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// The reasons of a reject.
const (
	BadColumns  = "columns"   // more or fewer cells than the header
	BadQuote    = "quote"     // a quote that is not closed, or text after a closed one
	BadBytes    = "bytes"     // bytes that are no text in the file's encoding
	NULByte     = "nul"       // a NUL
	LongLine    = "long_line" // over 1 MiB without a line's end
	BadJSON     = "json"      // not a JSON object
	Truncated   = "truncated" // the file ends in the middle of compressed data
	maxRaw      = 64 << 10    // bytes of a reject's raw text
	maxLine     = 1 << 20     // bytes of a line, and of a quoted cell
	maxCellRows = 200         // lines of a quoted cell
)

// Row is one row of a file: its cells, in the order of the header; nil for a cell list that a reject has not.
type Row struct {
	Number int64 // 1 for the first data row
	Cells  []string
}

// Rows is a batch of rows in the order of the file.
type Rows struct {
	Rows    []Row
	Rejects []record.Reject // without their source
	Count   int64           // rows read, rejects included
	Bytes   int64           // of the file, as it is on disk
}

// Reject makes a reject with its raw text made safe to store: cut at 64 KiB, what is no text replaced.
func Reject(file string, row int64, reason, detail string, raw []byte) record.Reject {
	if len(raw) > maxRaw {
		raw = raw[:maxRaw]
	}
	text := strings.ToValidUTF8(strings.TrimRight(string(raw), "\r\n"), string(utf8.RuneError))
	return record.Reject{File: file, Row: row, Reason: reason, Detail: detail, Raw: strings.ReplaceAll(text, "\x00", string(utf8.RuneError))}
}
