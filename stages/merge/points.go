package merge

import (
	"cmp"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// points joins the members' contact points: one per kind and value, with the verdict of the latest capture, since the
// rules for old formats and closed providers go by capture date. Within a kind the best come first.
func (m *Merger) points(members []record.Record) []record.ContactPoint {
	var out []record.ContactPoint
	for i := range members {
		r := &members[i]
		for j := range r.Points {
			p := seenIn(r, &r.Points[j])
			at := slices.IndexFunc(out, func(q record.ContactPoint) bool { return q.Kind == p.Kind && q.Value == p.Value })
			if at < 0 {
				out = append(out, p)
			} else {
				out[at] = m.join(out[at], p)
			}
		}
	}
	slices.SortStableFunc(out, m.better)
	return out
}

// seenIn is a member's point with where and when it was seen.
func seenIn(r *record.Record, p *record.ContactPoint) record.ContactPoint {
	q := *p
	q.Key = r.Key
	q.Reasons = slices.Clone(p.Reasons)
	q.Sources = []string{r.Source}
	q.CapturedAt = r.Captured(p.Kind)
	q.FirstSeenAt = q.CapturedAt
	q.ConfirmedAt = r.Confirmed(p.Kind)
	return q
}

// join makes one of two sightings of a point.
func (m *Merger) join(a, b record.ContactPoint) record.ContactPoint {
	older, newer := a, b
	if m.later(a, b) {
		older, newer = b, a
	}
	if older.CapturedAt == newer.CapturedAt {
		for _, r := range older.Reasons {
			newer.Judge(r)
		}
		newer.Status = max(newer.Status, older.Status)
		if newer.ReplacedBy == "" {
			newer.ReplacedBy = older.ReplacedBy
		}
	}
	newer.Sources = append(slices.Clone(newer.Sources), older.Sources...)
	slices.Sort(newer.Sources)
	newer.Sources = slices.Compact(newer.Sources)
	if older.FirstSeenAt.Known() && (!newer.FirstSeenAt.Known() || older.FirstSeenAt < newer.FirstSeenAt) {
		newer.FirstSeenAt = older.FirstSeenAt
	}
	newer.ConfirmedAt = max(newer.ConfirmedAt, older.ConfirmedAt)
	return newer
}

// later reports whether a is the sighting to believe: the later capture, then the more trusted source, then the key.
func (m *Merger) later(a, b record.ContactPoint) bool {
	return cmp.Or(
		cmp.Compare(b.CapturedAt, a.CapturedAt),
		cmp.Compare(m.opts.Trust[b.Source], m.opts.Trust[a.Source]),
		a.Key.Compare(b.Key),
	) < 0
}

// better orders points by kind, then status, then what was last confirmed, then captured, trust and value.
func (m *Merger) better(a, b record.ContactPoint) int {
	return cmp.Or(
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Status, b.Status),
		cmp.Compare(b.ConfirmedAt, a.ConfirmedAt),
		cmp.Compare(m.opts.Trust[b.Source], m.opts.Trust[a.Source]),
		cmp.Compare(b.CapturedAt, a.CapturedAt),
		cmp.Compare(a.Value, b.Value),
	)
}
