package pipeline

import (
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/reach"
)

// memo remembers what raw values of a feed came to, so that a value that comes again is not cleaned again. It is safe for
// concurrent use; when it is full it begins anew.
type memo struct {
	shards [64]memoShard
	most   int // entries a shard
}

type memoShard struct {
	sync.Mutex
	targets map[rawValue][]reach.Target
}

// rawValue names a kind and text in 128 bits.
type rawValue [2]uint64

// memoEntry is about what an entry takes, in bytes.
const memoEntry = 128

func newMemo(bytes int64) *memo {
	m := &memo{most: max(int(bytes/memoEntry)/64, 16)}
	for i := range m.shards {
		m.shards[i].targets = make(map[rawValue][]reach.Target)
	}
	return m
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
	return k
}

func (m *memo) get(k rawValue) ([]reach.Target, bool) {
	s := &m.shards[k[0]%64]
	s.Lock()
	defer s.Unlock()
	t, ok := s.targets[k]
	return t, ok
}

func (m *memo) put(k rawValue, t []reach.Target) {
	s := &m.shards[k[0]%64]
	s.Lock()
	defer s.Unlock()
	if len(s.targets) >= m.most {
		clear(s.targets)
	}
	s.targets[k] = t
}
