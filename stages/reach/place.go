package reach

import (
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// onePlace holds for two spellings of what is likely one address: the same house number, in streets of nearly one name,
// at the same postcode or in the same city. A slip of the pen is no move; another street with the same number is one.
//
// Few people move to the same number at the same postcode, or within one street: there three letters in ten may differ,
// or a digit of the number. Elsewhere it is one letter in seven.
func onePlace(a, b *record.ContactPoint) bool {
	if a.Address.Country != b.Address.Country {
		return false
	}
	x, y := plainCode(a.Address.Postcode), plainCode(b.Address.Postcode)
	code, nearCode := x != "" && x == y, strings.HasPrefix(x, y) || strings.HasPrefix(y, x) || slips(x, y) <= 1
	cityA, cityB := text.Fold(a.Address.City), text.Fold(b.Address.City)
	city := cityA != "" && cityA == cityB
	if !code && !city && (!nearCode || slips(cityA, cityB) > len(cityA)/5) {
		return false
	}
	s, t := streetOf(a), streetOf(b)
	if s.name == "" || t.name == "" {
		return code && s.digits != "" && s.digits == t.digits
	}
	wrong, longest := slips(s.name, t.name), max(len(s.name), len(t.name))
	switch {
	case s.line == t.line:
		return true
	case !s.sameHouse(&t):
		return code && wrong == 0 && len(s.digits) > 1 && len(s.digits) == len(t.digits) && slips(s.digits, t.digits) <= 1
	case wrong == 0 || s.abbreviates(&t) || t.abbreviates(&s):
		return true
	case code:
		return wrong <= max(2, longest*3/10)
	}
	return nearCode && wrong <= max(2, longest/7)
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
	numbers []string // of houses and flats
	words   []string // the others
	name    string   // all letters of the words
	digits  string   // all digits
	glued   bool     // a word has digits in it
}

var houseNumber = regexp.MustCompile(`^[0-9]+[a-z]?$`)

// streetOf takes the form that addresses are matched by, whose first part is the street. A city that stands in it is no
// part of the street.
func streetOf(p *record.ContactPoint) street {
	line, _, _ := strings.Cut(p.Value, "|")
	line = text.Fold(line)
	if bare := strings.TrimSuffix(line, " "+text.Fold(p.Address.City)); bare != "" {
		line = bare
	}
	out := street{line: strings.ReplaceAll(line, " ", ""), digits: digitsOf(line)}
	for _, w := range strings.Fields(line) {
		if houseNumber.MatchString(w) {
			out.numbers = append(out.numbers, w)
			continue
		}
		out.words = append(out.words, w)
		out.glued = out.glued || digitsOf(w) != ""
		out.name += strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, w)
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

// abbreviates reports whether every word of one begins one of the other, as in "high st" and "high street".
func (s *street) abbreviates(t *street) bool {
	return len(s.words) > 0 && !slices.ContainsFunc(s.words, func(w string) bool {
		return !slices.ContainsFunc(t.words, func(o string) bool { return w == o || len(w) >= 2 && strings.HasPrefix(o, w) })
	})
}
