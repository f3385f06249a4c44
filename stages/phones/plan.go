package phones

import (
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"github.com/nyaruka/phonenumbers/v2/metadata"
)

// plan is a region's numbering plan as libphonenumber's metadata give it, made ready for quick reading.
type plan struct {
	code     *code
	patterns *automaton            // of numbers in general first, then of each kind
	possible [longestNSN + 1]marks // by length: the patterns that numbers so long can match
	words    []string              // by pattern: what we call the kind
	fixed    marks
	mobile   marks
	same     bool // fixed and mobile numbers look alike

	sizes   [longestNSN + 1]size // by length
	idd     prefix
	trunk   prefix
	leading *automaton // beginnings that belong to this region of a shared code; nil when it has none
}

const (
	shortestNSN = 2
	longestNSN  = 17
)

// anyNumber marks the pattern of numbers in general, which a number of every kind must match too.
const anyNumber marks = 1

// code is a country calling code and the regions that share it, the main one first.
type code struct {
	digits  string
	regions []string // 001 alone for the codes of no country
	plans   func() []*plan
}

// codes are all country calling codes, by their value; nil where there is none. Plans are made when they are first
// asked for: some are large, and most jobs dial in a few countries.
var codes = sync.OnceValue(func() *[1000]*code {
	all := new([1000]*code)
	for value, regions := range metadata.CountryCodeToRegion() {
		c := &code{digits: strconv.Itoa(value), regions: regions}
		c.plans = sync.OnceValue(c.makePlans)
		all[value] = c
	}
	return all
})

// homes tells where the plan of a region is, by its two letters.
var homes = sync.OnceValue(func() *[26 * 26]home {
	all := new([26 * 26]home)
	for _, c := range codes() {
		if c == nil {
			continue
		}
		for i, region := range c.regions {
			m, ok := metadata.RegionMetadata(region)
			if at := letters(region); ok && at >= 0 && strconv.Itoa(int(m.GetCountryCode())) == c.digits {
				all[at] = home{c, i}
			}
		}
	}
	return all
})

// home is a place among the regions of a code.
type home struct {
	code *code
	at   int
}

// letters numbers the regions; negative for what is not two capital letters.
func letters(region string) int {
	if len(region) != 2 || region[0] < 'A' || region[0] > 'Z' || region[1] < 'A' || region[1] > 'Z' {
		return -1
	}
	return int(region[0]-'A')*26 + int(region[1]-'A')
}

// planOf is the plan of a region; nil when there is none, or when its metadata hold something that quick reading does
// not know.
func planOf(region string) *plan {
	at := letters(region)
	if at < 0 {
		return nil
	}
	h := &homes()[at]
	if h.code == nil {
		return nil
	}
	if plans := h.code.plans(); plans != nil {
		return plans[h.at]
	}
	return nil
}

// main is the plan of a code's first region; nil as of planOf.
func (c *code) main() *plan {
	if plans := c.plans(); plans != nil {
		return plans[0]
	}
	return nil
}

func (c *code) makePlans() []*plan {
	var plans []*plan
	for _, region := range c.regions {
		m, ok := metadata.RegionMetadata(region)
		if !ok {
			value, _ := strconv.Atoi(c.digits)
			if m, ok = metadata.NonGeoMetadata(value); !ok {
				return nil
			}
		}
		p := newPlan(c, m)
		if p == nil {
			return nil
		}
		plans = append(plans, p)
	}
	return plans
}

func newPlan(c *code, m *metadata.PhoneMetadata) *plan {
	general := m.GetGeneralDesc()
	lengths := general.GetPossibleLength()
	if general.GetNationalNumberPattern() == "" || len(lengths) == 0 || lengths[0] <= 0 {
		return nil
	}
	p := &plan{code: c, same: m.GetSameMobileAndFixedLinePattern()}
	var patterns []string
	describe := func(d *metadata.PhoneNumberDesc, word string) marks {
		mark := marks(1) << len(patterns)
		patterns, p.words = append(patterns, d.GetNationalNumberPattern()), append(p.words, word)
		for n := range p.possible {
			if len(d.GetPossibleLength()) == 0 || contains(d.GetPossibleLength(), n) {
				p.possible[n] |= mark
			}
		}
		return mark
	}
	describe(general, "")
	for _, k := range []struct { // in the order in which the library asks
		desc *metadata.PhoneNumberDesc
		word string
	}{
		{m.GetPremiumRate(), "premium_rate"},
		{m.GetTollFree(), "toll_free"},
		{m.GetSharedCost(), "shared_cost"},
		{m.GetVoip(), "voip"},
		{m.GetPersonalNumber(), "personal"},
		{m.GetPager(), "pager"},
		{m.GetUan(), "uan"},
		{m.GetVoicemail(), "unknown"},
	} {
		if k.desc.GetNationalNumberPattern() != "" {
			describe(k.desc, k.word)
		}
	}
	p.fixed, p.mobile = describe(m.GetFixedLine(), "fixed_line"), describe(m.GetMobile(), "mobile")

	for n := range p.sizes {
		p.sizes[n] = sizeOf(n, lengths, general.GetPossibleLengthLocalOnly())
	}
	var errs [4]error
	p.patterns, errs[0] = compile(patterns...)
	p.idd, errs[1] = newPrefix(m.GetInternationalPrefix(), "")
	p.trunk, errs[2] = newPrefix(m.GetNationalPrefixForParsing(), m.GetNationalPrefixTransformRule())
	if lead := m.GetLeadingDigits(); lead != "" {
		p.leading, errs[3] = compile(lead)
	}
	if errs != [4]error{} {
		return nil
	}
	return p
}

func contains(lengths []int32, n int) bool {
	for _, l := range lengths {
		if int(l) == n {
			return true
		}
	}
	return false
}

// kind is the library's type of a national number, in our words, and whether the number is valid.
func (p *plan) kind(nsn []byte) (word string, valid bool) {
	m := p.patterns.match(nsn) & p.possible[len(nsn)]
	if m&anyNumber == 0 {
		return "unknown", false
	}
	special := m &^ (anyNumber | p.fixed | p.mobile)
	switch {
	case special != 0:
		return p.words[bits.TrailingZeros16(uint16(special))], true
	case m&p.fixed != 0 && (p.same || m&p.mobile != 0):
		return "fixed_or_mobile", true
	case m&p.fixed != 0:
		return "fixed_line", true
	case m&p.mobile != 0 && !p.same:
		return "mobile", true
	}
	return "unknown", false
}

// viable reports whether digits look like a number of the plan, whatever their length.
func (p *plan) viable(digits []byte) bool { return p.patterns.match(digits)&anyNumber != 0 }

// size says how a number's length fits the plan.
type size uint8

const (
	tooShort size = iota
	localOnly
	fits
	between
	tooLong
)

func (p *plan) size(n int) size {
	if n > longestNSN {
		return tooLong
	}
	return p.sizes[n]
}

func sizeOf(n int, possible, local []int32) size {
	switch {
	case contains(local, n):
		return localOnly
	case n < int(possible[0]):
		return tooShort
	case n > int(possible[len(possible)-1]):
		return tooLong
	case contains(possible, n):
		return fits
	}
	return between
}

// prefix is what may stand before a number.
type prefix struct {
	literal string         // as it is
	pattern *regexp.Regexp // anchored at the beginning, where it is more than a literal
	quick   *automaton     // the same, to do without it where that can be; nil when there is none
	rewrite string         // what becomes of the number where the last group took part; mostly empty
}

func newPrefix(pattern, rewrite string) (prefix, error) {
	if only(pattern) == pattern {
		return prefix{literal: pattern}, nil
	}
	re, err := regexp.Compile(`^(?:` + pattern + `)`)
	quick, _ := compile(pattern)
	return prefix{pattern: re, quick: quick, rewrite: rewrite}, err
}

// cut takes the prefix from the beginning of the digits; ok is false when nothing of it stands there.
func (p *prefix) cut(digits []byte) (rest []byte, ok bool) {
	switch {
	case p.literal != "":
		if len(digits) < len(p.literal) || string(digits[:len(p.literal)]) != p.literal {
			return digits, false
		}
		return digits[len(p.literal):], true
	case p.pattern == nil:
		return digits, false
	case p.quick != nil:
		switch end, sure := p.quick.begins(digits); {
		case end == 0:
			return digits, false
		case sure && p.rewrite == "":
			return digits[end:], true
		}
	}
	own := slices.Clone(digits) // lest every number's digits live on the heap
	groups := p.pattern.FindSubmatchIndex(own)
	if groups == nil {
		return digits, false
	}
	if last := len(groups) - 2; p.rewrite != "" && last > 0 && groups[last] >= 0 {
		return p.pattern.ReplaceAll(own, []byte(p.rewrite)), true
	}
	return digits[groups[1]:], true
}
