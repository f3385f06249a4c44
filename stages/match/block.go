package match

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Blocking brings together rows that share a key. A key is one derived value (the family name by sound), or two of
// different features together (the month of birth and the first letters of the given name). Which of the few hundred
// possible keys are used is chosen from the data: those that bring most likely matches for the fewest pairs.

// blockCap is how many rows a block has at most; a larger one brings nobody together.
const blockCap = 100

// atom is a derived value of a feature; of a row it may have several.
type atom struct {
	name   string
	group  int // atoms of one group are not joined: they say the same
	weak   bool
	values func(row int32, to []uint64) []uint64 // appends the hashes of the row's values
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
		out = append(out, atom{x.name + suffix, group, weak, func(row int32, to []uint64) []uint64 {
			var buf [1]uint32
			for _, v := range x.of(row, &buf) {
				if h := hashes[v]; h != 0 {
					to = append(to, h)
				}
			}
			return to
		}})
	}
	bySound := func(x *feature, group int) {
		out = append(out, atom{x.name + " by sound", group, false, func(row int32, to []uint64) []uint64 {
			if v := x.at(row); v > 0 {
				to = append(to, x.dict.sounds[v])
			}
			return to
		}})
	}
	same := func(s string) string { return s }
	first := func(n int) func(string) string { return func(s string) string { return s[:min(len(s), n)] } }
	for i, x := range f.list {
		if c, _ := f.chosen(x); c.NoBlock {
			continue
		}
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
			byValue(x, i, " number", false, func(s string) string { return ownNumber(local(s)) })
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
		case textKind, firmKind:
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
		case categoryKind:
			byValue(x, i, "", true, same)
		}
	}
	return append(out, f.nameAtoms()...)
}

// rareWords gives the two rarest words of a text.
func rareWords(x *feature) func(row int32, to []uint64) []uint64 {
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
	return func(row int32, to []uint64) []uint64 {
		var buf [1]uint32
		for _, v := range x.of(row, &buf) {
			for _, h := range rarest[v] {
				if h != 0 {
					to = append(to, h)
				}
			}
		}
		return to
	}
}

// nameAtoms are names whatever their place: swapped names, and those that moved to the middle, are found by them.
func (f *features) nameAtoms() []atom {
	var names []*feature
	var plain, sound, letters [][]uint64
	for _, x := range f.list {
		if c, _ := f.chosen(x); c.NoBlock || x.kind != nameKind && x.kind != wordsKind {
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
	single := func(hashes [][]uint64) func(int32, []uint64) []uint64 {
		return func(row int32, to []uint64) []uint64 { return all(hashes, row, to) }
	}
	pairs := func(hashes [][]uint64) func(int32, []uint64) []uint64 {
		return func(row int32, to []uint64) []uint64 {
			var buf [8]uint64
			list := all(hashes, row, buf[:0])
			for i := range list {
				for j := i + 1; j < len(list); j++ {
					to = append(to, mix(min(list[i], list[j]), max(list[i], list[j])))
				}
			}
			return to
		}
	}
	return []atom{
		{"any name", anyName, false, single(plain)},
		{"any name by sound", anyName, false, single(sound)},
		{"any name letters", anyName, false, single(letters)},
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

// derived are the values of all atoms of one row.
type derived struct {
	values []uint64
	ends   []int
}

func (d *derived) fill(atoms []atom, row int32) {
	d.values, d.ends = d.values[:0], d.ends[:0]
	for i := range atoms {
		d.values = atoms[i].values(row, d.values)
		d.ends = append(d.ends, len(d.values))
	}
}

// keep drops the values that are not among those of their atom.
func (d *derived) keep(wanted []*slots) {
	from, n := 0, 0
	for i, end := range d.ends {
		for _, h := range d.values[from:end] {
			if _, ok := wanted[i].find(h); ok {
				d.values[n] = h
				n++
			}
		}
		from, d.ends[i] = end, n
	}
	d.values = d.values[:n]
}

func (d *derived) of(atom int) []uint64 {
	from := 0
	if atom > 0 {
		from = d.ends[atom-1]
	}
	return d.values[from:d.ends[atom]]
}

// under appends the hashes of a key for the row, each once.
func (d *derived) under(k blockingKey, to []uint64) []uint64 {
	a := d.of(k.a)
	if len(a) == 0 {
		return to
	}
	if k.b < 0 {
		return appendNew(to, len(to), a)
	}
	b, from := d.of(k.b), len(to)
	if len(a) == 1 && len(b) == 1 {
		return append(to, mix(a[0], b[0]))
	}
	for _, x := range a {
		for _, y := range b {
			h := [1]uint64{mix(x, y)}
			to = appendNew(to, from, h[:])
		}
	}
	return to
}

// appendNew appends what is not there yet, from a place on.
func appendNew(to []uint64, from int, list []uint64) []uint64 {
	for _, h := range list {
		if !slices.Contains(to[from:], h) {
			to = append(to, h)
		}
	}
	return to
}

// entry is a row under a key.
type entry struct {
	key uint64
	row int32
}

// sortEntries sorts entries that come by row: it deals them out by the first bits of their keys, and sorts each part.
func sortEntries(list []entry) {
	const partBits = 10
	part := func(e entry) uint64 { return e.key >> (64 - partBits) }
	var ends [1<<partBits + 1]int
	for _, e := range list {
		ends[part(e)+1]++
	}
	for i := range 1 << partBits {
		ends[i+1] += ends[i]
	}
	dealt, at := make([]entry, len(list)), ends
	for _, e := range list {
		dealt[at[part(e)]] = e
		at[part(e)]++
	}
	for i := range 1 << partBits {
		slices.SortFunc(dealt[ends[i]:ends[i+1]], func(a, b entry) int {
			switch {
			case a.key < b.key:
				return -1
			case a.key > b.key:
				return 1
			}
			return int(a.row - b.row)
		})
	}
	copy(list, dealt)
}

// eachBlock visits runs of entries of one key.
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
	err := each(s, len(chosen),
		func(n int) found {
			var x found
			var list []entry
			k := blockingKey{a: 0, b: -1}
			own := []atom{atoms[chosen[n].a]} // the atoms of this key alone
			if chosen[n].b >= 0 {
				own = append(own, atoms[chosen[n].b])
				k.b = 1
			}
			var d derived
			var hashes []uint64
			for _, row := range rows {
				d.fill(own, row)
				hashes = d.under(k, hashes[:0])
				for _, h := range hashes {
					list = append(list, entry{h, row})
				}
			}
			sortEntries(list)
			eachBlock(list, func(block []entry) {
				switch {
				case len(block) > blockCap:
					x.dropped += int64(len(block))
				case len(block) > 1:
					x.entries = append(x.entries, block...)
				}
			})
			return x
		},
		func(x found) {
			s.diag.Keys[i].Dropped = x.dropped
			i++
			eachBlock(x.entries, func(block []entry) {
				for _, e := range block {
					b.members = append(b.members, e.row)
				}
				b.ends = append(b.ends, uint32(len(b.members)))
			})
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
func (b *blocks) pairs(row int32, m *marks, visit func(other int32)) {
	m.clear()
	for _, k := range b.ofRow[b.rowEnds[row]:b.rowEnds[row+1]] {
		for _, other := range b.members[b.ends[k]:b.ends[k+1]] {
			if other > row && m.set(other) {
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
