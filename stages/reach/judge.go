package reach

import (
	"slices"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
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

// Lifetime is how long a grant holds: whole months, and days behind them.
type Lifetime struct{ Months, Days int }

// Options are the job's rules.
type Options struct {
	AsOf          time.Time
	Usable        []record.Status
	Require       [record.NumChannels]Requirement
	PersonScope   bool                // a denial about a value that one customer alone holds covers the channel of that customer
	Expiry        map[string]Lifetime // by consent basis: how long a grant holds
	StaleBefore   record.Instant      // no sign of life since: stale; 0: never
	JudgeStale    bool                // the job maps signs of life, or has events
	InactiveSince record.Instant      // sent to and not opened since: inactive; 0: never
	Decay         map[string]float64
	MaxContacts   [record.NumChannels]Rate
	ChannelOrder  map[string][]record.Channel                // by value tier
	TierCuts      []TierCut                                  // the highest first
	Holders       func(kind record.Kind, value string) int32 // customers who have a point, without erased ones; where one has it, 0 or 1
	SeenAs        map[string]Sighting                        // by customer id: see [Alike.Seen]
	Former        func(k record.Key) []record.ContactPoint   // what the record had in the previous run and has no longer; nil: there was none
	Outlets       *Outlets
	Segments      []Rule // for customers whose records name none; the first that holds
	Stages        []Rule
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
	asOf record.Instant // the last moment of the as-of date: what happened on that day has happened
}

// New makes a judge of the options and what the feeds told.
func New(o Options, s *State) *Judge {
	return &Judge{o, s, dayOf(record.At(o.AsOf)) + day - 1}
}

// Customer judges one customer: its points, permissions, channels and repairs.
func (j *Judge) Customer(c *record.Customer) {
	if c.Erased = j.Erases(c); c.Erased {
		j.erase(c)
		return
	}
	for i := range c.Points {
		p := &c.Points[i]
		p.SharedBy = max(j.o.Holders(p.Kind, p.Value), 1)
	}
	j.recall(c)
	j.tier(c)
	known := j.known(c)
	alive := j.signsOfLife(c, known)
	j.superseded(c)
	for i := range c.Points {
		j.status(c, &c.Points[i], &known[i])
	}
	j.moved(c)
	j.stale(c, alive)
	j.decay(c)
	j.permissions(c, known)
	j.order(c)
	j.channels(c)
	j.o.Outlets.assign(c)
	c.HeldBy = heldBy(c)
	response(c, known)
	derive(c, record.Segment, j.o.Segments)
	derive(c, record.LifecycleStage, j.o.Stages)
	j.repairs(c)
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
