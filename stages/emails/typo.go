package emails

import (
	"math/bits"
	"strings"
)

// A typo's cost in tenths of a slip: 10 is one slip of the common kind, less one that fingers make easily.
const (
	slip        = 10
	neighbour   = 8  // the key beside it was hit
	swapped     = 7  // two letters in the wrong order
	doubled     = 6  // a letter twice, or a double letter once
	lostDot     = 6  // gmailcom
	faraway     = 13 // another letter, not beside it on the keyboard
	firstLetter = 5  // more: people look at how a word begins
)

// suggest finds the popular domain that a domain is a typo of; empty when there is none that is surely meant. The
// domain must be one that no list and no survey knows. country is the record's, and prefers what people have there.
func (l *Lists) suggest(domain, country string) string {
	best, bestScore := "", 1<<30
	trap := l.disposable[domain] // somebody's trap for typos, or a service with a likely name
	seen := letters(domain)
	var m matrix
	for i := range l.popular {
		p := &l.popular[i]
		gap := len(p.name) - len(domain)
		if gap < -2 || gap > 2 || bits.OnesCount64(seen^p.letters) > 4 {
			continue
		}
		cost := m.distance(p.name, domain)
		if cost > p.tolerance(domain, country, l.tlds) || trap && (cost > slip || !p.everywhere()) {
			continue
		}
		if score := cost*4 + p.rank(country); score < bestScore || score == bestScore && p.name < best {
			best, bestScore = p.name, score
		}
	}
	return best
}

// rank is how far down the country's list the domain stands; a domain of everywhere comes after the country's own, and
// one of another country last.
func (p *popularDomain) rank(country string) int {
	if r, ok := p.ranks[country]; ok {
		return int(r)
	}
	if r, ok := p.ranks["*"]; ok {
		return 20 + int(r)
	}
	return abroad
}

// abroad is the rank of a domain that is on neither the country's list nor everybody's.
const abroad = 60

// everywhere reports whether the domain is among the ten commonest of the world.
func (p *popularDomain) everywhere() bool {
	r, ok := p.ranks["*"]
	return ok && r <= 10
}

// tolerance is the highest cost at which p is surely meant. A name of two to four letters has a real neighbour for most
// slips, and every ending of a known name may be somebody's: there only what cannot be a domain, or can hardly be one,
// counts as a typo. The more people have the domain, the likelier the slip.
func (p *popularDomain) tolerance(have, country string, tlds map[string]bool) int {
	name, ending, _ := strings.Cut(p.name, ".")
	haveName, haveEnding, dotted := strings.Cut(have, ".")
	dead := !dotted || !tlds[have[strings.LastIndexByte(have, '.')+1:]]
	alive := !dead && !(endingSlips[haveEnding] == ending)
	switch {
	case alive && name == haveName:
		return 0 // verizon.com is not a slip of verizon.net
	case alive && ending != haveEnding && len(name) > 4 && strings.ReplaceAll(p.name, ".", "") == strings.ReplaceAll(have, ".", ""):
		return lostDot // hotmailco.uk
	case alive && ending != haveEnding:
		return 0
	case name == haveName:
		return 2 * faraway
	case len(name) <= 4 && dead:
		return faraway
	case len(name) <= 3:
		return 0
	case len(name) == 4:
		return swapped
	case p.rank(country) == abroad && len(name) <= 6:
		return swapped
	case p.rank(country) > topRank && len(name) <= 6 || p.rank(country) == abroad:
		return slip
	case p.rank(country) > topRank || len(name) <= 6:
		return slip + firstLetter
	default:
		return 2 * slip
	}
}

// topRank is how far down the lists a domain is so common that even two slips mean it: the first ten of the country,
// and the first ten of everywhere.
const topRank = 30

// endingSlips are endings that exist and are yet nearly always another one mistyped when they follow the name of a
// large provider: Cameroon, Colombia and Oman for com, Niger and Ethiopia for net.
var endingSlips = map[string]string{"cm": "com", "co": "com", "om": "com", "ne": "net", "et": "net"}

// letters is the set of a domain's characters.
func letters(domain string) (set uint64) {
	for i := 0; i < len(domain); i++ {
		set |= 1 << (domain[i] & 63)
	}
	return set
}

const longestTypo = 40

// matrix is the work space of one distance.
type matrix [longestTypo + 1][longestTypo + 1]int

// distance is the cost of mistyping want as have: Damerau-Levenshtein (optimal string alignment) with the costs above.
func (m *matrix) distance(want, have string) int {
	if len(want) > longestTypo || len(have) > longestTypo {
		return 1 << 20
	}
	for j := 1; j <= len(have); j++ {
		m[0][j] = m[0][j-1] + insertion(want, have, 0, j)
	}
	for i := 1; i <= len(want); i++ {
		m[i][0] = m[i-1][0] + deletion(want, i)
		for j := 1; j <= len(have); j++ {
			cost := m[i-1][j-1] + substitution(want[i-1], have[j-1], i == 1)
			cost = min(cost, m[i-1][j]+deletion(want, i), m[i][j-1]+insertion(want, have, i, j))
			if i > 1 && j > 1 && want[i-1] == have[j-2] && want[i-2] == have[j-1] {
				cost = min(cost, m[i-2][j-2]+swapped)
			}
			m[i][j] = cost
		}
	}
	return m[len(want)][len(have)]
}

func substitution(want, have byte, first bool) int {
	cost := faraway
	switch {
	case want == have:
		return 0
	case beside(want, have):
		cost = neighbour
	}
	if first {
		cost += firstLetter
	}
	return cost
}

// deletion is the cost of leaving out letter i of want, counted from 1.
func deletion(want string, i int) int {
	switch {
	case want[i-1] == '.':
		return lostDot
	case i > 1 && want[i-1] == want[i-2]:
		return doubled
	case i == 1:
		return slip + firstLetter
	}
	return slip
}

// insertion is the cost of letter j of have, counted from 1, typed after letter i of want.
func insertion(want, have string, i, j int) int {
	switch {
	case j > 1 && have[j-1] == have[j-2]:
		return doubled
	case i > 0 && beside(want[i-1], have[j-1]), i < len(want) && beside(want[i], have[j-1]):
		return neighbour
	case i == 0:
		return slip + firstLetter
	}
	return slip
}

// beside reports whether two keys touch on a QWERTY keyboard.
func beside(a, b byte) bool {
	p, q := keys[a&127], keys[b&127]
	if p.row == 0 || q.row == 0 {
		return false
	}
	dx, dy := p.x-q.x, int(p.row)-int(q.row)
	return dy == 0 && (dx == 10 || dx == -10) || (dy == 1 || dy == -1) && -8 < dx && dx < 8
}

type key struct {
	row byte // 1 for digits
	x   int  // in tenths of a key's width
}

// keys is where each key lies: the rows are shifted against each other by half a key, then a quarter, then a half.
var keys = func() (t [128]key) {
	for row, line := range []struct {
		shift int
		keys  string
	}{{0, "1234567890-"}, {5, "qwertyuiop"}, {8, "asdfghjkl"}, {13, "zxcvbnm,."}} {
		for i, c := range line.keys {
			t[c] = key{row: byte(row + 1), x: line.shift + 10*i}
		}
	}
	return t
}()
