package match

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// dictionary numbers distinct strings from 1; 0 is a missing value. The strings stand in one arena, so that the garbage
// collector has nothing to walk; the table is open addressing over their hashes.
type dictionary struct {
	arena []byte
	ends  []uint64 // ends[i] is where string i ends; ends[0] is 0
	slots []uint32

	narrowed bool // each letter is one byte; no more strings can be numbered

	// Once all are in:
	letters   []uint64           // of each string: see letters
	words     *words             // of texts
	sounds    []uint64           // of names: the hash of the phonetic key
	nicknames map[[2]string]bool // of names: see [Lists]
	mails     []mail             // of mailboxes
}

func newDictionary() *dictionary {
	return &dictionary{ends: []uint64{0}, slots: make([]uint32, 1<<10)}
}

// text is a part of the arena, which is only appended to.
func (d *dictionary) text(id uint32) string {
	if id == 0 {
		return ""
	}
	b := d.arena[d.ends[id-1]:d.ends[id]]
	return unsafe.String(unsafe.SliceData(b), len(b))
}

func (d *dictionary) size() int { return len(d.ends) - 1 }

// id numbers s; the empty string is 0.
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
			id = uint32(len(d.ends) - 1)
			d.slots[at] = id
			return id
		}
		if d.text(id) == s {
			return id
		}
	}
}

func (d *dictionary) grow() {
	d.slots = make([]uint32, 2*len(d.slots))
	mask := uint64(len(d.slots) - 1)
	for id := 1; id < len(d.ends); id++ {
		at := hash(d.text(uint32(id))) & mask
		for d.slots[at] != 0 {
			at = (at + 1) & mask
		}
		d.slots[at] = uint32(id)
	}
}

// prepare takes down, once all strings are in, what comparing them needs.
func (d *dictionary) prepare(k *kind, l *Lists) {
	d.narrow()
	d.spell()
	switch k {
	case textKind, firmKind, placeKind:
		d.splitWords()
	case nameKind, wordsKind:
		d.hear(l)
	case mailKind:
		d.sortMails()
	}
}

// narrow writes each letter as one byte, since letters are what is compared: within an alphabet no two share a byte; of Han
// characters one in 128 pairs does. That two strings are equal is told by their numbers, which stay apart.
func (d *dictionary) narrow() {
	if d.narrowed || !slices.ContainsFunc(d.arena, func(c byte) bool { return c >= utf8.RuneSelf }) {
		return
	}
	arena, ends := make([]byte, 0, len(d.arena)), make([]uint64, 1, len(d.ends))
	for id := 1; id <= d.size(); id++ {
		for _, r := range d.text(uint32(id)) {
			if r >= utf8.RuneSelf {
				r = utf8.RuneSelf | (r^r>>7^r>>14)&0x7f
			}
			arena = append(arena, byte(r))
		}
		ends = append(ends, uint64(len(arena)))
	}
	d.arena, d.ends, d.slots, d.narrowed = arena, ends, nil, true
}

// spell takes down the letters of the strings.
func (d *dictionary) spell() {
	d.letters = make([]uint64, d.size()+1)
	for id := 1; id <= d.size(); id++ {
		d.letters[id] = letters(d.text(uint32(id)))
	}
}

// hear takes down how the names of the dictionary sound, and which have nicknames.
func (d *dictionary) hear(l *Lists) {
	d.nicknames = l.nicknames
	d.sounds = make([]uint64, d.size()+1)
	for id := 1; id <= d.size(); id++ {
		s := d.text(uint32(id))
		d.sounds[id] = hash(phonetic(s)) | 1
		if l.nicknamed[s] {
			d.letters[id] |= nicknamed
		}
	}
}

// mail is a mailbox taken apart: the letters of its name, how long that is, the number in it, and a number for its domain.
type mail struct {
	letters uint64
	local   int
	domain  uint32
	number  string
}

// sortMails takes the mailboxes of the dictionary apart.
func (d *dictionary) sortMails() {
	domains := newDictionary()
	d.mails = make([]mail, d.size()+1)
	for id := 1; id <= d.size(); id++ {
		local, domain := cutMail(d.text(uint32(id)))
		d.mails[id] = mail{letters(local), len(local), domains.id(domain), ownNumber(local)}
	}
}

// words are the texts of a dictionary word by word: numbers into a dictionary of words, each with its rarity.
type words struct {
	dict   *dictionary
	ends   []uint32
	ids    []uint32
	weight []float32 // by word: ln(texts / texts with the word + 1)
}

// splitWords takes the texts of the dictionary apart.
func (d *dictionary) splitWords() {
	w := &words{dict: newDictionary(), ends: make([]uint32, 1, d.size()+1)}
	for id := 1; id <= d.size(); id++ {
		for t := range strings.SplitSeq(d.text(uint32(id)), " ") {
			w.ids = append(w.ids, w.dict.id(t))
		}
		w.ends = append(w.ends, uint32(len(w.ids)))
	}
	n := make([]float64, w.dict.size()+1)
	for _, id := range w.ids {
		n[id]++
	}
	w.dict.spell()
	w.weight = make([]float32, len(n))
	for id := 1; id < len(n); id++ {
		w.weight[id] = float32(math.Log(float64(d.size())/n[id] + 1))
	}
	d.words = w
}

func (w *words) of(id uint32) []uint32 { return w.ids[w.ends[id-1]:w.ends[id]] }

// overlap is the share of the words of two texts that both have, rare ones counting more; 0 to 1.
func (d *dictionary) overlap(a, b uint32) float64 {
	w := d.words
	x, y := w.of(a), w.of(b)
	var both, all float32
	for _, s := range x {
		all += w.weight[s]
	}
	for _, t := range y {
		all += w.weight[t]
	}
	for _, s := range x {
		for _, t := range y {
			if s == t || leastEdits(w.dict.letters[s], w.dict.letters[t]) <= 1 && len(w.dict.text(s)) > 3 && osa(w.dict.text(s), w.dict.text(t)) <= 1 {
				both += w.weight[s] + w.weight[t]
				break
			}
		}
	}
	if all == 0 {
		return 0
	}
	return float64(both / all)
}

// hash is 64-bit FNV-1a, its high bits folded in.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h ^ h>>29
}

// mix joins two numbers into one hash.
func mix(a, b uint64) uint64 {
	h := a*0x9e3779b97f4a7c15 ^ (b+0x7f4a7c15)*0xbf58476d1ce4e5b9
	h ^= h >> 29
	h *= 0x94d049bb133111eb
	return h ^ h>>32
}
