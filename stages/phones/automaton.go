package phones

import (
	"encoding/binary"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
)

// automaton matches a whole string of ASCII digits against a pattern: the patterns of numbering plans know nothing but
// digits, so a table of ten columns says in nanoseconds what a regular expression says in microseconds.
type automaton struct {
	next   [][10]uint16 // by state and digit; state 0 refuses everything
	accept []bool
	slow   *regexp.Regexp // where a table would be too large, or the pattern is more than digits
}

const maxStates = 1 << 14

// compile makes an automaton of a pattern that must match from the first digit to the last. An empty pattern matches
// nothing but the empty string.
func compile(pattern string) (*automaton, error) {
	anchored := `^(?:` + pattern + `)$`
	slow, err := regexp.Compile(anchored)
	if err != nil {
		return nil, fmt.Errorf("pattern of a numbering plan: %w", err)
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("pattern of a numbering plan: %w", err)
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, fmt.Errorf("pattern of a numbering plan: %w", err)
	}
	a := &automaton{}
	if !a.build(prog) {
		return &automaton{slow: slow}, nil
	}
	return a, nil
}

// build makes the table by following all places of the program at once; false when it needs more than digits.
func (a *automaton) build(prog *syntax.Prog) bool {
	sets := [][]uint32{nil}
	numbers := map[string]uint16{"": 0}
	state := func(set []uint32) uint16 {
		slices.Sort(set)
		set = slices.Compact(set)
		var key []byte
		for _, pc := range set {
			key = binary.BigEndian.AppendUint32(key, pc)
		}
		if n, ok := numbers[string(key)]; ok {
			return n
		}
		n := uint16(len(sets))
		numbers[string(key)] = n
		sets = append(sets, set)
		return n
	}
	start, ok := follow(prog, nil, uint32(prog.Start))
	if !ok {
		return false
	}
	state(start) // state 1
	for n := 0; n < len(sets); n++ {
		if len(sets) > maxStates {
			return false
		}
		var row [10]uint16
		for d := range row {
			var reached []uint32
			for _, pc := range sets[n] {
				if in := &prog.Inst[pc]; in.Op != syntax.InstMatch && in.MatchRune(rune('0'+d)) {
					if reached, ok = follow(prog, reached, in.Out); !ok {
						return false
					}
				}
			}
			row[d] = state(reached)
		}
		a.next = append(a.next, row)
		a.accept = append(a.accept, slices.ContainsFunc(sets[n], func(pc uint32) bool { return prog.Inst[pc].Op == syntax.InstMatch }))
	}
	return true
}

// follow adds the places that are reached from pc without reading a digit; ok is false where that asks for more than
// digits, such as a word boundary.
func follow(prog *syntax.Prog, set []uint32, pc uint32) (_ []uint32, ok bool) {
	if slices.Contains(set, pc) {
		return set, true
	}
	switch in := &prog.Inst[pc]; in.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		if set, ok = follow(prog, set, in.Out); !ok {
			return nil, false
		}
		return follow(prog, set, in.Arg)
	case syntax.InstCapture, syntax.InstNop:
		return follow(prog, set, in.Out)
	case syntax.InstFail:
		return set, true
	case syntax.InstEmptyWidth:
		return nil, false
	default:
		return append(set, pc), true
	}
}

// match reports whether the pattern matches all of the digits.
func (a *automaton) match(digits []byte) bool {
	if a.slow != nil {
		return a.slow.Match(digits)
	}
	at := uint16(1)
	for _, c := range digits {
		if at = a.next[at][c-'0']; at == 0 {
			return false
		}
	}
	return a.accept[at]
}

// begins reports whether the pattern matches some beginning of the digits.
func (a *automaton) begins(digits []byte) bool {
	at := uint16(1)
	for _, c := range digits {
		if a.accept[at] {
			return true
		}
		if at = a.next[at][c-'0']; at == 0 {
			return false
		}
	}
	return a.accept[at]
}
