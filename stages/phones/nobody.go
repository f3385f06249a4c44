package phones

import (
	"slices"
	"strings"
)

// isFictional looks a number up among those reserved for drama: before validity, which most of them pass.
func (l *Lists) isFictional(e164 string) bool {
	n := value(e164)
	at, found := slices.BinarySearchFunc(l.fictional, n, func(s span, n uint64) int {
		switch {
		case s.to < n:
			return -1
		case s.from > n:
			return 1
		}
		return 0
	})
	if found && l.fictional[at].from <= n {
		return true
	}
	if len(e164) != len("+12125550100") || e164[:2] != "+1" || tollFree(e164[2:5]) {
		return false
	}
	line := n % 1e7
	return slices.ContainsFunc(l.anyArea, func(s span) bool { return s.from <= line && line <= s.to })
}

// tollFree reports whether an area code of the North American plan is no area: of those only 800-555-01xx is reserved.
func tollFree(area string) bool {
	return area[0] == '8' && area[1] == area[2] || area[0] < '2'
}

func value(e164 string) (n uint64) {
	for _, c := range []byte(e164) {
		if '0' <= c && c <= '9' {
			n = n*10 + uint64(c-'0')
		}
	}
	return n
}

// placeholder names the rule by which a number is one that people type to get past a required field; empty when none.
// The digits as typed are asked, and those of the national number with and without a trunk zero.
func (l *Lists) placeholder(r *reading, d dialled) string {
	if l.repeated && len(r.nsn) >= 6 && strings.Count(r.nsn, r.nsn[:1]) == len(r.nsn) {
		return "one_digit_repeated"
	}
	var buffer [24]byte
	zero := append(append(buffer[:0], '0'), r.nsn...)
	for _, digits := range [][]byte{d.digits, zero[1:], zero} {
		if sure, listed := l.placeholders[string(digits)]; sure {
			return "exact"
		} else if listed {
			return ""
		}
		for _, p := range l.patterns {
			if p.match(digits) != 0 {
				return "pattern"
			}
		}
	}
	if examples()[r.e164] {
		return "library_example"
	}
	return ""
}
