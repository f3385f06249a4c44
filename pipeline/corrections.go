package pipeline

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// correctable are the fields that a correction may be loaded into: names and contact points. Coded answers, dates and
// amounts are left as the source writes them.
var correctable = []record.Field{
	record.FullName, record.Title, record.GivenName, record.MiddleName, record.FamilyName, record.Suffix, record.Company,
	record.Email, record.Phone, record.Street, record.Street2, record.City, record.Region, record.Postcode,
}

// corrections writes, for each source, what it should load: a row for each of its records that has a change or a repair.
// The first column is its own record id, then follow its own columns, filled where a value was put right; behind them stand
// what was changed and why, and what a person has to mend.
type corrections struct {
	sources map[string]*correctedSource
}

type correctedSource struct {
	header []string
	at     map[record.Field][]int // where a field's columns stand
	has    map[string]bool        // fields that some column of the source fills, correctable or not
	file   *os.File
	buffer *bufio.Writer
	rows   int64
}

const correctionsDir = "corrections"

// openCorrections makes a file for every source; nil where the job does not ask for them.
func (p *publisher) openCorrections() (*corrections, error) {
	if !p.job.Config.Output.Corrections {
		return nil, nil
	}
	s, err := p.survey()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(p.dir, correctionsDir), 0o700); err != nil {
		return nil, fmt.Errorf("corrections: %w", err)
	}
	out := &corrections{make(map[string]*correctedSource)}
	for source, columns := range s.Columns {
		id := columns[record.RecordID.String()]
		if len(id) == 0 {
			id = []string{record.RecordID.String()}
		}
		x := &correctedSource{header: []string{strings.Join(id, " ")}, at: make(map[record.Field][]int), has: make(map[string]bool)}
		for f := range columns {
			x.has[f] = true
		}
		for _, f := range correctable {
			for _, name := range columns[f.String()] {
				x.at[f] = append(x.at[f], len(x.header))
				x.header = append(x.header, name)
			}
		}
		x.header = append(x.header, "rollcall_changes", "rollcall_problems", "rollcall_suggestions", "rollcall_ask_via", "rollcall_priority")
		if x.file, err = os.OpenFile(filepath.Join(p.dir, correctionsDir, correctionsFile(source)), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600); err != nil {
			return out, fmt.Errorf("corrections: %w", err)
		}
		x.buffer = bufio.NewWriter(x.file)
		if _, err := x.buffer.Write(csvLine(x.header)); err != nil {
			return out, fmt.Errorf("corrections: %w", err)
		}
		out.sources[source] = x
	}
	return out, nil
}

func correctionsFile(source string) string { return url.PathEscape(source) + ".csv" }

// correctedRow is a row for a source's file.
type correctedRow struct {
	source string
	line   []byte
}

// of makes the rows of a customer's records.
func (c *corrections) of(x *record.Customer) []correctedRow {
	if c == nil {
		return nil
	}
	var out []correctedRow
	for i := range x.Members {
		r := &x.Members[i]
		s := c.sources[r.Source]
		row := make([]string, len(s.header))
		changes := s.correct(row, r)
		problems := s.mend(row, x, r)
		if !changes && !problems {
			continue
		}
		row[0] = r.ID
		for i, cell := range row {
			row[i] = defused(cell)
		}
		out = append(out, correctedRow{r.Source, csvLine(row)})
	}
	return out
}

// correct fills the columns of values that were put right, and says what was done.
func (s *correctedSource) correct(row []string, r *record.Record) bool {
	var told []string
	put := func(column int, before, after, rule string) {
		row[column] = after
		told = append(told, fmt.Sprintf("%s: %s -> %s (%s)", s.header[column], before, after, rule))
	}
	for _, f := range correctable {
		at := s.at[f]
		if len(at) != 1 || f.Many() || r.Text[f] == "" {
			continue // a value of several columns cannot be told apart again
		}
		of := func(c record.Change) bool { return c.Field == f.String() }
		i := slices.IndexFunc(r.Changes, of)
		if i < 0 || r.Changes[i].Before == "" {
			continue
		}
		before, after := r.Changes[i].Before, s.whole(f, r)
		if before != after && !s.drops(before, after, r) {
			put(at[0], before, after, r.Changes[i].Rule)
		}
	}
	for i := range r.Points {
		p := &r.Points[i]
		f, list := record.Email, r.Emails
		if p.Kind == record.PhonePoint {
			f, list = record.Phone, r.Phones
		}
		at, n := s.at[f], slices.Index(list, p.Display)
		if p.Kind == record.PostPoint || p.ReplacedBy == "" || !proven(p) || n < 0 || len(at) != len(list) && (len(at) != 1 || n > 0) {
			continue
		}
		put(at[n], p.Display, p.ReplacedBy, string(p.Reasons[0]))
	}
	row[len(row)-5] = strings.Join(told, "; ")
	return told != nil
}

// whole is a field's value as its column holds it: the name with the title that stands in no column of its own.
func (s *correctedSource) whole(f record.Field, r *record.Record) string {
	if title := r.Text[record.Title]; f == record.FullName && title != "" && !s.has[record.Title.String()] {
		return title + " " + r.Text[f]
	}
	return r.Text[f]
}

// drops reports whether a value lacks a word that it had before and that no other column of the source holds: written back,
// it would be lost. Words that were joined, or spelt otherwise one for one, are not.
func (s *correctedSource) drops(before, after string, r *record.Record) bool {
	was, is := strings.Fields(text.Fold(before)), strings.Fields(text.Fold(after))
	if len(is) >= len(was) || len(strings.Join(is, "")) >= len(strings.Join(was, "")) {
		return false
	}
	for f := range record.NumFields {
		if s.has[f.String()] && r.Text[f] != before && r.Text[f] != after {
			is = append(is, strings.Fields(text.Fold(r.Text[f]))...)
		}
	}
	return slices.ContainsFunc(was, func(word string) bool { return !slices.Contains(is, word) })
}

// proven holds for a point whose new form a dated rule gives; a suggestion waits for a person.
func proven(p *record.ContactPoint) bool {
	return p.Has(record.ObsoleteFormat) || p.Has(record.WithdrawnRange) || p.Has(record.ProviderMoved)
}

// mend lists the repairs that are about values of the record; those about none stand at the record that names the customer.
func (s *correctedSource) mend(row []string, c *record.Customer, r *record.Record) bool {
	var problems, suggestions, via []string
	var priority float64
	for i := range c.Repairs {
		x := &c.Repairs[i]
		if !about(x, c, r) {
			continue
		}
		problems = append(problems, strings.TrimSuffix(string(x.Problem)+": "+x.Value, ": "))
		if x.Suggestion != "" {
			suggestions = append(suggestions, x.Suggestion)
		}
		if a := x.AskVia.String(); a != "" && !slices.Contains(via, a) {
			via = append(via, a)
		}
		priority = max(priority, x.Priority)
	}
	if problems == nil {
		return false
	}
	n := len(row)
	row[n-4], row[n-3], row[n-2], row[n-1] = strings.Join(problems, "; "), strings.Join(suggestions, "; "), strings.Join(via, " "), strconv.FormatFloat(priority, 'f', -1, 64)
	return true
}

func about(x *record.Repair, c *record.Customer, r *record.Record) bool {
	if slices.ContainsFunc(r.Points, func(p record.ContactPoint) bool { return p.Value == x.Value && p.Kind == x.Channel.Kind() }) ||
		slices.ContainsFunc(r.Findings, func(f record.Finding) bool { return f.Code == x.Problem && f.Value == x.Value }) {
		return true
	}
	return r.Key == c.NameRecord() && slices.ContainsFunc(c.Findings, func(f record.Finding) bool {
		return f.Code == x.Problem && f.Value == x.Value && f.Kind == record.None
	})
}

func csvLine(cells []string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(cells) // into memory: cannot fail
	w.Flush()
	return b.Bytes()
}

// write appends rows in their order.
func (c *corrections) write(rows []correctedRow) error {
	for _, r := range rows {
		s := c.sources[r.source]
		s.rows++
		if _, err := s.buffer.Write(r.line); err != nil {
			return fmt.Errorf("corrections: %w", err)
		}
	}
	return nil
}

// close finishes the files and names them with their rows.
func (c *corrections) close() (map[string]int64, error) {
	if c == nil {
		return nil, nil
	}
	rows := make(map[string]int64)
	for source, s := range c.sources {
		if err := errors.Join(s.buffer.Flush(), s.file.Sync(), s.file.Close()); err != nil {
			return nil, fmt.Errorf("corrections: %w", err)
		}
		s.file = nil
		rows[correctionsDir+"/"+correctionsFile(source)] = s.rows
	}
	return rows, nil
}

// abort closes what is still open.
func (c *corrections) abort() {
	if c == nil {
		return
	}
	for _, s := range c.sources {
		if s.file != nil {
			_ = s.file.Close() // the run has failed already
		}
	}
}
