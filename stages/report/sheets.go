package report

import (
	"strconv"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/tally"
)

// sheets count many things of one customer along many dimensions at once: a customer's sheets are looked up once, and a
// thing is then a step in a slice of each.
type sheets struct {
	names  []string
	number map[string]int
	by     map[along]*sheet
	months map[int]string
	open   []*sheet // those of the customer at hand, the whole first
}

// along is a value of a dimension; the zero along is the whole.
type along struct{ dimension, value string }

type sheet struct{ n []int64 }

func newSheets() sheets {
	return sheets{number: make(map[string]int), by: make(map[along]*sheet), months: make(map[int]string)}
}

// sheet is that of a value of a dimension.
func (s *sheets) sheet(dimension, value string) *sheet {
	at := along{dimension, value}
	x := s.by[at]
	if x == nil {
		x = &sheet{}
		s.by[at] = x
	}
	return x
}

// of opens the sheets of a customer: the whole, its tier, segment, stage and outlet, and its sources.
func (s *sheets) of(c *record.Customer) {
	s.open = append(s.open[:0], s.sheet("", ""))
	for _, d := range dims {
		s.open = append(s.open, s.sheet(d.name, orNone(c.Text[d.field])))
	}
	for _, x := range c.Sources {
		s.open = append(s.open, s.sheet("source", x))
	}
}

// customer counts one on all the customer's sheets; within counts one on those that are not of a source, because a point has
// sources of its own.
func (s *sheets) customer(name string) { s.count(name, s.open) }
func (s *sheets) within(name string)   { s.count(name, s.open[:1+len(dims)]) }

func (s *sheets) count(name string, list []*sheet) {
	i := s.index(name)
	for _, x := range list {
		x.add(i)
	}
}

func (s *sheets) index(name string) int {
	i, ok := s.number[name]
	if !ok {
		i = len(s.names)
		s.names = append(s.names, name)
		s.number[name] = i
	}
	return i
}

func (x *sheet) add(i int) {
	for len(x.n) <= i {
		x.n = append(x.n, 0)
	}
	x.n[i]++
}

// month is the month of a moment, as 2024-03; empty where it is not known.
func (s *sheets) month(at record.Instant) string {
	if !at.Known() {
		return ""
	}
	t := at.Time()
	i := 12*t.Year() + int(t.Month()) - 1
	m, ok := s.months[i]
	if !ok {
		m = strconv.Itoa(i/12) + "-" + strconv.Itoa(101 + i%12)[1:]
		s.months[i] = m
	}
	return m
}

// empty moves what was counted into counts.
func (s *sheets) empty(to *tally.Counts) {
	for at, x := range s.by {
		for i, n := range x.n {
			switch {
			case n == 0:
			case at == along{}:
				to.Add(s.names[i], n)
			default:
				to.By(s.names[i], at.dimension, at.value, n)
			}
			x.n[i] = 0
		}
	}
}
