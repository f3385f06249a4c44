package merge

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// ID is a customer's id: the 16 hex digits that [ID.String] writes behind a "c".
type ID uint64

// String is the id as tables show it.
func (id ID) String() string { return "c" + id.digits() }

// Household is the id of the household whose smallest customer has this id.
func (id ID) Household() string { return "h" + id.digits() }

func (id ID) digits() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(id))
	return hex.EncodeToString(b[:])
}

// ParseID reads what [ID.String] wrote; ok is false for anything else.
func ParseID(s string) (id ID, ok bool) {
	if len(s) != 17 || s[0] != 'c' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 64)
	return ID(n), err == nil
}

// NewID is the id of a customer without a history: the first 8 bytes of the SHA-256 of its smallest record's source and
// id, the source behind its length, so that no two keys read alike.
func NewID(smallest record.Key) ID {
	text := make([]byte, 0, 64)
	text = strconv.AppendInt(text, int64(len(smallest.Source)), 10)
	text = append(append(text, ':'), smallest.Source...)
	text = append(append(text, ':'), smallest.ID...)
	sum := sha256.Sum256(text)
	return ID(binary.BigEndian.Uint64(sum[:8]))
}

// Vote says that one record of a cluster belonged to a customer of the previous run.
type Vote struct {
	Cluster int32
	ID      ID
}

// KeepIDs lets clusters keep the ids that most of their records had. Each previous id goes to one cluster at most: the
// one with the most of its records, then the lowest. Clusters that get none are not in the result; they take [NewID] of
// their smallest record, unless that id is taken, which [Free] settles. The order of votes does not matter.
func KeepIDs(votes []Vote) map[int32]ID {
	slices.SortFunc(votes, func(a, b Vote) int {
		return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.ID, b.ID))
	})
	type claim struct {
		Vote
		records int
	}
	var claims []claim
	for i := 0; i < len(votes); {
		j := i
		for j < len(votes) && votes[j] == votes[i] {
			j++
		}
		claims = append(claims, claim{votes[i], j - i})
		i = j
	}
	slices.SortStableFunc(claims, func(a, b claim) int { return b.records - a.records })
	ids := make(map[int32]ID)
	taken := make(map[ID]bool)
	for _, c := range claims {
		if _, has := ids[c.Cluster]; has || taken[c.ID] {
			continue
		}
		ids[c.Cluster] = c.ID
		taken[c.ID] = true
	}
	return ids
}

// Free gives another id when a new one is already some other customer's, which happens when a cluster was split and its
// smallest record left: the digest of the id itself, until one is free.
func Free(id ID, taken func(ID) bool) ID {
	for taken(id) {
		id = NewID(record.Key{Source: "split", ID: id.String()})
	}
	return id
}
