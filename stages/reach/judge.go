package reach

import (
	"cmp"
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
	ChannelOrder  map[string][]record.Channel // by value tier
	TierCuts      []TierCut                   // the highest first
	Holders       func(kind record.Kind, value string) int32
	Before        func(k record.Key, kind record.Kind, value string) bool // the record had the value in the previous run; nil: there was none
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
	asOf record.Instant // the last moment of the as-of date: what happened on that day has happened
}

// New makes a judge of the options and what the feeds told.
func New(o Options, s *State) *Judge {
	return &Judge{o, s, dayOf(record.At(o.AsOf)) + day - 1}
}

// Customer judges one customer: its points, permissions, channels and repairs.
func (j *Judge) Customer(c *record.Customer) {
	for i := range c.Points {
		p := &c.Points[i]
		p.SharedBy = max(j.o.Holders(p.Kind, p.Value), 1)
	}
	if j.erased(c) {
		c.Erased = true
		return
	}
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
	j.repairs(c)
}

// known is what is known of one point of a customer, beside the point itself.
type known struct {
	*mark
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
		m := j.s.points[point{p.Kind, p.Value}]
		if len(j.s.records) > 0 {
			for k := range c.Members {
				r := &c.Members[k]
				if x := j.s.records[named{r.Key, p.Kind}]; x != nil && holds(r, p) {
					m = joinMarks(m, x)
				}
			}
		}
		if m == nil {
			m = &nothing
		}
		out[i].mark = m
	}
	relate(c, out)
	return out
}

var nothing mark

// joinMarks is what two marks tell together of an address: returned mail, confirmations, contacts and statements.
func joinMarks(a, b *mark) *mark {
	if a == nil {
		return b
	}
	out := *a
	out.returned.later(b.returned.at, b.returned.feed, b.returned.code)
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

var confirmation = map[record.Kind]record.Field{
	record.EmailPoint: record.EmailConfirmedAt, record.PhonePoint: record.PhoneConfirmedAt, record.PostPoint: record.AddressConfirmedAt,
}

// redate gives a point the latest dates of its records that are not after the as-of date.
func (j *Judge) redate(c *record.Customer, p *record.ContactPoint) {
	p.ConfirmedAt, p.CapturedAt = 0, 0
	for k := range c.Members {
		r := &c.Members[k]
		if !holds(r, p) {
			continue
		}
		confirmed := j.past(r.Instant(confirmation[p.Kind]))
		p.ConfirmedAt = max(p.ConfirmedAt, confirmed)
		p.CapturedAt = max(p.CapturedAt, cmp.Or(confirmed, j.past(r.Instant(record.CreatedAt)), j.past(r.Instant(record.UpdatedAt))))
	}
}

// fact notes the evidence behind a status; by is the record that says so, or the feed or list as a source alone.
func fact(c *record.Customer, p *record.ContactPoint, code record.Reason, effect record.Effect, at record.Instant, by record.Key, detail string) {
	c.Findings = append(c.Findings, record.Finding{Kind: p.Kind, Value: p.Value, Code: code, Effect: effect, At: at, Source: by.Source, ID: by.ID, Detail: detail})
}

// because judges a point for a reason that an event gave, unless a later sign of life of the point undoes it.
func because(c *record.Customer, p *record.ContactPoint, code record.Reason, m moment, undoneBy record.Instant) {
	if !m.at.Known() {
		return
	}
	if undoneBy > m.at {
		fact(c, p, code, record.Undone, undoneBy, record.Key{Source: m.feed}, m.code)
		return
	}
	p.Judge(code)
	fact(c, p, code, record.GivesStatus, m.at, record.Key{Source: m.feed}, m.code)
}

// sharedBy is from how many customers on a point counts as shared.
var sharedBy = map[record.Kind]int32{record.EmailPoint: 4, record.PhonePoint: 4, record.PostPoint: 8}

// explained are the reasons that a dated one says more of: an old number is no number of today's plan.
var explained = map[record.Reason][]record.Reason{
	record.ObsoleteFormat: {record.Unparseable, record.WrongLength, record.Unassigned},
	record.WithdrawnRange: {record.Unparseable, record.WrongLength, record.Unassigned},
	record.ProviderClosed: {record.NoMailServer, record.UnknownTLD},
	record.ProviderMoved:  {record.NoMailServer, record.UnknownTLD},
}

func (j *Judge) status(c *record.Customer, p *record.ContactPoint, k *known) {
	life := p.ConfirmedAt
	reached := max(life, k.delivered)
	j.provider(c, p)
	for _, r := range slices.Clone(p.Reasons) {
		if less := explained[r]; less != nil {
			p.Drop(less...)
		}
	}
	because(c, p, record.HardBounce, k.hard, reached)
	because(c, p, record.MailboxFull, k.full, reached)
	// three in a row: nothing arrived between the first of them and the last
	if last, first := k.soft[0], k.soft[2]; first.at.Known() && (reached <= first.at || reached > last.at) {
		because(c, p, record.SoftBounce, moment{last.at, last.feed, "three in a row"}, reached)
	}
	because(c, p, record.Disconnected, k.disconnected, life)
	because(c, p, record.WrongParty, k.wrong, k.confirmed)
	if k.reassigned.at > p.CapturedAt { // an earlier yes speaks of an earlier owner
		because(c, p, record.Reassigned, k.reassigned, k.confirmed)
	}
	because(c, p, record.ReturnedMail, k.returned, life)
	// sent to for so long, and lately, and not opened since
	if since := j.o.InactiveSince; since.Known() && p.Kind == record.EmailPoint && k.sent != nil && k.sent.first.Known() &&
		k.sent.first <= since && k.sent.last > since && max(life, k.opened) <= since {
		because(c, p, record.Inactive, moment{k.sent.last, "contacts", "sent to, not opened"}, 0)
	}
	if n := sharedBy[p.Kind]; p.SharedBy >= n {
		p.Judge(record.SharedPoint)
		fact(c, p, record.SharedPoint, record.GivesStatus, 0, record.Key{Source: "customers"}, "")
	}
}

// provider takes the end of a mail provider back where the mailbox was alive after it: the provider may have come back. One
// that moved its mailboxes forwards their mail, so a later reply says nothing of the old name.
func (j *Judge) provider(c *record.Customer, p *record.ContactPoint) {
	for _, reason := range [...]record.Reason{record.ProviderClosed, record.ProviderPaidOnly} {
		if !p.Has(reason) {
			continue
		}
		rule := ruleOf(c, p, reason)
		if rule != nil && rule.At.Known() && p.ConfirmedAt >= rule.At+day {
			p.Drop(reason)
			fact(c, p, reason, record.Undone, p.ConfirmedAt, record.Key{Source: rule.Source}, rule.Detail)
		}
	}
}

// ruleOf is the latest finding of the members that gave a point a reason.
func ruleOf(c *record.Customer, p *record.ContactPoint, reason record.Reason) (rule *record.Finding) {
	for i := range c.Members {
		for k := range c.Members[i].Findings {
			if f := &c.Members[i].Findings[k]; f.Kind == p.Kind && f.Value == p.Value && f.Code == reason && (rule == nil || f.At > rule.At) {
				rule = f
			}
		}
	}
	return rule
}

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

// stale: no sign of life of the point or its customer for too long, where the job can tell at all.
func (j *Judge) stale(c *record.Customer, alive record.Instant) {
	if !j.o.JudgeStale || !j.o.StaleBefore.Known() || !alive.Known() || alive >= j.o.StaleBefore {
		return
	}
	for i := range c.Points {
		p := &c.Points[i]
		p.Judge(record.Stale)
		fact(c, p, record.Stale, record.GivesStatus, alive, record.Key{Source: "as_of"}, "last sign of life")
	}
}

const year = 365.25 * 24 * 60 * 60 * 1e6

func (j *Judge) decay(c *record.Customer) {
	for i := range c.Points {
		p := &c.Points[i]
		rate, ok := j.o.Decay[p.Kind.String()]
		seen := max(p.ConfirmedAt, p.CapturedAt)
		p.PCurrent = -1
		if ok && seen.Known() {
			age := max(record.At(j.o.AsOf)-seen, 0)
			p.PCurrent = math.Round(math.Pow(1-rate, float64(age)/year)*1e6) / 1e6
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
