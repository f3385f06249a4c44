package reach

import (
	"cmp"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// superseded: a newer record of the same source with the same identifier has another value of the kind, and no such record
// that is as new still has this; or the same record had this value in the previous run. The latest such record counts.
func (j *Judge) superseded(c *record.Customer) {
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
				succeed(c, latest, newer, at, func(p *record.ContactPoint) bool {
					return holds(older, p) && (p.Kind != record.PostPoint || !p.CapturedAt.Known() || j.captured(newer, p.Kind) > p.CapturedAt)
				})
			}
		}
		if former := j.former(newer.Key); len(former) > 0 {
			succeed(c, latest, newer, cmp.Or(j.past(at), dayOf(j.asOf)), func(p *record.ContactPoint) bool {
				return slices.ContainsFunc(former, func(q record.ContactPoint) bool { return q.Kind == p.Kind && q.Value == p.Value })
			})
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
			if p.ReplacedBy == "" {
				p.ReplacedBy = by.newer.Points[slices.IndexFunc(by.newer.Points, func(q record.ContactPoint) bool { return q.Kind == p.Kind && q.Status != record.Invalid })].Value
			}
			fact(c, p, record.Superseded, record.GivesStatus, by.at, by.newer.Key, "")
		}
	}
}

// succession is the record that has another value in the place of a point.
type succession struct {
	newer *record.Record
	at    record.Instant
}

// succeed notes, for the points that a record had before, that a newer one has another value and that none of its kind
// that is as new still has this.
func succeed(c *record.Customer, latest []succession, newer *record.Record, at record.Instant, had func(*record.ContactPoint) bool) {
	for i := range c.Points {
		p, l := &c.Points[i], &latest[i]
		if l.newer != nil && (at < l.at || at == l.at && newer.Key.Compare(l.newer.Key) >= 0) || !had(p) || !hasOther(newer, p) || heldLater(c, newer, p, at) {
			continue
		}
		*l = succession{newer, at}
	}
}

// recall gives the customer the points that another value took the place of since the previous run: nobody holds them now,
// but what was said of them still speaks of this customer.
func (j *Judge) recall(c *record.Customer) {
	for m := range c.Members {
		r := &c.Members[m]
		for _, p := range j.former(r.Key) {
			if !hasOther(r, &p) || slices.ContainsFunc(c.Points, func(q record.ContactPoint) bool { return q.Kind == p.Kind && q.Value == p.Value }) {
				continue
			}
			p.Reasons = slices.Clone(p.Reasons)
			p.SharedBy = j.o.Holders(p.Kind, p.Value) + 1
			c.Points = append(c.Points, p)
		}
	}
}

// former are the points that a record had in the previous run and has no longer.
func (j *Judge) former(k record.Key) []record.ContactPoint {
	if j.o.Former == nil {
		return nil
	}
	return j.o.Former(k)
}

// hasOther reports whether a record has another value of the point's kind, and not this one in whatever form.
func hasOther(r *record.Record, p *record.ContactPoint) bool {
	other := false
	for i := range r.Points {
		q := &r.Points[i]
		switch {
		case q.Kind != p.Kind:
		case q.Value == p.Value || q.Value == p.ReplacedBy || q.ReplacedBy == p.Value || p.Kind == record.PostPoint && onePlace(q, p):
			return false
		case q.Status != record.Invalid: // else it is no value at all
			other = true
		}
	}
	return other
}

// heldLater reports whether a record that is as new, and speaks for the same thing as the newer one, still has the point.
func heldLater(c *record.Customer, newer *record.Record, p *record.ContactPoint, at record.Instant) bool {
	for i := range c.Members {
		r := &c.Members[i]
		if r.Source == newer.Source && (sameIdentifier(r, newer) || givenID(r.ID) == givenID(newer.ID)) && written(r) >= at && holds(r, p) {
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

// isAddress holds for a post point that names a place: one of which parts are missing does not.
func isAddress(p *record.ContactPoint) bool {
	return !p.Has(record.Incomplete) && !p.Has(record.Placeholder)
}

// moved: a post point gives way to a newer address of any source, both dated.
func (j *Judge) moved(c *record.Customer) {
	var newest *record.ContactPoint
	for i := range c.Points {
		p := &c.Points[i]
		if p.Kind == record.PostPoint && p.CapturedAt.Known() && isAddress(p) &&
			(newest == nil || p.CapturedAt > newest.CapturedAt || p.CapturedAt == newest.CapturedAt && p.Value < newest.Value) {
			newest = p
		}
	}
	for i := range c.Points {
		p := &c.Points[i]
		if newest == nil || p.Kind != record.PostPoint || p == newest || !p.CapturedAt.Known() || p.CapturedAt >= newest.CapturedAt || onePlace(p, newest) {
			continue
		}
		p.Judge(record.Moved)
		if p.ReplacedBy == "" {
			p.ReplacedBy = newest.Value
		}
		fact(c, p, record.Moved, record.GivesStatus, newest.CapturedAt, newest.Key, "")
	}
}
