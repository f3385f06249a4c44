package emails

import (
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// judgement gives one point its reasons.
type judgement struct {
	m *Mapper
	r *record.Record
	p *record.ContactPoint
	a address
}

// give adds a reason with the finding behind it: the list that says so, the rule in it, and the rule's date if any.
func (j *judgement) give(reason record.Reason, list, rule string, at record.Instant) {
	j.p.Judge(reason)
	j.r.Findings = append(j.r.Findings, record.Finding{
		Kind: record.EmailPoint, Value: j.p.Value, Code: reason, Effect: record.GivesStatus, At: at, Source: list, Detail: rule,
	})
}

// malformed judges what is no address: broken, and perhaps a word that says there is none.
func (j *judgement) malformed(bad fault) {
	j.give(record.Syntax, "emails.syntax", string(bad), 0)
	word := strings.ToLower(j.p.Display)
	if j.m.lists.placeholder[word] || j.m.lists.placeholder[word+"@"] {
		j.give(record.Placeholder, "placeholders", "exact", 0)
	}
	if meant := j.m.meant(word, j.r.Home()); meant != "" {
		j.give(record.TypoDomain, "popular_domains", meant[strings.LastIndexByte(meant, '@')+1:], 0)
		j.p.ReplacedBy = meant
	}
}

// all judges an address that is well formed.
func (j *judgement) all() {
	d := j.m.look(j.a.domain)
	switch {
	case d.reserved != "":
		j.give(record.ReservedDomain, "reserved_domains", d.reserved, 0)
	case d.unknownTLD:
		j.give(record.UnknownTLD, "tlds", "top-level domain", 0)
	}
	j.placeholder(d)
	if meant := j.m.typo(d, j.r.Home()); meant != "" {
		j.give(record.TypoDomain, "popular_domains", meant, 0)
		j.p.ReplacedBy = j.as(meant)
	}
	explained := j.closed(d)
	if explained {
		j.drop(record.UnknownTLD)
	} else if j.m.server != nil && j.p.Status != record.Invalid {
		if accepts, known := j.m.server(j.a.domain); known && !accepts {
			j.give(record.NoMailServer, "dns", "no mail server", 0)
		}
	}
	j.describe()
}

// placeholder asks the form given and the canonical one: t.e.s.t@gmail.com is the tester's mailbox too.
func (j *judgement) placeholder(d *domainFacts) {
	list := j.m.lists.placeholder
	given := strings.ToLower(j.p.Display)
	local, _, _ := strings.Cut(given, "@")
	switch {
	case list[given] || list[j.p.Value]:
		j.give(record.Placeholder, "placeholders", "exact", 0)
	case d.placeholder:
		j.give(record.Placeholder, "placeholders", "domain", 0)
	case list[local+"@"] || list[j.a.local+"@"]:
		j.give(record.Placeholder, "placeholders", "local", 0)
	}
}

// closed applies what became of the provider, and reports whether a dated end explains the mailbox: the rule's day must
// not be after the as-of date, nor before the day on which the mailbox was captured.
func (j *judgement) closed(d *domainFacts) bool {
	if d.closing.reason == "" || d.closing.on >= j.m.asOf/day*day+day {
		return false
	}
	if at := j.r.Captured(record.EmailPoint); at.Known() && at >= d.closing.on+day {
		return false
	}
	j.give(d.closing.reason, "closed_providers", d.closedName+" "+d.closing.date, d.closing.on)
	if d.closing.reason == record.ProviderMoved && !j.p.Has(record.TypoDomain) {
		j.p.ReplacedBy = j.as(d.closing.movedTo)
	}
	return d.closing.reason != record.ProviderPaidOnly
}

// describe adds the reasons that speak of the kind of mailbox.
func (j *judgement) describe() {
	d := j.m.look(j.a.domain)
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

// drop takes a reason away that another one explains.
func (j *judgement) drop(reason record.Reason) {
	if !j.p.Has(reason) {
		return
	}
	j.p.Drop(reason)
	kept := j.r.Findings[:0]
	for _, f := range j.r.Findings {
		if f.Kind != record.EmailPoint || f.Value != j.p.Value || f.Code != reason {
			kept = append(kept, f)
		}
	}
	j.r.Findings = kept
}
