package match

import (
	"cmp"
	"slices"
)

// blockCap is how many rows of one block are compared with each other.
const blockCap = 100

// blockingKey is a way to bring rows together: rows with the same value are compared. A key gives several values where a
// feature has several.
type blockingKey struct {
	name   string
	values func(f *features, row int32, emit func(uint64))
}

// both joins two features of a row, when it has both.
func both(emit func(uint64), a, b uint32) {
	if a != 0 && b != 0 {
		emit(mix(uint64(a), uint64(b)))
	}
}

func initial(f *features, id uint32) uint32 {
	if id == 0 {
		return 0
	}
	return uint32(f.names.arena[f.names.ends[id-1]]) + 1
}

// unordered joins both names whichever way round they stand.
func unordered(f *features, row int32) uint64 {
	a, b := f.given[row], f.family[row]
	if a == 0 || b == 0 {
		return 0
	}
	return mix(uint64(min(a, b)), uint64(max(a, b)))
}

var blockingKeys = []blockingKey{
	{"email", func(f *features, row int32, emit func(uint64)) {
		for _, v := range f.mail.of(row) {
			emit(uint64(v))
		}
	}},
	{"phone", func(f *features, row int32, emit func(uint64)) {
		for _, v := range f.tel.of(row) {
			emit(uint64(v))
		}
	}},
	{"identifier", func(f *features, row int32, emit func(uint64)) {
		for _, v := range f.ident.of(row) {
			emit(uint64(v))
		}
	}},
	{"birth_date, family_name by sound", func(f *features, row int32, emit func(uint64)) { both(emit, f.day[row], f.sound[row]) }},
	{"birth_date, given_name", func(f *features, row int32, emit func(uint64)) { both(emit, f.day[row], f.given[row]) }},
	{"birth_date, postcode", func(f *features, row int32, emit func(uint64)) { both(emit, f.day[row], f.code[row]) }},
	{"postcode, family_name by sound", func(f *features, row int32, emit func(uint64)) { both(emit, f.code[row], f.sound[row]) }},
	{"postcode, given_name", func(f *features, row int32, emit func(uint64)) { both(emit, f.code[row], f.given[row]) }},
	{"street, given_name", func(f *features, row int32, emit func(uint64)) { both(emit, f.street[row], initial(f, f.given[row])) }},
	{"city, family_name by sound, given_name by initial", func(f *features, row int32, emit func(uint64)) {
		if f.city[row] != 0 && f.sound[row] != 0 && f.given[row] != 0 {
			emit(mix(uint64(f.city[row]), uint64(f.sound[row]), uint64(initial(f, f.given[row]))))
		}
	}},
	{"both names", func(f *features, row int32, emit func(uint64)) {
		if v := unordered(f, row); v != 0 {
			emit(v)
		}
	}},
	{"email without domain", func(f *features, row int32, emit func(uint64)) {
		for _, v := range f.mail.of(row) {
			if h := localPart(f, v); h != 0 {
				emit(h)
			}
		}
	}},
	{"family_name, email domain", func(f *features, row int32, emit func(uint64)) {
		for _, v := range f.mail.of(row) {
			both(emit, f.family[row], uint32(domainPart(f, v)))
		}
	}},
	{"company, given_name", func(f *features, row int32, emit func(uint64)) { both(emit, f.firm[row], f.given[row]) }},
	{"company, postcode", func(f *features, row int32, emit func(uint64)) {
		if f.given[row] == 0 && f.family[row] == 0 {
			both(emit, f.firm[row], f.code[row])
		}
	}},
	{"company", func(f *features, row int32, emit func(uint64)) {
		if f.given[row] == 0 && f.family[row] == 0 && f.firm[row] != 0 {
			emit(uint64(f.firm[row]))
		}
	}},
}

func at(f *features, mail uint32) (text []byte, mark int) {
	text = f.mails.arena[f.mails.ends[mail-1]:f.mails.ends[mail]]
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] == '@' {
			return text, i
		}
	}
	return text, len(text)
}

func localPart(f *features, mail uint32) uint64 {
	text, mark := at(f, mail)
	if mark < 6 {
		return 0 // "info" and "jane" bring nobody together
	}
	return hash(string(text[:mark]))
}

func domainPart(f *features, mail uint32) uint64 {
	text, mark := at(f, mail)
	return hash(string(text[mark:]))
}

// narrower are the features by which a block that is too large is cut, one after the other.
var narrower = []func(f *features, row int32) uint64{
	unordered,
	func(f *features, row int32) uint64 {
		if f.day[row] != 0 {
			return uint64(f.day[row])
		}
		return uint64(f.code[row]) << 32
	},
}

// entry is a row in a block.
type entry struct {
	block uint64
	row   int32
}

// pairsOf lists the pairs of rows that a key brings together, as a<<32|b with a < b, sorted and without repeats. rows
// are those to look at.
func (s *solver) pairsOf(k blockingKey, rows []int32) (pairs []uint64, dropped int64) {
	var entries []entry
	for _, row := range rows {
		k.values(s.f, row, func(v uint64) { entries = append(entries, entry{v, row}) })
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.block, b.block), cmp.Compare(a.row, b.row)) })
	entries = slices.Compact(entries)
	eachBlock(entries, func(block []entry) {
		p, d := s.blockPairs(block, 0)
		pairs = append(pairs, p...)
		dropped += d
	})
	slices.Sort(pairs)
	return slices.Compact(pairs), dropped
}

func eachBlock(entries []entry, visit func([]entry)) {
	for i := 0; i < len(entries); {
		j := i + 1
		for j < len(entries) && entries[j].block == entries[i].block {
			j++
		}
		if j-i > 1 {
			visit(entries[i:j])
		}
		i = j
	}
}

// blockPairs pairs the rows of a block. One above the cap is narrowed by the next feature, twice at most; what is still too
// large is dropped and counted.
func (s *solver) blockPairs(block []entry, narrowed int) (pairs []uint64, dropped int64) {
	if len(block) <= blockCap {
		for i := range block {
			for j := i + 1; j < len(block); j++ {
				pairs = append(pairs, uint64(uint32(block[i].row))<<32|uint64(uint32(block[j].row)))
			}
		}
		return pairs, 0
	}
	if narrowed == len(narrower) {
		return nil, int64(len(block))
	}
	var finer []entry
	for _, e := range block {
		if v := narrower[narrowed](s.f, e.row); v != 0 {
			finer = append(finer, entry{v, e.row})
		}
	}
	dropped = int64(len(block) - len(finer))
	slices.SortFunc(finer, func(a, b entry) int { return cmp.Or(cmp.Compare(a.block, b.block), cmp.Compare(a.row, b.row)) })
	eachBlock(finer, func(b []entry) {
		p, d := s.blockPairs(b, narrowed+1)
		pairs = append(pairs, p...)
		dropped += d
	})
	return pairs, dropped
}
