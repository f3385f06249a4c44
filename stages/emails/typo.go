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
	faraway     = 16 // another letter, not beside it on the keyboard
	firstLetter = 5  // more: people look at how a word begins
)

// suggest finds the popular domain that a domain is a typo of; empty when there is none that is surely meant. The
// domain must be one that no list and no survey knows. country is the record's, and prefers what people have there.
//
// It weighs two chances: that somebody slipped while typing p, which grows with how many people have p where the record
// lives and falls with the cost of the slip; and that the domain is somebody's own. The second grows as the name gets
// shorter, so a short name must be nearer to be taken for a typo ([popularDomain.tolerance]). Where two popular domains
// may have been meant, and neither is much likelier, it stays silent.
func (l *Lists) suggest(domain, country string) string {
	if once := domain[:max(strings.LastIndexByte(domain, '.'), 0)]; strings.HasSuffix(once, domain[len(once):]) { // gmail.com.com
		if _, popular := l.popularAt[once]; popular {
			return once
		}
	}
	best, bestScore, nextScore := "", unlikely, unlikely
	trap := l.disposable[domain] // somebody's trap for typos, or a service with a likely name
	t := l.shape(domain)
	seen := letters(domain)
	var m matrix
	for i := range l.popular {
		p := &l.popular[i]
		gap := len(p.name) - len(domain)
		if gap < -2 || gap > 2 || bits.OnesCount64(seen^p.letters) > 4 {
			continue
		}
		cost := m.distance(p.name, domain)
		if cost > p.tolerance(t, country) || trap && (cost > slip || !p.everywhere()) {
			continue
		}
		score := cost*costWeight + p.rank(country)
		if score < bestScore || score == bestScore && p.name < best {
			best, bestScore, nextScore = p.name, score, bestScore
		} else {
			nextScore = min(nextScore, score)
		}
	}
	if nextScore-bestScore < margin {
		return ""
	}
	return best
}

const (
	unlikely   = 1 << 30
	costWeight = 4 // a tenth of a slip weighs as much as this many ranks
	margin     = 4 // by how much a suggestion must be likelier than the next
)

// rank is how far down the country's list the domain stands; a domain of everywhere comes after the country's own, and
// one of another country last. Where the country is not known, a domain of everywhere comes before every other.
func (p *popularDomain) rank(country string) int {
	if r, ok := p.ranks[country]; ok {
		return int(r)
	}
	if r, ok := p.ranks["*"]; ok {
		if country == "" {
			return int(r)
		}
		return 20 + int(r)
	}
	if country == "" {
		return topRank + int(p.best)
	}
	return abroad
}

// abroad is the rank of a domain that is on neither the country's list nor everybody's.
const abroad = 60

// topRank is how far down the lists a domain is so common that even two slips mean it: the first ten of the country,
// and the first ten of everywhere.
const topRank = 30

// everywhere reports whether the domain is among the ten commonest of the world.
func (p *popularDomain) everywhere() bool {
	r, ok := p.ranks["*"]
	return ok && r <= 10
}

// shape is what a domain that may be a typo looks like.
type shape struct {
	domain, name, ending string
	dead                 bool // its top-level domain does not exist
	word                 bool // its name is a word, a firm or a provider of its own
}

func (l *Lists) shape(domain string) shape {
	t := shape{domain: domain}
	dotted := false
	t.name, t.ending, dotted = strings.Cut(domain, ".")
	t.dead = !dotted || !l.tlds[domain[strings.LastIndexByte(domain, '.')+1:]]
	t.word = l.words[t.name] || l.brands[t.name]
	return t
}

// tolerance is the highest cost at which p is surely meant. What cannot be a domain is a typo at once; of what can, the
// name decides: nearly every name of two or three letters is somebody's, and a longer one may be a word of its own.
func (p *popularDomain) tolerance(t shape, country string) int {
	name, ending, _ := strings.Cut(p.name, ".")
	rank := p.rank(country)
	switch {
	case t.dead && len(name) <= 2:
		return oneSlip
	case t.dead:
		return 2 * slip
	case name == t.name:
		return p.endingTolerance(ending, t.ending, rank)
	case len(p.name) > 6 && strings.ReplaceAll(p.name, ".", "") == strings.ReplaceAll(t.domain, ".", ""):
		return swapped // hotmailco.uk, gmailc.om
	case ending != t.ending, t.word:
		return 0
	}
	home := rank < abroad || p.ranks[strings.ToUpper(ending[strings.LastIndexByte(ending, '.')+1:])] > 0 // a country's ending speaks of its people
	switch n := len(name); {
	case n == 1 || n <= 3 && !home:
		return doubled
	case n <= 3 && ending == "com" && !numeric(name):
		return swapped // every name of three letters is somebody's there
	case n == 2 && rank%topRank > 5:
		return doubled
	case n <= 4 && !home:
		return swapped
	case n <= 6 || rank > topRank:
		return oneSlip
	}
	return 2 * slip
}

// oneSlip is what any slip of the fingers costs: at most that of the first letter left out.
const oneSlip = slip + firstLetter

// endingTolerance is the tolerance for a name that is right with an ending that exists: verizon.com is not a slip of
// verizon.net, and a name that many providers share may have any ending. One slip makes .com of .co and .co.uk of .c.uk.
func (p *popularDomain) endingTolerance(ending, have string, rank int) int {
	switch {
	case p.everywhere() && len(p.name) > len("live.com") && (have == "net" || have == "org"):
		return 4 * faraway // gmail.net: no ending but a country's is in use for the largest providers
	case endingSlips[have] == ending:
		return oneSlip
	case strings.Contains(ending, "."), len(p.name) > len("live.com"), rank <= topRank+3:
		return slip
	}
	return 0
}

func numeric(name string) bool { return strings.Trim(name, "0123456789") == "" }

// endingSlips are endings that exist and are yet nearly always another one mistyped when they follow the name of a
// large provider: Cameroon, Colombia, and Oman for com, Niger, Ethiopia and betting for net.
var endingSlips = map[string]string{"cm": "com", "co": "com", "om": "com", "ne": "net", "et": "net", "bet": "net"}

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

// lookalikes are letters that are taken for one another when somebody copies a domain by eye.
const lookalikes = "il1"

func substitution(want, have byte, first bool) int {
	cost := faraway
	switch {
	case want == have:
		return 0
	case beside(want, have), strings.IndexByte(lookalikes, want) >= 0 && strings.IndexByte(lookalikes, have) >= 0:
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
		return faraway
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
