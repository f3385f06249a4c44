package match

import (
	"cmp"
	"math"
	"slices"
)

// clusters grows clusters edge by edge, the best first.
type clusters struct {
	s       *solver
	edges   []scored
	head    []int32           // per row: a row further up; a root is its own
	members map[int32][]int32 // of roots with more than one member
	joined  []scored          // the edges that joined
	forced  map[uint64]bool   // pairs that a person decided
	cmp     *comparer
}

func newClusters(s *solver, edges []scored) *clusters {
	g := &clusters{s: s, edges: edges, head: make([]int32, s.f.rows), members: make(map[int32][]int32), forced: make(map[uint64]bool), cmp: &comparer{s.f, &s.freq, newCache()}}
	for i := range g.head {
		g.head[i] = int32(i)
	}
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
	g.members[a] = append(slices.Clone(g.of(a)), g.of(b)...)
	delete(g.members, b)
	g.head[b] = a
}

func pairKey(a, b int32) uint64 { return uint64(uint32(min(a, b)))<<32 | uint64(uint32(max(a, b))) }

// maxSweeps bounds how often the edges are looked at again.
const maxSweeps = 4

func (g *clusters) grow() {
	forbidden := g.decided()
	t := g.s.threshold()
	done := make([]bool, len(g.edges))
	for range maxSweeps {
		changed := false
		for i, e := range g.edges {
			if done[i] {
				continue
			}
			a, b := g.root(e.a), g.root(e.b)
			if a == b {
				done[i] = true
				continue
			}
			size := float64(len(g.of(a)) * len(g.of(b)))
			if e.bits < t-2*math.Log2(size) || !g.holds(a, b, forbidden) {
				continue // it may join once one of them has grown
			}
			g.join(a, b)
			g.joined = append(g.joined, e)
			done[i], changed = true, true
		}
		if !changed {
			return
		}
	}
}

// decided joins what a person said is one, and gives the pairs that are not.
func (g *clusters) decided() map[uint64]bool {
	forbidden := make(map[uint64]bool)
	for _, o := range g.s.opts.Overrides {
		a, b := g.s.f.row(o.A), g.s.f.row(o.B)
		if a < 0 || b < 0 || a == b {
			continue
		}
		a, b = g.s.twin[a], g.s.twin[b]
		if !o.Same {
			forbidden[pairKey(a, b)] = true
		}
	}
	for _, o := range g.s.opts.Overrides {
		a, b := g.s.f.row(o.A), g.s.f.row(o.B)
		if !o.Same || a < 0 || b < 0 {
			continue
		}
		a, b = g.s.twin[a], g.s.twin[b]
		if x, y := g.root(a), g.root(b); x != y {
			g.join(x, y)
			g.forced[pairKey(a, b)] = true
			g.joined = append(g.joined, scored{min(a, b), max(a, b), 30})
		}
	}
	return forbidden
}

// meanBits is the lowest mean weight, over all pairs between two clusters, at which they join.
const meanBits = -3

// most members of each side are looked at.
const mostMembers = 30

// holds reports whether the evidence between two clusters as wholes lets them be one.
func (g *clusters) holds(a, b int32, forbidden map[uint64]bool) bool {
	x, y := g.of(a), g.of(b)
	for _, i := range x {
		for _, j := range y {
			if forbidden[pairKey(i, j)] || g.s.apart(i, j) {
				return false
			}
		}
	}
	if len(x) == 1 && len(y) == 1 {
		return !g.contradict(x[0], y[0])
	}
	x, y = x[:min(len(x), mostMembers)], y[:min(len(y), mostMembers)]
	var e evidence
	sum := 0.0
	for _, i := range x {
		for _, j := range y {
			if g.contradict(i, j) {
				return false
			}
			g.cmp.compare(i, j, &e)
			sum += max(g.s.model.odds(g.s.model.likelihoods(&e)), -40)
		}
	}
	return sum/float64(len(x)*len(y)) >= meanBits
}

// contradict holds for two rows that cannot be one person: other names and other birth dates, another generation, or
// other birth dates and other numbers of one kind.
func (g *clusters) contradict(a, b int32) bool {
	f := g.s.f
	if x, y := f.suffix[a], f.suffix[b]; x != 0 && y != 0 && x != y {
		return true
	}
	if f.day[a] == 0 || f.day[b] == 0 || f.day[a] == f.day[b] || dayLevel(f.days.text(f.day[a]), f.days.text(f.day[b])) < 4 {
		return false
	}
	var e evidence
	g.cmp.names(a, b, &e)
	id, _ := g.cmp.idents(a, b)
	return e.levels[givenName] == 7 || id == 3
}

// result writes down who is who.
func (s *solver) result(g *clusters, edges []scored, expected float64) *Result {
	r := &Result{Cluster: make([]int32, s.f.rows), Model: s.model}
	for i := range r.Cluster {
		r.Cluster[i] = g.root(s.twin[i])
	}
	// a cluster is named by its lowest row, which need not be its root's
	lowest := make(map[int32]int32)
	for i, c := range r.Cluster {
		if _, ok := lowest[c]; !ok {
			lowest[c] = int32(i)
		}
	}
	for i, c := range r.Cluster {
		r.Cluster[i] = lowest[c]
	}
	var e evidence
	link := func(x scored) Link {
		g.cmp.compare(x.a, x.b, &e)
		forced := g.forced[pairKey(x.a, x.b)]
		bits := x.bits
		if forced {
			bits = s.model.odds(s.model.likelihoods(&e))
		}
		l := Link{A: x.a, B: x.b, Bits: bits, Probability: probability(bits), Override: forced, Levels: s.model.explain(&e, bits)}
		if forced {
			l.Probability = 1
		}
		return l
	}
	for _, x := range g.joined {
		r.Links = append(r.Links, link(x))
	}
	for i, t := range s.twin {
		if t != int32(i) { // equal in all that is compared
			g.cmp.compare(t, int32(i), &e)
			bits := s.model.odds(s.model.likelihoods(&e))
			r.Links = append(r.Links, Link{A: t, B: int32(i), Bits: bits, Probability: max(probability(bits), s.opts.Threshold), Levels: s.model.explain(&e, bits)})
		}
	}
	slices.SortFunc(r.Links, func(a, b Link) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
	together, trust := 0.0, 0.0
	for _, x := range edges {
		p := probability(x.bits)
		if r.Cluster[x.a] == r.Cluster[x.b] {
			together += p
			trust++
		} else if p >= s.opts.ReviewFrom && p < max(s.opts.ReviewTo, s.opts.Threshold) {
			r.Review = append(r.Review, link(x))
		}
	}
	slices.SortStableFunc(r.Review, func(a, b Link) int {
		return cmp.Or(cmp.Compare(math.Abs(a.Bits), math.Abs(b.Bits)), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	s.diag.BlockingRecall = round3(s.blockingRecall(edges))
	s.diag.Precision, s.diag.Recall = 1, 1
	if trust > 0 {
		s.diag.Precision = round3(together / trust)
	}
	if expected > 0 {
		s.diag.Recall = round3(min(together/expected, 1) * s.diag.BlockingRecall)
	}
	r.Diagnosis = s.diag
	return r
}

// blockingRecall estimates the share of matches that some key brings together, by Chao's estimator (1984) from how many of
// those found share one key alone, and two.
func (s *solver) blockingRecall(edges []scored) float64 {
	var once, twice, found float64
	t := s.threshold()
	for _, x := range edges[:min(len(edges), 50_000)] {
		if x.bits < t {
			break
		}
		n := 0
		for _, k := range blockingKeys {
			shares := false
			k.values(s.f, x.a, func(v uint64) {
				k.values(s.f, x.b, func(w uint64) { shares = shares || v == w })
			})
			if shares {
				n++
			}
		}
		found++
		switch n {
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
