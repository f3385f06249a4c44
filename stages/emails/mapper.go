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
	Lists  *Lists         // nil: DefaultLists
	Common []string       // domains seen often in the job's own files: [Survey.Common]

	// MailServer says whether a domain (lower case A-labels) accepts mail, and whether that is known. Nil when DNS was
	// not asked for. It must be safe for concurrent use and must not itself go to the network.
	MailServer func(domain string) (accepts, known bool)
}

// Mapper cleans and judges the emails of records. It is safe for concurrent use.
type Mapper struct {
	asOf   record.Instant
	lists  *Lists
	common map[string]bool
	server func(domain string) (accepts, known bool)
	known  domainCache
}

// New makes a Mapper. It fails when the as-of date is missing.
func New(o Options) (*Mapper, error) {
	if !o.AsOf.Known() {
		return nil, errors.New("emails: no as-of date")
	}
	m := &Mapper{asOf: o.AsOf, lists: o.Lists, server: o.MailServer, common: make(map[string]bool, len(o.Common))}
	if m.lists == nil {
		m.lists = DefaultLists()
	}
	for _, d := range o.Common {
		m.common[d] = true
	}
	return m, nil
}

// References lists the reference data in use.
func (m *Mapper) References() []Reference { return m.lists.References() }

// Map cleans the record's emails, makes its email points and the findings behind their verdicts. The error is always
// nil. The record given is not changed; mapping twice is mapping once.
func (m *Mapper) Map(r record.Record) (record.Record, error) {
	mine := func(p record.ContactPoint) bool { return p.Kind == record.EmailPoint }
	if slices.ContainsFunc(r.Points, mine) {
		r.Points = slices.DeleteFunc(slices.Clone(r.Points), mine)
	}
	about := func(f record.Finding) bool { return f.Kind == record.EmailPoint }
	if slices.ContainsFunc(r.Findings, about) {
		r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), about)
	}
	if len(r.Emails) == 0 {
		return r, nil
	}
	r.Points, r.Findings, r.Changes = slices.Clip(r.Points), slices.Clip(r.Findings), slices.Clip(r.Changes)

	cells := r.Emails
	r.Emails = make([]string, 0, len(cells))
	first := len(r.Points)
	for _, cell := range cells {
		pieces := split(cell)
		if len(pieces) > 1 {
			r.Note(record.Email, cell, strings.Join(pieces, ", "), "emails.split", 1)
		}
		for _, piece := range pieces {
			m.add(&r, piece, first)
		}
	}
	m.replace(&r, first)
	return r, nil
}

// add tidies one address, and judges it unless the record has that mailbox already; first is where its email points
// begin.
func (m *Mapper) add(r *record.Record, piece string, first int) {
	display := tidy(piece, func(before, after, rule string) { r.Note(record.Email, before, after, rule, 1) })
	if display == "" {
		return
	}
	if pieces := split(display); len(pieces) > 1 { // brackets or a label hid that there are several
		r.Note(record.Email, display, strings.Join(pieces, ", "), "emails.split", 1)
		for _, p := range pieces {
			m.add(r, p, first)
		}
		return
	}
	p := record.ContactPoint{Kind: record.EmailPoint, Display: display, PCurrent: -1}
	a, bad := parse(display)
	if bad == "" {
		a = m.lists.mailbox(a)
		p.Value = a.local + "@" + a.domain
	} else {
		p.Value = strings.ToLower(display)
	}
	for i := first; i < len(r.Points); i++ {
		if r.Points[i].Value == p.Value {
			r.Note(record.Email, display, "", "emails.duplicate", 1)
			return
		}
	}
	j := judgement{m: m, r: r, p: &p, a: a}
	if bad != "" {
		j.malformed(bad)
	} else {
		j.all()
	}
	r.Emails = append(r.Emails, display)
	r.Points = append(r.Points, p)
}

// replace adds the mailboxes that took the place of moved ones, unless the record gives them itself.
func (m *Mapper) replace(r *record.Record, first int) {
	for i, given := first, len(r.Points); i < given; i++ {
		old := r.Points[i]
		if old.Status != record.Obsolete || !old.Has(record.ProviderMoved) {
			continue
		}
		if slices.ContainsFunc(r.Points[first:], func(p record.ContactPoint) bool { return p.Value == old.ReplacedBy }) {
			continue
		}
		a, bad := parse(old.ReplacedBy)
		if bad != "" {
			continue // a moved_to of the job's own list that is no domain
		}
		local := old.Display[:strings.LastIndexByte(old.Display, '@')]
		p := record.ContactPoint{Kind: record.EmailPoint, Value: old.ReplacedBy, Display: local + "@" + a.domain, PCurrent: -1}
		j := judgement{m: m, r: r, p: &p, a: a}
		j.give(record.Renumbered, "closed_providers", "same name at the provider that took it over", 0)
		j.describe()
		r.Points = append(r.Points, p)
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
