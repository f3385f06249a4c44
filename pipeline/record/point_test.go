package record

import (
	"slices"
	"testing"
)

// TestReasonsAreNobodyElses: points share the list of one reason, and what happens to one does not show in another.
func TestReasonsAreNobodyElses(t *testing.T) {
	var a, b ContactPoint
	a.Judge(FreeProvider)
	b.Judge(FreeProvider)
	a.Judge(TypoDomain)
	a.Judge(TypoDomain)
	if !slices.Equal(a.Reasons, []Reason{TypoDomain, FreeProvider}) || a.Status != Invalid {
		t.Errorf("two reasons: %v, %v", a.Reasons, a.Status)
	}
	c := b
	c.Drop(FreeProvider)
	if len(c.Reasons) != 0 || c.Status != Valid {
		t.Errorf("dropped: %v, %v", c.Reasons, c.Status)
	}
	c.Judge(Stale)
	a.Drop(TypoDomain)
	if !slices.Equal(b.Reasons, []Reason{FreeProvider}) || !slices.Equal(a.Reasons, b.Reasons) || a.Status != Valid {
		t.Errorf("%v, %v", a.Reasons, b.Reasons)
	}
}
