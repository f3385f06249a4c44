package page

import (
	"math"
	"strconv"
)

// Step is a step of a waterfall: a state that was reached, or what was added or taken to get to the next.
type Step struct {
	Label string
	By    float64 // a change, or where State is set the value reached
	State bool
}

// fallen is a waterfall laid out: all places along the width are percents, so that it fits every screen.
type fallen struct {
	Height int
	Rows   []fallenRow
	Zero   string // where nothing is, if that lies within the picture; else empty
}

type fallenRow struct {
	Label, Number string
	Class         string // state, gain or loss
	X, Width      string
	Text, Bar     int    // heights at which label and bar stand
	From          string // where the line to the next row stands
	Line          int
}

const (
	fallRow   = 44 // pixels: a line of text, a bar, and room
	fallLabel = 36 // letters that stand beside a number on the narrowest screen; the table has all of them
)

// fall lays a waterfall out; digits are those after the point.
func (l Locale) fall(steps []Step, digits int) fallen {
	low, high, at := 0.0, 0.0, 0.0
	for _, s := range steps {
		if s.State {
			at = s.By
		} else {
			at += s.By
		}
		low, high = min(low, at), max(high, at)
	}
	span := high - low
	if span == 0 {
		span = 1
	}
	place := func(x float64) float64 { return 100 * (x - low) / span }
	out := fallen{Height: fallRow * len(steps)}
	if low < 0 {
		out.Zero = width(place(0))
	}
	at = 0
	for i, s := range steps {
		before := at
		r := fallenRow{Label: cutAt(Shown(s.Label), fallLabel), Text: fallRow*i + 15, Bar: fallRow*i + 22, Line: fallRow*i + 36}
		if s.State {
			before, at = 0, s.By
			r.Class, r.Number = "state", l.Decimal(s.By, digits)
		} else {
			at += s.By
			r.Class, r.Number = "gain", l.Signed(s.By, digits)
			if s.By < 0 {
				r.Class = "loss"
			}
		}
		left, right := min(before, at), max(before, at)
		r.X, r.Width, r.From = width(place(left)), width(100*(right-left)/span), width(place(at))
		out.Rows = append(out.Rows, r)
	}
	return out
}

// width writes a share of the width, in percent with two digits.
func width(x float64) string {
	return strconv.FormatFloat(math.Round(100*max(0, min(x, 100)))/100, 'f', -1, 64) + "%"
}
