package match

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/pool"
)

// Blocking brings together rows that share a key. A key is one derived value (the family name by sound), or two of
// different features together (the month of birth and the first letters of the given name). Which of the few hundred
// possible keys are used is chosen from the data: those that bring most likely matches for the fewest pairs.

const (
	blockCap     = 100    // rows of a block; a larger one brings nobody together
	pairBudget   = 100    // pairs a row, at most
	pairsWanted  = 20     // pairs a row are spent even where they bring little
	mostKeys     = 60     // keys that are used at most
	countedRows  = 20_000 // rows whose blocks are counted
	anchorRows   = 3000   // rows whose likely matches the choice is made by
	likelyBits   = -3     // what a likely match weighs at least, by the first guess at the weights
	littleGained = 1e-4   // the share of likely matches that a key must add, once pairsWanted are spent
)

// atom is a derived value of a feature; of a row it may have several.
type atom struct {
	name  string
	group int // atoms of one group are not joined: they say the same
	weak  bool
	keys  func(row int32, emit func(uint64))
}

// blockingKey is one atom, or two.
type blockingKey struct {
	name string
	a, b int // numbers of atoms; b is -1 for one alone
}

// groups of atoms over several features.
const (
	anyName = 1000 + iota
	bothNames
	bothSounds
)

// atoms lists the derived values of the features.
func (f *features) atoms() []atom {
	var out []atom
	byValue := func(x *feature, group int, suffix string, weak bool, derive func(s string) string) {
		hashes := make([]uint64, x.dict.size()+1)
		for id := 1; id < len(hashes); id++ {
			if s := derive(x.dict.text(uint32(id))); s != "" {
				hashes[id] = hash(s) | 1
			}
		}
		out = append(out, atom{x.name + suffix, group, weak, func(row int32, emit func(uint64)) {
			var buf [1]uint32
			for _, v := range x.of(row, &buf) {
				if h := hashes[v]; h != 0 {
					emit(h)
				}
			}
		}})
	}
	bySound := func(x *feature, group int) {
		out = append(out, atom{x.name + " by sound", group, false, func(row int32, emit func(uint64)) {
			if v := x.one[row]; v > 0 {
				emit(x.dict.sounds[v])
			}
		}})
	}
	same := func(s string) string { return s }
	first := func(n int) func(string) string { return func(s string) string { return s[:min(len(s), n)] } }
	for i, x := range f.list {
		switch x.kind {
		case nameKind:
			byValue(x, i, "", false, same)
			bySound(x, i)
			byValue(x, i, " first 3", false, first(3))
			byValue(x, i, " letters", false, distinctLetters)
		case wordsKind:
			byValue(x, i, "", false, same)
		case dateKind:
			byValue(x, i, "", false, same)
			byValue(x, i, " month", false, func(s string) string { return s[:min(len(s), 7)] })
			byValue(x, i, " day of year", false, func(s string) string {
				if len(s) != 10 || s[5:] == "01-01" {
					return ""
				}
				return s[5:]
			})
			byValue(x, i, " year", true, first(4))
			byValue(x, i, " year and day", true, func(s string) string {
				if len(s) != 10 {
					return ""
				}
				return s[:4] + s[8:]
			})
		case mailKind:
			local := func(s string) string { l, _ := cutMail(s); return l }
			byValue(x, i, "", false, same)
			byValue(x, i, " name", false, local)
			byValue(x, i, " domain", true, func(s string) string { _, d := cutMail(s); return d })
			byValue(x, i, " letters", false, func(s string) string { return distinctLetters(local(s)) })
		case telKind:
			byValue(x, i, "", false, same)
			byValue(x, i, " last 5", false, func(s string) string { return s[len(s)-5:] })
			byValue(x, i, " first 5", false, first(5))
		case codeKind:
			byValue(x, i, "", false, same)
			byValue(x, i, " district", true, func(s string) string {
				if isLetter(s[0]) && len(s) > 4 {
					return s[:len(s)-3]
				}
				return s[:min(len(s), 3)]
			})
		case textKind:
			byValue(x, i, "", false, same)
			out = append(out, atom{x.name + " rare word", i, false, rareWords(x)})
			byValue(x, i, " first 6", false, func(s string) string { s = joinedWords(s); return s[:min(len(s), 6)] })
		case placeKind:
			byValue(x, i, "", false, same)
			byValue(x, i, " by sound", true, phonetic)
		case idKind:
			byValue(x, i, "", false, same)
			byValue(x, i, " first half", false, func(s string) string { return s[:(len(s)+1)/2] })
			byValue(x, i, " last half", false, func(s string) string { return s[len(s)/2:] })
		case numberKind:
			byValue(x, i, "", false, same)
		case categoryKind, countryKind, genderKind:
			byValue(x, i, "", true, same)
		}
	}
	return append(out, f.nameAtoms()...)
}

// rareWords gives the two rarest words of a text.
func rareWords(x *feature) func(row int32, emit func(uint64)) {
	w := x.dict.words
	rarest := make([][2]uint64, x.dict.size()+1)
	for id := 1; id < len(rarest); id++ {
		list := slices.Clone(w.of(uint32(id)))
		slices.SortFunc(list, func(a, b uint32) int {
			return cmp.Or(cmp.Compare(w.weight[b], w.weight[a]), strings.Compare(w.dict.text(a), w.dict.text(b)))
		})
		for i, t := range list[:min(len(list), 2)] {
			rarest[id][i] = hash(w.dict.text(t)) | 1
		}
	}
	return func(row int32, emit func(uint64)) {
		var buf [1]uint32
		for _, v := range x.of(row, &buf) {
			for _, h := range rarest[v] {
				if h != 0 {
					emit(h)
				}
			}
		}
	}
}

// nameAtoms are names whatever their place: swapped names, and those that moved to the middle, are found by them.
func (f *features) nameAtoms() []atom {
	var names []*feature
	var plain, sound, letters [][]uint64
	for _, x := range f.list {
		if x.kind != nameKind && x.kind != wordsKind {
			continue
		}
		names = append(names, x)
		derive := func(how func(string) string) []uint64 {
			out := make([]uint64, x.dict.size()+1)
			for id := 1; id < len(out); id++ {
				if s := how(x.dict.text(uint32(id))); s != "" {
					out[id] = hash(s) | 1
				}
			}
			return out
		}
		plain = append(plain, derive(func(s string) string { return s }))
		sound = append(sound, x.dict.sounds)
		letters = append(letters, derive(distinctLetters))
	}
	all := func(hashes [][]uint64, row int32, list []uint64) []uint64 {
		var buf [1]uint32
		for i, x := range names {
			for _, v := range x.of(row, &buf) {
				if h := hashes[i][v]; h != 0 {
					list = append(list, h)
				}
			}
		}
		return list
	}
	each := func(hashes [][]uint64) func(int32, func(uint64)) {
		return func(row int32, emit func(uint64)) {
			var buf [8]uint64
			for _, h := range all(hashes, row, buf[:0]) {
				emit(h)
			}
		}
	}
	pairs := func(hashes [][]uint64) func(int32, func(uint64)) {
		return func(row int32, emit func(uint64)) {
			var buf [8]uint64
			list := all(hashes, row, buf[:0])
			for i := range list {
				for j := i + 1; j < len(list); j++ {
					emit(mix(min(list[i], list[j]), max(list[i], list[j])))
				}
			}
		}
	}
	return []atom{
		{"any name", anyName, false, each(plain)},
		{"any name by sound", anyName, false, each(sound)},
		{"any name letters", anyName, false, each(letters)},
		{"two names", bothNames, false, pairs(plain)},
		{"two names by sound", bothSounds, false, pairs(sound)},
	}
}

// distinctLetters are the letters of a word in order, each once.
func distinctLetters(s string) string {
	b := []byte(joinedWords(s))
	slices.Sort(b)
	return string(slices.Compact(b))
}

// possibleKeys lists the keys that can be made of atoms: single ones, and pairs that do not say the same twice.
func (f *features) possibleKeys(atoms []atom) []blockingKey {
	isName := func(group int) bool {
		return group < len(f.list) && (f.list[group].kind == nameKind || f.list[group].kind == wordsKind)
	}
	var out []blockingKey
	for i, a := range atoms {
		if !a.weak {
			out = append(out, blockingKey{a.name, i, -1})
		}
		for j := i + 1; j < len(atoms); j++ {
			b := atoms[j]
			if a.group == b.group || a.weak && b.weak || b.group >= anyName && (a.group >= anyName || isName(a.group)) {
				continue
			}
			out = append(out, blockingKey{a.name + " + " + b.name, i, j})
		}
	}
	return out
}

// keysOf calls emit with the hashes of a key for one row.
func keysOf(atoms []atom, k blockingKey, row int32, emit func(uint64)) {
	a := &atoms[k.a]
	if k.b < 0 {
		a.keys(row, emit)
		return
	}
	b := &atoms[k.b]
	a.keys(row, func(x uint64) { b.keys(row, func(y uint64) { emit(mix(x, y)) }) })
}

// entry is a row under a key.
type entry struct {
	key uint64
	row int32
}

func sortEntries(list []entry) {
	slices.SortFunc(list, func(a, b entry) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return int(a.row - b.row)
	})
}

// eachBlock visits runs of entries of one key, which may hold a row twice.
func eachBlock(list []entry, visit func([]entry)) {
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && list[j].key == list[i].key {
			j++
		}
		visit(list[i:j])
		i = j
	}
}

// tried is what a possible key would do.
type tried struct {
	key    blockingKey
	pairs  float64  // estimated over all rows
	likely []uint64 // likely matches of the anchors that it brings, sorted
}

// chooseKeys picks keys greedily. Every key is tried on a sample of its blocks, for its number of pairs, and on the blocks
// that hold one of the anchors, for the likely matches that it brings.
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
		return out, nil
	}
	step := uint64(max(1, len(rows)/countedRows)) // one block in so many is counted
	anchors := make(map[int32]bool)
	for i, row := range rows {
		if len(rows) <= anchorRows || mix(uint64(i), 7)%uint64(len(rows)) < anchorRows {
			anchors[row] = true
		}
	}
	list := make([]tried, 0, len(possible))
	err := pool.Ordered(s.ctx, s.workers,
		func(_ context.Context, emit func(blockingKey) error) error {
			for _, k := range possible {
				if err := emit(k); err != nil {
					return err
				}
			}
			return nil
		},
		func(k blockingKey) (tried, error) {
			w := s.worker()
			defer s.release(w)
			return s.try(atoms, k, rows, anchors, step, w), nil
		},
		func(t tried) error {
			if t.pairs > 0 && t.pairs <= pairBudget*float64(len(rows)) {
				list = append(list, t)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	return s.pick(list, float64(len(rows))), nil
}

// try counts the pairs of a key and finds the likely matches of the anchors.
func (s *solver) try(atoms []atom, k blockingKey, rows []int32, anchors map[int32]bool, step uint64, w *worker) tried {
	t := tried{key: k}
	const bits = 1 << 18
	var filter [bits / 64]uint64
	for row := range anchors {
		keysOf(atoms, k, row, func(h uint64) { filter[h%bits/64] |= 1 << (h % 64) })
	}
	var list []entry
	for _, row := range rows {
		keysOf(atoms, k, row, func(h uint64) {
			if h%step == 0 || filter[h%bits/64]&(1<<(h%64)) != 0 {
				list = append(list, entry{h, row})
			}
		})
	}
	sortEntries(list)
	list = slices.Compact(list)
	pairs := 0
	eachBlock(list, func(block []entry) {
		if len(block) < 2 || len(block) > blockCap {
			return
		}
		if block[0].key%step == 0 {
			pairs += len(block) * (len(block) - 1) / 2
		}
		for i, a := range block {
			if !anchors[a.row] {
				continue
			}
			for j, b := range block {
				if i != j && !(anchors[b.row] && b.row < a.row) && s.likely(w, a.row, b.row) {
					t.likely = append(t.likely, pairKey(a.row, b.row))
				}
			}
		}
	})
	t.pairs = float64(pairs) * float64(step)
	slices.Sort(t.likely)
	t.likely = slices.Compact(t.likely)
	return t
}

// likely reports whether two rows may be one person. The same pairs come up under many keys.
func (s *solver) likely(w *worker, a, b int32) bool {
	key := pairKey(a, b)
	at := mix(key, 13) % cacheSlots
	if w.pairs[at]>>1 == key && key != 0 {
		return w.pairs[at]&1 == 1
	}
	is := s.w.weigh(w, a, b) > likelyBits
	w.pairs[at] = key << 1
	if is {
		w.pairs[at] |= 1
	}
	return is
}

// pick takes the key that gains most for its pairs, again and again. A likely match that one chosen key brings already
// still counts a little for the next two: keys are not independent of the slips in the data.
func (s *solver) pick(list []tried, rows float64) []blockingKey {
	worth := [...]float64{1, .3, .1}
	covered := make(map[uint64]uint8)
	for _, t := range list {
		for _, p := range t.likely {
			covered[p] = 0
		}
	}
	var out []blockingKey
	used := make([]bool, len(list))
	spent := 0.0
	for len(out) < mostKeys {
		best, most := -1, 0.0
		for i, t := range list {
			if used[i] || spent+t.pairs > pairBudget*rows {
				continue
			}
			gain := 0.0
			for _, p := range t.likely {
				if c := covered[p]; int(c) < len(worth) {
					gain += worth[c]
				}
			}
			if gain /= t.pairs + .2*rows; gain > most {
				best, most = i, gain
			}
		}
		if best < 0 {
			break
		}
		used[best] = true
		fresh := 0
		for _, p := range list[best].likely {
			if covered[p] == 0 {
				fresh++
			}
			covered[p]++
		}
		if float64(fresh) < littleGained*float64(len(covered)) && len(out) > 5 && spent > pairsWanted*rows {
			break
		}
		spent += list[best].pairs
		out = append(out, list[best].key)
		s.diag.Keys = append(s.diag.Keys, Key{Name: list[best].key.name, Pairs: int64(math.Round(list[best].pairs))})
	}
	return out
}

// blocks are the blocks of the chosen keys: whose members they are, and for each row in which it stands.
type blocks struct {
	ends    []uint32 // of each block's members
	members []int32
	rowEnds []uint32 // of each row's blocks
	ofRow   []uint32
}

// build makes the blocks of the chosen keys over rows.
func (s *solver) build(atoms []atom, chosen []blockingKey, rows []int32) (*blocks, error) {
	b := &blocks{ends: []uint32{0}}
	type found struct {
		entries []entry // of blocks that are neither alone nor too large
		dropped int64
	}
	i := 0
	err := pool.Ordered(s.ctx, s.workers,
		func(_ context.Context, emit func(blockingKey) error) error {
			for _, k := range chosen {
				if err := emit(k); err != nil {
					return err
				}
			}
			return nil
		},
		func(k blockingKey) (found, error) {
			var x found
			var list []entry
			for _, row := range rows {
				keysOf(atoms, k, row, func(h uint64) { list = append(list, entry{h, row}) })
			}
			sortEntries(list)
			list = slices.Compact(list)
			eachBlock(list, func(block []entry) {
				switch {
				case len(block) > blockCap:
					x.dropped += int64(len(block))
				case len(block) > 1:
					x.entries = append(x.entries, block...)
				}
			})
			return x, nil
		},
		func(x found) error {
			s.diag.Keys[i].Dropped = x.dropped
			i++
			eachBlock(x.entries, func(block []entry) {
				for _, e := range block {
					b.members = append(b.members, e.row)
				}
				b.ends = append(b.ends, uint32(len(b.members)))
			})
			return nil
		})
	if err != nil {
		return nil, err
	}
	if uint64(len(b.members)) > math.MaxUint32 {
		return nil, fmt.Errorf("match: %d block members are more than can be numbered", len(b.members))
	}
	b.rowEnds = make([]uint32, s.f.rows+1)
	for _, m := range b.members {
		b.rowEnds[m+1]++
	}
	for i := 1; i < len(b.rowEnds); i++ {
		b.rowEnds[i] += b.rowEnds[i-1]
	}
	b.ofRow = make([]uint32, len(b.members))
	at := slices.Clone(b.rowEnds)
	for k := range len(b.ends) - 1 {
		for _, m := range b.members[b.ends[k]:b.ends[k+1]] {
			b.ofRow[at[m]] = uint32(k)
			at[m]++
		}
	}
	return b, nil
}

// pairs visits the rows behind row that share a block with it, each once.
func (b *blocks) pairs(row int32, w *worker, visit func(other int32)) {
	w.mark++
	for _, k := range b.ofRow[b.rowEnds[row]:b.rowEnds[row+1]] {
		for _, other := range b.members[b.ends[k]:b.ends[k+1]] {
			if other > row && w.seen[other] != w.mark {
				w.seen[other] = w.mark
				visit(other)
			}
		}
	}
}

// shared counts the blocks that two rows share.
func (b *blocks) shared(x, y int32) int {
	n := 0
	for _, k := range b.ofRow[b.rowEnds[x]:b.rowEnds[x+1]] {
		if _, ok := slices.BinarySearch(b.ofRow[b.rowEnds[y]:b.rowEnds[y+1]], k); ok {
			n++
		}
	}
	return n
}

func pairKey(a, b int32) uint64 { return uint64(uint32(min(a, b)))<<32 | uint64(uint32(max(a, b))) }
