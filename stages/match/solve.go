package match

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/rollcall-data/rollcall/pipeline/pool"
)

// solver is one matching on its way.
type solver struct {
	opts    Options
	f       *features
	ctx     context.Context
	workers int

	w      *weights
	people *people
	random []drawn    // pairs of rows, by which the levels among others are counted
	agree  [][]drawn  // pairs that agree on a feature, by which dependence is measured
	strata []*stratum // of these people
	twin   []int32    // per row: the first row with the same features
	rows   []int32    // that are looked at: the first of each set of twins
	blocks *blocks
	free   chan *marks
	model  *Model // a saved one, to use instead of training
	diag   Diagnosis
}

// marks are one for each row: which rows one goroutine has seen.
type marks struct {
	last []uint32
	now  uint32
}

func (m *marks) clear() { m.now++ }

// set marks a row, and reports whether it was not marked.
func (m *marks) set(row int32) bool {
	if m.last[row] == m.now {
		return false
	}
	m.last[row] = m.now
	return true
}

func (s *solver) marks() *marks { return <-s.free }

func (s *solver) release(m *marks) { s.free <- m }

// each does n things, which must not depend on each other, and takes what comes of them in order.
func each[T any](s *solver, n int, do func(i int) T, take func(T)) error {
	return pool.Ordered(s.ctx, s.workers,
		func(_ context.Context, emit func(int) error) error {
			for i := range n {
				if err := emit(i); err != nil {
					return err
				}
			}
			return nil
		},
		func(i int) (T, error) { return do(i), nil },
		func(x T) error { take(x); return nil })
}

// parallel does n things, which must not depend on each other. Its error is that of a context that
// ended; who leaves it to the next sweep over all pairs, which ends with it too, says so by _.
func (s *solver) parallel(n int, do func(i int)) error {
	return each(s, n, func(i int) struct{} { do(i); return struct{}{} }, func(struct{}) {})
}

const (
	// trainFrom is from how many rows, and fromMatches from how many expected matches, the chances of levels are learned; in
	// smaller inputs the built-in ones stand.
	trainFrom   = 500
	fromMatches = 50
	// betweenBits is the threshold of the clusters between rounds.
	betweenBits = 2
	// floorBits is how unlikely a pair may be and still be looked at again.
	floorBits = -8
)

func (s *solver) solve() (*Result, error) {
	s.f.close()
	s.diag.Rows = int64(s.f.rows)
	if len(s.f.over) > 0 {
		s.diag.Warnings = append(s.diag.Warnings, fmt.Sprintf("at most %d fields are compared; not compared: %s", maxFeatures, strings.Join(s.f.over, ", ")))
	}
	s.free = make(chan *marks, s.workers)
	for range s.workers {
		s.free <- &marks{last: make([]uint32, s.f.rows)}
	}
	s.placeholderDays()
	s.collapse()
	s.diag.Distinct = int64(len(s.rows))
	s.w = newWeights(s.f)
	if len(s.opts.Model) > 0 {
		var err error
		if s.model, err = readModel(s.opts.Model); err != nil {
			return nil, err
		}
	}
	if len(s.rows) == 0 {
		return &Result{Model: s.saved(), Diagnosis: s.diag}, nil
	}
	s.w.defaults(len(s.rows))
	s.meet(nil)

	atoms := s.f.atoms()
	keys, err := s.chooseKeys(atoms, s.rows)
	if err != nil {
		return nil, err
	}
	if s.blocks, err = s.build(atoms, keys, s.rows); err != nil {
		return nil, err
	}
	sample, scale, err := s.sample()
	if err != nil {
		return nil, err
	}
	edges, err := s.train(sample, scale)
	if err != nil {
		return nil, err
	}
	g := newClusters(s, edges)
	if g.contradicted > 0 {
		s.diag.Warnings = append(s.diag.Warnings, fmt.Sprintf("%d overrides would join records that other overrides keep apart; these stay apart", g.contradicted))
	}
	g.grow(s.threshold(), sizedBits, min(s.threshold(), meanBits))
	g.joinByAll(s.threshold())
	if err := s.ctx.Err(); err != nil {
		return nil, context.Cause(s.ctx)
	}
	return s.result(g), nil
}

// meet takes the frequencies and the chances of levels among others from people as they are known.
func (s *solver) meet(cluster []int32) {
	s.people, s.strata = newPeople(s.rows, s.f.rows, cluster), nil
	s.rarities(s.people)
	if cluster == nil { // the chances of levels are needed to count them: of swapped names, of several values
		s.w.settle()
	}
	s.sampleOthers(s.people)
	s.w.settle()
}

// train finds the weights in two rounds: the second knows from the clusters of the first who is one person, so that the
// frequencies are those of people.
func (s *solver) train(sample []shown, scale float64) ([]edge, error) {
	learn := s.model == nil && len(s.rows) >= trainFrom
	s.diag.Converged = s.model != nil // it was when it was saved, or was told not to be
	var edges []edge
	var err error
	var before *weights
	var was Diagnosis
	var expected float64
	for round := range 2 {
		known, rest := sample[:0:0], sample
		if round > 0 {
			g := newClusters(s, edges)
			g.grow(betweenBits, 0, meanBits)
			cluster := g.heads()
			before, was, expected = s.w.clone(), s.diag, s.expected()
			s.meet(cluster)
			known, rest = s.knownPairs(cluster), unknownPairs(sample, cluster)
			s.look(known)
		}
		s.look(rest)
		if s.model != nil {
			if err := s.w.load(s.model); err != nil {
				return nil, err
			}
			if edges, err = s.score(); err != nil {
				return nil, err
			}
			continue
		}
		s.em(rest, known, scale, learn)
		if round == 0 && learn && s.expected()+float64(s.f.rows-len(s.rows)) < fromMatches {
			learn = false
			s.w.defaults(len(s.rows))
			s.em(rest, known, scale, false)
		}
		if learn {
			for range 2 {
				s.growTree(s.people)
				s.look(known)
				s.look(rest)
				s.em(rest, known, scale, true)
			}
		}
		if round == 0 && learn && s.strange() {
			s.diag.Warnings = append(s.diag.Warnings, "what was learned describes another class than one person; the built-in chances stand")
			learn = false
			s.w.defaults(len(s.rows))
			s.look(rest)
			s.em(rest, known, scale, false)
		}
		if round > 0 && learn && expected > 0 && s.expected() > 1.15*expected+20 {
			was.Warnings = append(was.Warnings, fmt.Sprintf("the second look at the model found %.0f matches where the first found %.0f; the first stands", s.expected(), expected))
			s.w, s.diag = before, was
			s.people = newPeople(s.rows, s.f.rows, nil)
		}
		if edges, err = s.score(); err != nil {
			return nil, err
		}
	}
	s.diag.Matches = round3(s.expected())
	s.diag.Trained = learn
	if learn && !s.diag.Converged {
		s.diag.Warnings = append(s.diag.Warnings, fmt.Sprintf("EM did not converge in %d iterations: the last moved a chance by %.2g", emRounds, s.diag.LastChange))
	}
	s.doubt(learn)
	return edges, nil
}

// expected is the number of pairs that are matches, by their share of all pairs.
func (s *solver) expected() float64 { return s.w.match * s.allPairs() }

// allPairs is the number of pairs of rows.
func (s *solver) allPairs() float64 { return max(float64(len(s.rows))*float64(len(s.rows)-1)/2, 1) }

// strange reports whether most of what was found cannot be one person: people keep their name and their birth date.
func (s *solver) strange() bool {
	differs := func(k int, levels ...int) (m float64) {
		if k >= 0 {
			for _, l := range levels {
				m += s.w.m[k][l]
			}
		}
		return m
	}
	return differs(s.w.given, 8) > .3 || differs(s.w.day, 8, 9) > .3
}

// doubt warns where what was learned cannot be what it is meant to be: most people keep their name and their birth date.
func (s *solver) doubt(learned bool) {
	if !learned {
		return
	}
	for _, k := range []int{s.w.given, s.w.day} {
		if k < 0 {
			continue
		}
		worst := s.w.list[k].kind.worst()
		if m := s.w.m[k][worst]; m > .3 {
			s.diag.Warnings = append(s.diag.Warnings, fmt.Sprintf("in %.0f %% of the matches the %s differs altogether: the model may have found another class than one person", 100*m, s.w.list[k].name))
		}
	}
}

// placeholderDays takes out birth dates that are far too frequent over many names: they were typed to get past a field.
func (s *solver) placeholderDays() {
	day, given := s.f.day, s.f.given
	if !day.filled() {
		return
	}
	n := make([]int, day.dict.size()+1)
	filled := 0
	for i := range s.f.rows {
		if d := day.at(int32(i)); d > 0 {
			n[d]++
			filled++
		}
	}
	limit := max(20, filled/200)
	names := make(map[int32]map[int32]bool)
	for i := range s.f.rows {
		if d := day.at(int32(i)); d > 0 && n[d] > limit {
			if names[d] == nil {
				names[d] = make(map[int32]bool)
			}
			names[d][given.at(int32(i))] = true
		}
	}
	gone := 0
	for i := range s.f.rows {
		if d := day.at(int32(i)); names[d] != nil && 4*len(names[d]) > limit {
			day.put(int32(i), 0)
			gone++
		}
	}
	if gone > 0 {
		s.diag.Warnings = append(s.diag.Warnings, fmt.Sprintf("birth dates that are far too frequent count as missing in %d records", gone))
	}
}

// collapse finds rows that are equal in all that is compared, and say enough to be one person; the first of each goes on.
func (s *solver) collapse() {
	f := s.f
	type sum struct {
		hash uint64
		row  int32
	}
	sums := make([]sum, f.rows)
	for i := range sums {
		row := int32(i)
		h := uint64(f.suffix[i])
		var buf [1]uint32
		for k, x := range f.list {
			h = mix(h, 1<<32+uint64(k)) // no value is as large
			for _, v := range x.of(row, &buf) {
				h = mix(h, uint64(v))
			}
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
		row := sums[i].row
		s.twin[row] = row
		if i == 0 || sums[i].hash != sums[i-1].hash {
			continue
		}
		if first := s.twin[sums[i-1].row]; !alone[row] && !alone[sums[i-1].row] && f.equal(row, first) && s.tellsEnough(row) && !s.apart(row, first) {
			s.twin[row] = first
		}
	}
	for i, t := range s.twin {
		if t == int32(i) {
			s.rows = append(s.rows, t)
		}
	}
}

// tellsEnough holds for rows with a name and something that few share.
func (s *solver) tellsEnough(row int32) bool {
	f := s.f
	has := func(list ...*feature) bool {
		for _, x := range list {
			if x.filled() && x.at(row) != 0 {
				return true
			}
		}
		return false
	}
	named := has(f.given) && has(f.family) || has(f.firm)
	for _, x := range f.idents {
		named = named || has(x)
	}
	if !named {
		return false
	}
	for _, x := range f.idents {
		if has(x) {
			return true
		}
	}
	return has(f.day, f.mail, f.tel) || has(f.street) && has(f.code, f.city)
}

// apart reports whether two rows may not be joined, whatever they share.
func (s *solver) apart(a, b int32) bool {
	return s.f.source[a] == s.f.source[b] && s.opts.Unique[s.f.sources[s.f.source[a]]]
}

// stride is how many rows a worker takes at a time.
const stride = 1 << 12

// passes is how often solve walks all rows: two more to learn.
func (s *solver) passes() int {
	if s.model != nil {
		return 3
	}
	return 5
}

// eachStride walks n rows, a part at a time: do gets where a part starts and ends, take in order what comes of it.
func eachStride[T any](s *solver, n int, do func(from, to int) T, take func(T)) error {
	part := 0
	return each(s, (n+stride-1)/stride,
		func(part int) T { return do(part*stride, min((part+1)*stride, n)) },
		func(x T) {
			take(x)
			if part++; s.opts.Progress != nil {
				s.opts.Progress(int64(min(part*stride, n)/s.passes() - (part-1)*stride/s.passes()))
			}
		})
}

// eachPair visits the candidate pairs of all rows; visit collects into out for a part of the rows, take gets it in order.
func eachPair[T any](s *solver, visit func(out *T, a, b int32), take func(*T)) error {
	return eachStride(s, s.f.rows,
		func(from, to int) *T {
			m := s.marks()
			defer s.release(m)
			out := new(T)
			for row := int32(from); row < int32(to); row++ {
				s.blocks.pairs(row, m, func(other int32) { visit(out, row, other) })
			}
			return out
		}, take)
}

// sample takes the pairs that EM looks at, and tells for how many each stands.
func (s *solver) sample() ([]shown, float64, error) {
	type part struct {
		n    int64
		list []uint64
	}
	var all []uint64
	var step atomic.Uint64 // it only doubles: what an older one lets through, the newer takes out again
	step.Store(1)
	sum := func(p uint64) uint64 { return mix(s.f.sum[p>>32], s.f.sum[uint32(p)]) }
	err := eachPair(s, func(out *part, a, b int32) {
		out.n++
		if p := pairKey(a, b); sum(p)%step.Load() == 0 {
			out.list = append(out.list, p)
		}
	}, func(out *part) {
		s.diag.Pairs += out.n
		other := func(p uint64) bool { return sum(p)%step.Load() != 0 }
		all = append(all, slices.DeleteFunc(out.list, other)...)
		for len(all) > emPairs { // halve what was taken, and take half as many from here on
			step.Store(2 * step.Load())
			all = slices.DeleteFunc(all, other)
		}
	})
	list := make([]shown, len(all))
	for i, p := range all {
		list[i].a, list[i].b = int32(p>>32), int32(uint32(p))
	}
	return list, float64(step.Load()), err
}

// knownPairs are the pairs within clusters; of a large one, some.
func (s *solver) knownPairs(cluster []int32) []shown {
	members := make(map[int32][]int32)
	for _, r := range s.rows {
		if cluster[r] != r {
			if members[cluster[r]] == nil {
				members[cluster[r]] = []int32{cluster[r]}
			}
			members[cluster[r]] = append(members[cluster[r]], r)
		}
	}
	var out []shown
	for _, r := range s.rows {
		m := members[r]
		if m == nil {
			continue
		}
		m = some(m, 40)
		for i, a := range m {
			for _, b := range m[i+1:] {
				out = append(out, shown{a: a, b: b})
			}
		}
	}
	return out
}

// unknownPairs are those of the sample that are not within a cluster.
func unknownPairs(sample []shown, cluster []int32) []shown {
	out := make([]shown, 0, len(sample))
	for _, x := range sample {
		if cluster[x.a] != cluster[x.b] {
			out = append(out, x)
		}
	}
	return out
}

// score weighs every candidate and gives those that may matter, from the best down.
func (s *solver) score() ([]edge, error) {
	type part struct {
		list []edge
	}
	var edges []edge
	err := eachPair(s, func(out *part, a, b int32) {
		if bits := s.w.weighFrom(a, b, floorBits); bits >= floorBits {
			out.list = append(out.list, edge{a, b, float32(bits)})
		}
	}, func(out *part) { edges = append(edges, out.list...) })
	slices.SortFunc(edges, func(x, y edge) int {
		return cmp.Or(cmp.Compare(y.bits, x.bits), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return edges, err
}

// threshold is the lowest odds, in bits, at which two records are joined.
func (s *solver) threshold() float64 {
	p := min(max(s.opts.Threshold, 1e-6), 1-1e-9)
	return math.Log2(p / (1 - p))
}
