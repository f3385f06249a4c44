package match

import (
	"math"
	"slices"
	"sort"
)

// stratum counts the levels of features by the state of one of them, the parent, among pairs that are no matches.
type stratum struct {
	parent int
	n      [maxFeatures][numStates][maxLevels]float64
}

// stratify counts random pairs by the state of a parent, and, in place of those that agree on it, pairs drawn among all that
// do.
func (s *solver) stratify(t *stratum, number int, p *people) {
	for _, x := range s.random[:min(len(s.random), randomInStrata)] {
		if p.apart(x.a, x.b) {
			s.countOther(t, &x.levels, nil)
		}
	}
	if s.agree[number] == nil {
		s.agree[number] = s.drawAgreeing(t.parent, p)
	}
	if len(s.agree[number]) == 0 {
		return
	}
	for k := range t.n {
		t.n[k][agrees] = [maxLevels]float64{}
	}
	for _, x := range s.agree[number] {
		if p.apart(x.a, x.b) {
			home := s.atHome(&x)
			s.countOther(t, &x.levels, &home)
		}
	}
}

// atHome is the chance, by each feature with that feature left out, that a pair of two people is one of a household: what
// those share is told by its class, not by the dependence of features.
func (s *solver) atHome(x *drawn) (out [maxFeatures]float64) {
	w := s.w
	p := pair{levels: x.levels}
	w.again(x.a, x.b, &p)
	var whole [2]float64
	for i, c := range w.classes {
		whole[i] = w.classBits(c, &p)
	}
	for k, f := range w.list {
		l := p.levels[k]
		if l == 0 {
			continue
		}
		rest := whole
		chance := 0.0
		if l != f.kind.worst() {
			chance = w.part(k, x.a, x.b, &p)
		}
		for i, c := range w.classes {
			if c.knows(w, k) {
				rest[i] -= chance + w.inClass(c, k, &p.levels)
			}
		}
		home := math.Exp2(min(rest[0], 200))
		out[k] = home / (1 + home + math.Exp2(min(rest[1], 200)))
	}
	return out
}

// drawAgreeing draws pairs that agree on a parent.
func (s *solver) drawAgreeing(parent int, p *people) []drawn {
	out := []drawn{}
	groups, ends := s.agreeing(parent, p)
	if len(ends) == 0 || ends[len(ends)-1].pairs < 30 {
		return out
	}
	all := ends[len(ends)-1].pairs
	size := stratumSize
	if parent == s.w.land {
		size = landSize
	}
	if all <= size {
		from := 0
		for _, g := range ends {
			group := groups[from:g.end]
			for i, a := range group {
				for _, b := range group[i+1:] {
					out = append(out, s.draw(a.row, b.row))
				}
			}
			from = g.end
		}
		return out
	}
	for i := range uint64(size) {
		at := mix(i, 21) % uint64(all)
		g := sort.Search(len(ends), func(j int) bool { return uint64(ends[j].pairs) > at })
		from := 0
		if g > 0 {
			from = ends[g-1].end
		}
		group := groups[from:ends[g].end]
		a, b := group[mix(i, 22)%uint64(len(group))].row, group[mix(i, 23)%uint64(len(group))].row
		if a != b {
			out = append(out, s.draw(a, b))
		}
	}
	return out
}

type groupEnd struct{ end, pairs int }

// agreeing groups the rows that have the same value of a feature; pairs runs up over the groups.
func (s *solver) agreeing(parent int, p *people) ([]entry, []groupEnd) {
	w := s.w
	var list []entry
	for _, r := range p.rows {
		if parent != both {
			if v := w.list[parent].at(r); v > 0 {
				list = append(list, entry{uint64(v), r})
			}
			continue
		}
		if g, f := w.list[w.given].at(r), w.list[w.family].at(r); g > 0 && f > 0 {
			list = append(list, entry{uint64(g)<<32 | uint64(f), r})
		}
	}
	sortEntries(list)
	var groups []entry
	var ends []groupEnd
	pairs := 0
	eachBlock(list, func(block []entry) {
		if n := len(block); n > 1 {
			groups = append(groups, block...)
			pairs += n * (n - 1) / 2
			ends = append(ends, groupEnd{len(groups), pairs})
		}
	})
	return groups, ends
}

// countOther counts a pair for each feature for which the others certify that it is no match: they disagree clearly in
// two, a birth date, given name or identifier counting for two, and in two thirds of what there is.
// home is how likely the pair is one of a household, by the feature that is counted.
func (s *solver) countOther(t *stratum, x *levels, home *[maxFeatures]float64) {
	w := s.w
	st := w.state(t.parent, x)
	var differ, can [maxFeatures]int
	allDiffer, allCan := 0, 0
	for k, f := range w.list {
		l := x[k]
		if l == 0 || k == t.parent || t.parent == both && (k == w.given || k == w.family) {
			continue
		}
		switch f.kind {
		case categoryKind, countryKind, genderKind, partyKind, placeKind, codeKind, wordsKind:
			continue
		}
		can[k] = 1
		if k == w.given || k == w.firm || f.kind == dateKind || f.kind == idKind {
			can[k] = 2
		}
		allCan += can[k]
		if l == f.kind.worst() {
			differ[k] = can[k]
			allDiffer += can[k]
		}
	}
	for k := range w.list {
		if d := allDiffer - differ[k]; d >= 2 && 3*d >= 2*(allCan-can[k]) {
			n := 1.0
			if home != nil {
				n -= home[k]
			}
			t.n[k][st][x[k]] += n
		}
	}
}

// growTree finds which features depend on which among others than matches: a postcode tells the town, a mailbox is made of
// the name. Each has at most one parent (Chow and Liu 1968), the one that tells most.
func (s *solver) growTree(p *people) {
	w := s.w
	parents := make([]int, 0, len(w.list)+1)
	for k := range w.list {
		parents = append(parents, k)
	}
	if w.given >= 0 && w.family >= 0 {
		parents = append(parents, both)
	}
	for k := range w.parent {
		w.parent[k] = -1
	}
	if s.strata == nil { // levels do not change while the people are the same
		s.strata = make([]*stratum, len(parents))
		if s.agree == nil {
			s.agree = make([][]drawn, len(parents))
		}
		_ = s.parallel(len(parents), func(i int) {
			s.strata[i] = &stratum{parent: parents[i]}
			s.stratify(s.strata[i], i, p)
		})
	}
	strata := make([]*stratum, len(parents))
	for i, t := range s.strata {
		x := *t
		strata[i] = &x
	}

	type link struct {
		t     *stratum
		child int
		bits  float64
	}
	s.measureLand(strata)
	var links []link
	for _, t := range strata {
		s.takeMatchesOut(t)
		for k, f := range w.list {
			if !w.mayHang(k, t.parent) {
				continue
			}
			n := total(&t.n[k][agrees])
			before := w.usual(k, t.parent)
			if n < fewPairs && before == nil {
				continue
			}
			bits := 0.0
			for l := 1; l < len(f.kind.u); l++ {
				q := (t.n[k][agrees][l] + 2*w.u[k][l]) / (n + 2)
				if before != nil {
					q = (t.n[k][agrees][l] + usualCounts*before[agrees][l]) / (n + usualCounts)
				}
				bits += q * math.Log2(q/w.u[k][l])
			}
			if bits > dependence {
				links = append(links, link{t, k, bits})
			}
		}
	}
	slices.SortStableFunc(links, func(a, b link) int {
		switch {
		case a.bits > b.bits:
			return -1
		case a.bits < b.bits:
			return 1
		}
		return a.child - b.child
	})
	for _, x := range links {
		if w.parent[x.child] >= 0 || s.descends(x.t.parent, x.child) {
			continue
		}
		w.parent[x.child] = x.t.parent
		before := w.usual(x.child, x.t.parent)
		for st := agrees; st < numStates; st++ {
			n := total(&x.t.n[x.child][st])
			for l := 1; l < len(w.list[x.child].kind.u); l++ {
				count := x.t.n[x.child][st][l]
				if before != nil && before[st][l] > 0 {
					w.uGiven[x.child][st][l] = (count + usualCounts*before[st][l]) / (n + usualCounts)
					if l == 1 && w.list[x.child].kind == mailKind { // a mailbox has one owner, whatever the names; families are a class
						w.uGiven[x.child][st][l] = min(w.uGiven[x.child][st][l], before[st][l])
					}
				} else {
					w.uGiven[x.child][st][l] = smoothed(count, n, w.u[x.child][l])
				}
			}
			w.mGiven[x.child][st] = w.m[x.child]
		}
	}
	w.settle()
}

// usualCounts is how many pairs what usually depends on what is worth.
const usualCounts = 10

// usual gives, by the state of the parent, how a feature usually depends on it; nil where nothing is known.
func (w *weights) usual(child, parent int) *[numStates][maxLevels]float64 {
	for _, d := range usualDependence {
		if c, p, ok := w.numbers(d); ok && c == child && p == parent {
			var out [numStates][maxLevels]float64
			copy(out[agrees][1:], d.agrees)
			copy(out[nearly][1:], d.nearly)
			return &out
		}
	}
	return nil
}

// mayHang reports whether a feature may depend on a parent among others than matches. Names, dates, identifiers and what a
// firm is called are what a match is told by. Numbers are nobody's by name or place: two people who share one live together,
// which is for the class of households. And nothing hangs on the name of a firm: of two that share it, nothing certifies that
// they are two.
func (w *weights) mayHang(k, parent int) bool {
	if k == parent || k == w.given || k == w.family || k == w.firm || parent == w.land || parent == w.firm {
		return false
	}
	switch w.list[k].kind {
	case dateKind, idKind, telKind:
		return false
	case mailKind:
		return parent == both || w.list[parent].kind != telKind
	}
	return true
}

// measureLand takes the chances of levels by whether the country agrees.
func (s *solver) measureLand(strata []*stratum) {
	w := s.w
	for _, t := range strata {
		if t.parent != w.land || w.u[w.land][1] > .9 {
			continue // nothing to tell apart
		}
		for k, f := range w.list {
			if k == w.land {
				continue
			}
			for _, st := range []int{agrees, disagrees} {
				n := total(&t.n[k][st])
				for l := 1; l < len(f.kind.u); l++ {
					w.uLand[k][st][l] = smoothed(t.n[k][st][l], n, w.u[k][l])
				}
			}
		}
	}
}

// smoothed is the share of a level in n pairs, drawn towards u by ten counts. A level that was hardly seen is not called
// rarer than u, nor than so few pairs can show.
func smoothed(count, n, u float64) float64 {
	return max((count+10*u)/(n+10), min(u, .5/max(n, 1)))
}

// descends reports whether a feature hangs on another.
func (s *solver) descends(k, from int) bool {
	for k >= 0 && k != both {
		if k == from {
			return true
		}
		k = s.w.parent[k]
	}
	return false
}

func total(n *[maxLevels]float64) (t float64) {
	for _, x := range n[1:] {
		t += x
	}
	return t
}

// takeMatchesOut corrects a stratum for matches that were not told apart: they lift every feature, so the one that is
// lifted least bounds their share.
func (s *solver) takeMatchesOut(t *stratum) {
	w := s.w
	share, features := 1.0, 0
	for k := range w.list {
		if k == t.parent || t.parent == both && (k == w.given || k == w.family) || w.u[k][1] > .2 {
			continue
		}
		n := total(&t.n[k][agrees])
		if n < fewPairs {
			continue
		}
		features++
		u := w.u[k][1] + w.u[k][2]
		lifted := ((t.n[k][agrees][1]+t.n[k][agrees][2])/n - u) / max(w.m[k][1]+w.m[k][2]-u, .1)
		share = min(share, max(lifted, 0))
	}
	if features < 2 {
		return
	}
	for k, f := range w.list {
		n := total(&t.n[k][agrees])
		for l := 1; l < len(f.kind.m); l++ {
			t.n[k][agrees][l] = max(t.n[k][agrees][l]-share*n*w.m[k][l], 0)
		}
	}
}
