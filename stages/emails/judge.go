package emails

import (
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// judgement gives one point its reasons, and the record a finding behind each.
type judgement struct {
	m        *Mapper
	country  string         // of the record
	captured record.Instant // read only where a provider's end may explain the mailbox
	a        address
	p        record.ContactPoint
	findings []record.Finding

	reasons [8]record.Reason // of p, in the order found; more than any point can have
	given   int
}

// give adds a reason with the finding behind it: the list that says so, the rule in it, and the rule's date if any.
func (j *judgement) give(reason record.Reason, list, rule string, at record.Instant) {
	j.reasons[j.given] = reason
	j.given++
	j.findings = append(j.findings, record.Finding{
		Kind: record.EmailPoint, Value: j.p.Value, Code: reason, Effect: record.GivesStatus, At: at, Source: list, Detail: rule,
	})
}

// malformed judges what is no address: broken, and perhaps a word that says there is none.
func (j *judgement) malformed(bad fault) {
	j.give(record.Syntax, "emails.syntax", string(bad), 0)
	word := strings.ToLower(j.p.Display)
	if list := j.m.lists.placeholders; list.exact[word] || list.local[word] {
		j.give(record.Placeholder, "placeholders", "exact", 0)
	}
	if meant := j.m.meant(word, j.country); meant != "" {
		j.give(record.TypoDomain, "typo_domains", meant[strings.LastIndexByte(meant, '@')+1:], 0)
		j.p.ReplacedBy = meant
	}
}

// all judges an address that is well formed, and was written so.
func (j *judgement) all(d *domainFacts, written address) {
	switch {
	case d.reserved != "":
		j.give(record.ReservedDomain, "reserved_domains", d.reserved, 0)
	case d.unknownTLD:
		j.give(record.UnknownTLD, "tlds", "top-level domain", 0)
	}
	j.placeholder(d, written)
	if meant := j.m.typo(d, j.country); meant != "" {
		j.give(record.TypoDomain, "typo_domains", meant, 0)
		j.p.ReplacedBy = j.as(meant)
	}
	if j.closed(d) {
		j.drop(record.UnknownTLD)
	} else if j.m.refuses != nil && d.mayTakeMail() {
		if why, at, refuses := j.m.refuses(j.a.domain); refuses {
			j.give(record.NoMailServer, "dns", why, at)
		}
	}
	j.describe(d)
}

// placeholder asks the form written and the canonical one: t.e.s.t@gmail.com is the tester's mailbox too.
func (j *judgement) placeholder(d *domainFacts, written address) {
	list := j.m.lists.placeholders
	switch {
	case list.exact[j.p.Value] || written != j.a && list.exact[written.in(j.p.Display)]:
		j.give(record.Placeholder, "placeholders", "exact", 0)
	case d.placeholder:
		j.give(record.Placeholder, "placeholders", "domain", 0)
	case list.local[j.a.local] || list.local[written.local]:
		j.give(record.Placeholder, "placeholders", "local", 0)
	}
}

// closed applies what became of the provider, and reports whether a dated end explains the mailbox: the rule's day must
// not be after the as-of date, nor before the day on which the mailbox was captured.
func (j *judgement) closed(d *domainFacts) bool {
	if d.closing.reason == "" || d.closing.on >= j.m.asOf/day*day+day {
		return false
	}
	if j.captured.Known() && j.captured >= d.closing.on+day {
		return false
	}
	j.give(d.closing.reason, "closed_providers", d.closedName+" "+d.closing.date, d.closing.on)
	if d.closing.reason == record.ProviderMoved && !j.has(record.TypoDomain) {
		j.p.ReplacedBy = j.as(d.closing.movedTo)
	}
	return d.closing.reason != record.ProviderPaidOnly
}

// describe adds the reasons that speak of the kind of mailbox.
func (j *judgement) describe(d *domainFacts) {
	if d.disposable {
		j.give(record.Disposable, "disposable", j.a.domain, 0)
	}
	if j.m.lists.roles[j.a.local] {
		j.give(record.RoleAccount, "role_accounts", j.a.local, 0)
	}
	if d.free {
		j.give(record.FreeProvider, "free", j.a.domain, 0)
	}
}

// as is the canonical value of the same local part at another domain.
func (j *judgement) as(domain string) string {
	a := j.m.lists.mailbox(address{local: j.a.local, domain: strings.ToLower(domain)})
	return a.local + "@" + a.domain
}

// has reports whether the point was given the reason.
func (j *judgement) has(reason record.Reason) bool {
	return slices.Contains(j.reasons[:j.given], reason)
}

// drop takes a reason away that another one explains.
func (j *judgement) drop(reason record.Reason) {
	at := slices.Index(j.reasons[:j.given], reason)
	if at < 0 {
		return
	}
	j.given = len(slices.Delete(j.reasons[:j.given], at, at+1))
	j.findings = slices.DeleteFunc(j.findings, func(f record.Finding) bool {
		return f.Kind == record.EmailPoint && f.Value == j.p.Value && f.Code == reason
	})
}

// point is the judged point.
func (j *judgement) point() record.ContactPoint {
	p := j.p
	if j.given > 1 {
		p.Reasons = make([]record.Reason, 0, j.given)
	}
	for _, r := range j.reasons[:j.given] {
		p.Judge(r)
	}
	return p
}
