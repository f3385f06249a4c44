package extract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// JSON lines: one object a line. Nested objects give columns joined by dots (contact.email), lists of simple values one
// cell joined by "; " — stages that take several values in a cell split it again — and lists of objects a number in the name
// (phones.0.value). Numbers stay as they are written.

const listSeparator = "; "

// mostLateKeys is how many columns may come from behind the first lines: an object whose keys are ids has no end of them.
const mostLateKeys = 1000

// openJSON takes the columns from all lines, in the order in which they come: a key that only a late line has may be the
// opt-out of somebody. The sample is the first lines, and those that bring a new key.
func (t *Table) openJSON(chars string) error {
	at := make(map[string]int)
	var lines []map[string]string
	for line := range strings.Lines(chars) {
		if len(lines) >= sampleRows {
			break
		}
		names, values, err := flatten([]byte(line))
		if err != nil {
			continue
		}
		lines = append(lines, t.take(at, names, values))
	}
	if len(lines) == 0 {
		return inputErrorf(t.file.Shown, "has no line that is a JSON object")
	}
	late, err := t.lateKeys(at)
	if err != nil {
		return err
	}
	lines = append(lines, late...)
	for _, row := range lines {
		cells := make([]string, len(t.header))
		for n, v := range row {
			cells[at[n]] = v
		}
		t.sample = append(t.sample, cells)
	}
	t.columns = at
	return nil
}

// take makes columns of the names that are new, and a row of the values.
func (t *Table) take(at map[string]int, names, values []string) map[string]string {
	row := make(map[string]string, len(names))
	for i, n := range names {
		if _, ok := at[n]; !ok {
			at[n] = len(t.header)
			t.header = append(t.header, n)
		}
		row[n] = values[i]
	}
	return row
}

// lateKeys walks the whole file for lines with keys that are not known yet, and takes them until there are mostLateKeys.
func (t *Table) lateKeys(at map[string]int) (lines []map[string]string, err error) {
	known := maps.Clone(at) // workers read it while at grows
	full := false
	type late struct{ names, values []string }
	err = readBlocks(context.Background(), t, runtime.GOMAXPROCS(0),
		func(b block) (out []late) {
			if b.reason != "" {
				return nil
			}
			for line := range bytes.Lines(b.data) {
				text := t.decodedLine(line)
				news := false
				if scanFlat(string(text), func(name, _ string) {
					_, ok := known[name]
					news = news || !ok
				}) && !news {
					continue
				}
				names, values, err := flatten(text)
				if err == nil && slices.ContainsFunc(names, func(n string) bool { _, ok := known[n]; return !ok }) {
					out = append(out, late{names, values})
				}
			}
			return out
		},
		func(list []late) error {
			for _, x := range list {
				news := slices.ContainsFunc(x.names, func(n string) bool { _, ok := at[n]; return !ok })
				switch {
				case news && len(at) >= len(known)+mostLateKeys:
					full = true
				case news || len(lines) < sampleRows:
					lines = append(lines, t.take(at, x.names, x.values))
				}
			}
			return nil
		})
	if full {
		t.guess("keys", "more than can be columns", "those of the first lines and about "+strconv.Itoa(mostLateKeys)+" that come later are taken; others are left out")
	}
	return lines, err
}

// decodedLine is a line in UTF-8; nil when some of its bytes are no characters.
func (t *Table) decodedLine(line []byte) []byte {
	if utf8.Valid(line) && t.text.bytewise == nil {
		return line
	}
	s, ok := t.text.line(line)
	if !ok {
		return nil
	}
	return []byte(s)
}

// parseJSON makes rows of a block of lines, in the room where there is one.
func (t *Table) parseJSON(b block, r *room) parsed {
	out := parsed{bytes: b.bytes, room: r}
	if r != nil {
		out.rows = r.rows[:0]
	}
	if b.reason != "" {
		out.count = 1
		out.rejects = []pending{{0, b.reason, b.detail, b.data}}
		return out
	}
	for line := range bytes.Lines(b.data) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		text := t.decodedLine(line)
		if text == nil {
			out.rejects = append(out.rejects, pending{out.count, BadBytes, "some of its bytes are no characters in " + t.text.tried(), line})
			out.count++
			continue
		}
		cells := r.take(len(t.header))
		if t.flatCells(string(text), cells) {
			out.rows = append(out.rows, cells)
			out.count++
			continue
		}
		names, values, err := flatten(text)
		switch {
		case bytes.IndexByte(line, 0) >= 0:
			out.rejects = append(out.rejects, pending{out.count, NULByte, "the line holds a NUL", line})
		case err != nil:
			out.rejects = append(out.rejects, pending{out.count, BadJSON, err.Error(), line})
		default:
			clear(cells)
			for i, n := range names {
				if at, ok := t.columns[n]; ok {
					cells[at] = values[i]
				}
			}
			out.rows = append(out.rows, cells)
		}
		out.count++
	}
	return out
}

// flatCells fills the cells of a line that is simply written; lines of one file have their keys in one order, as a rule.
func (t *Table) flatCells(line string, cells []string) bool {
	next := 0
	return scanFlat(line, func(name, value string) {
		if next >= len(t.header) || t.header[next] != name {
			at, ok := t.columns[name]
			if !ok {
				return
			}
			next = at
		}
		cells[next] = value
		next++
	})
}

var errNoObject = errors.New("the line is not a JSON object")

// flatten reads one object into names and values, in the order of the line.
func flatten(line []byte) (names, values []string, err error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	tok, err := d.Token()
	if err != nil || tok != json.Delim('{') {
		return nil, nil, errNoObject
	}
	f := &flat{d: d}
	if err := f.object(""); err != nil {
		return nil, nil, errNoObject
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, nil, errors.New("something stands behind the JSON object")
	}
	return f.names, f.values, nil
}

type flat struct {
	d             *json.Decoder
	names, values []string
}

func (f *flat) set(name, value string) {
	if i := slices.Index(f.names, name); i >= 0 {
		f.values[i] = value // a key that stands twice: the last counts, as JSON readers do
		return
	}
	f.names, f.values = append(f.names, name), append(f.values, value)
}

// object reads up to the closing brace.
func (f *flat) object(prefix string) error {
	for f.d.More() {
		key, err := f.d.Token()
		if err != nil {
			return err
		}
		if err := f.value(prefix + key.(string)); err != nil {
			return err
		}
	}
	_, err := f.d.Token()
	return err
}

func (f *flat) value(name string) error {
	tok, err := f.d.Token()
	if err != nil {
		return err
	}
	switch tok {
	case json.Delim('{'):
		return f.object(name + ".")
	case json.Delim('['):
		return f.list(name)
	}
	f.set(name, scalarText(tok))
	return nil
}

func (f *flat) list(name string) error {
	var simple []string
	for n := 0; f.d.More(); n++ {
		tok, err := f.d.Token()
		if err != nil {
			return err
		}
		item := name + "." + itoa(n)
		switch tok {
		case json.Delim('{'):
			err = f.object(item + ".")
		case json.Delim('['):
			err = f.list(item)
		default:
			if s := scalarText(tok); s != "" {
				simple = append(simple, s)
			}
		}
		if err != nil {
			return err
		}
	}
	if len(simple) > 0 {
		f.set(name, strings.Join(simple, listSeparator))
	}
	_, err := f.d.Token()
	return err
}

func scalarText(tok json.Token) string {
	switch x := tok.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	case bool:
		if x {
			return "true"
		}
		return "false"
	}
	return ""
}
