// Package overrides is the file of what a person decided about pairs of records: matching reads it, a review appends to it.
//
// A CSV of source_a, record_id_a, source_b, record_id_b, decision; what stands in further columns is the writer's own. A
// later row about the same two records replaces an earlier one. Rows are only ever added: the file never loses a decision.
package overrides

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"

	"github.com/rollcall-data/rollcall/pipeline/atomic"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Verdict is what was decided.
type Verdict string

// The verdicts.
const (
	Same      Verdict = "same"      // one person
	Different Verdict = "different" // two people
	Undecided Verdict = "undecided" // takes an earlier decision back
)

// Decision is a verdict about two records, in either order.
type Decision struct {
	A, B    record.Key
	Verdict Verdict
}

// pair is the two records in one order.
func (d Decision) pair() [2]record.Key {
	if d.A.Compare(d.B) > 0 {
		return [2]record.Key{d.B, d.A}
	}
	return [2]record.Key{d.A, d.B}
}

var words = map[string]Verdict{
	"same": Same, "must-link": Same, "must_link": Same,
	"different": Different, "cannot-link": Different, "cannot_link": Different,
	"undecided": Undecided,
}

var header = []string{"source_a", "record_id_a", "source_b", "record_id_b", "decision"}

// Read gives the decisions that stand: of several about the same two records the last one, none where that takes it back.
// Errors name the row, never what is in it.
func Read(f io.Reader) ([]Decision, error) {
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	last := make(map[[2]record.Key]int)
	var out []Decision
	for i, c := range rows {
		if i == 0 && slices.ContainsFunc(header, func(name string) bool { return slices.Contains(c, name) }) {
			if len(c) < len(header) || !slices.Equal(c[:len(header)], header) {
				return nil, fmt.Errorf("row 1: the columns are %s, in this order; yours may follow", strings.Join(header, ", "))
			}
			continue
		}
		if len(c) < len(header) {
			return nil, fmt.Errorf("row %d: a decision has %s", i+1, strings.Join(header, ", "))
		}
		v, ok := words[strings.ToLower(strings.TrimSpace(c[4]))]
		if !ok {
			return nil, fmt.Errorf("row %d: a decision is same, different or undecided", i+1)
		}
		d := Decision{record.Key{Source: c[0], ID: c[1]}, record.Key{Source: c[2], ID: c[3]}, v}
		if at, ok := last[d.pair()]; ok {
			out[at].Verdict = v
			continue
		}
		last[d.pair()] = len(out)
		out = append(out, d)
	}
	standing := out[:0]
	for _, d := range out {
		if d.Verdict != Undecided {
			standing = append(standing, d)
		}
	}
	return standing, nil
}

// ErrBusy means that another review adds to the file.
var ErrBusy = errors.New("another review adds to this file; try again when it has ended")

// File is an overrides file that decisions are added to, by one at a time.
type File struct {
	f       *os.File
	lock    *flock.Flock
	columns int
}

// Open opens the file, or makes it with its header, and gives the decisions that stand in it. A last row that a crash cut
// short holds no decision and is removed; a file that is otherwise wrong is left alone, with an error.
func Open(path string) (*File, []Decision, error) {
	_, err := os.Stat(path)
	made := errors.Is(err, os.ErrNotExist)
	lock := flock.New(path, flock.SetPermissions(0o600))
	if ok, err := lock.TryLock(); err != nil {
		return nil, nil, fmt.Errorf("overrides: %w", err)
	} else if !ok {
		return nil, nil, fmt.Errorf("%s: %w", path, ErrBusy)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_RDWR, 0)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("overrides: %w", err), lock.Close())
	}
	o := &File{f: f, lock: lock}
	standing, err := o.begin()
	if err == nil && made {
		err = atomic.SyncDir(filepath.Dir(path))
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("overrides: %s: %w", path, err), o.Close())
	}
	return o, standing, nil
}

// begin reads what stands, and makes the file ready for the next row.
func (o *File) begin() ([]Decision, error) {
	text, err := io.ReadAll(o.f)
	if err != nil {
		return nil, err
	}
	standing, whole, err := readWhole(text)
	if err != nil {
		return nil, err
	}
	o.columns = columnsOf(whole)
	if len(whole) < len(text) {
		err = o.f.Truncate(int64(len(whole)))
	} else if len(text) > 0 && text[len(text)-1] != '\n' {
		_, err = o.f.WriteString("\n")
	}
	if len(whole) == 0 && err == nil {
		err = o.write(header)
	}
	return standing, err
}

// readWhole reads a file whose last row may have been cut short: that row is no part of the whole.
func readWhole(text []byte) (standing []Decision, whole []byte, err error) {
	standing, err = Read(bytes.NewReader(text))
	if err == nil || bytes.HasSuffix(text, []byte("\n")) {
		return standing, text, err
	}
	whole = text[:bytes.LastIndexByte(text, '\n')+1]
	if standing, e := Read(bytes.NewReader(whole)); e == nil {
		return standing, whole, nil
	}
	return nil, nil, err
}

func columnsOf(text []byte) int {
	first, err := csv.NewReader(bytes.NewReader(text)).Read()
	if err != nil {
		return len(header)
	}
	return max(len(first), len(header))
}

// Append adds a decision: it is on disk when Append returns.
func (o *File) Append(d Decision) error {
	row := make([]string, o.columns)
	copy(row, []string{d.A.Source, d.A.ID, d.B.Source, d.B.ID, string(d.Verdict)})
	if err := o.write(row); err != nil {
		return fmt.Errorf("overrides: %w", err)
	}
	return nil
}

// write adds a row; one that does not go in whole, as on a full disk, is taken out again.
func (o *File) write(row []string) error {
	var line bytes.Buffer
	w := csv.NewWriter(&line)
	if err := w.Write(row); err != nil {
		return err
	}
	w.Flush()
	before, err := o.f.Stat()
	if err != nil {
		return err
	}
	if _, err = o.f.Write(line.Bytes()); err == nil {
		err = o.f.Sync()
	}
	if err != nil {
		return errors.Join(err, o.f.Truncate(before.Size()))
	}
	return nil
}

// Close closes the file.
func (o *File) Close() error { return errors.Join(o.f.Close(), o.lock.Close()) }
