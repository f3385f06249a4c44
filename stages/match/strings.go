package match

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// osa is the optimal string alignment distance: insertions, deletions, changes and swaps of neighbours, no part edited
// twice. It follows Hyyrö (2003), "A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances", one
// machine word a column. Letters are bytes: the dictionary narrows others to one. Texts over 64 letters
// are compared without swaps.
func osa(a, b string) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	for len(a) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	switch {
	case len(a) == 0:
		return len(b)
	case len(a) > 64:
		return levenshtein.ComputeDistance(a, b)
	}
	var at [256]uint64 // where in a each letter stands
	for i := range len(a) {
		at[a[i]] |= 1 << i
	}
	last := uint64(1) << (len(a) - 1)
	up, down, same, before := ^uint64(0), uint64(0), uint64(0), uint64(0)
	edits := len(a)
	for j := range len(b) {
		here := at[b[j]]
		swap := ((^same & here) << 1) & before
		same = (((here & up) + up) ^ up) | here | down | swap
		more, less := down|^(same|up), up&same
		if more&last != 0 {
			edits++
		}
		if less&last != 0 {
			edits--
		}
		more = more<<1 | 1
		less <<= 1
		up, down = less|^(same|more), more&same
		before = here
	}
	return edits
}

// jaroWinkler is the similarity of Jaro (1989) with Winkler's bonus of .1 for each of up to four common first letters;
// 0 to 1. Texts are compared by their first 64 bytes. Which letters of b are free to match stands in one machine word.
func jaroWinkler(a, b string) float64 {
	if a == b {
		return 1
	}
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	var at [256]uint64 // where in b each letter stands
	for j := range len(b) {
		at[b[j]] |= 1 << j
	}
	window := max(max(len(a), len(b))/2-1, 0)
	reach := uint64(1)<<(window+1) - 1 // the places around the one at hand, those before it being added as they come
	var inA uint64
	free := ^uint64(0)
	for i := range len(a) {
		if here := at[a[i]] & free & reach; here != 0 {
			inA |= 1 << i
			free &^= here & -here
		}
		if i < window {
			reach = reach<<1 | 1
		} else {
			reach <<= 1
		}
	}
	if inA == 0 {
		return 0
	}
	matches, half := bits.OnesCount64(inA), 0
	for x, y := inA, ^free; x != 0; x, y = x&(x-1), y&(y-1) {
		if a[bits.TrailingZeros64(x)] != b[bits.TrailingZeros64(y)] {
			half++
		}
	}
	m := float64(matches)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(half/2))/m) / 3
	return jaro + float64(commonPrefix(a, b))*0.1*(1-jaro)
}

// commonPrefix is the number of first letters that are equal, up to the four of Winkler's bonus.
func commonPrefix(a, b string) int {
	n := 0
	for n < min(4, len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// What letters tells of a text besides its letters.
const (
	spaced    = 1 << 61 // it has a space
	figured   = 1 << 62 // it has a digit
	nicknamed = 1 << 63 // it is, or has, a nickname
	onlyChars = 1<<61 - 1
)

// letters is the set of the bytes of a text: one bit for each of a to z and 0 to 9, the others share 25. Two texts with
// bits that are not the other's cannot be alike, and that is soon seen.
func letters(s string) uint64 {
	var set uint64
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
			set |= 1 << (c - 'a')
		case '0' <= c && c <= '9':
			set |= 1<<(26+c-'0') | figured
		case c == ' ':
			set |= 1<<36 | spaced
		default:
			set |= 1 << (37 + c%24)
		}
	}
	return set
}

// leastEdits is how many edits there are at least between two texts of these letters.
func leastEdits(a, b uint64) int {
	a, b = a&onlyChars, b&onlyChars
	return max(bits.OnesCount64(a&^b), bits.OnesCount64(b&^a))
}

// mostSimilar is what jaroWinkler gives at most for two texts of these letters and lengths.
func mostSimilar(a, b uint64, lenA, lenB, prefix int) float64 {
	if max(lenA, lenB) > 64 {
		return 1
	}
	a, b = a&onlyChars, b&onlyChars
	m := float64(min(lenA-bits.OnesCount64(a&^b), lenB-bits.OnesCount64(b&^a)))
	if m <= 0 {
		return 0
	}
	jaro := (m/float64(lenA) + m/float64(lenB) + 1) / 3
	return jaro + float64(prefix)*0.1*(1-jaro)
}

// phonetic is a rough key of how a name sounds in the languages of Europe: groups of letters that are taken for each other
// become one, vowels but the first and doubled letters go. At most six letters.
func phonetic(s string) string {
	s = sounds.Replace(s)
	out := make([]byte, 0, 6)
	for i := 0; i < len(s) && len(out) < 6; i++ {
		c := s[i]
		switch c {
		case ' ':
			continue
		case 'a', 'e', 'i', 'o', 'u', 'y', 'h', 'w':
			if len(out) > 0 {
				continue
			}
			if c != 'h' && c != 'w' {
				c = 'a'
			}
		case 'q', 'g', 'c', 'x':
			c = 'k'
		case 'v', 'b':
			c = 'f'
		case 'd':
			c = 't'
		case 'z':
			c = 's'
		case 'm':
			c = 'n'
		}
		if len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	return string(out)
}

var sounds = strings.NewReplacer("sch", "s", "sh", "s", "ch", "k", "ck", "k", "ph", "f", "th", "t", "gh", "", "pf", "f", "tz", "s", "ts", "s", "ce", "se", "ci", "si", "dt", "t", "kn", "n", "wr", "r", "mac", "mk")

// sortedLetters are the letters of a word in order: anagrams have the same.
func sortedLetters(s string) string {
	b := []byte(joinedWords(s))
	slices.Sort(b)
	return string(b)
}

func joinedWords(s string) string { return strings.ReplaceAll(s, " ", "") }

// figures are the digits of a word.
func figures(s string) string {
	from := strings.IndexAny(s, "0123456789")
	if from < 0 {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s[from:])
}

// subset reports whether every word of s is a word of t, give or take a slip; false where both are single words.
func subset(s, t string) bool {
	if !strings.Contains(s, " ") && !strings.Contains(t, " ") {
		return false
	}
	for x := range strings.SplitSeq(s, " ") {
		found := false
		for y := range strings.SplitSeq(t, " ") {
			found = found || x == y || len(x) > 3 && osa(x, y) <= 1
		}
		if !found {
			return false
		}
	}
	return true
}

func cutMail(s string) (local, domain string) {
	i := strings.LastIndexByte(s, '@')
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+1:]
}

// ownNumber is the longest run of digits in the name of a mailbox, where it is long enough to be its owner's own: at least
// three, and no year. Empty when there is none.
func ownNumber(local string) string {
	best := ""
	for i := 0; i < len(local); {
		j := i
		for j < len(local) && '0' <= local[j] && local[j] <= '9' {
			j++
		}
		if run := local[i:j]; len(run) > max(2, len(best)) && (len(run) != 4 || run[:2] != "19" && run[:2] != "20") {
			best = run
		}
		i = j + 1
	}
	return best
}
