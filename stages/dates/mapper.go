package dates

import (
	"cmp"
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
	Lists   *Lists // nil: those that come with the program
}

// Mapper cleans the dates of one record. It is safe for concurrent use.
type Mapper struct {
	asOf          time.Time
	today, oldest string // yyyy-mm-dd: of the as-of date, and of the oldest birth that is believed
	lists         *Lists
	yearEnd       time.Time
	sources       map[string]*habits
	others        *habits // of a source that nothing is known of
}

// habits are how a source writes its dates.
type habits struct {
	location *time.Location
	columns  [record.NumFields]Order
}

// habitsOf are a source's without a survey: a column that none saw is one without values that were open.
func habitsOf(s Source) *habits {
	h := &habits{location: cmp.Or(s.Location, time.UTC)}
	for f := range h.columns {
		h.columns[f] = Order{}.decided(s)
	}
	return h
}

// oldest is how many years a person may have.
const oldest = 120

// New makes a mapper.
func New(o Options) *Mapper {
	m := &Mapper{asOf: o.AsOf, yearEnd: yearEnd(o.AsOf), lists: o.Lists, sources: make(map[string]*habits), others: habitsOf(Source{})}
	if m.lists == nil {
		m.lists = builtIn()
	}
	m.today, m.oldest = o.AsOf.Format(time.DateOnly), o.AsOf.AddDate(-oldest, 0, 0).Format(time.DateOnly)
	for name, s := range o.Sources {
		m.sources[name] = habitsOf(s)
	}
	for _, x := range o.Orders.Decided(o.Sources) {
		if m.sources[x.Source] == nil {
			m.sources[x.Source] = habitsOf(Source{})
		}
		if f, ok := record.FieldByName(x.Field); ok {
			m.sources[x.Source].columns[f] = x
		}
	}
	return m
}

// setting is how a column is read.
func (m *Mapper) setting(source string, f record.Field) (*Order, *time.Location) {
	h := m.sources[source]
	if h == nil {
		h = m.others
	}
	return &h.columns[f], h.location
}

// Clean cleans every date of the record. The error is always nil; cleaning twice is cleaning once.
func (m *Mapper) Clean(r *record.Record) error {
	for f := range record.NumFields {
		switch {
		case r.Text[f] == "":
		case f.IsDate():
			m.day(r, f)
		case f.IsInstant():
			m.moment(r, f)
		}
	}
	return nil
}

// Map is [Mapper.Clean] of a copy.
func (m *Mapper) Map(r record.Record) (record.Record, error) {
	err := m.Clean(&r)
	return r, err
}

func (m *Mapper) day(r *record.Record, f record.Field) {
	raw := r.Text[f]
	if clean(raw) {
		m.judge(r, f, raw)
		return
	}
	order, loc := m.setting(r.Source, f)
	in := reader{lists: m.lists, order: order.Order, loc: loc, window: m.asOf}
	p, ok := in.parse(text.Tidy(raw))
	switch {
	case !ok:
		m.unreadable(r, f)
		return
	case p.ambiguous && order.Mixed:
		m.refuse(r, f, "date_ambiguous", "dates.ambiguous")
		return
	}
	at := p.at
	if local := at.In(loc); p.zoned && local.Hour()+local.Minute()+local.Second() == 0 {
		at = local // midnight there, which a program wrote in UTC
	}
	day := dayOf(at)
	if len(day) != len(time.DateOnly) {
		m.unreadable(r, f)
		return
	}
	r.Set(f, day, p.rule, confidence(p, order))
	m.judge(r, f, day)
}

func confidence(p parsed, o *Order) float64 {
	switch {
	case p.rule != "dates.order":
		return 1
	case p.other:
		return 0.85
	case !p.ambiguous:
		return max(o.Confidence, 0.99)
	}
	return o.Confidence
}

// judge empties days that cannot be what the field says.
func (m *Mapper) judge(r *record.Record, f record.Field, day string) {
	switch {
	case m.lists.placeholders[day]:
		m.placeholder(r, f)
	case f != record.BirthDate:
	case day > m.today:
		m.refuse(r, f, "birth_date_future", "dates.future")
	case day < m.oldest:
		m.refuse(r, f, "birth_date_too_old", "dates.too_old")
	}
}

// placeheld reports whether one of a moment's two days, where it was read and in UTC, was typed to get past a field.
func (m *Mapper) placeheld(there, utc string) bool {
	return m.lists.placeholders[there] || utc != there && m.lists.placeholders[utc]
}

func (m *Mapper) placeholder(r *record.Record, f record.Field) {
	r.Findings = append(r.Findings, record.Finding{Code: record.Placeholder, Effect: record.Notes, Value: r.Text[f], Source: "dates", Detail: f.String()})
	r.Set(f, "", "dates.placeholder", 0.95)
}

func (m *Mapper) refuse(r *record.Record, f record.Field, code record.Reason, rule string) {
	r.Findings = append(r.Findings, record.Finding{Code: code, Effect: record.Asks, Value: r.Text[f], Source: "dates", Detail: f.String()})
	r.Set(f, "", rule, 0.9)
}

// unreadable empties what is no date; zeros alone only say that there is none.
func (m *Mapper) unreadable(r *record.Record, f record.Field) {
	if v := r.Text[f]; strings.Count(v, "0") >= 3 && strings.Trim(v, "0/-.: TZ") == "" {
		m.placeholder(r, f)
		return
	}
	m.refuse(r, f, "date_unreadable", "dates.unreadable")
}

func (m *Mapper) moment(r *record.Record, f record.Field) {
	raw := r.Text[f]
	if cleanMoment(raw) {
		if m.lists.placeholders[raw[:len(time.DateOnly)]] {
			m.placeholder(r, f)
		}
		return
	}
	order, loc := m.setting(r.Source, f)
	in := reader{lists: m.lists, order: order.Order, loc: loc, window: m.yearEnd, moment: true}
	p, ok := in.parse(text.Tidy(raw))
	switch {
	case !ok || p.at.Year() < 1 || p.at.UTC().Year() > 9999:
		m.unreadable(r, f)
		return
	case p.ambiguous && order.Mixed:
		m.refuse(r, f, "date_ambiguous", "dates.ambiguous")
		return
	case m.placeheld(dayOf(p.at), dayOf(p.at.UTC())):
		m.placeholder(r, f)
		return
	}
	canonical := instant(p.at, raw)
	if p.rule == "dates.iso" || p.rule == "dates.unix" {
		r.Text[f] = canonical // the same moment, written alike
		return
	}
	r.Set(f, canonical, p.rule, confidence(p, order))
}
