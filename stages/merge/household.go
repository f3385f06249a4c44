package merge

import (
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Ties is a fold over all customers of what they share: points and identifiers that several hold, and addresses with a
// family name or a point in common, which make a household. It holds hashes alone: 8 bytes a point and 16 a tie.
type Ties struct {
	points []uint64
	ties   []tie
}

type tie struct {
	hash     uint64 // of an address together with a family name or a point
	customer int32
}

// Add folds one customer; number tells customers apart and orders them by id.
func (t *Ties) Add(number int32, c *record.Customer) {
	var home string
	for i := range c.Points {
		p := &c.Points[i]
		if p.Status == record.Invalid {
			continue
		}
		t.points = append(t.points, PointHash(p.Kind, p.Value))
		if p.Kind == record.PostPoint && home == "" && p.Address.Street == c.Text[record.Street] && p.Address.Postcode == c.Text[record.Postcode] {
			home = p.Value
		}
	}
	t.identifiers(c)
	if home == "" {
		return
	}
	if family := c.Text[record.FamilyName]; family != "" {
		t.ties = append(t.ties, tie{hashOf(home, "family", strings.ToLower(family)), number})
	}
	for i := range c.Points {
		if p := &c.Points[i]; p.Kind != record.PostPoint && p.Status != record.Invalid {
			t.ties = append(t.ties, tie{hashOf(home, p.Kind.String(), p.Value), number})
		}
	}
}

// identifiers counts each identifier of a customer once, as a point without kind.
func (t *Ties) identifiers(c *record.Customer) {
	from := len(t.points)
	for i := range c.Members {
		for _, x := range c.Members[i].Identifiers {
			if h := PointHash(record.None, text.Fold(x.Value)); !slices.Contains(t.points[from:], h) {
				t.points = append(t.points, h)
			}
		}
	}
}

// Merge adds what another fold has seen.
func (t *Ties) Merge(o *Ties) {
	t.points = append(t.points, o.points...)
	t.ties = append(t.ties, o.ties...)
}

// Holders says, for points and identifiers that at least two customers hold, how many do, by [PointHash].
func (t *Ties) Holders() map[uint64]int32 {
	slices.Sort(t.points)
	out := make(map[uint64]int32)
	for i := 0; i < len(t.points); {
		j := i
		for j < len(t.points) && t.points[j] == t.points[i] {
			j++
		}
		if j-i > 1 {
			out[t.points[i]] = int32(j - i)
		}
		i = j
	}
	return out
}

// Households gives, for each customer that shares a home with another, the lowest number among its household.
func (t *Ties) Households() map[int32]int32 {
	slices.SortFunc(t.ties, func(a, b tie) int {
		switch {
		case a.hash < b.hash:
			return -1
		case a.hash > b.hash:
			return 1
		}
		return int(a.customer) - int(b.customer)
	})
	head := make(map[int32]int32)
	find := func(x int32) int32 {
		for {
			up, ok := head[x]
			if !ok || up == x {
				return x
			}
			x = up
		}
	}
	for i := 1; i < len(t.ties); i++ {
		a, b := t.ties[i-1], t.ties[i]
		if a.hash != b.hash || a.customer == b.customer {
			continue
		}
		x, y := find(a.customer), find(b.customer)
		head[a.customer], head[b.customer] = min(x, y), min(x, y)
		head[x], head[y] = min(x, y), min(x, y)
	}
	out := make(map[int32]int32, len(head))
	for c := range head {
		out[c] = find(c)
	}
	return out
}

// PointHash names a contact point in 64 bits (FNV-1a), or an identifier, folded, as one of no kind.
func PointHash(kind record.Kind, value string) uint64 { return hashOf(kind.String(), value) }

func hashOf(parts ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, p := range parts {
		for i := 0; i < len(p); i++ {
			h = (h ^ uint64(p[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	return h
}
