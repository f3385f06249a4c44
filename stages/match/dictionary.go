package match

// dictionary numbers distinct strings from 1; 0 is a missing value. The strings stand in one arena, so that the garbage
// collector has nothing to walk; the table is open addressing over their hashes.
type dictionary struct {
	arena []byte
	ends  []uint64 // ends[i] is where string i ends; ends[0] is 0
	slots []uint32
	count []uint32 // rows that have it
}

func newDictionary() *dictionary {
	return &dictionary{ends: []uint64{0}, slots: make([]uint32, 1<<10), count: []uint32{0}}
}

func (d *dictionary) text(id uint32) string {
	if id == 0 {
		return ""
	}
	return string(d.arena[d.ends[id-1]:d.ends[id]])
}

func (d *dictionary) size() int { return len(d.ends) - 1 }

// id numbers s and counts it.
func (d *dictionary) id(s string) uint32 {
	if s == "" {
		return 0
	}
	if 2*len(d.ends) > len(d.slots) {
		d.grow()
	}
	mask := uint64(len(d.slots) - 1)
	for at := hash(s) & mask; ; at = (at + 1) & mask {
		id := d.slots[at]
		if id == 0 {
			d.arena = append(d.arena, s...)
			d.ends = append(d.ends, uint64(len(d.arena)))
			d.count = append(d.count, 1)
			id = uint32(len(d.ends) - 1)
			d.slots[at] = id
			return id
		}
		if string(d.arena[d.ends[id-1]:d.ends[id]]) == s {
			d.count[id]++
			return id
		}
	}
}

func (d *dictionary) grow() {
	d.slots = make([]uint32, 2*len(d.slots))
	mask := uint64(len(d.slots) - 1)
	for id := 1; id < len(d.ends); id++ {
		at := hash(string(d.arena[d.ends[id-1]:d.ends[id]])) & mask
		for d.slots[at] != 0 {
			at = (at + 1) & mask
		}
		d.slots[at] = uint32(id)
	}
}

// hash is 64-bit FNV-1a, its high bits folded in.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h ^ h>>29
}

// mix joins numbers into one hash.
func mix(parts ...uint64) uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	for _, p := range parts {
		h ^= p + 0x9e3779b97f4a7c15 + h<<6 + h>>2
		h *= 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	return h
}
