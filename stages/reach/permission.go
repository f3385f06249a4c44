package reach

import (
	"slices"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

var consentField = [record.NumChannels]record.Field{record.ByEmail: record.ConsentEmail, record.BySMS: record.ConsentSMS, record.ByVoice: record.ConsentVoice, record.ByPost: record.ConsentPost}

// refusal is why a channel of a customer is closed.
type refusal struct {
	reason record.Reason
	at     record.Instant
	source string
	id     string
}

// permissions says for every point and channel whether it may be used.
func (j *Judge) permissions(c *record.Customer, marks []*mark) {
	closed := j.personDenials(c)
	if j.o.PersonScope {
		j.widen(c, marks, &closed)
	}
	for i := range c.Points {
		p := &c.Points[i]
		p.Permissions = p.Permissions[:0:0]
		for _, ch := range p.Channels() {
			p.Permissions = append(p.Permissions, j.permission(c, i, marks, ch, closed[ch]))
		}
	}
}

// personDenials are what records say of the person: they close a channel whatever value the record holds.
func (j *Judge) personDenials(c *record.Customer) (closed [record.NumChannels][]refusal) {
	for i := range c.Members {
		r := &c.Members[i]
		at := r.Instant(record.ConsentAt)
		for _, ch := range record.Channels {
			add := func(reason record.Reason, at record.Instant) {
				closed[ch] = append(closed[ch], refusal{reason, at, r.Source, r.ID})
			}
			if r.Text[record.DoNotContact] == "yes" {
				add(record.AskedNoContact, 0)
			}
			if r.Text[record.Deceased] == "yes" {
				add(record.IsDeceased, 0)
			}
			if ch == record.ByVoice && r.Text[record.DoNotCall] == "yes" {
				add(record.AskedNotToCall, 0)
			}
			if r.Text[consentField[ch]] == "no" {
				add(record.PermissionDenied, at)
			}
		}
	}
	return closed
}

// widen lets what a person said of a value that this customer alone holds close the channel for the customer.
func (j *Judge) widen(c *record.Customer, marks []*mark, closed *[record.NumChannels][]refusal) {
	for i := range c.Points {
		if c.Points[i].SharedBy > 1 {
			continue
		}
		for k := range marks[i].said {
			s := &marks[i].said[k]
			for _, ch := range record.Channels {
				if (s.channel == ch || s.channel == record.AnyChannel && ch.Kind() == c.Points[i].Kind) && s.denies(ch) {
					closed[ch] = append(closed[ch], refusal{record.Reason(s.denied.code), s.denied.at, s.feed, ""})
				}
			}
		}
	}
}

// permission judges one channel of one point.
func (j *Judge) permission(c *record.Customer, i int, marks []*mark, ch record.Channel, closed []refusal) record.Permission {
	p := &c.Points[i]
	out := record.Permission{Channel: ch}
	refuse := func(x refusal, effect record.Effect) {
		if !slices.Contains(out.Reasons, x.reason) {
			out.Reasons = append(out.Reasons, x.reason)
			c.Findings = append(c.Findings, record.Finding{Kind: p.Kind, Channel: ch, Value: p.Value, Code: x.reason, Effect: effect, At: x.at, Source: x.source, ID: x.id})
		}
	}
	j.grants(c, i, marks, &out)
	denied := false
	for _, x := range closed {
		denied = true
		refuse(x, record.Denies)
	}
	for _, k := range related(c, i) {
		for s := range marks[k].said {
			if x := &marks[k].said[s]; x.denies(ch) {
				denied = true
				refuse(refusal{record.Reason(x.denied.code), x.denied.at, x.feed, ""}, record.Denies)
			}
		}
	}
	for _, r := range j.relatedElsewhere(p) { // an old or new form that the customer itself doesn't hold
		for s := range r.said {
			if x := &r.said[s]; x.denies(ch) {
				denied = true
				refuse(refusal{record.Reason(x.denied.code), x.denied.at, x.feed, ""}, record.Denies)
			}
		}
	}
	if denied {
		out.Answer = record.Denied
		latest(&out, closed)
	}
	j.lists(c, i, ch, &out, refuse)
	if out.Answer == record.Expired {
		refuse(refusal{record.PermissionExpired, out.ExpiresAt, out.Source, ""}, record.Denies)
	}
	if out.Answer == record.Unasked && j.o.Require[ch] == Granted {
		refuse(refusal{reason: record.NoPermission, source: "require_permission"}, record.Denies)
	}
	if j.tooOften(c, marks, ch) {
		refuse(refusal{reason: record.TooOften, source: "contacts"}, record.Denies)
	}
	out.Contactable = len(out.Reasons) == 0 && slices.Contains(j.o.Usable, p.Status)
	slices.SortFunc(out.Reasons, func(a, b record.Reason) int {
		return slices.Index(record.PermissionReasons, a) - slices.Index(record.PermissionReasons, b)
	})
	return out
}

// latest gives a denied permission the date and source of the latest denial.
func latest(out *record.Permission, closed []refusal) {
	out.Basis, out.ExpiresAt = "", 0
	out.At, out.Source = 0, ""
	for _, x := range closed {
		if x.at >= out.At {
			out.At, out.Source = x.at, x.source
		}
	}
}

// related are the point itself, and those of the customer that it replaces or that replace it.
func related(c *record.Customer, i int) []int {
	out := []int{i}
	p := &c.Points[i]
	for k := range c.Points {
		q := &c.Points[k]
		if k != i && q.Kind == p.Kind && p.Kind != record.PostPoint && (q.ReplacedBy == p.Value && !q.Has(record.TypoDomain) || p.ReplacedBy == q.Value && !p.Has(record.TypoDomain)) {
			out = append(out, k)
		}
	}
	return out
}

// relatedElsewhere are the marks of the form that replaces a point.
func (j *Judge) relatedElsewhere(p *record.ContactPoint) []*mark {
	if p.ReplacedBy == "" || p.Kind == record.PostPoint || p.Has(record.TypoDomain) {
		return nil
	}
	if m := j.s.points[point{p.Kind, p.ReplacedBy}]; m != nil {
		return []*mark{m}
	}
	return nil
}

// grants finds the best grant for a channel of a point: of records that hold it (or the form that it replaces), and of
// opt_in events about it. One that has not expired beats one that has.
func (j *Judge) grants(c *record.Customer, i int, marks []*mark, out *record.Permission) {
	better := func(answer record.Answer, at record.Instant, basis, source string, expires record.Instant) {
		if out.Answer == record.Granted && (answer != record.Granted || at <= out.At) {
			return
		}
		if out.Answer == answer && at <= out.At && out.Source != "" {
			return
		}
		out.Answer, out.At, out.Basis, out.Source, out.ExpiresAt = answer, at, basis, source, expires
	}
	for k := range c.Members {
		r := &c.Members[k]
		if r.Text[consentField[out.Channel]] != "yes" || !slices.ContainsFunc(related(c, i), func(x int) bool { return holds(r, &c.Points[x]) }) {
			continue
		}
		at := r.Instant(record.ConsentAt)
		if at > j.asOf {
			continue // a grant dated after the as-of date is not one yet
		}
		basis := r.Text[record.ConsentBasis]
		expires := j.expiry(basis, at)
		answer := record.Granted
		if expires.Known() && expires < j.asOf {
			answer = record.Expired
		}
		better(answer, at, basis, r.Source, expires)
	}
	for _, k := range related(c, i) {
		for s := range marks[k].said {
			if x := &marks[k].said[s]; x.granted.Known() && (x.channel == out.Channel || x.channel == record.AnyChannel) {
				better(record.Granted, x.granted, "opt_in", x.feed, 0)
			}
		}
	}
}

// expiry is when a grant of some basis ends; 0 when it does not. One without a date cannot be shown to hold: it has ended.
func (j *Judge) expiry(basis string, at record.Instant) record.Instant {
	months, ok := j.o.ExpiryMonths[basis]
	if !ok {
		return 0
	}
	if !at.Known() {
		return 1
	}
	return record.At(at.Time().AddDate(0, months, 0))
}

// lists holds the point against the suppression lists. A value on a list is suppressed whatever the list's age; where a list
// is out of date, every other point that it speaks for is closed until it is renewed.
func (j *Judge) lists(c *record.Customer, i int, ch record.Channel, out *record.Permission, refuse func(refusal, record.Effect)) {
	for k := range j.s.lists {
		l := &j.s.lists[k]
		if !l.speaksFor(ch) {
			continue
		}
		asOf := record.ParseInstant(l.feed.AsOf)
		if slices.ContainsFunc(related(c, i), func(x int) bool { return l.has(&c.Points[x], j.o.HashKey) }) || l.hasForm(&c.Points[i], j.o.HashKey) {
			refuse(refusal{record.Suppressed, asOf, l.feed.Name, ""}, record.Suppresses)
			if out.SuppressedBy == "" {
				out.SuppressedBy, out.SuppressionAs = l.feed.Name, l.feed.AsOf
			}
			continue
		}
		if l.feed.Stale && l.inCountry(c, &c.Points[i]) {
			refuse(refusal{record.StaleSuppressionList, asOf, l.feed.Name, ""}, record.Suppresses)
			if out.SuppressedBy == "" {
				out.SuppressedBy, out.SuppressionAs = l.feed.Name, l.feed.AsOf
			}
		}
	}
}

func (l *list) speaksFor(ch record.Channel) bool {
	return l.feed.Channel == record.AnyChannel || l.feed.Channel == ch
}

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
	return slices.Contains(l.feed.Countries, country)
}

// frequency is how many days lie between contacts that a customer asked for.
var frequency = map[string]int{"daily": 1, "weekly": 7, "biweekly": 14, "fortnightly": 14, "monthly": 30, "quarterly": 91, "yearly": 365, "annually": 365, "never": 1 << 20}

// tooOften holds when the customer was contacted on the channel as often as the job, or the customer, allows.
func (j *Judge) tooOften(c *record.Customer, marks []*mark, ch record.Channel) bool {
	limit := j.o.MaxContacts[ch]
	var n int32
	var last record.Instant
	for _, m := range marks {
		n += m.recent[ch]
		last = max(last, m.lastContact[ch])
	}
	if limit.N > 0 && int(n) >= limit.N {
		return true
	}
	days, ok := frequency[c.Text[record.ContactFrequency]]
	if c.Text[record.ContactFrequency] == "never" {
		return true
	}
	return ok && last.Known() && last > record.At(j.o.AsOf.Add(-time.Duration(days)*24*time.Hour))
}
