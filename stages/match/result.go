package match

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// result writes down who is who.
func (s *solver) result(g *clusters) *Result {
	r := &Result{Cluster: make([]int32, s.f.rows), Model: s.saved()}
	for i := range r.Cluster {
		r.Cluster[i] = g.root(s.twin[i])
	}
	lowest := make(map[int32]int32) // a cluster is named by its lowest row, which may be a twin
	for i, c := range r.Cluster {
		if _, ok := lowest[c]; !ok {
			lowest[c] = int32(i)
		}
	}
	for i, c := range r.Cluster {
		r.Cluster[i] = lowest[c]
	}
	for _, x := range g.joined {
		r.Links = append(r.Links, s.link(x.a, x.b, g.decided[pairKey(x.a, x.b)]))
	}
	for i, t := range s.twin {
		if t != int32(i) { // equal in all that is compared
			l := s.link(t, int32(i), false)
			if more := s.threshold() - l.Bits; more > 0 {
				l.Levels = append(l.Levels, Level{"record", "equal in all that is compared", more})
				l.Bits, l.Probability = l.Bits+more, s.opts.Threshold
			}
			r.Links = append(r.Links, l)
		}
	}
	slices.SortFunc(r.Links, func(a, b Link) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
	s.judge(g, r)
	r.Diagnosis = s.diag
	return r
}

// judge finds the pairs too close to call, and estimates how good the result is.
func (s *solver) judge(g *clusters, r *Result) {
	outside := 0.0
	within := make(map[int32][]edge)
	for _, x := range g.edges {
		p := probability(float64(x.bits))
		if root := r.Cluster[x.a]; root == r.Cluster[x.b] {
			within[root] = append(within[root], x)
			continue
		}
		outside += p
		if p >= s.opts.ReviewFrom && p < max(s.opts.ReviewTo, s.opts.Threshold) && !g.never[pairKey(x.a, x.b)] {
			r.Review = append(r.Review, s.link(x.a, x.b, false))
		}
	}
	slices.SortStableFunc(r.Review, func(a, b Link) int {
		return cmp.Or(cmp.Compare(math.Abs(a.Bits), math.Abs(b.Bits)), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	same, pairs := s.sameWithin(r.Cluster, within)
	s.diag.BlockingRecall = round3(s.blockingRecall(g.edges))
	s.diag.Precision, s.diag.Recall = 1, 1
	if pairs > 0 {
		s.diag.Precision = round3(same / pairs)
	}
	if same+outside > 0 {
		s.diag.Recall = round3(same / (same + outside) * s.diag.BlockingRecall)
	}
}

// sameWithin counts the pairs of rows within clusters, and expects how many of them are one person. Two records of a cluster
// may have little in common and each be surely one with a third.
func (s *solver) sameWithin(cluster []int32, within map[int32][]edge) (same, pairs float64) {
	members := make(map[int32][]int32) // rows that are looked at, by cluster
	rows := make([]float64, len(cluster))
	for i, t := range s.twin {
		rows[t]++
		if t == int32(i) {
			members[cluster[i]] = append(members[cluster[i]], t)
		}
	}
	var chance [mostPairs][mostPairs]float64
	for _, root := range slices.Sorted(maps.Keys(members)) {
		all := members[root]
		sure, n := 0.0, 0.0 // twins are equal in all that is compared
		for _, m := range all {
			sure += rows[m] * (rows[m] - 1) / 2
			n += rows[m]
		}
		looked := some(all, mostPairs)
		at := make(map[int32]int, len(looked))
		for i, m := range looked {
			at[m] = i
			clear(chance[i][:len(looked)])
		}
		for _, x := range within[root] {
			i, ok := at[x.a]
			j, too := at[x.b]
			if ok && too {
				p := probability(float64(x.bits))
				chance[i][j], chance[j][i] = p, p
			}
		}
		mean, count := 0.0, 0.0
		for i := range looked {
			for j := range i {
				best := chance[i][j]
				for k := range looked {
					best = max(best, chance[i][k]*chance[k][j])
				}
				w := rows[looked[i]] * rows[looked[j]]
				mean += w * best
				count += w
			}
		}
		between := n*(n-1)/2 - sure
		if count > 0 {
			same += mean / count * between
		}
		same += sure
		pairs += sure + between
	}
	return same, pairs
}

// blockingRecall estimates the share of matches that some key brings together, by Chao's estimator (1987) from how many of
// those found share one block alone, and two.
func (s *solver) blockingRecall(edges []edge) float64 {
	var once, twice, found float64
	t := s.threshold()
	for _, x := range edges {
		if float64(x.bits) < t {
			break
		}
		if len(edges) > 100_000 && mix(s.f.sum[x.a], s.f.sum[x.b])%uint64(len(edges)/50_000) != 0 {
			continue
		}
		found++
		switch s.blocks.shared(x.a, x.b) {
		case 1:
			once++
		case 2:
			twice++
		}
	}
	if found == 0 {
		return 1
	}
	return found / (found + once*once/(2*max(twice, 1)))
}

// link explains a pair.
func (s *solver) link(a, b int32, decided bool) Link {
	a, b = min(a, b), max(a, b)
	var p pair
	s.w.compare(a, b, &p)
	bits := s.w.odds(a, b, &p)
	l := Link{A: a, B: b, Bits: bits, Probability: probability(bits), Override: decided, Levels: s.w.explain(a, b, &p, bits)}
	if decided {
		l.Probability = 1
	}
	return l
}

// explain writes the sum of a pair's weight out.
func (w *weights) explain(a, b int32, p *pair, bits float64) []Level {
	prior := w.prior()
	out := []Level{{"prior", "", round3(prior)}}
	sum := prior
	for k, f := range w.list {
		l := p.levels[k]
		if l == 0 {
			continue
		}
		st := w.state(w.parent[k], &p.levels)
		x := w.logM[k][st][l] + w.part(k, a, b, p)
		out = append(out, Level{f.name, f.kind.levels[l], round3(x)})
		sum += x
	}
	if n := w.coincidences(p, nil); n >= .0005 {
		out = append(out, Level{"household", "what relatives, or people of one name and town, share as well", round3(-n)})
		sum -= n
	}
	if rest := bits - sum; math.Abs(rest) >= .001 {
		out = append(out, Level{"two people", "other given names and birth dates, or another generation", round3(rest)})
	}
	return out
}

// part is the share of one feature in a pair's chance bits.
func (w *weights) part(k int, a, b int32, p *pair) float64 {
	var bits [maxFeatures]float64
	if k == w.given || k == w.family {
		var l levels
		w.compareBothNames(a, b, &l, &bits)
	} else {
		_, bits[k] = w.best(k, w.list[k], a, b)
	}
	return max(bits[k]+w.shift(k, &p.levels), 0)
}
