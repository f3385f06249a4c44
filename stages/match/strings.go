package match

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// osa is the optimal string alignment distance: insertions, deletions, changes and swaps of neighbours, no part edited
// twice. It follows Hyyrö (2003), "A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances", one
// machine word a column. Letters are bytes: what is compared is folded, so nearly all of it is ASCII. Texts over 64 letters
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
// 0 to 1, symmetric.
func jaroWinkler(a, b string) float64 {
	if a == b {
		return 1
	}
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	window := max(max(len(a), len(b))/2-1, 0)
	var inA, inB uint64
	matches := 0
	for i := range len(a) {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if inB&(1<<j) == 0 && a[i] == b[j] {
				inA |= 1 << i
				inB |= 1 << j
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	half, j := 0, 0
	for i := range len(a) {
		if inA&(1<<i) == 0 {
			continue
		}
		for inB&(1<<j) == 0 {
			j++
		}
		if a[i] != b[j] {
			half++
		}
		j++
	}
	m := float64(matches)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(half/2))/m) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
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

func hasPrefix(s, t string) bool { return strings.HasPrefix(s, t) }

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
