package reach

import (
	"math"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

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

// stale: no sign of life of the point or its customer for too long, where the job can tell at all. One who was seen since as
// another customer, who may be the same person, is not shown to be silent, but for an address where that one lives no longer.
func (j *Judge) stale(c *record.Customer, alive record.Instant) {
	if !j.o.JudgeStale || !j.o.StaleBefore.Known() || !alive.Known() || alive >= j.o.StaleBefore {
		return
	}
	as := j.o.SeenAs[c.ID]
	for i := range c.Points {
		p := &c.Points[i]
		if as.At >= j.o.StaleBefore && !(as.Moved && p.Kind == record.PostPoint) { // when and as whom is another customer's
			fact(c, p, record.Stale, record.Undone, 0, record.Key{Source: "customers"}, "seen under one name")
			continue
		}
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
