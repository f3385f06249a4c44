package match

import (
	_ "embed"
	"strings"
)

// The comparisons, and how many levels each has. Level 0 is "missing" and weighs nothing; 1 is the best; the last says
// that the values differ.
const (
	givenName = iota
	familyName
	middleName
	birthDate
	email
	phone
	address
	company
	identifier
	alsoFirst // the user's own columns follow
)

var comparisonNames = []string{"given_name", "family_name", "middle_name", "birth_date", "email", "phone", "address", "company", "identifier"}

var levelNames = [][]string{
	givenName:  {"missing", "equal", "near", "nickname", "initial", "similar", "swapped", "different"},
	familyName: {"missing", "equal", "near", "similar", "contained", "different"},
	middleName: {"missing", "equal", "initial", "different"},
	birthDate:  {"missing", "equal", "one typo", "two parts equal", "year near", "different"},
	email:      {"missing", "equal", "same name, other domain", "one typo", "different"},
	phone:      {"missing", "equal", "one digit", "different"},
	address:    {"missing", "equal", "same postcode, similar street", "same street and city", "same postcode", "same city", "different"},
	company:    {"missing", "equal", "similar", "different"},
	identifier: {"missing", "equal", "one typo", "different"},
}

var alsoLevels = []string{"missing", "equal", "near", "different"}

// pattern is a pair's level in each comparison.
type pattern [16]uint8

//go:embed data/nicknames.csv
var nicknamesFile string

var nicknames = func() map[[2]string]bool {
	m := make(map[[2]string]bool)
	for i, line := range strings.Split(strings.TrimSpace(nicknamesFile), "\n") {
		c := strings.Split(strings.TrimSpace(line), ",")
		if i > 0 && len(c) == 3 {
			m[[2]string{c[0], c[2]}], m[[2]string{c[2], c[0]}] = true, true
		}
	}
	return m
}()

// givenLevel compares two given names.
func givenLevel(a, b string) uint8 {
	switch {
	case a == b:
		return 1
	case len(a) == 1 || len(b) == 1:
		if a[0] == b[0] {
			return 4
		}
		return 7
	case min(len(a), len(b)) > 2 && osa(a, b, 1) <= 1 || jaroWinkler(a, b) >= 0.94:
		return 2
	case nicknames[[2]string{a, b}]:
		return 3
	case jaroWinkler(a, b) >= 0.87 || min(len(a), len(b)) > 4 && osa(a, b, 2) <= 2 || min(len(a), len(b)) > 2 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)):
		return 5
	}
	return 7
}

// familyLevel compares two family names; a double name contains each of its halves.
func familyLevel(a, b string) uint8 {
	switch {
	case a == b:
		return 1
	case min(len(a), len(b)) > 2 && osa(a, b, 1) <= 1 || jaroWinkler(a, b) >= 0.95:
		return 2
	case min(len(a), len(b)) > 3 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a) || strings.HasSuffix(a, b) || strings.HasSuffix(b, a)):
		return 4
	case jaroWinkler(a, b) >= 0.89 || min(len(a), len(b)) > 4 && osa(a, b, 2) <= 2:
		return 3
	}
	return 5
}

func middleLevel(a, b string) uint8 {
	switch {
	case a == b:
		return 1
	case a[0] == b[0] && (len(a) == 1 || len(b) == 1):
		return 2
	case osa(a, b, 1) <= 1 && min(len(a), len(b)) > 2:
		return 1
	}
	return 3
}

// dayLevel compares two dates, yyyy-mm-dd.
func dayLevel(a, b string) uint8 {
	if a == b {
		return 1
	}
	if len(a) != 10 || len(b) != 10 {
		return 5
	}
	y, m, d := a[:4] == b[:4], a[5:7] == b[5:7], a[8:] == b[8:]
	switch {
	case osa(a, b, 1) <= 1, y && a[5:7] == b[8:] && a[8:] == b[5:7]:
		return 2
	case y && m, y && d, m && d:
		return 3
	case y:
		return 4
	}
	return 5
}

func mailLevel(a, b string) uint8 {
	if a == b {
		return 1
	}
	la, da, _ := strings.Cut(a, "@")
	lb, db, _ := strings.Cut(b, "@")
	switch {
	case la == lb && len(la) > 4:
		return 2
	case osa(a, b, 1) <= 1, osa(la, lb, 1) <= 1 && len(la) > 4 && da == db, la == lb && osa(da, db, 2) <= 2:
		return 3
	}
	return 4
}

func telLevel(a, b string) uint8 {
	switch {
	case a == b:
		return 1
	case len(a) > 7 && len(b) > 7 && (osa(a, b, 1) <= 1 || a[len(a)-8:] == b[len(b)-8:]):
		return 2
	}
	return 3
}

func codeLevel(a, b string) uint8 {
	switch {
	case a == b:
		return 1
	case min(len(a), len(b)) > 4 && osa(a, b, 1) <= 1:
		return 2
	}
	return 3
}

func firmLevel(a, b string) uint8 {
	switch {
	case a == b:
		return 1
	case min(len(a), len(b)) > 4 && (osa(a, b, 2) <= 2 || strings.HasPrefix(a, b) || strings.HasPrefix(b, a)):
		return 2
	}
	return 3
}

// similarStreet holds for streets with the same numbers whose words are nearly alike.
func similarStreet(a, b string) bool {
	return a == b || numbers(a) == numbers(b) && (osa(a, b, 3) <= 3 || strings.HasPrefix(a, b) || strings.HasPrefix(b, a) || jaroWinkler(a, b) > 0.92)
}

func numbers(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// cache remembers the levels of pairs of names, of which the same come again and again: direct-mapped, one a worker.
type cache struct {
	keys   []uint64
	levels []uint8
}

func newCache() *cache { return &cache{make([]uint64, 1<<16), make([]uint8, 1<<16)} }

func (c *cache) level(kind uint64, a, b uint32, compare func() uint8) uint8 {
	if a > b {
		a, b = b, a
	}
	key := uint64(a)<<32 | uint64(b)
	at := mix(key, kind) & (1<<16 - 1)
	key ^= kind << 62
	if c.keys[at] != key || c.levels[at] == 0 {
		c.keys[at], c.levels[at] = key, compare()
	}
	return c.levels[at]
}
