package phones

import (
	"regexp"
	"strconv"
	"sync"

	"github.com/nyaruka/phonenumbers/v2"
	"github.com/nyaruka/phonenumbers/v2/metadata"
)

// plan is a region's numbering plan as libphonenumber's metadata gives it, made ready for quick reading.
type plan struct {
	region string // 001 for the codes of no country
	cc     string
	all    described
	kinds  []kindOf // in the order in which the library asks
	fixed  described
	mobile described
	same   bool // fixed and mobile numbers look alike

	local   lengths // only within an area
	fewest  int
	most    int
	idd     prefix
	trunk   prefix
	rewrite string     // what the trunk prefix becomes, where that depends on its groups
	leading *automaton // beginnings that belong to this region of a shared code; nil when it has none
}

// described is one kind of number: its pattern and the lengths it may have (none: any).
type described struct {
	pattern *automaton
	lengths lengths
}

type kindOf struct {
	described
	word string
}

// lengths is a set of lengths up to 63.
type lengths uint64

func (l lengths) has(n int) bool { return l&(1<<n) != 0 }

// prefix is what may stand before a number.
type prefix struct {
	literal string         // as it is
	pattern *regexp.Regexp // anchored at the beginning, where it is more than a literal
	quick   *automaton     // the same, to find out soon that it does not match; nil when there is none
}

// plans holds every region's plan once it was asked for: some are large and most jobs dial in a few countries.
var plans sync.Map // region, or country code for 001, to func() *plan

// planOf is the plan of a region, or of a country code that belongs to no region; nil when there is none, or when its
// metadata hold something that quick reading does not know.
func planOf(region string, code int) *plan {
	key := region
	if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
		key = strconv.Itoa(code)
	}
	if p, ok := plans.Load(key); ok {
		return p.(func() *plan)()
	}
	var m *metadata.PhoneMetadata
	var ok bool
	if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
		m, ok = metadata.NonGeoMetadata(code)
	} else {
		m, ok = metadata.RegionMetadata(region)
	}
	if !ok || m == nil {
		return nil // not stored: regions come from customers' records
	}
	p, _ := plans.LoadOrStore(key, sync.OnceValue(func() *plan { return newPlan(m) }))
	return p.(func() *plan)()
}

func newPlan(m *metadata.PhoneMetadata) *plan {
	p := &plan{region: m.GetId(), cc: strconv.Itoa(int(m.GetCountryCode())), same: m.GetSameMobileAndFixedLinePattern()}
	good := true
	describe := func(d *metadata.PhoneNumberDesc) described {
		a, err := compile(d.GetNationalNumberPattern())
		good = good && err == nil
		return described{pattern: a, lengths: lengthsOf(d.GetPossibleLength())}
	}
	p.all = describe(m.GetGeneralDesc())
	for _, k := range []struct {
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
			p.kinds = append(p.kinds, kindOf{describe(k.desc), k.word})
		}
	}
	p.fixed, p.mobile = describe(m.GetFixedLine()), describe(m.GetMobile())

	possible := m.GetGeneralDesc().GetPossibleLength()
	if len(possible) == 0 || possible[0] <= 0 || m.GetGeneralDesc().GetNationalNumberPattern() == "" {
		return nil
	}
	p.fewest, p.most = int(possible[0]), int(possible[len(possible)-1])
	p.local = lengthsOf(m.GetGeneralDesc().GetPossibleLengthLocalOnly())
	p.idd, p.trunk = newPrefix(m.GetInternationalPrefix(), &good), newPrefix(m.GetNationalPrefixForParsing(), &good)
	p.rewrite = m.GetNationalPrefixTransformRule()
	if lead := m.GetLeadingDigits(); lead != "" {
		var err error
		p.leading, err = compile(lead)
		good = good && err == nil && p.leading.slow == nil
	}
	if !good {
		return nil
	}
	return p
}

func lengthsOf(list []int32) (l lengths) {
	for _, n := range list {
		if n >= 0 && n < 64 {
			l |= 1 << n
		}
	}
	return l
}

func newPrefix(pattern string, good *bool) prefix {
	if pattern == "" {
		return prefix{}
	}
	if only(pattern) == pattern {
		return prefix{literal: pattern}
	}
	re, err1 := regexp.Compile(`^(?:` + pattern + `)`)
	quick, err2 := compile(pattern)
	if *good = *good && err1 == nil && err2 == nil; !*good {
		return prefix{}
	}
	if quick.slow != nil {
		quick = nil
	}
	return prefix{pattern: re, quick: quick}
}

// find is where the prefix and its groups lie at the beginning of the digits, as of a regular expression's
// FindSubmatchIndex; nil when it does not stand there.
func (p *prefix) find(digits []byte) []int {
	switch {
	case p.literal != "":
		if len(digits) >= len(p.literal) && string(digits[:len(p.literal)]) == p.literal {
			return []int{0, len(p.literal)}
		}
		return nil
	case p.pattern == nil || p.quick != nil && !p.quick.begins(digits):
		return nil
	}
	return p.pattern.FindSubmatchIndex(digits)
}

func (d *described) match(digits []byte) bool {
	return (d.lengths == 0 || d.lengths.has(len(digits))) && d.pattern.match(digits)
}

// kind is the library's type of a national number, in our words, and whether the number is valid.
func (p *plan) kind(nsn []byte) (word string, valid bool) {
	if !p.all.match(nsn) {
		return "unknown", false
	}
	for i := range p.kinds {
		if p.kinds[i].match(nsn) {
			return p.kinds[i].word, true
		}
	}
	switch {
	case p.fixed.match(nsn):
		if p.same || p.mobile.match(nsn) {
			return "fixed_or_mobile", true
		}
		return "fixed_line", true
	case !p.same && p.mobile.match(nsn):
		return "mobile", true
	}
	return "unknown", false
}

// size says how a number's length fits the plan.
type size uint8

const (
	fits size = iota
	localOnly
	tooShort
	tooLong
	between
)

func (p *plan) size(n int) size {
	switch {
	case p.local.has(n):
		return localOnly
	case n < p.fewest:
		return tooShort
	case n > p.most:
		return tooLong
	case p.all.lengths.has(n):
		return fits
	}
	return between
}
