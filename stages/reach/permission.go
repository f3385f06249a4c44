package reach

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

var consentField = [record.NumChannels]record.Field{record.ByEmail: record.ConsentEmail, record.BySMS: record.ConsentSMS, record.ByVoice: record.ConsentVoice, record.ByPost: record.ConsentPost}

// refusal is why a channel of a point is closed.
type refusal struct {
	reason record.Reason
	at     record.Instant
	source string
	id     string
	effect record.Effect
}

// compare orders refusals by reason as the contract does, the latest first.
func (x refusal) compare(y refusal) int {
	return cmp.Or(
		slices.Index(record.PermissionReasons, x.reason)-slices.Index(record.PermissionReasons, y.reason),
		cmp.Compare(y.at, x.at), strings.Compare(x.source, y.source), strings.Compare(x.id, y.id),
	)
}

// permissions says for every point and channel whether it may be used.
func (j *Judge) permissions(c *record.Customer, known []known) {
	closed := j.personDenials(c)
	if j.o.PersonScope {
		j.widen(c, known, &closed)
	}
	var often [record.NumChannels]bool
	for _, ch := range record.Channels {
		often[ch] = j.tooOften(c, known, ch)
	}
	for i := range c.Points {
		p := &c.Points[i]
		p.Permissions = nil
		for _, ch := range p.Channels() {
			against := slices.Clip(closed[ch])
			if often[ch] {
				against = append(against, refusal{reason: record.TooOften, source: "contacts", effect: record.Denies})
			}
			p.Permissions = append(p.Permissions, j.permission(c, i, known, ch, against))
		}
	}
}

// personDenials are what records say of the person: they close a channel whatever value the record holds.
func (j *Judge) personDenials(c *record.Customer) (closed [record.NumChannels][]refusal) {
	for i := range c.Members {
		r := &c.Members[i]
		for _, ch := range record.Channels {
			add := func(reason record.Reason, at record.Instant) {
				closed[ch] = append(closed[ch], refusal{reason, at, r.Source, r.ID, record.Denies})
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
			if r.Text[consentField[ch]] == "no" && !j.lifted(c, r, ch) {
				add(record.PermissionDenied, r.Instant(record.ConsentAt))
			}
		}
	}
	return closed
}

// lifted reports whether another row of the same source and id has granted later what this one denies.
func (j *Judge) lifted(c *record.Customer, denying *record.Record, ch record.Channel) bool {
	at := denying.Instant(record.ConsentAt)
	if !at.Known() {
		return false
	}
	for i := range c.Members {
		r := &c.Members[i]
		if r.Source == denying.Source && r.Text[consentField[ch]] == "yes" && givenID(r.ID) == givenID(denying.ID) {
			if granted := j.past(r.Instant(record.ConsentAt)); granted > at {
				return true
			}
		}
	}
	return false
}

// again is what reading puts behind the id of a further row that has it: ~ and a digest, and a number among equals.
var again = regexp.MustCompile(`~[0-9a-f]{8}(-[0-9]+)?$`)

// givenID is a record's id as its source gave it.
func givenID(id string) string {
	if !strings.Contains(id, "~") {
		return id
	}
	return again.ReplaceAllString(id, "")
}

// given is the key that a source knows a record by: rows with one id are one record to it.
func given(k record.Key) record.Key { return record.Key{Source: k.Source, ID: givenID(k.ID)} }

// widen lets what a person said of a value that this customer alone holds close the channel for the customer.
func (j *Judge) widen(c *record.Customer, known []known, closed *[record.NumChannels][]refusal) {
	for i := range c.Points {
		p := &c.Points[i]
		if p.SharedBy > 1 || nobodys(p) {
			continue
		}
		for _, ch := range spokenOf(p.Kind, record.AnyChannel) {
			closed[ch] = known[i].mark.denials(ch, closed[ch])
			for _, b := range known[i].beside {
				if m := j.s.told(b); m != nil && j.o.Holders(b.kind, b.value) <= 1 {
					closed[ch] = m.denials(ch, closed[ch])
				}
			}
		}
	}
}

// denials adds what was said of a point against a channel, and stands.
func (m *mark) denials(ch record.Channel, to []refusal) []refusal {
	for s := range m.said {
		x := &m.said[s]
		if x.channel != ch {
			continue
		}
		for k, reason := range denials {
			if x.stands(k) {
				to = append(to, refusal{reason, x.denied[k].at, x.feed, "", record.Denies})
			}
		}
	}
	return to
}

// permission judges one channel of one point; against is what closes the channel for the customer.
func (j *Judge) permission(c *record.Customer, i int, known []known, ch record.Channel, against []refusal) record.Permission {
	p := &c.Points[i]
	out := record.Permission{Channel: ch}
	j.grants(c, i, known, &out)
	for _, k := range known[i].kin {
		against = known[k].mark.denials(ch, against)
	}
	for _, b := range known[i].beside {
		if m := j.s.told(b); m != nil {
			against = m.denials(ch, against)
		}
	}
	for k := range against {
		if x := &against[k]; x.reason != record.TooOften && (out.Answer != record.Denied || x.at > out.At || x.at == out.At && x.source < out.Source) {
			out = record.Permission{Channel: ch, Answer: record.Denied, At: x.at, Source: x.source}
		}
	}
	against = j.lists(c, i, known, ch, &out, against)
	if out.Answer == record.Expired {
		against = append(against, refusal{record.PermissionExpired, out.ExpiresAt, out.Source, "", record.Denies})
	}
	if out.Answer == record.Unasked && j.o.Require[ch] == Granted {
		against = append(against, refusal{reason: record.NoPermission, source: "require_permission", effect: record.Denies})
	}
	slices.SortFunc(against, refusal.compare)
	for k, x := range against {
		if k > 0 && x.reason == against[k-1].reason && x.source == against[k-1].source && x.id == against[k-1].id {
			continue
		}
		if n := len(out.Reasons); n == 0 || out.Reasons[n-1] != x.reason {
			out.Reasons = append(out.Reasons, x.reason)
		}
		c.Findings = append(c.Findings, record.Finding{Kind: p.Kind, Channel: ch, Value: p.Value, Code: x.reason, Effect: x.effect, At: x.at, Source: x.source, ID: x.id})
	}
	out.Contactable = len(out.Reasons) == 0 && slices.Contains(j.o.Usable, p.Status)
	return out
}

// grants finds the best grant for a channel of a point: of records that hold it (or the form that it replaces), and of
// opt_in events about it. One that has not expired beats one that has, then the latest wins.
func (j *Judge) grants(c *record.Customer, i int, known []known, out *record.Permission) {
	better := func(answer record.Answer, at record.Instant, basis, source string, expires record.Instant) {
		if out.Answer != record.Unasked {
			switch {
			case out.Answer != answer && answer == record.Expired:
				return
			case out.Answer == answer && (at < out.At || at == out.At && source >= out.Source):
				return
			}
		}
		out.Answer, out.At, out.Basis, out.Source, out.ExpiresAt = answer, at, basis, source, expires
	}
	for k := range c.Members {
		r := &c.Members[k]
		if r.Text[consentField[out.Channel]] != "yes" || !slices.ContainsFunc(known[i].old, func(x int) bool { return holds(r, &c.Points[x]) }) {
			continue
		}
		at := r.Instant(record.ConsentAt)
		if at > j.asOf {
			continue // a grant dated after the as-of date is not one yet
		}
		basis := r.Text[record.ConsentBasis]
		expires, over := j.expiry(basis, at)
		answer := record.Granted
		if over {
			answer = record.Expired
		}
		better(answer, at, basis, r.Source, expires)
	}
	for _, k := range known[i].old {
		said := known[k].said
		for s := range said {
			if x := &said[s]; x.optedIn && x.channel == out.Channel {
				better(record.Granted, x.granted, "opt_in", x.feed, 0)
			}
		}
	}
}

// expiry is when a grant of some basis ends, 0 when it does not or when that is not known, and whether it has ended. One
// without a date cannot be shown to hold: it has ended.
func (j *Judge) expiry(basis string, at record.Instant) (expires record.Instant, over bool) {
	lives, ok := j.o.Expiry[basis]
	switch {
	case !ok:
		return 0, false
	case !at.Known():
		return 0, true
	}
	expires = later(at, lives)
	return expires, expires < dayOf(j.asOf)
}

// later is the same day of a later month, or that month's last day where it is shorter, and some days on.
func later(at record.Instant, by Lifetime) record.Instant {
	t := at.Time()
	end := t.AddDate(0, by.Months, 0)
	if end.Day() != t.Day() {
		end = end.AddDate(0, 0, -end.Day())
	}
	return record.At(end.AddDate(0, 0, by.Days))
}
