package dates

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Survey is a fold over all values of date columns that tells in which order each column writes day and month.
type Survey struct{ columns map[column]counts }

type column struct {
	source string
	field  record.Field
}

// counts are of values that could be either but for one part.
type counts struct{ dmy, mdy, ymd, open int64 }

// NewSurvey makes an empty survey.
func NewSurvey() *Survey { return &Survey{make(map[column]counts)} }

// Add folds one value as it was read.
func (s *Survey) Add(source string, f record.Field, value string) {
	sh, ok := shapeOf(plainDate(value), nil)
	if !ok {
		return
	}
	k := column{source, f}
	c := s.columns[k]
	p, w := sh.parts, sh.width
	day := func(n int) bool { return n > 12 && n <= 31 }
	month := func(n int) bool { return n >= 1 && n <= 12 }
	switch {
	case p[0] == 0 || p[1] == 0 || p[2] == 0 && w[2] != 2: // 00/00/0000 tells nothing
		return
	case w[0] == 4 || p[0] > 31 && month(p[1]) && w[2] <= 2:
		c.ymd++
	case day(p[0]) && month(p[1]):
		c.dmy++
	case day(p[1]) && month(p[0]):
		c.mdy++
	case month(p[0]) && month(p[1]):
		c.open++
	default: // no day at all
		return
	}
	s.columns[k] = c
}

// Merge adds another survey.
func (s *Survey) Merge(o *Survey) {
	for k, c := range o.columns {
		x := s.columns[k]
		s.columns[k] = counts{x.dmy + c.dmy, x.mdy + c.mdy, x.ymd + c.ymd, x.open + c.open}
	}
}

// Order is what was decided for one column.
type Order struct {
	Source string `json:"source"`
	Field  string `json:"field"`
	Order  string `json:"order"` // dmy, mdy, ymd; empty when the values leave it open
	Mixed  bool   `json:"mixed,omitempty"`
	Reason string `json:"reason"`

	Confidence float64 `json:"confidence,omitempty"` // of a value that could be either
}

// Orders are the decisions for all columns, sorted by source and field.
type Orders []Order

// Orders decides. A column is dmy when values prove it (a first part over 12) and no more than one in twenty proves the
// other, and the other way round. Where values prove both, it is mixed, and what could be either is not read. Where none
// proves anything, the other columns of the source decide if they agree; else it is left open.
func (s *Survey) Orders() Orders {
	var out Orders
	habits := make(map[string]string) // of sources: their one proven order, or "two"
	for k, c := range s.columns {
		o := Order{Source: k.source, Field: k.field.String()}
		switch {
		case c.dmy > 0 && c.mdy*20 <= c.dmy:
			o.Order, o.Reason = "dmy", fmt.Sprintf("%d of its values have a first number over 12, %d a second", c.dmy, c.mdy)
		case c.mdy > 0 && c.dmy*20 <= c.mdy:
			o.Order, o.Reason = "mdy", fmt.Sprintf("%d of its values have a second number over 12, %d a first", c.mdy, c.dmy)
		case c.dmy+c.mdy > 0:
			o.Mixed = true
			o.Reason = fmt.Sprintf("its values disagree: %d can only be day first, %d only month first; those that could be either are not read", c.dmy, c.mdy)
		case c.ymd > 0 && (c.open == 0 || c.open*20 <= c.ymd):
			o.Order, o.Reason = "ymd", "its values begin with the year"
			if c.open > 0 {
				o.Order, o.Reason = "", "no value of it tells day from month"
			}
		default:
			o.Reason = "no value of it tells day from month"
		}
		if o.Order == "dmy" || o.Order == "mdy" || o.Mixed {
			switch h := habits[k.source]; {
			case o.Mixed || h != "" && h != o.Order:
				habits[k.source] = "two"
			default:
				habits[k.source] = o.Order
			}
		}
		out = append(out, o)
	}
	for i := range out {
		if o := &out[i]; o.Order == "" && !o.Mixed {
			if h := habits[o.Source]; h == "dmy" || h == "mdy" {
				o.Order, o.Reason = h, "no value of it tells day from month, and the other columns of its source are "+h
				o.Confidence = 0.95
			}
		}
	}
	slices.SortFunc(out, func(a, b Order) int { return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Field, b.Field)) })
	return out
}

// Decided settles what the values left open: by the config, else by the source's country.
func (o Orders) Decided(sources map[string]Source) Orders {
	out := slices.Clone(o)
	for i := range out {
		out[i] = out[i].decided(sources[out[i].Source])
	}
	return out
}

func (o Order) decided(s Source) Order {
	switch {
	case s.Order != "" && s.Order != "auto":
		o.Order, o.Mixed, o.Confidence, o.Reason = s.Order, false, 1, "the config says so"
	case o.Mixed:
	case o.Order != "":
		if o.Confidence == 0 {
			o.Confidence = 0.99
		}
	case s.Country == "US" || s.Country == "PH":
		o.Order, o.Confidence, o.Reason = "mdy", 0.9, "no value of it tells day from month; so it is written in "+s.Country
	case s.Country != "":
		o.Order, o.Confidence, o.Reason = "dmy", 0.9, "no value of it tells day from month; so it is written in "+s.Country
	default:
		o.Order, o.Confidence, o.Reason = "dmy", 0.7, "no value of it tells day from month, and no country is given; most of the world writes so"
	}
	return o
}
