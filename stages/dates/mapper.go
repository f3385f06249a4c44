package dates

import (
	"strings"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Source is what is known of one source's dates.
type Source struct {
	Location *time.Location // of times without a zone; UTC when nil
	Order    string         // dmy, mdy, ymd; empty or auto: the survey decides
	Country  string         // decides where the survey leaves it open: month first in the USA and the Philippines
}

// Options are plain data of an earlier pass.
type Options struct {
	AsOf    time.Time
	Orders  Orders
	Sources map[string]Source
}

// Mapper cleans the dates of one record. It is safe for concurrent use.
type Mapper struct {
	asOf    time.Time
	columns map[column]setting
	sources map[string]Source
}

type setting struct {
	order      string
	confidence float64
}

// New makes a mapper.
func New(o Options) *Mapper {
	m := &Mapper{asOf: o.AsOf, columns: make(map[column]setting), sources: o.Sources}
	for _, x := range o.Orders {
		if f, ok := record.FieldByName(x.Field); ok && x.Order != "" {
			m.columns[column{x.Source, f}] = setting{x.Order, 0.99}
		}
	}
	return m
}

func (m *Mapper) setting(source string, f record.Field) (setting, *time.Location) {
	s := m.sources[source]
	loc := s.Location
	if loc == nil {
		loc = time.UTC
	}
	if s.Order != "" && s.Order != "auto" {
		return setting{s.Order, 1}, loc
	}
	if x, ok := m.columns[column{source, f}]; ok {
		return x, loc
	}
	if s.Country == "US" || s.Country == "PH" {
		return setting{"mdy", 0.9}, loc
	}
	return setting{"dmy", 0.9}, loc
}

// Map cleans every date of the record.
func (m *Mapper) Map(r record.Record) (record.Record, error) {
	for f := range record.NumFields {
		if r.Text[f] == "" {
			continue
		}
		switch {
		case f.IsDate():
			m.day(&r, f)
		case f.IsInstant():
			m.moment(&r, f)
		}
	}
	return r, nil
}

// placeholders are days that are typed to get past a required field. See data/placeholders of the project's sources: own
// compilation, 2026-11-21.
var placeholders = map[string]bool{
	"1900-01-01": true, "1901-01-01": true, "1970-01-01": true, "1111-11-11": true, "9999-12-31": true, "0001-01-01": true, "1899-12-30": true, "1899-12-31": true,
}

// oldest is how many years a person may have.
const oldest = 120

func (m *Mapper) day(r *record.Record, f record.Field) {
	raw := r.Text[f]
	if clean(raw) {
		m.judge(r, f, raw)
		return
	}
	s, _ := m.setting(r.Source, f)
	p, ok := parse(text.Tidy(raw), s.order, time.UTC, m.asOf, false)
	if !ok {
		m.unreadable(r, f)
		return
	}
	day := p.at.Format(time.DateOnly)
	r.Set(f, day, "dates."+p.rule, confidence(p, s))
	m.judge(r, f, day)
}

// clean reports whether text is a real day in canonical form.
func clean(s string) bool {
	if len(s) != len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return false
	}
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func confidence(p parsed, s setting) float64 {
	if p.rule == "order" {
		return s.confidence
	}
	return 1
}

// judge empties days that cannot be what the field says.
func (m *Mapper) judge(r *record.Record, f record.Field, day string) {
	switch {
	case placeholders[day]:
		r.Findings = append(r.Findings, record.Finding{Code: record.Placeholder, Effect: record.Notes, Value: day, Source: "dates", Detail: f.String()})
		r.Set(f, "", "dates.placeholder", 0.95)
	case f != record.BirthDate:
	case day > m.asOf.Format(time.DateOnly):
		m.refuse(r, f, "birth_date_future", "dates.future")
	case day < m.asOf.AddDate(-oldest, 0, 0).Format(time.DateOnly):
		m.refuse(r, f, "birth_date_too_old", "dates.too_old")
	}
}

func (m *Mapper) refuse(r *record.Record, f record.Field, code record.Reason, rule string) {
	r.Findings = append(r.Findings, record.Finding{Code: code, Effect: record.Asks, Value: r.Text[f], Source: "dates", Detail: f.String()})
	r.Set(f, "", rule, 0.9)
}

func (m *Mapper) unreadable(r *record.Record, f record.Field) {
	m.refuse(r, f, "date_unreadable", "dates.unreadable")
}

func (m *Mapper) moment(r *record.Record, f record.Field) {
	raw := r.Text[f]
	s, loc := m.setting(r.Source, f)
	p, ok := parse(text.Tidy(raw), s.order, loc, m.asOf, true)
	if !ok {
		m.unreadable(r, f)
		return
	}
	if placeholders[p.at.Format(time.DateOnly)] {
		r.Set(f, "", "dates.placeholder", 0.95)
		return
	}
	canonical := record.At(p.at).String()
	if p.rule == "iso" || p.rule == "unix" || strings.HasPrefix(canonical, raw) {
		r.Text[f] = canonical // the same moment, written alike
		return
	}
	r.Set(f, canonical, "dates."+p.rule, confidence(p, s))
}
