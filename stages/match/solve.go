package match

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/pool"
	"github.com/rollcall-data/rollcall/pipeline/record"
)

// solver is one matching on its way.
type solver struct {
	opts    Options
	f       *features
	ctx     context.Context
	workers int

	model *Model
	freq  frequencies
	twin  []int32 // per row: the first row with the same features
	diag  Diagnosis
}

// chunk is how many pairs a worker scores at a time.
const chunk = 1 << 14

// scored is a candidate pair that may be a match.
type scored struct {
	a, b int32
	bits float64
}

func (s *solver) solve() (*Result, error) {
	s.diag.Rows = int64(s.f.rows)
	s.model = newModel(s.opts.AlsoNames)
	s.count()
	distinct := s.collapse()
	s.diag.Distinct = int64(len(distinct))
	s.sampleU(distinct)
	pairs := s.candidates(distinct)
	s.diag.Pairs = int64(len(pairs))
	if err := s.shares(pairs, len(distinct)); err != nil {
		return nil, err
	}
	saved := s.opts.Model
	if len(saved) > 0 {
		m, err := readModel(saved)
		if err != nil {
			return nil, err
		}
		s.model = m
	}
	edges, expected, err := s.score(pairs)
	if err != nil {
		return nil, err
	}
	g := newClusters(s, edges)
	g.grow()
	return s.result(g, edges, expected), nil
}

// population is from how many people the values of a feature are drawn, at the least: a file of ten rows does not show that
// one in five people is called Jane. Round numbers.
const (
	ofGiven, ofFamily, ofDays, ofStreets, ofCodes, ofCities, ofFirms, ofPoints = 400, 2000, 15_000, 20_000, 4000, 150, 5000, 100_000
)

// count turns counts of values into the chance that another, random row has the value. The row at hand is left out; one
// that no other has counts half, since by Good and Turing a value seen once may well be seen again.
func (s *solver) count() {
	f := s.f
	column := func(values []uint32, size, population int) []float32 {
		n := make([]uint32, size+1)
		total := 0
		for _, v := range values {
			if v != 0 {
				n[v]++
				total++
			}
		}
		out := make([]float32, size+1)
		for i := range out {
			out[i] = (float32(n[i]) - 0.5) / float32(total+population)
		}
		return out
	}
	s.freq = frequencies{
		given: column(f.given, f.names.size(), ofGiven), family: column(f.family, f.names.size(), ofFamily), middle: column(f.middle, f.middles.size(), ofGiven),
		day: column(f.day, f.days.size(), ofDays), street: column(f.street, f.streets.size(), ofStreets), code: column(f.code, f.codes.size(), ofCodes),
		city: column(f.city, f.cities.size(), ofCities), firm: column(f.firm, f.firms.size(), ofFirms), mail: column(f.mail.value, f.mails.size(), ofPoints),
		tel: column(f.tel.value, f.tels.size(), ofPoints), ident: column(f.ident.value, f.idents.size(), ofPoints),
	}
	for i, v := range f.alsoValue {
		s.freq.also = append(s.freq.also, column(v, f.also[i].size(), ofCities))
	}
	s.placeholderDays()
}

// placeholderDays takes out birth dates that are far too frequent: they were typed to get past a field.
func (s *solver) placeholderDays() {
	f := s.f
	n := make([]int, f.days.size()+1)
	filled := 0
	for _, d := range f.day {
		if d != 0 {
			n[d]++
			filled++
		}
	}
	limit := max(20, filled/200)
	gone := 0
	for i, d := range f.day {
		if d != 0 && n[d] > limit {
			f.day[i] = 0
			gone++
		}
	}
	if gone > 0 {
		s.diag.Warnings = append(s.diag.Warnings, fmt.Sprintf("birth dates that are far too frequent count as missing in %d records", gone))
	}
}

// collapse finds rows that are equal in all that is compared, and say enough to be one person; the distinct ones go on.
func (s *solver) collapse() []int32 {
	f := s.f
	type sum struct {
		hash uint64
		row  int32
	}
	sums := make([]sum, f.rows)
	for i := range sums {
		row := int32(i)
		h := mix(uint64(f.given[i]), uint64(f.family[i]), uint64(f.middle[i]), uint64(f.day[i]), uint64(f.street[i]), uint64(f.code[i]), uint64(f.city[i]), uint64(f.firm[i]), uint64(f.suffix[i]))
		for n, l := range []*list{&f.mail, &f.tel, &f.ident} {
			for _, v := range l.of(row) {
				h = mix(h, uint64(n), uint64(v))
			}
		}
		for _, v := range f.alsoValue {
			h = mix(h, uint64(v[i]))
		}
		sums[i] = sum{h, row}
	}
	slices.SortFunc(sums, func(a, b sum) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.row, b.row)) })
	alone := make(map[int32]bool) // rows of which a person said who they are not: each is looked at for itself
	for _, o := range s.opts.Overrides {
		if !o.Same {
			alone[f.row(o.A)], alone[f.row(o.B)] = true, true
		}
	}
	s.twin = make([]int32, f.rows)
	for i := range sums {
		s.twin[sums[i].row] = sums[i].row
		if i > 0 && !alone[sums[i].row] && !alone[sums[i-1].row] && sums[i].hash == sums[i-1].hash && s.tellsEnough(sums[i].row) && !s.apart(sums[i].row, s.twin[sums[i-1].row]) {
			s.twin[sums[i].row] = s.twin[sums[i-1].row]
		}
	}
	var distinct []int32
	for i, t := range s.twin {
		if t == int32(i) {
			distinct = append(distinct, t)
		}
	}
	return distinct
}

// tellsEnough holds for rows with a name and something that few share.
func (s *solver) tellsEnough(row int32) bool {
	f := s.f
	named := f.given[row] != 0 && f.family[row] != 0 || f.firm[row] != 0
	return named && (f.day[row] != 0 || f.street[row] != 0 && f.code[row] != 0 || len(f.mail.of(row)) > 0 || len(f.tel.of(row)) > 0 || len(f.ident.of(row)) > 0)
}

// apart reports whether two rows may not be joined, whatever they share.
func (s *solver) apart(a, b int32) bool {
	return s.f.source[a] == s.f.source[b] && s.opts.Unique[s.f.sources[s.f.source[a]]]
}

// sampleU finds how often each level comes up among random pairs, which are nearly all not matches.
func (s *solver) sampleU(rows []int32) {
	counts := make([][]float64, len(s.model.Comparisons))
	totals := make([]float64, len(counts))
	for c := range counts {
		counts[c] = make([]float64, len(s.model.Comparisons[c].Levels))
	}
	cmp := comparer{s.f, &s.freq, newCache()}
	var e evidence
	n := min(200_000, len(rows)*len(rows)/2)
	for i := range n {
		a := rows[mix(uint64(i), 1)%uint64(len(rows))]
		b := rows[mix(uint64(i), 2)%uint64(len(rows))]
		if a == b {
			continue
		}
		cmp.compare(a, b, &e)
		for c := range counts {
			if l := e.levels[c]; l > 0 {
				counts[c][l-1]++
				totals[c]++
			}
		}
	}
	for c := range counts {
		m := &s.model.Comparisons[c]
		m.U = make([]float64, len(m.Levels))
		for l := range m.U {
			m.U[l] = (counts[c][l] + 0.5) / (totals[c] + 0.5*float64(len(m.U)))
		}
		// few pairs were compared: half a count is then no rare level; hold it to what such levels are elsewhere
		for l := range m.U[:len(m.U)-1] {
			m.U[l] = min(m.U[l], 0.05)
		}
	}
}

// candidates lists the pairs that some key brings together.
func (s *solver) candidates(rows []int32) []uint64 {
	type found struct {
		pairs   []uint64
		dropped int64
	}
	var all []uint64
	i := 0
	_ = pool.Ordered(s.ctx, s.workers, // ends early with the context alone, which the caller looks at
		func(_ context.Context, emit func(blockingKey) error) error {
			for _, k := range blockingKeys {
				if err := emit(k); err != nil {
					return err
				}
			}
			return nil
		},
		func(k blockingKey) (found, error) {
			p, d := s.pairsOf(k, rows)
			return found{p, d}, nil
		},
		func(x found) error {
			s.diag.Keys = append(s.diag.Keys, Key{blockingKeys[i].name, int64(len(x.pairs)), x.dropped})
			i++
			all = append(all, x.pairs...)
			return nil
		})
	for _, o := range s.opts.Overrides {
		if a, b := s.f.row(o.A), s.f.row(o.B); a >= 0 && b >= 0 && a != b {
			all = append(all, uint64(uint32(min(a, b)))<<32|uint64(uint32(max(a, b))))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// row finds the row of a key that an override names; -1 when it is not among the records.
func (f *features) row(k record.Key) int32 {
	if row, ok := f.keys[k]; ok {
		return row
	}
	return -1
}

// shares finds by EM which part of all pairs are matches, of one household, and of one place.
func (s *solver) shares(pairs []uint64, rows int) error {
	total := max(float64(rows)*float64(rows-1)/2, 1)
	s.model.Shares = Shares{0.25 / float64(max(rows, 2)), 0.25 / float64(max(rows, 2)), 0.25 / float64(max(rows, 2))}
	sample := pairs
	weight := 1.0
	if const1M := 1 << 20; len(pairs) > const1M {
		sample = nil
		step := uint64(len(pairs)/const1M + 1)
		for _, p := range pairs {
			if mix(p)%step == 0 {
				sample = append(sample, p)
			}
		}
		weight = float64(len(pairs)) / float64(len(sample))
	}
	likely := make([]likelihoods, len(sample))
	err := s.each(sample, func(first int, part []uint64, c *comparer) {
		var e evidence
		for i, p := range part {
			c.compare(int32(p>>32), int32(uint32(p)), &e)
			likely[first+i] = s.model.likelihoods(&e)
		}
	})
	if err != nil {
		return err
	}
	for s.diag.Iterations < 100 {
		s.diag.Iterations++
		var sum [3]float64
		x := s.model.Shares
		chance := 1 - x.Match - x.Household - x.Place
		for _, l := range likely {
			top := max(l.match, l.household, l.place, l.chance)
			pm, ph := x.Match*math.Exp2(float64(l.match-top)), x.Household*math.Exp2(float64(l.household-top))
			pp, pc := x.Place*math.Exp2(float64(l.place-top)), chance*math.Exp2(float64(l.chance-top))
			all := pm + ph + pp + pc
			sum[0] += pm / all
			sum[1] += ph / all
			sum[2] += pp / all
		}
		next := Shares{(sum[0]*weight + 0.5) / total, (sum[1]*weight + 0.5) / total, (sum[2]*weight + 0.5) / total}
		if t := next.Match + next.Household + next.Place; t > 0.9 { // a handful of rows that are nearly all one
			next.Match, next.Household, next.Place = next.Match*0.9/t, next.Household*0.9/t, next.Place*0.9/t
		}
		s.diag.LastChange = math.Abs(next.Match-x.Match) / max(next.Match, 1e-18)
		s.model.Shares = next
		if s.diag.LastChange < 1e-4 {
			s.diag.Converged = true
			break
		}
	}
	s.diag.Matches = round3(s.model.Shares.Match * total)
	if !s.diag.Converged {
		s.diag.Warnings = append(s.diag.Warnings, fmt.Sprintf("EM did not converge in %d iterations: the share of matches still moved by %.2g", s.diag.Iterations, s.diag.LastChange))
	}
	return nil
}

// each gives chunks of pairs to the workers.
func (s *solver) each(pairs []uint64, work func(first int, part []uint64, c *comparer)) error {
	type part struct{ first, end int }
	comparers := make(chan *comparer, s.workers)
	for range s.workers {
		comparers <- &comparer{s.f, &s.freq, newCache()}
	}
	return pool.Ordered(s.ctx, s.workers,
		func(_ context.Context, emit func(part) error) error {
			for i := 0; i < len(pairs); i += chunk {
				if err := emit(part{i, min(i+chunk, len(pairs))}); err != nil {
					return err
				}
			}
			return nil
		},
		func(p part) (int, error) {
			c := <-comparers
			defer func() { comparers <- c }()
			work(p.first, pairs[p.first:p.end], c)
			return p.end - p.first, nil
		},
		func(n int) error {
			if s.opts.Progress != nil {
				s.opts.Progress(int64(n))
			}
			return nil
		})
}

// floorBits is how unlikely a pair may be and still be looked at again: far below any threshold.
const floorBits = -6

// score weighs every candidate and keeps those that may matter; expected is the number of matches among them all.
func (s *solver) score(pairs []uint64) (edges []scored, expected float64, err error) {
	parts := make([][]scored, (len(pairs)+chunk-1)/chunk)
	sums := make([]float64, len(parts))
	err = s.each(pairs, func(first int, part []uint64, c *comparer) {
		var e evidence
		var keep []scored
		for _, p := range part {
			a, b := int32(p>>32), int32(uint32(p))
			c.compare(a, b, &e)
			bits := s.model.odds(s.model.likelihoods(&e))
			sums[first/chunk] += probability(bits)
			if bits >= floorBits {
				keep = append(keep, scored{a, b, bits})
			}
		}
		parts[first/chunk] = keep
	})
	for i, p := range parts {
		edges = append(edges, p...)
		expected += sums[i]
	}
	slices.SortFunc(edges, func(x, y scored) int {
		return cmp.Or(cmp.Compare(y.bits, x.bits), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return edges, expected, err
}

// threshold is the lowest odds, in bits, at which two records are joined.
func (s *solver) threshold() float64 {
	p := min(max(s.opts.Threshold, 1e-6), 1-1e-9)
	return math.Log2(p / (1 - p))
}
