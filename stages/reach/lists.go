package reach

import (
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// lists holds the point against the suppression lists. A value on a list is suppressed whatever the list's age; where a list
// is out of date, every other point that it speaks for is closed until it is renewed.
func (j *Judge) lists(c *record.Customer, i int, known []known, ch record.Channel, out *record.Permission, against []refusal) []refusal {
	p := &c.Points[i]
	listed := false
	for k := range j.s.lists {
		l := j.s.lists[k]
		if l.feed.Channel != record.AnyChannel && l.feed.Channel != ch {
			continue
		}
		asOf := record.ParseInstant(l.feed.AsOf)
		switch {
		case l.hasAny(c, i, known, j.o.HashKey):
			against = append(against, refusal{record.Suppressed, asOf, l.feed.Name, "", record.Suppresses})
			if !listed { // before a list that is only out of date
				out.SuppressedBy, out.SuppressionAs, listed = l.feed.Name, l.feed.AsOf, true
			}
		case l.feed.Stale && l.speaksFor(p.Kind) && l.inCountry(c, p):
			against = append(against, refusal{record.StaleSuppressionList, asOf, l.feed.Name, "", record.Suppresses})
			if out.SuppressedBy == "" {
				out.SuppressedBy, out.SuppressionAs = l.feed.Name, l.feed.AsOf
			}
		}
	}
	return against
}

// speaksFor reports whether a list that is not bound to a channel may hold points of a kind: mailboxes where it holds
// mailboxes, numbers where it holds numbers, both where one cannot tell.
func (l *list) speaksFor(kind record.Kind) bool {
	if l.feed.Channel != record.AnyChannel {
		return true
	}
	mail, phone := l.kinds[record.EmailPoint], l.kinds[record.PhonePoint]
	if len(l.hashes) > 0 || !mail && !phone {
		mail, phone = true, true
	}
	return kind == record.EmailPoint && mail || kind == record.PhonePoint && phone
}

// inCountry reports whether a list speaks for a point's country; one that is not known may be it.
func (l *list) inCountry(c *record.Customer, p *record.ContactPoint) bool {
	if len(l.feed.Countries) == 0 {
		return true
	}
	country := c.Text[record.Country]
	switch p.Kind {
	case record.PhonePoint:
		if p.PhoneRegion != "" {
			country = p.PhoneRegion
		}
	case record.PostPoint:
		country = p.Address.Country
	default:
	}
	return country == "" || slices.Contains(l.feed.Countries, country)
}

// frequency is how many days lie between contacts that a customer asked for; -1 for never.
var frequency = map[string]int{
	"daily": 1, "weekly": 7, "biweekly": 14, "fortnightly": 14, "monthly": 30, "quarterly": 91, "yearly": 365, "annually": 365, "never": -1,
}

// tooOften holds when the customer was contacted on the channel as often as the job, or the customer, allows.
func (j *Judge) tooOften(c *record.Customer, known []known, ch record.Channel) bool {
	n := 0
	var last record.Instant
	for i := range known {
		t := known[i].sent
		if t == nil {
			continue
		}
		last = max(last, t.latest[ch])
		for _, at := range t.recent[ch] {
			if !slices.ContainsFunc(known[i].kin, func(k int) bool { return k < i && known[k].sent.told(ch, at) }) {
				n++
			}
		}
	}
	if limit := j.o.MaxContacts[ch].N; limit > 0 && n >= limit {
		return true
	}
	days := frequency[text.Fold(c.Text[record.ContactFrequency])]
	return days < 0 || last.Known() && last >= dayOf(j.asOf)-record.Instant(days-1)*day
}

// told reports whether a contact was noted at some moment: of an old and a new form, both were told of one contact.
func (t *sent) told(ch record.Channel, at record.Instant) bool {
	if t == nil {
		return false
	}
	_, ok := slices.BinarySearch(t.recent[ch], at)
	return ok
}
