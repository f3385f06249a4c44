package reach

import (
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// relate finds which of a customer's points are one mailbox or number: its old and its new form, and the form that a
// correction gives where another record has it. What any of the members says counts, though a later capture may have
// another verdict.
func relate(c *record.Customer, known []known) {
	self := make([]int, len(known))
	for i := range known {
		self[i] = i
		known[i].kin = self[i : i+1 : i+1]
		known[i].old = known[i].kin
		if number, _, ok := strings.Cut(c.Points[i].Value, ";ext="); ok && c.Points[i].Kind == record.PhonePoint {
			known[i].beside = append(known[i].beside, point{record.PhonePoint, number}) // who bars a number bars its extensions
		}
	}
	for m := range c.Members {
		for q := range c.Members[m].Points {
			if p := &c.Members[m].Points[q]; p.ReplacedBy != "" && p.Kind != record.PostPoint {
				replaces(c, known, p)
			}
		}
	}
}

// replaces notes that one form of a point gave way to another.
func replaces(c *record.Customer, known []known, p *record.ContactPoint) {
	find := func(value string) int {
		return slices.IndexFunc(c.Points, func(q record.ContactPoint) bool { return q.Kind == p.Kind && q.Value == value })
	}
	from, to, gone := find(p.Value), find(p.ReplacedBy), gaveUp(p)
	switch {
	case from < 0 || from == to:
	case to >= 0:
		if !slices.Contains(known[from].kin, to) {
			join(known, from, to)
		}
		if gone && !slices.Contains(known[to].old, from) {
			known[to].old = append(known[to].old, from)
		}
	case gone:
		if b := (point{p.Kind, p.ReplacedBy}); !slices.Contains(known[from].beside, b) {
			known[from].beside = append(known[from].beside, b)
		}
	}
}

// join makes one kin of those of two points; each keeps itself first.
func join(known []known, a, b int) {
	all := slices.Concat(known[a].kin, known[b].kin)
	slices.Sort(all)
	all = slices.Compact(all)
	for _, i := range all {
		kin := append(make([]int, 0, len(all)), i)
		for _, k := range all {
			if k != i {
				kin = append(kin, k)
			}
		}
		known[i].kin = kin
	}
}

// gaveUp holds for a form that a dated rule replaced by another: what is known of it holds for the new one. A suggested
// correction is no such thing.
func gaveUp(p *record.ContactPoint) bool {
	return p.Has(record.ObsoleteFormat) || p.Has(record.WithdrawnRange) || p.Has(record.ProviderMoved)
}
