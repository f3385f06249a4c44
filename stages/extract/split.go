package extract

import (
	"bytes"
	"errors"
	"io"
)

const blockBytes = 1 << 20

// block is a run of whole rows as they stand in the file, or one row that cannot be read.
type block struct {
	data   []byte
	reason string // of a reject; data is then the row's text
	detail string
	bytes  int64 // of the file on disk that were read for it
}

// splitter cuts delimited text into blocks at row ends. It follows quotes as RFC 4180 writes them: one opens only at the
// start of a cell and closes before a delimiter or a line's end. One that does not is a broken quote: its line is a
// reject, and reading goes on at the next line.
type splitter struct {
	r      io.Reader
	disk   *counter
	told   int64
	delim  byte
	quotes bool // false for formats without quoting, such as JSON lines
	buf    []byte
	start  int // of the first row that is not yet handed on
	end    bool
	err    error // what ended the stream early
}

// next gives the next block; io.EOF after the last.
func (s *splitter) next() (block, error) {
	for {
		if s.end && s.start == len(s.buf) {
			if s.err != nil {
				err := s.err
				s.err = nil
				return block{reason: Truncated, detail: "the compressed data ends or breaks off here: " + err.Error(), bytes: s.bytes()}, nil
			}
			return block{}, io.EOF
		}
		if !s.end {
			s.fill()
		}
		if b, ok := s.cut(); ok {
			return b, nil
		}
		if s.err != nil { // what is left is the broken tail
			b := block{data: s.buf[s.start:], reason: Truncated, detail: "the file breaks off in this row: " + s.err.Error(), bytes: s.bytes()}
			s.err, s.start = nil, len(s.buf)
			return b, nil
		}
	}
}

// bytes is how much of the file was read since it was last asked.
func (s *splitter) bytes() int64 {
	n := s.disk.n - s.told
	s.told = s.disk.n
	return n
}

// fill reads up to a block more behind what is left.
func (s *splitter) fill() {
	rest := len(s.buf) - s.start
	next := make([]byte, rest+blockBytes) // blocks are handed to workers, so each has memory of its own
	copy(next, s.buf[s.start:])
	n, err := io.ReadFull(s.r, next[rest:])
	s.buf, s.start = next[:rest+n], 0
	if err != nil {
		s.end = true
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) || s.cutShort(err) {
			s.err = err
		}
	}
}

// cutShort tells a stream that ended in the middle of compressed data from one that ended within a block, which
// io.ReadFull reports alike: a healthy stream goes on ending.
func (s *splitter) cutShort(error) bool {
	var one [1]byte
	_, err := s.r.Read(one[:])
	return err != nil && !errors.Is(err, io.EOF)
}

// cut hands on the whole rows in the buffer; false when more must be read first.
func (s *splitter) cut() (block, bool) {
	data := s.buf[s.start:]
	if n := s.plain(data); n > 0 {
		s.start += n
		return block{data: data[:n], bytes: s.bytes()}, true
	}
	whole := 0 // end of the last whole row
	for at := 0; at < len(data); {
		next, broken, more := s.row(data[at:])
		if more {
			break
		}
		if broken != "" {
			if whole > 0 {
				break // first what stands before it
			}
			if next == 0 {
				data = s.skipLong(data)
				next = len(data)
			} else {
				s.start += next
			}
			return block{data: data[:next], reason: broken, detail: details[broken], bytes: s.bytes()}, true
		}
		at += next
		whole = at
	}
	if whole == 0 {
		return block{}, false
	}
	s.start += whole
	return block{data: data[:whole], bytes: s.bytes()}, true
}

// plain is the end of the last line of data that is all whole rows: no line of it can be too long, and it has no quotes.
// Else it is 0, and the rows have to be looked at one by one.
func (s *splitter) plain(data []byte) int {
	first := bytes.IndexByte(data, '\n')
	if first < 0 || first >= maxLine || len(data)-first-1 > maxLine || s.quotes && bytes.IndexByte(data, '"') >= 0 {
		return 0
	}
	return bytes.LastIndexByte(data, '\n') + 1
}

var details = map[string]string{
	BadQuote: "a quote is not closed where its cell ends",
	LongLine: "the line is longer than 1 MiB",
}

// row finds the end of the first row of data, behind its line's end. broken is the reason why it cannot be read; more
// says that its end is not in data yet. The end of a line that is too long is 0 where it lies beyond data.
func (s *splitter) row(data []byte) (end int, broken string, more bool) {
	line := bytes.IndexByte(data, '\n')
	if line < 0 {
		if s.unfinished(data) {
			return 0, "", true
		}
		line = len(data) - 1
	}
	switch {
	case line >= maxLine:
		if data[line] != '\n' && !s.end {
			return 0, LongLine, false
		}
		return line + 1, LongLine, false
	case !s.quotes:
		return line + 1, "", false
	}
	at := 0
	for {
		open := s.opening(data[at:line+1], at == 0 || data[at-1] == s.delim)
		if open < 0 {
			return line + 1, "", false
		}
		closed, ok, needMore := s.closing(data, at+open+1)
		if needMore {
			return 0, "", true
		}
		if !ok {
			return s.firstLine(data), BadQuote, false
		}
		at = closed + 1
		if at > line {
			next := bytes.IndexByte(data[at:], '\n')
			if next < 0 && s.unfinished(data[at:]) {
				return 0, "", true
			}
			if next < 0 {
				next = len(data) - at - 1
			}
			line = at + next
			if at >= len(data) {
				return len(data), "", false
			}
		}
	}
}

// unfinished reports whether the end of what begins with data may still come, or would have come had the file not broken
// off.
func (s *splitter) unfinished(data []byte) bool {
	return !s.end && len(data) <= maxLine || s.err != nil
}

// firstLine is where the first line of data ends.
func (s *splitter) firstLine(data []byte) int {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1
	}
	return len(data)
}

// skipLong reads on to the end of a line over 1 MiB, keeping no more of it than is needed for its reject, which it gives.
func (s *splitter) skipLong(data []byte) []byte {
	head := bytes.Clone(data[:maxRaw])
	buf := make([]byte, blockBytes)
	s.buf, s.start = nil, 0
	for !s.end {
		n, err := io.ReadFull(s.r, buf)
		if err != nil {
			s.end = true
		}
		if i := bytes.IndexByte(buf[:n], '\n'); i >= 0 {
			s.buf = buf[i+1 : n]
			break
		}
	}
	return head
}

// opening finds a quote at the start of a cell; -1 when the line has none.
func (s *splitter) opening(line []byte, atStart bool) int {
	for from := 0; ; {
		i := bytes.IndexByte(line[from:], '"')
		if i < 0 {
			return -1
		}
		i += from
		if i == 0 && atStart || i > 0 && line[i-1] == s.delim {
			return i
		}
		from = i + 1
	}
}

// closing finds the quote that closes a cell opened before at. ok is false for a broken one.
func (s *splitter) closing(data []byte, at int) (closed int, ok, more bool) {
	lines := 0
	for i := at; ; {
		q := bytes.IndexByte(data[i:], '"')
		if q < 0 {
			if s.unfinished(data[at:]) && lines+bytes.Count(data[i:], newline) <= maxCellRows {
				return 0, false, true
			}
			return 0, false, false
		}
		lines += bytes.Count(data[i:i+q], newline)
		q += i
		if q-at > maxLine || lines > maxCellRows {
			return 0, false, false
		}
		if q+1 >= len(data) {
			if s.end {
				return q, true, false
			}
			return 0, false, true
		}
		switch c := data[q+1]; {
		case c == '"':
			i = q + 2
		case c == s.delim || c == '\n' || c == '\r':
			return q, true, false
		default:
			return 0, false, false
		}
	}
}

var newline = []byte{'\n'}

// skipRow drops the header: the first row that is not blank.
func (s *splitter) skipRow() error {
	for {
		if !s.end && s.start == len(s.buf) {
			s.fill()
		}
		data := s.buf[s.start:]
		if len(data) == 0 && s.end {
			return nil
		}
		n, broken, more := s.row(data)
		if broken == LongLine && n == 0 {
			s.skipLong(data)
			return nil
		}
		if more && !s.end {
			s.fill()
			continue
		}
		if more {
			return nil
		}
		s.start += n
		if len(bytes.TrimSpace(data[:n])) > 0 {
			return nil
		}
	}
}
