package match

import (
	"math"
	"slices"
)

// edge is a pair that may be one person, and its odds in bits.
type edge struct {
	a, b int32
	bits float32
}

// clusters grows clusters edge by edge, the best first. Two join only if the evidence between them as wholes lets them: one
// bad edge must not join two people.
type clusters struct {
	s       *solver
	edges   []edge // from the best down
	head    []int32
	members map[int32][]int32 // of clusters with more than one member, by their lowest row
	joined  []edge            // the edges that joined
	decided map[uint64]bool   // pairs that a person joined
	never   map[uint64]bool   // pairs that a person keeps apart
	refused map[refusal]bool

	contradicted int // decisions to join that others forbid
}

// refusal is a join that was looked at and refused; it is looked at again when one side has grown.
type refusal struct{ a, b, sizeA, sizeB int32 }

func newClusters(s *solver, edges []edge) *clusters {
	g := &clusters{s: s, edges: edges, head: make([]int32, s.f.rows), members: make(map[int32][]int32), decided: make(map[uint64]bool), never: make(map[uint64]bool), refused: make(map[refusal]bool)}
	for i := range g.head {
		g.head[i] = int32(i)
	}
	g.takeDecisions()
	return g
}

func (g *clusters) root(row int32) int32 {
	for g.head[row] != row {
		g.head[row] = g.head[g.head[row]]
		row = g.head[row]
	}
	return row
}

func (g *clusters) of(root int32) []int32 {
	if m := g.members[root]; m != nil {
		return m
	}
	return []int32{root}
}

func (g *clusters) join(a, b int32) {
	a, b = min(a, b), max(a, b)
	m := append(slices.Clone(g.of(a)), g.of(b)...)
	slices.Sort(m)
	g.members[a] = m
	delete(g.members, b)
	g.head[b] = a
}

// takeDecisions joins what a person said is one, unless other decisions keep them apart, and notes what is not.
func (g *clusters) takeDecisions() {
	for _, o := range g.s.opts.Overrides {
		a, b := g.s.f.row(o.A), g.s.f.row(o.B)
		if a < 0 || b < 0 || a == b {
			continue
		}
		a, b = g.s.twin[a], g.s.twin[b]
		if !o.Same {
			g.never[pairKey(a, b)] = true
		}
	}
	for _, o := range g.s.opts.Overrides {
		a, b := g.s.f.row(o.A), g.s.f.row(o.B)
		if !o.Same || a < 0 || b < 0 {
			continue
		}
		a, b = g.s.twin[a], g.s.twin[b]
		x, y := g.root(a), g.root(b)
		if x == y {
			continue
		}
		if g.forbidden(g.of(x), g.of(y)) {
			g.contradicted++
			continue
		}
		g.join(x, y)
		g.decided[pairKey(a, b)] = true
		g.joined = append(g.joined, edge{a: min(a, b), b: max(a, b)})
	}
}

// forbidden reports whether a person keeps a member of one side apart from one of the other.
func (g *clusters) forbidden(x, y []int32) bool {
	if len(g.never) == 0 {
		return false
	}
	for _, a := range x {
		for _, b := range y {
			if g.never[pairKey(a, b)] {
				return true
			}
		}
	}
	return false
}

// The guards. An edge may be weaker the more pairs two clusters have between them, for it is then the best of many; the mean
// of all weights between them must not speak clearly against.
const (
	maxSweeps  = 4
	sizedBits  = 2
	meanBits   = -3
	wholeBits  = 1  // what all evidence must reach where an edge under the threshold may be one of relatives
	relateBits = .5 // from which an edge may be one of relatives: what the classes of coincidence take from it
	mostPairs  = 30 // members of each side that are looked at
	betweenAll = 4  // bits over the threshold that the evidence of all features must reach to join what edges do not
)

// grow joins clusters whose best edge weighs at least t, less sizedBits for each doubling of the pairs between them, and
// whose mean weight is at least mean.
func (g *clusters) grow(t, sized, mean float64) {
	for range maxSweeps {
		changed := false
		for _, e := range g.edges {
			if float64(e.bits) < min(mean-2, t-6*sized) {
				break
			}
			a, b := g.root(e.a), g.root(e.b)
			if a == b {
				continue
			}
			x, y := g.of(a), g.of(b)
			if float64(e.bits) < t-sized*math.Log2(float64(len(x)*len(y))) {
				continue
			}
			key := refusal{min(a, b), max(a, b), int32(len(g.of(min(a, b)))), int32(len(g.of(max(a, b))))}
			if g.refused[key] {
				continue
			}
			if !g.mayJoin(x, y) || len(x)*len(y) > 1 && g.mean(x, y) < mean || float64(e.bits) < t && g.related(e) && g.evidence(x, y) < wholeBits {
				g.refused[key] = true
				continue
			}
			g.join(a, b)
			g.joined = append(g.joined, e)
			changed = true
		}
		if !changed {
			return
		}
	}
}

// related reports whether an edge may be one of relatives or namesakes.
func (g *clusters) related(e edge) bool {
	var p pair
	g.s.w.compare(e.a, e.b, &p)
	return rounded(g.s.w.coincidences(&p, nil)) > relateBits
}

// mayJoin reports whether no decision and no source without duplicates keeps two clusters apart.
func (g *clusters) mayJoin(x, y []int32) bool {
	if g.forbidden(x, y) {
		return false
	}
	if len(g.s.opts.Unique) == 0 {
		return true
	}
	for _, a := range x {
		for _, b := range y {
			if g.s.apart(a, b) {
				return false
			}
		}
	}
	return true
}

// some are the members of a cluster that are looked at.
func some(rows []int32, most int) []int32 {
	if len(rows) <= most {
		return rows
	}
	out := make([]int32, 0, most)
	for i := range most {
		out = append(out, rows[len(rows)*i/most])
	}
	return out
}

func (g *clusters) mean(x, y []int32) float64 {
	x, y = some(x, mostPairs), some(y, mostPairs)
	sum := 0.0
	for _, a := range x {
		for _, b := range y {
			sum += g.s.w.weigh(min(a, b), max(a, b))
		}
	}
	return sum / float64(len(x)*len(y))
}

// joinByAll joins clusters, of which one has several members, by the evidence of all their values, feature by feature: what
// no single pair reveals, two clusters may.
func (g *clusters) joinByAll(t float64) {
	for range maxSweeps {
		changed := false
		for _, e := range g.edges {
			if e.bits < -4 {
				break
			}
			a, b := g.root(e.a), g.root(e.b)
			x, y := g.of(a), g.of(b)
			if a == b || len(x) < 2 || len(y) < 2 {
				continue
			}
			key := refusal{-1 - min(a, b), max(a, b), int32(len(g.of(min(a, b)))), int32(len(g.of(max(a, b))))}
			if g.refused[key] {
				continue
			}
			if !g.mayJoin(x, y) || g.evidence(x, y) < max(t, 2)+betweenAll {
				g.refused[key] = true
				continue
			}
			g.join(a, b)
			g.joined = append(g.joined, e)
			changed = true
		}
		if !changed {
			return
		}
	}
}

// evidence sums, over the features, how well each member's value fits those of the other side: log2 of the mean odds.
func (g *clusters) evidence(x, y []int32) float64 {
	m := g.s.w
	x, y = some(x, 24), some(y, 24)
	n := len(x) * len(y)
	match := make([][maxFeatures]float64, n)
	class := [2][][maxFeatures]float64{make([][maxFeatures]float64, n), make([][maxFeatures]float64, n)}
	var p pair
	for i, a := range x {
		for j, b := range y {
			m.compare(min(a, b), max(a, b), &p)
			if m.twoPeople(&p.levels) {
				return definitelyNot
			}
			at := i*len(y) + j
			m.parts(&p, &match[at], [2]*[maxFeatures]float64{&class[0][at], &class[1][at]})
		}
	}
	sum := m.prior()
	others := 1.0
	each := [2]float64{math.Log2(m.classes[0].share), math.Log2(m.classes[1].share)}
	for k := range m.list {
		sum += fit(match, k, len(x), len(y))
		for c := range m.classes {
			if m.classes[c].knows(m, k) {
				each[c] += fit(class[c], k, len(x), len(y))
			}
		}
	}
	for _, bits := range each {
		others += math.Exp2(min(bits, 200))
	}
	return rounded(sum - math.Log2(others))
}

// parts writes down the weight of each feature of a pair, as a match and in the classes of coincidence; NaN where it is
// missing.
func (w *weights) parts(p *pair, match *[maxFeatures]float64, class [2]*[maxFeatures]float64) {
	for k := range w.list {
		l := p.levels[k]
		if l == 0 {
			match[k], class[0][k], class[1][k] = math.NaN(), math.NaN(), math.NaN()
			continue
		}
		st := w.state(w.parent[k], &p.levels)
		chance := w.chance[k][unknown][l] + w.shift(k, &p.levels)
		match[k] = chance + w.logM[k][st][l]
		for c := range class {
			class[c][k] = chance + w.inClass(w.classes[c], k, &p.levels)
		}
	}
}

// fit is the mean, over the members of both sides, of log2 of the mean odds that a feature gives with the other side.
func fit(odds [][maxFeatures]float64, k, rows, columns int) float64 {
	side := func(outer, inner int, at func(i, j int) int) (sum, n float64) {
		for i := range outer {
			mean, seen := 0.0, 0.0
			for j := range inner {
				if v := odds[at(i, j)][k]; !math.IsNaN(v) {
					mean += math.Exp2(v)
					seen++
				}
			}
			if seen > 0 {
				sum += math.Log2(mean / seen)
				n++
			}
		}
		return sum, n
	}
	a, na := side(rows, columns, func(i, j int) int { return i*columns + j })
	b, nb := side(columns, rows, func(j, i int) int { return i*columns + j })
	if na == 0 {
		return 0
	}
	return (a/na + b/nb) / 2
}

// heads gives every row the lowest row of its cluster, among rows that were not set aside as twins.
func (g *clusters) heads() []int32 {
	out := make([]int32, len(g.head))
	for i := range out {
		out[i] = g.root(int32(i))
	}
	return out
}
