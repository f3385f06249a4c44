package phones

import (
	"strings"
	"sync"
)

// cache remembers what cells mean: customers share numbers, and sources repeat them. It is bounded: a shard that is full
// starts anew. What it answers never depends on what it holds.
type cache struct {
	shards [shards]shard
}

type shard struct {
	sync.Mutex
	cells map[asked]*cell
}

type asked struct{ region, text string }

// At most shards x perShard cells are held, some tens of megabytes.
const (
	shards   = 64
	perShard = 1 << 11
	longest  = 64 // bytes; longer cells are rare and not worth the memory
)

func newCache() *cache {
	c := &cache{}
	for i := range c.shards {
		c.shards[i].cells = make(map[asked]*cell)
	}
	return c
}

// read is [Lists.understand], remembered.
func (c *cache) read(l *Lists, text, region string) *cell {
	if len(text) > longest {
		answer := &cell{}
		l.understand(text, region, answer)
		return answer
	}
	s := &c.shards[hash(text)%shards]
	key := asked{region, text}
	s.Lock()
	answer, ok := s.cells[key]
	s.Unlock()
	if ok {
		return answer
	}
	text = strings.Clone(text) // not to hold the row it came from
	key.text = text
	found := &cell{}
	l.understand(text, region, found)
	s.Lock()
	if len(s.cells) >= perShard {
		clear(s.cells)
	}
	s.cells[key] = found
	s.Unlock()
	return found
}

// hash is FNV-1a.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}
