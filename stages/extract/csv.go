package extract

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// parsed is a block of rows. Cells are parts of one string, so a row costs no allocation of its own.
type parsed struct {
	rows    [][]string
	room    *room // of the rows' cells; nil: they have memory of their own
	rejects []pending
	count   int64
	bytes   int64
}

// room is where the rows of a block stand, for those who do not keep them: the next block takes it over.
type room struct {
	rows  [][]string
	cells []string
}

// take gives n empty cells; without a room they have memory of their own.
func (r *room) take(n int) []string {
	if r == nil {
		return make([]string, n)
	}
	from := len(r.cells)
	r.cells = append(r.cells, make([]string, n)...)
	return r.cells[from:len(r.cells):len(r.cells)]
}

// empty makes place for another block.
func (r *room) empty(p *parsed) {
	clear(r.cells)
	r.rows, r.cells = p.rows[:0], r.cells[:0]
}

// pending is a reject whose row number is not known yet: nth counts from 0 within the block.
type pending struct {
	nth    int64
	reason string
	detail string
	raw    []byte
}

// parse makes rows of a block, in the room where there is one. width is the number of cells of the header; 0 takes any.
func (t *Table) parse(b block, r *room) parsed {
	out := parsed{bytes: b.bytes, room: r}
	if r != nil {
		out.rows = r.rows[:0]
	}
	if b.reason != "" {
		out.count = 1
		out.rejects = []pending{{0, b.reason, b.detail, b.data}}
		return out
	}
	if t.text.bytewise == nil && utf8.Valid(b.data) && bytes.IndexByte(b.data, 0) < 0 {
		t.parseText(unsafe.String(unsafe.SliceData(b.data), len(b.data)), b.data, &out) // nobody writes into a block
		return out
	}
	// row by row: some of them are in another encoding, or hold a NUL
	s := splitter{delim: t.delim, quotes: t.quotes, buf: b.data, end: true}
	for at := 0; at < len(b.data); {
		n, _, _ := s.row(b.data[at:])
		raw := b.data[at : at+n]
		at += n
		switch {
		case bytes.IndexByte(raw, 0) >= 0:
			out.rejects = append(out.rejects, pending{out.count, NULByte, "the row holds a NUL", raw})
			out.count++
		case t.text.bytewise == nil && utf8.Valid(raw):
			t.parseText(string(raw), raw, &out)
		default:
			line, ok := t.text.line(raw)
			if !ok {
				out.rejects = append(out.rejects, pending{out.count, BadBytes, "some of its bytes are no characters in " + t.text.tried(), raw})
				out.count++
				continue
			}
			t.parseText(line, raw, &out)
		}
	}
	return out
}

// parseText parses whole rows of valid text. raw is the same text for rejects.
func (t *Table) parseText(s string, raw []byte, out *parsed) {
	width := t.width
	var arena []string
	if out.room == nil {
		arena = make([]string, 0, 16+len(s)/8)
	} else {
		arena = out.room.cells
		defer func() { out.room.cells = arena }()
	}
	ascii := len(s) == len(raw)
	for at := 0; at < len(s); {
		from := len(arena)
		var next int
		arena, next = t.row(arena, s, at)
		cells := arena[from:len(arena):len(arena)]
		line := s[at:next]
		at0 := at
		at = next
		if len(cells) == 1 && strings.TrimSpace(cells[0]) == "" {
			arena = arena[:from]
			continue // a blank line is no row
		}
		if width > 0 && len(cells) != width {
			if trimmed := trimEmpty(cells, width); len(trimmed) == width {
				cells = trimmed
			} else {
				text := []byte(line)
				if ascii {
					text = raw[at0:next]
				}
				out.rejects = append(out.rejects, pending{out.count, BadColumns, strconv.Itoa(len(cells)) + " cells where the header has " + strconv.Itoa(width), text})
				out.count++
				arena = arena[:from]
				continue
			}
		}
		out.rows = append(out.rows, cells)
		out.count++
	}
}

// trimEmpty drops empty cells behind the header's width: a trailing delimiter is no column.
func trimEmpty(cells []string, width int) []string {
	for len(cells) > width && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// row appends the cells of the row that starts at s[at:] and gives where the next begins. The splitter has seen to it that
// its quotes are whole.
func (t *Table) row(dst []string, s string, at int) (cells []string, next int) {
	delim := t.delim
	for {
		if t.quotes && at < len(s) && s[at] == '"' {
			cell, end := quoted(s, at+1)
			dst = append(dst, cell)
			at = end
		} else {
			end := cellEnd(s, at, delim)
			dst = append(dst, s[at:end])
			at = end
		}
		if at >= len(s) {
			return trimCR(dst), at
		}
		switch s[at] {
		case delim:
			at++
			if at == len(s) {
				return append(dst, ""), at
			}
		case '\r':
			at++
			if at < len(s) && s[at] == '\n' {
				at++
			}
			return dst, at
		default: // a line's end
			return trimCR(dst), at + 1
		}
	}
}

// cellEnd finds the delimiter or line's end that ends an unquoted cell. Cells are short, so a plain loop beats two calls
// of IndexByte.
func cellEnd(s string, at int, delim byte) int {
	for ; at < len(s); at++ {
		if c := s[at]; c == delim || c == '\n' {
			break
		}
	}
	return at
}

// trimCR drops the carriage return before a line's end.
func trimCR(cells []string) []string {
	last := len(cells) - 1
	cells[last] = strings.TrimSuffix(cells[last], "\r")
	return cells
}

// quoted reads a quoted cell from behind its opening quote; end is behind the closing one.
func quoted(s string, at int) (cell string, end int) {
	from := at
	doubled := false
	for {
		q := strings.IndexByte(s[at:], '"')
		if q < 0 {
			return s[from:], len(s)
		}
		at += q
		if at+1 < len(s) && s[at+1] == '"' {
			doubled = true
			at += 2
			continue
		}
		cell = s[from:at]
		if doubled {
			cell = strings.ReplaceAll(cell, `""`, `"`)
		}
		return cell, at + 1
	}
}

// number turns pending rejects into records, now that the number of the block's first row is known.
func (p *parsed) number(file string, first int64) []record.Reject {
	if len(p.rejects) == 0 {
		return nil
	}
	out := make([]record.Reject, len(p.rejects))
	for i, r := range p.rejects {
		out[i] = Reject(file, first+r.nth, r.reason, r.detail, r.raw)
	}
	return out
}
