package reach

import (
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// onePlace holds for two spellings of what is likely one address: a slip of the pen is no move. Few people move to the same
// number at the same postcode, or within one street to a number that differs by a digit; so at the same postcode streets
// are one that are halfway alike with the same numbers, or nearly alike with numbers that one slip explains. Elsewhere in a
// city the numbers must agree, and the street's name but for a letter in seven; where one postcode is cut short, a number
// may be a slip away. The next postcode may be the next block of a street.
func onePlace(a, b *record.ContactPoint) bool {
	if a.Address.Country != b.Address.Country {
		return false
	}
	s, t := streetOf(a, b), streetOf(b, a)
	wrong, longest := slips(s.letters, t.letters), max(len(s.letters), len(t.letters))
	x, y := plainCode(a.Address.Postcode), plainCode(b.Address.Postcode)
	if x != "" && x == y {
		switch {
		case s.line == "" || t.line == "": // what is missing is no evidence
			return true
		case s.digits == t.digits && s.digits != "":
			return !s.otherDoor(&t) && (wrong <= longest/2 || s.abbreviates(&t) || t.abbreviates(&s))
		case s.digits == "" || t.digits == "" || s.slipped(&t) || s.sameHouse(&t):
			return wrong <= max(2, longest*3/10) || s.abbreviates(&t) || t.abbreviates(&s)
		}
		return false
	}
	cityA, cityB := text.Fold(a.Address.City), text.Fold(b.Address.City)
	near := strings.HasPrefix(x, y) || strings.HasPrefix(y, x) || slips(x, y) <= 1 // one that is missing begins every other
	if cityA == "" || cityA != cityB && (!near || slips(cityA, cityB) > max(2, min(len(cityA), len(cityB))/3)) || s.letters == "" || t.letters == "" {
		return false
	}
	if cut := x != "" && y != "" && (strings.HasPrefix(x, y) || strings.HasPrefix(y, x)); cut && wrong == 0 && s.slipped(&t) {
		return true
	}
	return s.sameHouse(&t) && (wrong == 0 || s.abbreviates(&t) || t.abbreviates(&s) || near && wrong <= max(2, longest/7))
}

// slips are how many letters are wrong, missing or doubled; two that changed places are one.
func slips(a, b string) int {
	n := levenshtein.ComputeDistance(a, b)
	if n == 2 && len(a) == len(b) {
		x, y := []byte(a), []byte(b)
		slices.Sort(x)
		slices.Sort(y)
		if string(x) == string(y) {
			return 1
		}
	}
	return n
}

// street is what is compared of a street.
type street struct {
	line    string   // all of it, without blanks
	letters string   // without digits too
	digits  string   // its digits alone
	numbers []string // of houses and flats: 12, 12a
	words   []string // the others
	glued   bool     // a word has digits in it
}

var houseNumber = regexp.MustCompile(`^[0-9]+[a-z]?$`)

// streetOf takes the form that addresses are matched by, whose first part is the street. A city that stands in it, its own or
// the other's, is no part of the street.
func streetOf(p, other *record.ContactPoint) street {
	line, _, _ := strings.Cut(p.Value, "|")
	line = text.Fold(line)
	for _, a := range [...]*record.ContactPoint{p, other} {
		if city := text.Fold(a.Address.City); city != "" && (line == city || strings.HasSuffix(line, " "+city)) {
			line = strings.TrimSpace(strings.TrimSuffix(line, city))
		}
	}
	out := street{line: strings.ReplaceAll(line, " ", ""), digits: digitsOf(line)}
	out.letters = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, out.line)
	for _, w := range strings.Fields(line) {
		if houseNumber.MatchString(w) {
			out.numbers = append(out.numbers, w)
			continue
		}
		out.words = append(out.words, w)
		out.glued = out.glued || digitsOf(w) != ""
	}
	return out
}

// sameHouse reports whether the house numbers of one are among those of the other, which may name a flat as well.
func (s *street) sameHouse(t *street) bool {
	among := func(some, all []string) bool {
		return !slices.ContainsFunc(some, func(n string) bool { return !slices.Contains(all, n) })
	}
	return (s.glued || t.glued) && s.digits == t.digits || len(s.numbers) > 0 == (len(t.numbers) > 0) && (among(s.numbers, t.numbers) || among(t.numbers, s.numbers))
}

// slipped reports whether one slip makes one number of the other: two numbers of one digit are two houses.
func (s *street) slipped(t *street) bool {
	if len(s.digits) != len(t.digits) {
		return slips(s.digits, t.digits) <= 1 || slips(s.line, t.line) <= 2
	}
	return len(s.digits) > 1 && slips(s.digits, t.digits) <= 1
}

// otherDoor holds for 6a and 6b.
func (s *street) otherDoor(t *street) bool {
	return slices.ContainsFunc(s.numbers, func(n string) bool {
		return len(digitsOf(n)) < len(n) && slices.ContainsFunc(t.numbers, func(o string) bool { return o != n && len(digitsOf(o)) < len(o) && digitsOf(o) == digitsOf(n) })
	})
}

// abbreviates reports whether every word of one begins one of the other, as in "high st" and "high street".
func (s *street) abbreviates(t *street) bool {
	return len(s.words) > 0 && !slices.ContainsFunc(s.words, func(w string) bool {
		return !slices.ContainsFunc(t.words, func(o string) bool { return w == o || len(w) >= 2 && strings.HasPrefix(o, w) })
	})
}
