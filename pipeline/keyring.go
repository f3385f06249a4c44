package pipeline

import (
	"sort"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// keyring holds the key of every row in row order: about the bytes of its id and ten more, nothing for the garbage
// collector to walk.
type keyring struct {
	sources []string
	source  []uint16
	end     []uint64 // where the row's id ends in ids
	ids     []byte
}

func (k *keyring) add(key record.Key) {
	n := len(k.sources)
	if n == 0 || k.sources[n-1] != key.Source { // rows come sorted by source
		k.sources = append(k.sources, string([]byte(key.Source)))
		n++
	}
	k.source = append(k.source, uint16(n-1))
	k.ids = append(k.ids, key.ID...)
	k.end = append(k.end, uint64(len(k.ids)))
}

func (k *keyring) rows() int { return len(k.end) }

func (k *keyring) key(row int32) record.Key {
	var from uint64
	if row > 0 {
		from = k.end[row-1]
	}
	return record.Key{Source: k.sources[k.source[row]], ID: string(k.ids[from:k.end[row]])}
}

// has reports whether some row has the key.
func (k *keyring) has(key record.Key) bool {
	row := k.find(key)
	return int(row) < k.rows() && k.key(row) == key
}

// find is the row of a key that is in the ring.
func (k *keyring) find(key record.Key) int32 {
	return int32(sort.Search(k.rows(), func(i int) bool { return k.key(int32(i)).Compare(key) >= 0 }))
}
