package review

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/rollcall-data/rollcall/pipeline/text"
)

// line is one field of both records, side by side.
type line struct {
	Name  string
	State state
	A, B  []value
}

// state says how two cells compare.
type state string

// The states. Each has a sign of its own on the page, so that it never rests on colour.
const (
	equal   state = "same"
	alike   state = "written otherwise" // but for case, accents and marks
	unequal state = "differs"
	oneSide state = "on one side"
)

// Sign is the state as a mark.
func (s state) Sign() string {
	return map[state]string{equal: "=", alike: "≈", unequal: "≠", oneSide: "·"}[s]
}

// value is one value of a cell, in pieces.
type value []span

// span is a piece of a value; marked where the other side has it otherwise.
type span struct {
	Text   string
	Marked bool
}

// lines compares two records field by field: first what tells who somebody is, the kept columns with it, then the rest.
func lines(a, b []cell) (first, rest []line) {
	who := true
	for i := range a {
		name := a[i].name
		if slices.Contains([]string{"source", "record_id", "customer_id"}, name) {
			continue
		}
		if name == "value" { // from here on a record tells what the customer is to us
			who = false
		}
		var other cell
		if j := slices.IndexFunc(b, func(c cell) bool { return c.name == name }); j >= 0 {
			other = b[j]
		}
		l := compareCells(a[i], other)
		switch {
		case len(l.A)+len(l.B) == 0:
		case who || strings.HasPrefix(name, "x_"):
			first = append(first, l)
		default:
			rest = append(rest, l.unmarked())
		}
	}
	return withoutWhole(first), rest
}

// unmarked is a line whose sides may well differ between two records of one person.
func (l line) unmarked() line {
	l.State = ""
	for _, side := range [2][]value{l.A, l.B} {
		for i, v := range side {
			whole := ""
			for _, s := range v {
				whole += s.Text
			}
			side[i] = value{{Text: whole}}
		}
	}
	return l
}

// withoutWhole leaves the full name out where its parts stand beside it.
func withoutWhole(list []line) []line {
	if slices.ContainsFunc(list, func(l line) bool { return l.Name == "family name" && len(l.A) > 0 && len(l.B) > 0 }) {
		return slices.DeleteFunc(list, func(l line) bool { return l.Name == "full name" })
	}
	return list
}

func compareCells(a, b cell) line {
	l := line{Name: strings.ReplaceAll(strings.TrimPrefix(a.name, "x_"), "_", " ")}
	switch {
	case len(a.values) == 1 && len(b.values) == 1:
		x, y := marked([]rune(shown(a.values[0])), []rune(shown(b.values[0])))
		l.A, l.B = []value{x}, []value{y}
		l.State = unequal
		if a.values[0] == b.values[0] {
			l.State = equal
		} else if f := text.Fold(a.values[0]); f != "" && f == text.Fold(b.values[0]) {
			l.State = alike
		}
		return l
	case len(a.values) == 0 || len(b.values) == 0:
		l.State = oneSide
	default:
		l.State = unequal
		if slices.ContainsFunc(a.values, func(v string) bool { return slices.Contains(b.values, v) }) {
			l.State = equal // one of them is enough
		}
	}
	l.A, l.B = several(a.values, b.values), several(b.values, a.values)
	return l
}

// several marks the values that the other side does not have; where it has none at all, nothing is marked.
func several(list, other []string) []value {
	var out []value
	for _, v := range list {
		out = append(out, value{{shown(v), len(other) > 0 && !slices.Contains(other, v)}})
	}
	return out
}

// mostMarked is the length up to which two values are compared letter by letter.
const mostMarked = 200

// marked cuts two values where they differ: what is in no longest common part of both is marked.
func marked(a, b []rune) (value, value) {
	if same := string(a) == string(b); same || len(a) > mostMarked || len(b) > mostMarked {
		return value{{string(a), !same}}, value{{string(b), !same}}
	}
	long := make([][]int, len(a)+1) // of a[i:] and b[j:], the longest common part
	for i := range long {
		long[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			long[i][j] = max(long[i+1][j], long[i][j+1])
			if a[i] == b[j] {
				long[i][j] = long[i+1][j+1] + 1
			}
		}
	}
	if 3*long[0][0] < 2*min(len(a), len(b)) { // hardly anything in common: letters would only confuse
		return value{{string(a), true}}, value{{string(b), true}}
	}
	var x, y value
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			x, y = x.add(a[i], false), y.add(b[j], false)
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && long[i+1][j] >= long[i][j+1]:
			x = x.add(a[i], true)
			i++
		default:
			y = y.add(b[j], true)
			j++
		}
	}
	return x, y
}

func (v value) add(r rune, mark bool) value {
	if n := len(v); n > 0 && v[n-1].Marked == mark {
		v[n-1].Text += string(r)
		return v
	}
	return append(v, span{string(r), mark})
}

// mostShown is how much of a value the page shows.
const mostShown = 500

// shown makes marks visible that would change the text around them, and cuts what is too long to read.
func shown(s string) string {
	r := []rune(s)
	more := len(r) - mostShown
	s = strings.Map(func(r rune) rune {
		if joiner := r == 0x200c || r == 0x200d; unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && !joiner {
			return '·' // some scripts need the joiners
		}
		return r
	}, string(r[:min(len(r), mostShown)]))
	if more > 0 {
		s += fmt.Sprintf("… (%d letters more)", more)
	}
	return s
}
