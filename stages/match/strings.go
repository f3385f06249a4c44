package match

import "github.com/agnivade/levenshtein"

// osa is the optimal string alignment distance (Damerau-Levenshtein with no substring edited twice), at most limit+1.
// Letters are bytes: what is compared is folded, so nearly all of it is ASCII.
func osa(a, b string, limit int) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > limit {
		return limit + 1
	}
	for len(a) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 0 {
		return min(len(b), limit+1)
	}
	if len(b) > 63 {
		return min(levenshtein.ComputeDistance(a, b), limit+1)
	}
	var rows [3][64]int
	two, one, now := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(one[j]+1, now[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, two[j-2]+1)
			}
			now[j] = d
			best = min(best, d)
		}
		if best > limit {
			return limit + 1
		}
		two, one, now = one, now, two
	}
	return min(one[len(b)], limit+1)
}

// jaroWinkler is the similarity of Jaro (1989) with Winkler's bonus of .1 for each of up to four common first letters;
// 0 to 1, symmetric.
func jaroWinkler(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) > 64 {
		a = a[:64]
	}
	if len(b) > 64 {
		b = b[:64]
	}
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	window := max(max(len(a), len(b))/2-1, 0)
	var inA, inB uint64
	matches := 0
	for i := 0; i < len(a); i++ {
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
	for i := 0; i < len(a); i++ {
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
