package reach

import (
	"cmp"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// superseded: a newer record of the same source with the same identifier has another value of the kind, and no longer this;
// or the same record had this value in the previous run. The latest such record counts.
func (j *Judge) superseded(c *record.Customer) {
	if len(c.Members) < 2 {
		return // nobody else holds what the one record gave up
	}
	latest := make([]succession, len(c.Points))
	for b := range c.Members {
		newer := &c.Members[b]
		at := written(newer)
		for a := range c.Members {
			older := &c.Members[a]
			if a == b || older.Source != newer.Source || !sameIdentifier(older, newer) || at > j.asOf {
				continue
			}
			if was := written(older); was.Known() && was < at {
				latest = succeed(c, latest, newer, at, func(p *record.ContactPoint) bool { return holds(older, p) })
			}
		}
		if j.o.Before != nil {
			latest = succeed(c, latest, newer, cmp.Or(j.past(at), dayOf(j.asOf)), func(p *record.ContactPoint) bool { return j.o.Before(newer.Key, p.Kind, p.Value) })
		}
	}
	for i := range latest {
		p, by := &c.Points[i], latest[i]
		switch {
		case by.newer == nil:
		case p.ConfirmedAt > by.at:
			fact(c, p, record.Superseded, record.Undone, p.ConfirmedAt, by.newer.Key, "")
		default:
			p.Judge(record.Superseded)
			fact(c, p, record.Superseded, record.GivesStatus, by.at, by.newer.Key, "")
		}
	}
}

// succession is the record that has another value in the place of a point.
type succession struct {
	newer *record.Record
	at    record.Instant
}

// succeed notes, for the points that a record had before, that a newer one has another value and that no record as new
// still has this.
func succeed(c *record.Customer, latest []succession, newer *record.Record, at record.Instant, had func(*record.ContactPoint) bool) []succession {
	for i := range c.Points {
		p, l := &c.Points[i], &latest[i]
		if l.newer != nil && (at < l.at || at == l.at && newer.Key.Compare(l.newer.Key) >= 0) || !had(p) || !hasOther(newer, p) || heldLater(c, p, at) {
			continue
		}
		*l = succession{newer, at}
	}
	return latest
}

// hasOther reports whether a record has another value of the point's kind, and not this one in whatever form.
func hasOther(r *record.Record, p *record.ContactPoint) bool {
	other := false
	for i := range r.Points {
		q := &r.Points[i]
		switch {
		case q.Kind != p.Kind:
		case q.Value == p.Value || q.Value == p.ReplacedBy || q.ReplacedBy == p.Value || p.Kind == record.PostPoint && onePlace(q.Address, p.Address):
			return false
		case q.Status != record.Invalid: // else it is no value at all
			other = true
		}
	}
	return other
}

// heldLater reports whether a record that is as new still has the point.
func heldLater(c *record.Customer, p *record.ContactPoint, at record.Instant) bool {
	for i := range c.Members {
		if r := &c.Members[i]; written(r) >= at && holds(r, p) {
			return true
		}
	}
	return false
}

func written(r *record.Record) record.Instant {
	if at := r.Instant(record.UpdatedAt); at.Known() {
		return at
	}
	return r.Instant(record.CreatedAt)
}

func sameIdentifier(a, b *record.Record) bool {
	for _, x := range a.Identifiers {
		if slices.Contains(b.Identifiers, x) {
			return true
		}
	}
	return false
}

// moved: a post point gives way to a newer address of any source, both dated, the newer one whole.
func (j *Judge) moved(c *record.Customer) {
	var newest *record.ContactPoint
	for i := range c.Points {
		p := &c.Points[i]
		if p.Kind == record.PostPoint && p.Status != record.Invalid && p.CapturedAt.Known() &&
			(newest == nil || p.CapturedAt > newest.CapturedAt || p.CapturedAt == newest.CapturedAt && p.Value < newest.Value) {
			newest = p
		}
	}
	for i := range c.Points {
		p := &c.Points[i]
		if newest == nil || p.Kind != record.PostPoint || p == newest || !p.CapturedAt.Known() || p.CapturedAt >= newest.CapturedAt || onePlace(p.Address, newest.Address) {
			continue
		}
		p.Judge(record.Moved)
		if p.ReplacedBy == "" {
			p.ReplacedBy = newest.Value
		}
		fact(c, p, record.Moved, record.GivesStatus, newest.CapturedAt, newest.Key, "")
	}
}

// onePlace holds for two spellings of what is likely one address: the same numbers in the street, and the same postcode or
// city. A slip of the pen is no move.
func onePlace(a, b record.Address) bool {
	same := func(x, y string) bool { return x != "" && text.Fold(x) == text.Fold(y) }
	return digitsOf(a.Street) == digitsOf(b.Street) && (same(a.Postcode, b.Postcode) || same(a.City, b.City)) ||
		same(a.Street, b.Street) && digitsOf(a.Street) != ""
}
