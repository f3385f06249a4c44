package emails

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Options are what a Mapper must be told.
type Options struct {
	AsOf   record.Instant // the day the run speaks for; required
	Lists  *Lists         // nil: those that come with the program
	Common []string       // domains seen often in the job's own files: [Survey.Common]

	// Refuses says why a domain (lower case A-labels) takes no mail, and when that was found out; false where it takes
	// mail or nobody knows. Nil when nobody was asked. It must be safe for concurrent use, must always say the same, and
	// must not itself go to the network.
	Refuses func(domain string) (why string, at record.Instant, refuses bool)
}

// Mapper cleans and judges the emails of records. It is safe for concurrent use.
type Mapper struct {
	asOf   record.Instant
	lists  *Lists
	common map[string]bool
	known  domainCache

	refuses func(domain string) (why string, at record.Instant, refuses bool)
}

// New makes a Mapper. It fails when the as-of date is missing.
func New(o Options) (*Mapper, error) {
	if !o.AsOf.Known() {
		return nil, errors.New("emails: no as-of date")
	}
	m := &Mapper{asOf: o.AsOf, lists: o.Lists, refuses: o.Refuses, common: make(map[string]bool, len(o.Common))}
	if m.lists == nil {
		m.lists = builtIn()
	}
	for _, d := range o.Common {
		m.common[d] = true
	}
	return m, nil
}

// Clean cleans the record's emails, makes its email points and the findings behind their verdicts. The error is always
// nil; cleaning twice is cleaning once.
func (m *Mapper) Clean(r *record.Record) error {
	mine := func(p record.ContactPoint) bool { return p.Kind == record.EmailPoint }
	if slices.ContainsFunc(r.Points, mine) {
		r.Points = slices.DeleteFunc(slices.Clone(r.Points), mine)
	}
	about := func(f record.Finding) bool { return f.Kind == record.EmailPoint }
	if slices.ContainsFunc(r.Findings, about) {
		r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), about)
	}
	if len(r.Emails) == 0 {
		return nil
	}
	given, first := r.Emails, len(r.Points)
	r.Emails = given[:0:0]
	for _, cell := range given {
		each(cell, func(before, after, rule string) { r.Note(record.Email, before, after, rule, 1) },
			func(display string) { m.add(r, display, first, given) })
	}
	m.replace(r, first)
	return nil
}

// Map is [Mapper.Clean] of a copy.
func (m *Mapper) Map(r record.Record) (record.Record, error) {
	err := m.Clean(&r)
	return r, err
}

// add judges one tidied address, unless the record has that mailbox already; first is where its email points begin, given
// what its cells were.
func (m *Mapper) add(r *record.Record, display string, first int, given []string) {
	written, bad := parse(display)
	j := judgement{m: m, a: written, country: r.Home(), findings: r.Findings}
	value := ""
	if bad == "" {
		j.a = m.lists.mailbox(written)
		value = j.a.in(display)
	} else {
		value = strings.ToLower(display)
	}
	if slices.ContainsFunc(r.Points[first:], func(p record.ContactPoint) bool { return p.Value == value }) {
		r.Note(record.Email, display, "", "emails.duplicate", 1)
		return
	}
	j.p = record.ContactPoint{Kind: record.EmailPoint, Value: value, Display: display, PCurrent: -1}
	if bad != "" {
		j.malformed(bad)
	} else {
		d := m.look(j.a.domain)
		if d.closing.reason != "" {
			j.captured = r.Captured(record.EmailPoint)
		}
		j.all(d, written)
	}
	r.Points, r.Findings = append(r.Points, j.point()), j.findings
	if n := len(r.Emails); n < len(given) && given[n] == display && (n == 0 || &r.Emails[0] == &given[0]) {
		r.Emails = given[: n+1 : n+1] // as it was: nothing to copy
	} else {
		r.Emails = append(r.Emails, display)
	}
}

// replace adds the mailboxes that took the place of moved ones, unless the record gives them itself.
func (m *Mapper) replace(r *record.Record, first int) {
	for i, given := first, len(r.Points); i < given; i++ {
		old := &r.Points[i]
		if old.Status != record.Obsolete || !old.Has(record.ProviderMoved) {
			continue
		}
		value := old.ReplacedBy
		if slices.ContainsFunc(r.Points[first:], func(p record.ContactPoint) bool { return p.Value == value }) {
			continue
		}
		a, bad := parse(value)
		if bad != "" {
			continue // a moved_to of the job's own list that is no domain
		}
		local := old.Display[:strings.LastIndexByte(old.Display, '@')]
		j := judgement{m: m, a: a, findings: r.Findings}
		j.p = record.ContactPoint{Kind: record.EmailPoint, Value: value, Display: local + "@" + a.domain, PCurrent: -1}
		j.give(record.Renumbered, "closed_providers", "same name at the provider that took it over", 0)
		j.describe(m.look(a.domain))
		r.Points, r.Findings = append(r.Points, j.point()), j.findings
	}
}

// mailbox gives the one spelling of a mailbox that its provider knows under several.
func (l *Lists) mailbox(a address) address {
	known, ok := l.aliases[a.domain]
	if !ok || a.local[0] == '"' {
		return a
	}
	local := a.local
	if known.tag != "" {
		local, _, _ = strings.Cut(local, known.tag)
	}
	if known.dots {
		local = strings.ReplaceAll(local, ".", "")
	}
	if local == "" {
		local = a.local // nothing but a tag: no mailbox of that provider, and no reason to make two one
	}
	return address{local: local, domain: known.domain}
}

// day is how long a rule's date lasts.
const day = record.Instant(24 * time.Hour / time.Microsecond)
