package reach

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// known is what is known of one point of a customer, beside the point itself.
type known struct {
	*mark
	*trouble
	confirmed record.Instant // the latest confirmation, by a record or an event
	kin       []int          // the points of the customer that are the same mailbox or number, itself first
	old       []int          // those of them that it replaces, itself first
	beside    []point        // forms of the same mailbox or number that the customer does not hold
	spelled   []string       // its usual spellings, once a list of hashes asked for them
}

// known finds what feeds told of each of the customer's points: of its value, and of the record it is from.
func (j *Judge) known(c *record.Customer) []known {
	out := make([]known, len(c.Points))
	for i := range c.Points {
		p := &c.Points[i]
		m := j.s.told(point{p.Kind, p.Value})
		if len(j.s.records) > 0 {
			for k := range c.Members {
				r := &c.Members[k]
				if x := j.s.records[named{given(r.Key), p.Kind}]; x != nil && holds(r, p) {
					m = joinMarks(m, x)
				}
			}
		}
		if m == nil {
			m = &nothing
		}
		out[i].mark, out[i].trouble = m, cmp.Or(m.trouble, &noTrouble)
	}
	relate(c, out)
	return out
}

// AppendHashes appends the names of all points that a judge asks of, of one customer: those that it holds and the other
// forms of them.
func AppendHashes(to []uint64, c *record.Customer) []uint64 {
	for i := range c.Points {
		p := &c.Points[i]
		to = append(to, Hash(p.Kind, p.Value))
		if number, _, ok := strings.Cut(p.Value, ";ext="); ok && p.Kind == record.PhonePoint {
			to = append(to, Hash(record.PhonePoint, number))
		}
	}
	for m := range c.Members {
		for k := range c.Members[m].Points {
			if p := &c.Members[m].Points[k]; p.ReplacedBy != "" {
				to = append(to, Hash(p.Kind, p.ReplacedBy))
			}
		}
	}
	return to
}

var (
	nothing   mark
	noTrouble trouble
)

// joinMarks is what two marks tell together of an address: returned mail, confirmations, contacts and statements.
func joinMarks(a, b *mark) *mark {
	if a == nil {
		return b
	}
	out := *a
	if b.trouble != nil {
		t := *cmp.Or(a.trouble, &noTrouble)
		t.returned.later(b.trouble.returned.at, b.trouble.returned.feed, b.trouble.returned.code)
		out.trouble = &t
	}
	out.contacted, out.responded = a.contacted|b.contacted, a.responded|b.responded
	out.life, out.confirmed = max(a.life, b.life), max(a.confirmed, b.confirmed)
	out.said = append(slices.Clone(a.said), b.said...)
	out.sent = joinSent(a.sent, b.sent)
	return &out
}

func joinSent(a, b *sent) *sent {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	out := sent{first: min(a.first, b.first), last: max(a.last, b.last)}
	for _, ch := range record.Channels {
		out.latest[ch] = max(a.latest[ch], b.latest[ch])
		all := append(slices.Clone(a.recent[ch]), b.recent[ch]...)
		slices.Sort(all)
		out.recent[ch] = slices.Compact(all)
	}
	return &out
}

func holds(r *record.Record, p *record.ContactPoint) bool {
	for i := range r.Points {
		if q := &r.Points[i]; q.Kind == p.Kind && q.Value == p.Value {
			return true
		}
	}
	return false
}

// signsOfLife folds the feeds' signs of life into the points, and gives the customer's latest. A date after the as-of date
// is none yet, and an earlier one of another record counts in its stead.
func (j *Judge) signsOfLife(c *record.Customer, known []known) record.Instant {
	if c.LastSeenAt > j.asOf {
		c.LastSeenAt = 0
		for k := range c.Members {
			c.LastSeenAt = max(c.LastSeenAt, j.past(c.Members[k].Instant(record.LastSeenAt)))
		}
	}
	for i := range c.Points {
		p := &c.Points[i]
		if p.ConfirmedAt > j.asOf || p.CapturedAt > j.asOf {
			j.redate(c, p)
		}
		known[i].confirmed = max(p.ConfirmedAt, known[i].mark.confirmed)
		p.ConfirmedAt = max(p.ConfirmedAt, known[i].life)
		c.LastSeenAt = max(c.LastSeenAt, p.ConfirmedAt)
	}
	return c.LastSeenAt
}

// past is a date that is not after the as-of date, else none.
func (j *Judge) past(at record.Instant) record.Instant {
	if at > j.asOf {
		return 0
	}
	return at
}

// redate gives a point the latest dates of its records that are not after the as-of date.
func (j *Judge) redate(c *record.Customer, p *record.ContactPoint) {
	p.ConfirmedAt, p.CapturedAt = 0, 0
	for k := range c.Members {
		r := &c.Members[k]
		if !holds(r, p) {
			continue
		}
		p.ConfirmedAt = max(p.ConfirmedAt, j.past(r.Confirmed(p.Kind)))
		p.CapturedAt = max(p.CapturedAt, j.captured(r, p.Kind))
	}
}

// captured is the capture date of a kind of point in one record, of its dates that are not after the as-of date.
func (j *Judge) captured(r *record.Record, kind record.Kind) record.Instant {
	return cmp.Or(j.past(r.Confirmed(kind)), j.past(r.Instant(record.CreatedAt)), j.past(r.Instant(record.UpdatedAt)), j.past(r.Seen[kind]))
}
