package phones

import (
	"github.com/nyaruka/phonenumbers/v2/metadata"
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
		home = planOf(region, 0)
	}
	if home == nil && (region != "" || !plus) {
		return n, false
	}

	national, p := digits, home
	if !plus {
		plus = home.dropIDD(&national)
	}
	switch {
	case plus:
		if p = takeCode(&national); p == nil {
			return n, false
		}
	case home.ownCode(&national):
		if p = mainPlan(home.cc); p == nil {
			return n, false
		}
	}
	if len(national) < 2 {
		return n, false
	}
	if national = p.dropTrunk(national); len(national) < 2 || len(national) > 17 {
		return n, false
	}
	return p.describe(national)
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
func (p *plan) dropIDD(digits *[]byte) bool {
	at := p.idd.find(*digits)
	if at == nil || at[1] < len(*digits) && (*digits)[at[1]] == '0' {
		return false
	}
	*digits = (*digits)[at[1]:]
	return true
}

// takeCode takes the country code away and gives the plan it is first of; nil when there is no such code.
func takeCode(digits *[]byte) *plan {
	d := *digits
	if len(d) <= 2 || d[0] == '0' {
		return nil
	}
	code := 0
	for i := 0; i < 3 && i < len(d); i++ {
		code = code*10 + int(d[i]-'0')
		if regions := metadata.CountryCodeToRegion()[code]; len(regions) > 0 {
			*digits = d[i+1:]
			return planOf(regions[0], code)
		}
	}
	return nil
}

// ownCode takes the region's own country code away where a number without a plus begins with it and is a better number
// without it, and reports whether it did.
func (p *plan) ownCode(digits *[]byte) bool {
	d := *digits
	if len(d) < len(p.cc) || string(d[:len(p.cc)]) != p.cc {
		return false
	}
	rest := d[len(p.cc):]
	if len(rest) > 0 {
		rest = p.strip(rest)
	}
	if !p.all.pattern.match(d) && p.all.pattern.match(rest) || p.size(len(d)) == tooLong {
		*digits = rest
		return true
	}
	return false
}

func mainPlan(cc string) *plan {
	code := 0
	for _, c := range []byte(cc) {
		code = code*10 + int(c-'0')
	}
	return planOf(metadata.CountryCodeToRegion()[code][0], code)
}

// strip takes the trunk prefix away, unless a viable number would no longer be one. A prefix that is rewritten
// gives new digits.
func (p *plan) strip(digits []byte) []byte {
	at := p.trunk.find(digits)
	if at == nil {
		return digits
	}
	var rest []byte
	if last := len(at) - 2; p.rewrite == "" || p.trunk.literal != "" || at[last] < 0 {
		rest = digits[at[1]:]
	} else {
		rest = p.trunk.pattern.ReplaceAll(digits, []byte(p.rewrite))
	}
	if p.all.pattern.match(digits) && !p.all.pattern.match(rest) {
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

// describe gives all that is asked of a national number of the plan's country code.
func (p *plan) describe(nsn []byte) (n number, ok bool) {
	e164 := make([]byte, 0, 24)
	e164 = append(append(append(e164, '+'), p.cc...), nsn...)
	n.parsed, n.e164, n.cc = true, string(e164), p.cc
	n.nsn = n.e164[1+len(p.cc):]
	code := value(p.cc)
	main := mainPlan(p.cc) // the library asks the first region of a shared code whether a length is possible
	if main == nil {
		return n, false
	}
	s := main.size(len(nsn))
	n.length = s == fits || s == localOnly

	regions := metadata.CountryCodeToRegion()[int(code)]
	n.kind = "unknown"
	for _, region := range regions {
		q := planOf(region, int(code))
		if q == nil {
			return n, false
		}
		switch {
		case len(regions) == 1:
		case q.leading != nil:
			if !q.leading.begins(nsn) {
				continue
			}
		default:
			if _, valid := q.kind(nsn); !valid {
				continue
			}
		}
		n.region = region
		n.kind, n.valid = q.kind(nsn)
		break
	}
	return n, true
}
