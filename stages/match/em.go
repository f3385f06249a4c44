package match

import (
	"math"
	"slices"
)

const (
	emPairs   = 400_000 // candidate pairs that EM looks at, at most
	emRounds  = 100
	emAll     = 8    // every so many rounds all pairs are looked at, between them those that may count
	farShare  = .03  // bits of coincidence below which a pair may not count for a class
	farBits   = -12  // odds below which a pair may not count
	emSettled = 1e-4 // it has converged when no chance of a level moves by more
	hardShare = .5   // only pairs that are likelier matches than not teach what matches look like
	priorOfM  = 5    // how many matches the built-in chances are worth
	emParts   = 64   // parts in which sums are taken, so that the number of workers does not show
)

// shown is what EM remembers of a pair.
type shown struct {
	a, b                 int32
	levels               levels
	chance, shared, home float32
	known                bool // its levels are
}

func (x *shown) pair() pair {
	return pair{x.levels, float64(x.chance), float64(x.shared), float64(x.home)}
}

// sums of one pass over the pairs.
type sums struct {
	matches float64
	class   [2]float64
	match   [maxFeatures][numStates][maxLevels]float64
	level   [2][maxFeatures][maxLevels]float64
	certain [2]float64 // certified non-matches with and without something that relatives share
	first   [2][maxFeatures][maxLevels]float64
}

func (s *sums) add(o *sums) {
	s.matches += o.matches
	for c := range s.class {
		s.class[c] += o.class[c]
		s.certain[c] += o.certain[c]
		for k := range s.level[c] {
			for l := range s.level[c][k] {
				s.level[c][k][l] += o.level[c][k][l]
				s.first[c][k][l] += o.first[c][k][l]
			}
		}
	}
	for k := range s.match {
		for st := range s.match[k] {
			for l := range s.match[k][st] {
				s.match[k][st][l] += o.match[k][st][l]
			}
		}
	}
}

// look weighs the pairs, again after the tree or the frequencies changed.
func (s *solver) look(pairs []shown) {
	_ = s.parallel(emParts, func(i int) {
		var p pair
		for n := len(pairs) * i / emParts; n < len(pairs)*(i+1)/emParts; n++ {
			x := &pairs[n]
			if x.known {
				p.levels = x.levels
				s.w.again(x.a, x.b, &p)
			} else {
				s.w.compare(x.a, x.b, &p)
				x.known = true
			}
			x.levels, x.chance, x.shared, x.home = p.levels, float32(p.chance), float32(p.shared), float32(p.home)
		}
	})
}

// startClasses begins the classes of coincidence with the certified non-matches among the pairs.
func (s *solver) startClasses(pairs []shown, scale, all float64) {
	w := s.w
	parts := make([]sums, emParts)
	_ = s.parallel(emParts, func(i int) {
		t := &parts[i]
		for n := len(pairs) * i / emParts; n < len(pairs)*(i+1)/emParts; n++ {
			x := &pairs[n]
			if !w.twoPeople(&x.levels) {
				continue
			}
			class := 1
			for k, f := range w.list {
				if l := x.levels[k]; (l == 1 || l == 2) && (f.kind == textKind || f.kind == telKind || f.kind == mailKind) {
					class = 0
				}
			}
			t.certain[class]++
			for k := range w.list {
				t.first[class][k][x.levels[k]]++
			}
		}
	})
	t := &parts[0]
	for i := range parts[1:] {
		t.add(&parts[i+1])
	}
	for i, c := range w.classes {
		if c.share == 0 || t.certain[i] >= 20 {
			c.share = startShares(s.people.n)[i]
		}
		if t.certain[i] < 20 {
			continue
		}
		c.share = t.certain[i] * scale / all
		s.teachClass(c, &t.first[i])
	}
}

// teachClass sets the levels of a class from counts.
func (s *solver) teachClass(c *coincidence, n *[maxFeatures][maxLevels]float64) {
	w := s.w
	for k, f := range w.list {
		if !c.knows(w, k) {
			continue
		}
		counted := total(&n[k])
		prior, weight := &w.u[k], 5.0
		if least, ok := c.least[k]; ok {
			// relatives of one name: so many at least that EM can find them
			weight += least * counted
			prior = &w.m[k]
		}
		for l := 1; l < len(f.kind.u); l++ {
			c.level[k][l] = (n[k][l] + weight*prior[l]) / (counted + weight)
		}
	}
}

// em finds the shares of matches and coincidences, and, where learn is set, the chances of levels, that make the pairs
// likeliest (Dempster, Laird and Rubin 1977; Winkler 1988). known pairs are matches of an earlier round. scale is how many
// pairs each stands for.
func (s *solver) em(pairs, known []shown, scale float64, learn bool) {
	w := s.w
	all := s.allPairs()
	if learn {
		s.startClasses(pairs, scale, all)
	}
	s.diag.Converged = false
	near := pairs // that may count; most pairs never do
	for s.diag.Iterations = 1; s.diag.Iterations <= emRounds; s.diag.Iterations++ {
		w.settle()
		if s.diag.Iterations%emAll == 1 {
			near = s.near(pairs)
		}
		t := s.expect(near)
		for i := range known {
			x := &known[i]
			if w.twoPeople(&x.levels) {
				continue
			}
			t.matches += 1 / scale
			for k := range w.list {
				t.match[k][w.state(w.parent[k], &x.levels)][x.levels[k]] += 1 / scale
			}
		}
		change := s.maximise(t, scale, all, learn)
		s.diag.LastChange = change
		if change < emSettled {
			s.diag.Converged = true
			break
		}
	}
	w.settle()
}

// near gives the pairs that may be matches, or of a class of coincidence, within a few rounds.
func (s *solver) near(pairs []shown) []shown {
	w := s.w
	prior := w.prior()
	parts := make([][]shown, emParts)
	_ = s.parallel(emParts, func(i int) {
		for n := len(pairs) * i / emParts; n < len(pairs)*(i+1)/emParts; n++ {
			p := pairs[n].pair()
			other := w.coincidences(&p, nil)
			if other > farShare || prior+p.chance-other+w.agreement(&p.levels) > farBits {
				parts[i] = append(parts[i], pairs[n])
			}
		}
	})
	return slices.Concat(parts...)
}

// expect is the E-step.
func (s *solver) expect(pairs []shown) *sums {
	w := s.w
	prior := w.prior()
	parts := make([]sums, emParts)
	_ = s.parallel(emParts, func(i int) {
		t := &parts[i]
		for n := len(pairs) * i / emParts; n < len(pairs)*(i+1)/emParts; n++ {
			p := pairs[n].pair()
			var share [2]float64
			bits := prior + p.chance - w.coincidences(&p, &share) + w.agreement(&p.levels)
			certain := w.twoPeople(&p.levels)
			not := 1 / (1 + math.Exp2(bits))
			if certain {
				not = 1
			}
			if (share[0]+share[1])*not > hardShare {
				for c := range w.classes {
					q := share[c] * not
					t.class[c] += q
					for k := range w.list {
						t.level[c][k][p.levels[k]] += q
					}
				}
			}
			if q := 1 - not; !certain && q >= hardShare {
				t.matches += q
				for k := range w.list {
					t.match[k][w.state(w.parent[k], &p.levels)][p.levels[k]] += q
				}
			}
		}
	})
	t := &parts[0]
	for i := range parts[1:] {
		t.add(&parts[i+1])
	}
	return t
}

// maximise is the M-step; it gives the largest change of a chance.
func (s *solver) maximise(t *sums, scale, all float64, learn bool) (change float64) {
	w := s.w
	// one more of each, so that a single pair is not taken for the rule
	match := min((t.matches*scale+1)/all, .5)
	if !learn {
		change = math.Abs(match-w.match) / match
	}
	w.match = match
	for i, c := range w.classes {
		c.share = min((t.class[i]*scale+1)/all, .4)
		if i > 0 && t.class[i] < 1 {
			c.share = 1e-12
		}
		if learn {
			s.teachClass(c, &t.level[i])
		}
	}
	if !learn {
		return change
	}
	for k, f := range w.list {
		var byLevel [maxLevels]float64
		for st := range numStates {
			for l := range byLevel {
				byLevel[l] += t.match[k][st][l]
			}
		}
		n := total(&byLevel)
		for l := 1; l < len(f.kind.m); l++ {
			m := (byLevel[l] + priorOfM*f.kind.m[l]) / (n + priorOfM)
			change = max(change, math.Abs(m-w.m[k][l]))
			w.m[k][l] = m
		}
		if w.parent[k] < 0 {
			continue
		}
		for st := agrees; st < numStates; st++ {
			n := total(&t.match[k][st])
			for l := 1; l < len(f.kind.m); l++ {
				w.mGiven[k][st][l] = (t.match[k][st][l] + 20*w.m[k][l]) / (n + 20)
			}
		}
	}
	return change
}
