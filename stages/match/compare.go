package match

// evidence is a pair's levels, and the value that agrees where one does.
type evidence struct {
	levels pattern
	shared [16]float64 // for exact levels: the chance that two random records agree on that value; 0 where it does not count
}

// comparer compares rows; it serves one worker.
type comparer struct {
	f     *features
	freq  *frequencies
	cache *cache
}

// frequencies are the chances of agreeing on a value by accident.
type frequencies struct {
	given, family, day, mail, tel, street, code, city, firm, ident, middle []float32
	also                                                                   [][]float32
}

// compare fills e for two rows.
func (c *comparer) compare(a, b int32, e *evidence) {
	f := c.f
	*e = evidence{}
	c.names(a, b, e)
	if x, y := f.middle[a], f.middle[b]; x != 0 && y != 0 {
		e.levels[middleName] = c.cache.level(2, x, y, func() uint8 { return middleLevel(f.middles.text(x), f.middles.text(y)) })
		if x == y {
			e.shared[middleName] = float64(c.freq.middle[x])
		}
	}
	if x, y := f.day[a], f.day[b]; x != 0 && y != 0 {
		if x == y {
			e.levels[birthDate], e.shared[birthDate] = 1, float64(c.freq.day[x])
		} else {
			e.levels[birthDate] = dayLevel(f.days.text(x), f.days.text(y))
		}
	}
	e.levels[email], e.shared[email] = best(f.mail.of(a), f.mail.of(b), f.mails, c.freq.mail, mailLevel, 4)
	e.levels[phone], e.shared[phone] = best(f.tel.of(a), f.tel.of(b), f.tels, c.freq.tel, telLevel, 3)
	c.address(a, b, e)
	if x, y := f.firm[a], f.firm[b]; x != 0 && y != 0 {
		if x == y {
			e.levels[company], e.shared[company] = 1, float64(c.freq.firm[x])
		} else {
			e.levels[company] = firmLevel(f.firms.text(x), f.firms.text(y))
		}
	}
	e.levels[identifier], e.shared[identifier] = c.idents(a, b)
	for i, values := range f.alsoValue {
		if x, y := values[a], values[b]; x != 0 && y != 0 {
			if x == y {
				e.levels[alsoFirst+i], e.shared[alsoFirst+i] = 1, float64(c.freq.also[i][x])
			} else {
				e.levels[alsoFirst+i] = codeLevel(f.also[i].text(x), f.also[i].text(y))
			}
		}
	}
}

// names compares given and family name together, so that a swap is one event. A lone name is compared with either.
func (c *comparer) names(a, b int32, e *evidence) {
	f := c.f
	ga, gb, fa, fb := f.given[a], f.given[b], f.family[a], f.family[b]
	if ga != 0 && gb != 0 {
		e.levels[givenName] = c.cache.level(0, ga, gb, func() uint8 { return givenLevel(f.names.text(ga), f.names.text(gb)) })
		if ga == gb {
			e.shared[givenName] = float64(c.freq.given[ga])
		}
	}
	if fa != 0 && fb != 0 {
		e.levels[familyName] = c.cache.level(1, fa, fb, func() uint8 { return familyLevel(f.names.text(fa), f.names.text(fb)) })
		if fa == fb {
			e.shared[familyName] = float64(c.freq.family[fa])
		}
	}
	if e.levels[givenName] < 5 && e.levels[familyName] < 5 {
		return
	}
	crossed := func(x, y uint32) bool {
		return x != 0 && y != 0 && (x == y || c.cache.level(1, x, y, func() uint8 { return familyLevel(f.names.text(x), f.names.text(y)) }) <= 2)
	}
	if crossed(ga, fb) && crossed(fa, gb) {
		e.levels[givenName], e.levels[familyName] = 6, 0
		e.shared[givenName] = float64(c.freq.given[gb]) * float64(c.freq.family[fb])
	}
}

// best is the best level between two sets of values, and the rarest value that they share.
func best(a, b []uint32, d *dictionary, freq []float32, compare func(string, string) uint8, worst uint8) (level uint8, shared float64) {
	if len(a) == 0 || len(b) == 0 {
		return 0, 0
	}
	for _, x := range a {
		for _, y := range b {
			if x == y && (shared == 0 || float64(freq[x]) < shared) {
				level, shared = 1, float64(freq[x])
			}
		}
	}
	if level == 1 {
		return level, shared
	}
	level = worst
	for _, x := range a[:min(len(a), 4)] {
		for _, y := range b[:min(len(b), 4)] {
			level = min(level, compare(d.text(x), d.text(y)))
		}
	}
	return level, 0
}

// idents compares the numbers of one kind only: a tax id says nothing about a passport.
func (c *comparer) idents(a, b int32) (level uint8, shared float64) {
	d := c.f.idents
	for _, x := range c.f.ident.of(a) {
		for _, y := range c.f.ident.of(b) {
			if x == y {
				return 1, float64(c.freq.ident[x])
			}
			s, t := d.text(x), d.text(y)
			if kind(s) == kind(t) {
				if l := codeLevel(s, t); level == 0 || l < level {
					level = l
				}
			}
		}
	}
	return level, 0
}

func kind(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] == '=' {
			return s[:i]
		}
	}
	return s
}

// address compares street, postcode and city as one thing: they are no three facts.
func (c *comparer) address(a, b int32, e *evidence) {
	f := c.f
	sa, sb, ca, cb, ta, tb := f.street[a], f.street[b], f.code[a], f.code[b], f.city[a], f.city[b]
	if (sa == 0 || sb == 0) && (ca == 0 || cb == 0) && (ta == 0 || tb == 0) {
		return
	}
	sameCode, sameCity := ca != 0 && ca == cb, ta != 0 && ta == tb
	streets := sa != 0 && sb != 0
	similar := streets && (sa == sb || (sameCode || sameCity) && similarStreet(f.streets.text(sa), f.streets.text(sb)))
	level, shared := uint8(6), 0.0
	switch {
	case sa != 0 && sa == sb && sameCode:
		level, shared = 1, float64(c.freq.street[sa])
	case similar && sameCode:
		level = 2
	case similar && (sameCity || ta == 0 || tb == 0):
		level = 3
	case sameCode:
		level, shared = 4, float64(c.freq.code[ca])
	case sameCity:
		level, shared = 5, float64(c.freq.city[ta])
	}
	e.levels[address], e.shared[address] = level, min(shared, 1)
}
