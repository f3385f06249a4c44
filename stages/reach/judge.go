package reach

import (
	"math"
	"slices"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Requirement is what a channel needs of permission.
type Requirement uint8

// The requirements: Granted needs a grant that has not expired; NotDenied admits what nobody asked about.
const (
	NotDenied Requirement = iota
	Granted
)

// Rate is a number of contacts in some days.
type Rate struct{ N, Days int }

// Options are the job's rules.
type Options struct {
	AsOf          time.Time
	Usable        []record.Status
	Require       [record.NumChannels]Requirement
	PersonScope   bool           // a denial about a value that one customer alone holds covers the channel of that customer
	ExpiryMonths  map[string]int // by consent basis
	StaleBefore   record.Instant // no sign of life since: stale; 0: never
	JudgeStale    bool           // the job maps signs of life, or has events
	InactiveSince record.Instant // sent to and not opened since: inactive; 0: never
	Decay         map[string]float64
	MaxContacts   [record.NumChannels]Rate
	ChannelOrder  map[string][]record.Channel // by value tier
	TierCuts      []TierCut                   // the highest first
	Holders       func(kind record.Kind, value string) int32
	Outlets       *Outlets
	HashKey       []byte
	ErasedBefore  map[string]bool // keyed hashes of the previous run
}

// TierCut is the value from which on a customer is of a tier.
type TierCut struct {
	Tier string
	From float64
}

// Judge says of customers what may be used. It is safe for concurrent use, and a pure function of each customer.
type Judge struct {
	o    Options
	s    *State
	asOf record.Instant
}

// New makes a judge of the options and what the feeds told.
func New(o Options, s *State) *Judge {
	return &Judge{o, s, record.At(o.AsOf)}
}

// Customer judges one customer: its points, permissions, channels and repairs.
func (j *Judge) Customer(c *record.Customer) {
	if j.erased(c) {
		c.Erased = true
		return
	}
	j.tier(c)
	marks := j.marks(c)
	alive := j.signsOfLife(c, marks)
	j.superseded(c, marks)
	for i := range c.Points {
		p := &c.Points[i]
		p.SharedBy = max(j.o.Holders(p.Kind, p.Value), 1)
		j.status(c, p, marks[i])
	}
	j.moved(c)
	j.stale(c, alive)
	j.decay(c)
	j.permissions(c, marks)
	j.order(c)
	j.channels(c)
	j.o.Outlets.assign(c)
	j.repairs(c)
}

// marks finds what feeds told of each of the customer's points: of its value, and for addresses of the record it is from.
func (j *Judge) marks(c *record.Customer) []*mark {
	out := make([]*mark, len(c.Points))
	for i := range c.Points {
		p := &c.Points[i]
		m := j.s.points[point{p.Kind, p.Value}]
		if p.Kind == record.PostPoint && len(j.s.records) > 0 {
			for k := range c.Members {
				r := &c.Members[k]
				if x := j.s.records[r.Key]; x != nil && holds(r, p) {
					m = joinMarks(m, x)
				}
			}
		}
		if m == nil {
			m = &nothing
		}
		out[i] = m
	}
	return out
}

var nothing mark

// joinMarks is what two marks tell together, for post events: returned mail and confirmations.
func joinMarks(a, b *mark) *mark {
	if a == nil {
		return b
	}
	out := *a
	out.returned.later(b.returned.at, b.returned.feed, b.returned.code)
	out.life, out.confirmed = max(a.life, b.life), max(a.confirmed, b.confirmed)
	out.said = append(slices.Clone(a.said), b.said...)
	return &out
}

func holds(r *record.Record, p *record.ContactPoint) bool {
	return slices.ContainsFunc(r.Points, func(q record.ContactPoint) bool { return q.Kind == p.Kind && q.Value == p.Value })
}

// signsOfLife folds the feeds' signs of life into the points, and gives the customer's latest.
func (j *Judge) signsOfLife(c *record.Customer, marks []*mark) record.Instant {
	latest := c.LastSeenAt
	for i := range c.Points {
		p := &c.Points[i]
		if p.ConfirmedAt > j.asOf {
			p.ConfirmedAt = 0
		}
		p.ConfirmedAt = max(p.ConfirmedAt, marks[i].life)
		latest = max(latest, p.ConfirmedAt)
	}
	if latest > j.asOf {
		latest = 0
		for k := range c.Members {
			if at := c.Members[k].Instant(record.LastSeenAt); at <= j.asOf {
				latest = max(latest, at)
			}
		}
	}
	c.LastSeenAt = latest
	return latest
}

// fact notes the evidence behind a status.
func fact(c *record.Customer, p *record.ContactPoint, code record.Reason, effect record.Effect, at record.Instant, source, detail string) {
	c.Findings = append(c.Findings, record.Finding{Kind: p.Kind, Value: p.Value, Code: code, Effect: effect, At: at, Source: source, ID: "", Detail: detail})
}

// because judges a point for a reason that an event gave, unless a later sign of life of the point undoes it.
func because(c *record.Customer, p *record.ContactPoint, code record.Reason, m moment, undoneBy record.Instant) {
	if !m.at.Known() {
		return
	}
	if undoneBy > m.at {
		fact(c, p, code, record.Undone, undoneBy, m.feed, m.code)
		return
	}
	p.Judge(code)
	fact(c, p, code, record.GivesStatus, m.at, m.feed, m.code)
}

// sharedBy is from how many customers on a point counts as shared.
var sharedBy = map[record.Kind]int32{record.EmailPoint: 4, record.PhonePoint: 4, record.PostPoint: 8}

func (j *Judge) status(c *record.Customer, p *record.ContactPoint, m *mark) {
	life := p.ConfirmedAt
	reached := max(life, m.delivered)
	because(c, p, record.HardBounce, m.hard, reached)
	because(c, p, record.MailboxFull, m.full, reached)
	if third := m.soft[2]; third.Known() {
		because(c, p, record.SoftBounce, moment{m.soft[0], "", "three in a row"}, func() record.Instant {
			if reached > third {
				return max(reached, m.soft[0]+1)
			}
			return 0
		}())
	}
	because(c, p, record.Disconnected, m.disconnected, life)
	because(c, p, record.WrongParty, m.wrong, m.confirmed)
	if m.reassigned.at > max(p.CapturedAt, m.confirmed) {
		because(c, p, record.Reassigned, m.reassigned, m.confirmed)
	}
	because(c, p, record.ReturnedMail, m.returned, life)
	if since := j.o.InactiveSince; since.Known() && p.Kind == record.EmailPoint && m.firstSent.Known() && m.firstSent <= since && m.lastSent > since {
		because(c, p, record.Inactive, moment{m.lastSent, "", "sent to, not opened"}, func() record.Instant {
			if max(life, m.opened) > since {
				return m.lastSent + 1
			}
			return 0
		}())
	}
	if n := sharedBy[p.Kind]; p.SharedBy >= n {
		p.Judge(record.SharedPoint)
		fact(c, p, record.SharedPoint, record.GivesStatus, 0, "customers", "")
	}
}

// superseded: a newer record of the same source with the same identifier has another value of the kind, and no longer this.
func (j *Judge) superseded(c *record.Customer, marks []*mark) {
	for a := range c.Members {
		for b := range c.Members {
			older, newer := &c.Members[a], &c.Members[b]
			if a == b || older.Source != newer.Source || !written(older).Known() || written(older) >= written(newer) || written(newer) > j.asOf || !sameIdentifier(older, newer) {
				continue
			}
			for i := range c.Points {
				p := &c.Points[i]
				if p.Has(record.Superseded) || !holds(older, p) || holds(newer, p) || p.Has(record.Renumbered) {
					continue
				}
				if !slices.ContainsFunc(newer.Points, func(q record.ContactPoint) bool { return q.Kind == p.Kind }) {
					continue
				}
				if heldLater(c, p, written(newer)) {
					continue
				}
				because(c, p, record.Superseded, moment{written(newer), newer.Source, ""}, max(p.ConfirmedAt, marks[i].life))
			}
		}
	}
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
		if p.Kind == record.PostPoint && p.Status != record.Invalid && p.CapturedAt.Known() && p.CapturedAt <= j.asOf && (newest == nil || p.CapturedAt > newest.CapturedAt) {
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
		fact(c, p, record.Moved, record.GivesStatus, newest.CapturedAt, newest.Source, "")
	}
}

// onePlace holds for two spellings of what is likely one address: the same numbers in the street, and the same postcode or
// city. A slip of the pen is no move.
func onePlace(a, b record.Address) bool {
	same := func(x, y string) bool { return x != "" && text.Fold(x) == text.Fold(y) }
	return digitsOf(a.Street) == digitsOf(b.Street) && (same(a.Postcode, b.Postcode) || same(a.City, b.City)) ||
		same(a.Street, b.Street) && digitsOf(a.Street) != ""
}

// stale: no sign of life of the point or its customer for too long, where the job can tell at all.
func (j *Judge) stale(c *record.Customer, alive record.Instant) {
	if !j.o.JudgeStale || !j.o.StaleBefore.Known() || !alive.Known() || alive >= j.o.StaleBefore {
		return
	}
	for i := range c.Points {
		p := &c.Points[i]
		p.Judge(record.Stale)
		fact(c, p, record.Stale, record.GivesStatus, alive, "as_of", "last sign of life")
	}
}

const year = 365.25 * 24 * 60 * 60 * 1e6

func (j *Judge) decay(c *record.Customer) {
	for i := range c.Points {
		p := &c.Points[i]
		rate, ok := j.o.Decay[p.Kind.String()]
		seen := max(p.ConfirmedAt, p.CapturedAt)
		p.PCurrent = -1
		if ok && seen.Known() && seen <= j.asOf {
			p.PCurrent = math.Round(math.Pow(1-rate, float64(j.asOf-seen)/year)*1e6) / 1e6
		}
	}
}

// order puts the points that may be used first, each kind for itself.
func (j *Judge) order(c *record.Customer) {
	usable := func(p *record.ContactPoint) bool {
		return slices.ContainsFunc(p.Permissions, func(x record.Permission) bool { return x.Contactable })
	}
	slices.SortStableFunc(c.Points, func(a, b record.ContactPoint) int {
		ua, ub := usable(&a), usable(&b)
		switch {
		case a.Kind != b.Kind:
			return int(a.Kind) - int(b.Kind)
		case ua != ub && ua:
			return -1
		case ua != ub:
			return 1
		}
		return int(a.Status) - int(b.Status)
	})
}

// tier gives customers without one the tier that their value is in.
func (j *Judge) tier(c *record.Customer) {
	if c.Text[record.ValueTier] != "" || c.Text[record.Value] == "" {
		return
	}
	v, ok := amount(c.Text[record.Value])
	if !ok {
		return
	}
	for _, t := range j.o.TierCuts {
		if v >= t.From {
			c.Text[record.ValueTier] = t.Tier
			return
		}
	}
	if len(j.o.TierCuts) > 0 {
		c.Text[record.ValueTier] = "low"
	}
}
