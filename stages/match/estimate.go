package match

import (
	"math"
	"slices"
)

// Round numbers of the estimates.
const (
	randomPairs    = 600_000 // pairs by which the levels among others are counted
	priorPairs     = 2000    // how many such pairs the built-in chances are worth
	priorRows      = 100     // how many rows the built-in chance of sharing a value is worth
	priorValues    = 50      // how many values seen once the built-in guess at how often they are seen again is worth
	stratumSize    = 20_000  // pairs that agree on one feature, by which dependence is measured
	landSize       = 200_000 // the same of the country: agreement is rare, and all features hang on it
	randomInStrata = 50_000  // random pairs by which they are measured where features do not agree
	fewPairs       = 25      // fewer say nothing of dependence
	dependence     = .15     // bits from which a feature depends on another
)

// people says of each row how much of a person it is: rows that were found to be one share a weight of one.
type people struct {
	rows    []int32
	weight  []float64 // by row
	cluster []int32   // by row; nil before anything is known
	n       float64   // of people
}

func newPeople(rows []int32, all int, cluster []int32) *people {
	p := &people{rows: rows, weight: make([]float64, all), cluster: cluster, n: float64(len(rows))}
	if cluster == nil {
		for _, r := range rows {
			p.weight[r] = 1
		}
		return p
	}
	size := make([]int32, all)
	for _, r := range rows {
		size[cluster[r]]++
	}
	p.n = 0
	for _, r := range rows {
		p.weight[r] = 1 / float64(size[cluster[r]])
		if cluster[r] == r {
			p.n++
		}
	}
	return p
}

// apart reports whether two rows are not known to be one.
func (p *people) apart(a, b int32) bool {
	return a != b && (p.cluster == nil || p.cluster[a] != p.cluster[b])
}

// rarities finds for each value the chance that another person has it. The person at hand is left out; a value that nobody
// else has is seen again as often as Good and Turing say (Good 1953): twice the values seen twice by those seen once. In a
// small file the built-in chance counts as well: a file of ten rows does not show that one in five people is called Jane.
func (s *solver) rarities(p *people) {
	_ = s.parallel(len(s.w.list), func(k int) {
		f := s.w.list[k]
		n := make([]float64, f.dict.size()+1)
		filled := 0.0
		var buf [1]uint32
		if p.cluster == nil {
			for _, r := range p.rows {
				values := f.of(r, &buf)
				if len(values) > 0 {
					filled++
				}
				for _, v := range values {
					n[v]++
				}
			}
		} else {
			filled = s.countPeople(f, p, n)
		}
		once, twice := 0.0, 0.0
		for _, c := range n {
			switch c {
			case 1:
				once++
			case 2:
				twice++
			}
		}
		usual := min(1, (filled+priorRows)*f.kind.u[1])
		again := min(1, (2*(twice+.5)+priorValues*usual)/(once+1+priorValues))
		out := make([]float32, len(n))
		for v, c := range n {
			chance := (max(c-1, 0) + again + priorRows*f.kind.u[1]) / (max(filled, 2) + priorRows)
			out[v] = float32(-math.Log2(min(chance, 1)))
		}
		s.w.rarity[k] = out
	})
}

// countPeople counts for each value the people who have it, and gives the number who have any.
func (s *solver) countPeople(f *feature, p *people, n []float64) (filled float64) {
	type holding struct {
		value   uint32
		cluster int32
	}
	var list []holding
	has := make([]bool, len(p.weight))
	var buf [1]uint32
	for _, r := range p.rows {
		values := f.of(r, &buf)
		c := p.cluster[r]
		if len(values) > 0 && !has[c] {
			has[c] = true
			filled++
		}
		for _, v := range values {
			if p.weight[r] == 1 {
				n[v]++
			} else {
				list = append(list, holding{v, c})
			}
		}
	}
	slices.SortFunc(list, func(a, b holding) int {
		if a.value != b.value {
			return int(a.value) - int(b.value)
		}
		return int(a.cluster) - int(b.cluster)
	})
	for _, h := range slices.Compact(list) {
		n[h.value]++
	}
	return filled
}

// drawn is a pair that was drawn to learn of others than matches.
type drawn struct {
	a, b   int32
	levels levels
}

func (s *solver) draw(a, b int32) drawn {
	var x pair
	s.w.compare(a, b, &x)
	return drawn{a, b, x.levels}
}

// sampleOthers counts how often each level comes up among random pairs of people, who are nearly all two. The rows of one
// person share a weight of one.
func (s *solver) sampleOthers(p *people) {
	const parts = 64
	if s.random == nil {
		rows := uint64(len(p.rows))
		s.random = make([]drawn, min(randomPairs, 2*len(p.rows)*len(p.rows)))
		_ = s.parallel(parts, func(part int) {
			for i := len(s.random) * part / parts; i < len(s.random)*(part+1)/parts; i++ {
				s.random[i] = s.draw(p.rows[mix(2*uint64(i), 11)%rows], p.rows[mix(2*uint64(i)+1, 11)%rows])
			}
		})
	}
	type counts [maxFeatures][maxLevels]float64
	part := make([]counts, parts)
	_ = s.parallel(parts, func(i int) {
		for _, x := range s.random[len(s.random)*i/parts : len(s.random)*(i+1)/parts] {
			if !p.apart(x.a, x.b) {
				continue
			}
			weight := p.weight[x.a] * p.weight[x.b]
			for k := range s.w.list {
				part[i][k][x.levels[k]] += weight
			}
		}
	})
	var n counts
	for i := range part {
		for k := range s.w.list {
			for l := range n[k] {
				n[k][l] += part[i][k][l]
			}
		}
	}
	for k, f := range s.w.list {
		total := 0.0
		for l := 1; l < maxLevels; l++ {
			total += n[k][l]
		}
		for l := 1; l < len(f.kind.u); l++ {
			s.w.u[k][l] = (n[k][l] + priorPairs*f.kind.u[l]) / (total + priorPairs)
		}
	}
}
