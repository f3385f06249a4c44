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
	sh, ok := shapeOf(value)
	if !ok || sh.month >= 0 {
		return
	}
	k := column{source, f}
	c := s.columns[k]
	switch {
	case sh.width[0] == 4:
		c.ymd++
	case sh.parts[0] > 12 && sh.parts[0] <= 31 && sh.parts[1] <= 12:
		c.dmy++
	case sh.parts[1] > 12 && sh.parts[1] <= 31 && sh.parts[0] <= 12:
		c.mdy++
	default:
		c.open++
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
	Reason string `json:"reason"`
}

// Orders are the decisions for all columns, sorted by source and field.
type Orders []Order

// Orders decides. A column is dmy when values prove it (a first part over 12) and no more than one in twenty proves the
// other, and the other way round; else it is left open, and the source's country decides.
func (s *Survey) Orders() Orders {
	var out Orders
	for k, c := range s.columns {
		o := Order{Source: k.source, Field: k.field.String()}
		switch {
		case c.dmy > 0 && c.mdy*20 <= c.dmy:
			o.Order, o.Reason = "dmy", fmt.Sprintf("%d of its values have a first number over 12, %d a second", c.dmy, c.mdy)
		case c.mdy > 0 && c.dmy*20 <= c.mdy:
			o.Order, o.Reason = "mdy", fmt.Sprintf("%d of its values have a second number over 12, %d a first", c.mdy, c.dmy)
		case c.ymd > 0 && c.dmy+c.mdy+c.open == 0:
			o.Order, o.Reason = "ymd", "all of its values begin with the year"
		case c.dmy+c.mdy > 0:
			o.Reason = fmt.Sprintf("its values disagree: %d can only be day first, %d only month first", c.dmy, c.mdy)
		default:
			o.Reason = "no value of it tells day from month"
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b Order) int { return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Field, b.Field)) })
	return out
}
