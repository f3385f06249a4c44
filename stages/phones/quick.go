package phones

import (
	"bytes"
	"strings"
)

// quick reads a number written with digits, blanks, hyphens, dots and parentheses alone, at most one plus before them:
// nearly all numbers. It says what [library] says, in a hundredth of the time; ok is false where it leaves the answer
// to the library. The steps are those of libphonenumber's parsing; TestQuickEqualsLibrary and FuzzQuick prove it.
func quick(text, region string) (n number, ok bool) {
	var buffer [20]byte
	digits, plus, ok := collect(text, buffer[:0])
	if !ok || len(digits) < 5 || len(digits) > len(buffer)-2 {
		return n, false
	}
	home := (*plan)(nil)
	if region != "" {
		home = planOf(region)
	}
	switch {
	case region == "" && !plus:
		return number{kind: "unknown"}, true // dialled nobody knows where
	case home == nil && region != "":
		return n, false
	}

	national, p := digits, home
	if !plus {
		national, plus = home.dropIDD(digits)
	}
	switch {
	case plus:
		if national, p = takeCode(national); p == nil {
			return n, false
		}
	default:
		if rest, had := home.ownCode(national); had {
			national, p = rest, home.code.main()
		}
	}
	if len(national) < shortestNSN {
		return n, false
	}
	if national = p.dropTrunk(national); len(national) < shortestNSN || len(national) > longestNSN {
		return n, false
	}
	if national[0] == '0' && len(national) > mostZeros && bytes.Count(national[:mostZeros+1], []byte{'0'}) > mostZeros {
		return n, false // the library writes no more than ten of them
	}
	return p.code.describe(national), true
}

const mostZeros = 10

// WithCode gives a number that begins with a country's code, though without a plus, as a number with one: 4915774036000 is a
// mobile to a German program, where libphonenumber reads a landline. Empty where it is no valid number so, or the country is
// not known and it is not plainly an international one.
func WithCode(text, country string) string {
	text = strings.TrimSpace(text)
	if len(text) < 9 || len(text) > longestNSN+3 || text[0] == '0' || strings.Trim(text, "0123456789") != "" {
		return ""
	}
	if p := planOf(country); p != nil && !strings.HasPrefix(text, p.code.digits) || p == nil && country != "" {
		return ""
	}
	with := "+" + text
	if n, ok := quick(with, ""); !ok || !n.valid {
		return ""
	}
	return with
}

// collect gathers the digits of a text; ok is false when it holds anything but digits and common punctuation.
func collect(text string, digits []byte) (_ []byte, plus, ok bool) {
	if len(text) > 40 {
		return nil, false, false
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
			if len(digits) == cap(digits) {
				return nil, false, false
			}
			digits = append(digits, c)
		case c == '+':
			if plus || len(digits) > 0 {
				return nil, false, false
			}
			plus = true
		case c != ' ' && c != '-' && c != '.' && c != '(' && c != ')':
			return nil, false, false
		}
	}
	return digits, plus, true
}

// dropIDD takes the prefix for dialling abroad away. A country code cannot begin with 0.
func (p *plan) dropIDD(digits []byte) (rest []byte, had bool) {
	rest, had = p.idd.cut(digits)
	if !had || len(rest) > 0 && rest[0] == '0' {
		return digits, false
	}
	return rest, true
}

// takeCode takes the country code away and gives the plan of its first region; nil when there is no such code.
func takeCode(digits []byte) ([]byte, *plan) {
	if len(digits) <= shortestNSN || digits[0] == '0' {
		return digits, nil
	}
	value := 0
	for i, c := range digits[:3] {
		value = value*10 + int(c-'0')
		if c := codes()[value]; c != nil {
			return digits[i+1:], c.main()
		}
	}
	return digits, nil
}

// ownCode takes the region's own country code away where a number without a plus begins with it and is a better number
// without it, and reports whether it did.
func (p *plan) ownCode(digits []byte) (rest []byte, had bool) {
	cc := p.code.digits
	if len(digits) < len(cc) || string(digits[:len(cc)]) != cc {
		return digits, false
	}
	if rest = digits[len(cc):]; len(rest) > 0 {
		rest = p.strip(rest)
	}
	if p.size(len(digits)) == tooLong || !p.viable(digits) && p.viable(rest) {
		return rest, true
	}
	return digits, false
}

// strip takes the trunk prefix away, or rewrites it, unless a viable number would no longer be one.
func (p *plan) strip(digits []byte) []byte {
	rest, had := p.trunk.cut(digits)
	if had && p.viable(digits) && !p.viable(rest) {
		return digits
	}
	return rest
}

// dropTrunk takes the trunk prefix away where what is left has a length that numbers of the plan have.
func (p *plan) dropTrunk(digits []byte) []byte {
	rest := p.strip(digits)
	if s := p.size(len(rest)); s == fits || s == tooLong {
		return rest
	}
	return digits
}

// describe gives all that is asked of a national number of the code.
func (c *code) describe(nsn []byte) number {
	var buffer [24]byte
	e164 := string(append(append(append(buffer[:0], '+'), c.digits...), nsn...))
	plans := c.plans()
	s := plans[0].size(len(nsn)) // the library asks the first region of a shared code whether a length is possible
	n := number{
		parsed: true, e164: e164, cc: c.digits, nsn: e164[1+len(c.digits):],
		length: s == fits || s == localOnly, kind: "unknown",
	}
	for i, p := range plans {
		word, valid := "", false
		switch {
		case len(plans) == 1:
		case p.leading != nil:
			if end, _ := p.leading.begins(nsn); end == 0 {
				continue
			}
		default:
			if word, valid = p.kind(nsn); !valid {
				continue
			}
		}
		if word == "" {
			word, valid = p.kind(nsn)
		}
		n.region, n.kind, n.valid = c.regions[i], word, valid
		break
	}
	return n
}
