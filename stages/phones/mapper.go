package phones

import (
	"regexp"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Options are what a Mapper must be told.
type Options struct {
	Lists *Lists // nil: those that come with the program
}

// Mapper cleans and judges the phones of records. It is safe for concurrent use.
type Mapper struct {
	lists *Lists
	cache *cache
}

// New makes a Mapper. The error is nil today; it is there for lists that may need checking together.
func New(o Options) (*Mapper, error) {
	m := &Mapper{lists: o.Lists, cache: newCache()}
	if m.lists == nil {
		m.lists = builtIn()
	}
	return m, nil
}

// Clean cleans the record's phones, makes its phone points and the findings behind their verdicts. A number without a
// country code is read as dialled in the country that its column names, else in [record.Record.Home]. The error is always
// nil; cleaning twice is cleaning once.
func (m *Mapper) Clean(r *record.Record) error {
	mine := func(p record.ContactPoint) bool { return p.Kind == record.PhonePoint }
	if slices.ContainsFunc(r.Points, mine) {
		r.Points = slices.DeleteFunc(slices.Clone(r.Points), mine)
	}
	about := func(f record.Finding) bool { return f.Kind == record.PhonePoint }
	if slices.ContainsFunc(r.Findings, about) {
		r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), about)
	}
	if len(r.Phones) == 0 {
		return nil
	}
	m.joinCodes(r)
	first := len(r.Points)
	r.Points = slices.Grow(r.Points, len(r.Phones))
	var homes []string
	var old []reading
	for i, text := range r.Phones {
		home := homeOf(r, i)
		take := func(n *reading) {
			had := len(r.Points)
			if add(r, n, first) {
				old = append(old, *n)
			}
			if r.PhoneHomes != nil && len(r.Points) > had {
				homes = append(homes, home)
			}
		}
		if n, ok := m.lists.plainly(text, home); ok {
			take(&n)
			continue
		}
		c := m.cache.read(m.lists, text, home)
		for _, n := range c.notes {
			r.Note(record.Phone, n.before, n.after, n.rule, 1)
		}
		for i := range c.readings {
			take(&c.readings[i])
		}
	}
	parted := len(r.Points)-first > len(r.Phones)
	r.Phones, r.PhoneHomes = displays(r.Phones, r.Points[first:]), homes
	if parted && slices.ContainsFunc(r.Phones, isCode) { // a code that stood apart only inside its cell
		return m.Clean(r)
	}
	for i := range old {
		replace(r, &old[i], first)
	}
	return nil
}

// Map is [Mapper.Clean] of a copy.
func (m *Mapper) Map(r record.Record) (record.Record, error) {
	err := m.Clean(&r)
	return r, err
}

// joinCodes puts a country code that has a cell of its own before the number that follows. Where there is one, all cells are
// read first: what a cell is parted into, and what is there twice, decides which number follows.
func (m *Mapper) joinCodes(r *record.Record) {
	if !slices.ContainsFunc(r.Phones, isCode) {
		return
	}
	var cells, homes, values []string
	for i, text := range r.Phones {
		home := homeOf(r, i)
		c := m.cache.read(m.lists, text, home)
		for _, n := range c.notes {
			r.Note(record.Phone, n.before, n.after, n.rule, 1)
		}
		for j := range c.readings {
			n := &c.readings[j]
			last := len(cells) - 1
			switch {
			case slices.Contains(values, n.value):
				r.Note(record.Phone, n.display, "", "phones.duplicate", 1)
				continue
			case last >= 0 && codeAlone.MatchString(cells[last]) && !abroad.MatchString(n.display):
				joined := "+" + strings.TrimLeft(only(cells[last]), "0") + " " + n.display
				if !m.lists.ask(joined, "").valid {
					break
				}
				r.Note(record.Phone, cells[last], "", "phones.country_code", 1)
				r.Note(record.Phone, n.display, joined, "phones.country_code", 1)
				cells[last], homes[last], values[last] = joined, home, n.value
				continue
			}
			cells, homes, values = append(cells, n.display), append(homes, home), append(values, n.value)
		}
	}
	r.Phones = cells
	if r.PhoneHomes != nil {
		r.PhoneHomes = homes
	}
}

// A cell with a country code alone is at most so long, in bytes; longestBare where there is nothing beside it: (00 999).
const (
	longestCode = 16
	longestBare = 8
)

var codeAlone = regexp.MustCompile(`^\(?(?:\+|00) ?[1-9][0-9]{0,2}\)?$`)

func isCode(cell string) bool {
	switch {
	case len(cell) > longestCode:
		return false
	case plain(cell): // nothing to tidy, as in nearly all
		return len(cell) <= longestBare && codeAlone.MatchString(cell)
	}
	code, _ := tidy(cell)
	return codeAlone.MatchString(code)
}

// homeOf is where a phone without a country code is dialled: the country that its column names, else that of the record,
// else that of its source.
func homeOf(r *record.Record, phone int) string {
	if phone < len(r.PhoneHomes) && r.PhoneHomes[phone] != "" {
		return r.PhoneHomes[phone]
	}
	return strings.ToUpper(r.Home())
}

// displays lists how the points are written: cells itself where nothing changed.
func displays(cells []string, points []record.ContactPoint) []string {
	if slices.EqualFunc(cells, points, func(cell string, p record.ContactPoint) bool { return cell == p.Display }) {
		return cells
	}
	list := make([]string, len(points))
	for i := range points {
		list[i] = points[i].Display
	}
	return list
}

// add makes the point of one number, unless the record has it already; old says that it was given up and that the
// number it became is known. first is where the record's phone points begin.
func add(r *record.Record, n *reading, first int) (old bool) {
	for i := first; i < len(r.Points); i++ {
		if r.Points[i].Value == n.value {
			r.Note(record.Phone, n.display, "", "phones.duplicate", 1)
			return false
		}
	}
	r.Points = append(r.Points, record.ContactPoint{
		Kind: record.PhonePoint, Value: n.value, Display: n.display,
		PhoneType: n.kind, PhoneRegion: n.region, PCurrent: -1,
	})
	return judge(r, &r.Points[len(r.Points)-1], n)
}

// judge gives the point its reasons and reports whether a number took its place.
func judge(r *record.Record, p *record.ContactPoint, n *reading) (old bool) {
	typed := n.dummy != "" && !n.guessed // nobody's number, so nobody's old number either
	renumbered := n.old.rule != nil && !typed && n.old.rule.applies(r.Captured(record.PhonePoint), n.valid)
	switch {
	case n.word:
		give(r, p, record.Unparseable, "libphonenumber", "not a number", 0)
		give(r, p, record.Placeholder, "placeholders", "word", 0)
		return false
	case n.fictional:
		give(r, p, record.Fictional, "fictional", "reserved for drama", 0)
	case renumbered:
		give(r, p, record.ObsoleteFormat, "renumbering", n.old.rule.name(), n.old.rule.on)
		p.ReplacedBy = n.fresh()
		old = p.ReplacedBy != ""
	case !n.parsed:
		give(r, p, record.Unparseable, "libphonenumber", "not a number", 0)
	case !n.length:
		give(r, p, record.WrongLength, "libphonenumber", "length", 0)
	case !n.valid:
		give(r, p, record.Unassigned, "libphonenumber", "range", 0)
	}
	if n.dummy != "" && !renumbered {
		give(r, p, record.Placeholder, "placeholders", n.dummy, 0)
	}
	if n.kind == "premium_rate" || n.kind == "shared_cost" {
		give(r, p, record.PremiumRate, "libphonenumber", n.kind, 0)
	}
	if p.ReplacedBy == "" && p.Status == record.Invalid {
		p.ReplacedBy = n.suggestion
	}
	return old
}

// give adds a reason with the finding behind it: the list that says so, the rule in it, and the rule's date if any.
func give(r *record.Record, p *record.ContactPoint, reason record.Reason, list, rule string, at record.Instant) {
	p.Judge(reason)
	r.Findings = append(r.Findings, record.Finding{
		Kind: record.PhonePoint, Value: p.Value, Code: reason, Effect: record.GivesStatus, At: at, Source: list, Detail: rule,
	})
}

// replace adds the number that took an old one's place, unless the record gives it itself.
func replace(r *record.Record, old *reading, first int) {
	value := old.fresh()
	if slices.ContainsFunc(r.Points[first:], func(p record.ContactPoint) bool { return p.Value == value }) {
		return
	}
	n, ok := quick(old.old.fresh, "")
	if !ok {
		n = library(old.old.fresh, "")
	}
	p := record.ContactPoint{
		Kind: record.PhonePoint, Value: value, Display: printed(old.old.fresh, old.abroad),
		PhoneType: n.kind, PhoneRegion: n.region, PCurrent: -1,
	}
	if old.ext != "" {
		p.Display += " ext. " + old.ext
	}
	give(r, &p, record.Renumbered, "renumbering", old.old.rule.name(), old.old.rule.on)
	r.Points = append(r.Points, p)
}

// fresh is the canonical value of the number that took this one's place; empty when it is not known.
func (r *reading) fresh() string {
	if r.old.fresh == "" || r.ext == "" {
		return r.old.fresh
	}
	return r.old.fresh + ";ext=" + r.ext
}

// applies reports whether a number captured on a day is old: before the switch it is; without any day only if it is
// not valid today.
func (r *rule) applies(captured record.Instant, valid bool) bool {
	if captured.Known() {
		return captured < r.on
	}
	return !valid
}

func (r *rule) name() string { return r.region + " " + r.date + " " + r.scope }
