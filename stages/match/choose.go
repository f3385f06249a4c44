package match

import (
	"errors"
	"math"
	"math/bits"
	"slices"
	"sync/atomic"
)

const (
	pairBudget   = 100        // pairs a row, at most
	mostKeys     = 60         // keys that are used at most
	countedRows  = 10_000     // rows whose blocks are counted
	anchorRows   = 2000       // rows whose likely matches the choice is made by
	anchorPairs  = 20_000_000 // what may stand in the blocks of the anchors; there are fewer of them where it is more
	likelyBits   = -3         // what a likely match weighs at least, by the first guess at the weights
	pairsCheap   = 5          // pairs a row that are spent even where they bring little
	littleGained = 1e-3       // the share of likely matches that a key must bring, were those before it spoilt, once pairsCheap are spent
	leastGained  = 1e-5       // and before
)

// tried is what a possible key would do.
type tried struct {
	key    blockingKey
	pairs  float64  // estimated over all rows
	likely []uint64 // likely matches of the anchors that it brings, sorted
}

// chooseKeys picks keys greedily. The pairs of every possible key are counted on a sample of its blocks; what it is good for
// is seen on the blocks of some rows, the anchors: which of their likely matches it brings.
func (s *solver) chooseKeys(atoms []atom, rows []int32) ([]blockingKey, error) {
	possible := s.f.possibleKeys(atoms)
	if s.model != nil {
		var out []blockingKey
		for _, k := range possible {
			if slices.Contains(s.model.Keys, k.name) {
				out = append(out, k)
				s.diag.Keys = append(s.diag.Keys, Key{Name: k.name})
			}
		}
		if len(out) == 0 {
			return nil, errors.New("saved model: none of its blocking keys can be made of these columns; train a new one")
		}
		return out, nil
	}
	pairs, err := s.countPairs(atoms, possible, rows)
	if err != nil {
		return nil, err
	}
	var list []tried
	all := 0.0
	for i, k := range possible {
		if pairs[i] > 0 && pairs[i] <= pairBudget*float64(len(rows)) {
			list = append(list, tried{key: k, pairs: pairs[i]})
			all += 1 + 2*pairs[i]/float64(len(rows))
		}
	}
	anchors := uint64(max(min(anchorRows, anchorPairs/max(all, 1)), 200))
	var chosen []int32
	for _, row := range rows {
		if uint64(len(rows)) <= anchors || mix(s.f.sum[row], 7)%uint64(len(rows)) < anchors {
			chosen = append(chosen, row)
		}
	}
	if err := s.findLikely(atoms, list, rows, chosen); err != nil {
		return nil, err
	}
	return s.pick(atoms, list, float64(len(rows))), nil
}

// countPairs estimates how many pairs each key brings, by one block in so many.
func (s *solver) countPairs(atoms []atom, possible []blockingKey, rows []int32) ([]float64, error) {
	step := max(1, len(rows)/countedRows)
	counted := math.MaxUint64 / uint64(step) // blocks whose mixed keys are up to here
	sampled := make([][]uint64, len(possible))
	err := eachStride(s, len(rows),
		func(from, to int) [][]uint64 {
			out := make([][]uint64, len(possible))
			var d derived
			var hashes []uint64
			for _, row := range rows[from:to] {
				d.fill(atoms, row)
				for i, k := range possible {
					hashes = d.under(k, hashes[:0])
					for _, h := range hashes {
						if mix(h, 3) <= counted {
							out[i] = append(out[i], h)
						}
					}
				}
			}
			return out
		},
		func(part [][]uint64) {
			for i, hashes := range part {
				sampled[i] = append(sampled[i], hashes...)
			}
		})
	if err != nil {
		return nil, err
	}
	pairs := make([]float64, len(possible))
	return pairs, s.parallel(len(possible), func(i int) {
		list := sampled[i]
		slices.Sort(list)
		for from := 0; from < len(list); {
			to := from + 1
			for to < len(list) && list[to] == list[from] {
				to++
			}
			if n := to - from; n <= blockCap {
				pairs[i] += float64(n) * float64(n-1) / 2 * float64(step)
			}
			from = to
		}
	})
}

// findLikely finds for each key which likely matches of the anchors it brings. Every row that shares a block with an anchor is
// weighed against it once, whatever the number of keys they share.
func (s *solver) findLikely(atoms []atom, list []tried, rows, anchors []int32) error {
	isAnchor := make([]bool, s.f.rows)
	of := make([]derived, len(anchors))
	for i, row := range anchors {
		isAnchor[row] = true
		of[i].fill(atoms, row)
	}
	seen := make([]*slots, len(atoms)) // values of the anchors; others make no block with them
	for i := range atoms {
		var values []uint64
		for j := range of {
			values = append(values, of[j].of(i)...)
		}
		seen[i] = newSlots(values)
	}
	tables := make([]*slots, len(list)) // of the anchors' blocks under each key
	first := make([]uint32, len(list))  // the number of a key's first block
	blocks := uint32(0)
	var hashes []uint64
	for i := range list {
		hashes = hashes[:0]
		for j := range of {
			hashes = of[j].under(list[i].key, hashes)
		}
		tables[i], first[i] = newSlots(hashes), blocks
		blocks += tables[i].n
	}
	size := make([]atomic.Uint32, blocks)
	type member struct {
		block uint32
		row   int32
	}
	var members []member
	err := eachStride(s, len(rows),
		func(from, to int) (out []member) {
			var some [256]derived // rows that are looked at under one key, while its table is near
			var hashes []uint64
			for part := range slices.Chunk(rows[from:to], len(some)) {
				for j, row := range part {
					some[j].fill(atoms, row)
					some[j].keep(seen)
				}
				for i := range list {
					for j, row := range part {
						hashes = some[j].under(list[i].key, hashes[:0])
						for _, h := range hashes {
							if slot, ok := tables[i].find(h); ok && size[first[i]+slot].Add(1) <= blockCap {
								out = append(out, member{first[i] + slot, row})
							}
						}
					}
				}
			}
			return out
		},
		func(part []member) { members = append(members, part...) })
	if err != nil {
		return err
	}
	ends := make([]uint32, blocks+1)
	for i := range size {
		ends[i+1] = ends[i]
		if n := size[i].Load(); n <= blockCap { // of larger ones, which members were kept is chance
			ends[i+1] += n
		}
	}
	block := make([]int32, ends[blocks])
	at := slices.Clone(ends)
	for _, m := range members {
		if size[m.block].Load() <= blockCap {
			block[at[m.block]] = m.row
			at[m.block]++
		}
	}
	members = nil

	type hit struct {
		key  int
		pair uint64
	}
	err = each(s, len(anchors),
		func(n int) (out []hit) {
			m := s.marks()
			defer s.release(m)
			m.clear()
			row := anchors[n]
			likely := make(map[int32]bool)
			var hashes []uint64
			for i := range list {
				hashes = of[n].under(list[i].key, hashes[:0])
				for _, h := range hashes {
					slot, _ := tables[i].find(h)
					at := first[i] + slot
					for _, other := range block[ends[at]:ends[at+1]] {
						if other == row || isAnchor[other] && other < row {
							continue
						}
						if m.set(other) && s.w.weigh(row, other) > likelyBits {
							likely[other] = true
						}
						if len(likely) > 0 && likely[other] {
							out = append(out, hit{i, pairKey(row, other)})
						}
					}
				}
			}
			return out
		},
		func(hits []hit) {
			for _, h := range hits {
				list[h.key].likely = append(list[h.key].likely, h.pair)
			}
		})
	if err != nil {
		return err
	}
	return s.parallel(len(list), func(i int) {
		slices.Sort(list[i].likely)
		list[i].likely = slices.Compact(list[i].likely)
	})
}

// slots numbers hashes in an open table. Most that are not there are known by a bit.
type slots struct {
	hash   []uint64
	number []uint32
	bits   []uint64
	n      uint32
}

func newSlots(list []uint64) *slots {
	size := 64
	for size < 2*len(list) {
		size *= 2
	}
	t := &slots{hash: make([]uint64, size), number: make([]uint32, size), bits: make([]uint64, size/8)}
	for _, h := range list {
		word, bit := t.bit(h)
		t.bits[word] |= bit
		i := t.start(h)
		for t.hash[i] != h && t.hash[i] != 0 {
			i = (i + 1) & uint64(size-1)
		}
		if t.hash[i] == 0 {
			t.hash[i], t.number[i] = h, t.n
			t.n++
		}
	}
	return t
}

func (t *slots) bit(h uint64) (word, bit uint64) {
	return (h >> 7) & uint64(len(t.bits)-1), 1 << (h >> 1 & 63)
}

func (t *slots) start(h uint64) uint64 { return h >> 20 & uint64(len(t.hash)-1) }

// find gives the number of a hash, which is not 0.
func (t *slots) find(h uint64) (slot uint32, ok bool) {
	if word, bit := t.bit(h); t.bits[word]&bit == 0 {
		return 0, false
	}
	for i := t.start(h); t.hash[i] != 0; i = (i + 1) & uint64(len(t.hash)-1) {
		if t.hash[i] == h {
			return t.number[i], true
		}
	}
	return 0, false
}

// residual is what a key still brings of a likely match that another brings already: the chance that a slip spoils the other
// and not this one. It is less the more features they have in common.
func residual(a, b uint32) float64 {
	both, all := bits.OnesCount32(a&b), bits.OnesCount32(a|b)
	switch {
	case both == 0:
		return .3
	case both < all:
		return .15
	}
	return .03
}

// pick takes the key that gains most for its pairs, again and again.
func (s *solver) pick(atoms []atom, list []tried, rows float64) []blockingKey {
	number := make(map[uint64]int32) // of likely matches
	for i := range list {
		for _, p := range list[i].likely {
			if _, ok := number[p]; !ok {
				number[p] = int32(len(number))
			}
		}
	}
	features := make([]uint32, len(list))
	brings := make([][]int32, len(list))
	worth := make([][]float64, len(list)) // of each likely match that a key brings, what is left for it
	for i := range list {
		features[i] = s.f.featuresOf(atoms, list[i].key)
		for _, p := range list[i].likely {
			brings[i] = append(brings[i], number[p])
			worth[i] = append(worth[i], 1)
		}
	}
	covered := make([]bool, len(number))
	var out []blockingKey
	used := make([]bool, len(list))
	spent := 0.0
	for len(out) < mostKeys {
		best, most, left := -1, 0.0, 0.0
		for i := range list {
			if used[i] || spent+list[i].pairs > pairBudget*rows {
				continue
			}
			gain := 0.0
			for _, w := range worth[i] {
				gain += w
			}
			if per := gain / (list[i].pairs + .2*rows); per > most {
				best, most, left = i, per, gain
			}
		}
		if best < 0 || left < leastGained*float64(len(covered)) || left < littleGained*float64(len(covered)) && len(out) > 5 && spent > pairsCheap*rows {
			break
		}
		used[best] = true
		now := make([]bool, len(covered))
		for _, p := range brings[best] {
			now[p], covered[p] = true, true
		}
		for i := range list {
			rest := residual(features[i], features[best])
			for j, p := range brings[i] {
				if now[p] {
					worth[i][j] *= rest
				}
			}
		}
		spent += list[best].pairs
		out = append(out, list[best].key)
		s.diag.Keys = append(s.diag.Keys, Key{Name: list[best].key.name, Pairs: int64(math.Round(list[best].pairs))})
	}
	return out
}

// featuresOf are the features that a key is made of, a bit each.
func (f *features) featuresOf(atoms []atom, k blockingKey) (set uint32) {
	for _, at := range []int{k.a, k.b} {
		switch {
		case at < 0:
		case atoms[at].group < len(f.list):
			set |= 1 << atoms[at].group
		default: // of names, whatever their place
			for i, x := range f.list {
				if x == f.given || x == f.family {
					set |= 1 << i
				}
			}
		}
	}
	return set
}
