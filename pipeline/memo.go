package pipeline

import (
	"math/bits"
	"strings"
	"sync"
	"unsafe"

	"github.com/cespare/xxhash/v2"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/reach"
)

// memo remembers what raw values of a feed came to, so that a value that comes again is not cleaned again. It is safe for
// concurrent use; when it is full it begins anew. Nearly every value comes to one target, which stands in the table itself:
// a row costs one look into memory, and the garbage collector has nothing to walk.
type memo struct {
	shards [64]memoShard
	most   int // slots a shard, a power of two
}

type memoShard struct {
	sync.Mutex
	slots []memoSlot // open addressing, at most three quarters full
	used  int
	many  map[rawValue][]reach.Target // of values that came to more than one
}

type memoSlot struct {
	key    rawValue
	target reach.Target // zero where the value came to none, or to many
}

// rawValue names a kind and text in 128 bits; never zero.
type rawValue [2]uint64

// firstSlots is what a shard begins with.
const firstSlots = 64

func newMemo(bytes int64) *memo {
	slots := uint(bytes) / uint(unsafe.Sizeof(memoSlot{})) / uint(len(memo{}.shards))
	return &memo{most: max(1<<bits.Len(slots)>>1, firstSlots)}
}

// memoKey names a raw value; a mailbox in capital letters is the same.
func memoKey(kind record.Kind, value string) (k rawValue) {
	if kind == record.EmailPoint {
		value = strings.ToLower(value)
	}
	for i := range k {
		var d xxhash.Digest
		d.ResetWithSeed(uint64(kind)<<1 | uint64(i))
		_, _ = d.WriteString(value) // a hash never fails
		k[i] = d.Sum64()
	}
	k[1] |= 1
	return k
}

func (m *memo) shard(k rawValue) *memoShard { return &m.shards[k[0]%uint64(len(m.shards))] }

// get gives the targets of a value; where it is one, it is put into room.
func (m *memo) get(k rawValue, room *[1]reach.Target) ([]reach.Target, bool) {
	s := m.shard(k)
	s.Lock()
	defer s.Unlock()
	if len(s.slots) == 0 {
		return nil, false
	}
	x := s.find(k)
	switch {
	case x.key != k:
		return nil, false
	case x.target == reach.Target{}:
		return s.many[k], true
	}
	room[0] = x.target
	return room[:], true
}

// find is the slot of a key, or the empty one where it belongs.
func (s *memoShard) find(k rawValue) *memoSlot {
	mask := uint64(len(s.slots) - 1)
	for at := k[0] >> 6 & mask; ; at = (at + 1) & mask {
		if x := &s.slots[at]; x.key == k || x.key == (rawValue{}) {
			return x
		}
	}
}

func (m *memo) put(k rawValue, t []reach.Target) {
	s := m.shard(k)
	s.Lock()
	defer s.Unlock()
	if 4*s.used >= 3*len(s.slots) {
		s.grow(m.most)
	}
	x := s.find(k)
	if x.key != k {
		x.key = k
		s.used++
	}
	switch len(t) {
	case 0:
	case 1:
		x.target = t[0]
	default:
		if s.many == nil {
			s.many = make(map[rawValue][]reach.Target)
		}
		s.many[k] = t
	}
}

// grow makes room for more slots; where there may be no more, it empties those that there are.
func (s *memoShard) grow(most int) {
	old := s.slots
	s.used = 0
	if len(old) >= most {
		clear(old)
		clear(s.many)
		return
	}
	s.slots = make([]memoSlot, max(2*len(old), firstSlots))
	for i := range old {
		if x := &old[i]; x.key != (rawValue{}) {
			*s.find(x.key) = *x
			s.used++
		}
	}
}
