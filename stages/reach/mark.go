package reach

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// mark is what feeds told of one point: the latest of each kind of event, so that the order and the repetition of events
// do not matter.
type mark struct {
	life, confirmed, delivered, opened record.Instant
	contacted, responded               channels
	trouble                            *trouble // nil: none
	sent                               *sent    // nil: not contacted
	said                               []saying // by feed and channel
}

// trouble is what befell a value: the most have none.
type trouble struct {
	hard, full, disconnected, wrong, reassigned, returned moment
	soft                                                  [3]bounce // the three latest, latest first
}

// channels is a set of channels.
type channels uint8

func (c *channels) add(list []record.Channel) {
	for _, ch := range list {
		*c |= 1 << ch
	}
}

func (c channels) has(ch record.Channel) bool { return c&(1<<ch) != 0 }

// sent is when a point was contacted.
type sent struct {
	first, last record.Instant
	latest      [record.NumChannels]record.Instant
	recent      [record.NumChannels][]record.Instant // distinct, ascending: contacts within the channel's window
}

// moment is when something became known, by whom.
type moment struct {
	at   record.Instant
	feed string
	code string
}

func (m *moment) later(at record.Instant, feed, code string) {
	if at > m.at || at == m.at && (feed > m.feed || feed == m.feed && code > m.code) {
		*m = moment{at, feed, strings.Clone(code)} // the text is part of a whole block of the file
	}
}

// bounce is one soft bounce.
type bounce struct {
	at   record.Instant
	feed string
}

func (m *mark) bounce(f *Feed, row *Row, at record.Instant) {
	code, smtp := strings.ToLower(strings.TrimSpace(row.Code)), f.lists().smtp
	if smtp[code] == "" { // not the code alone
		if x := enhanced.FindStringSubmatch(code); x != nil {
			code = x[1]
		}
	}
	switch action := smtp[code]; {
	case action == "hard" || action == "moved":
		m.had().hard.later(at, f.Name, code)
	case action == "full":
		m.had().full.later(at, f.Name, code)
	case action == "soft" || action == "" && strings.HasPrefix(code, "4"):
		m.had().softly(bounce{at, f.Name})
	}
}

// saying is what one feed told of permission for one channel of a point.
type saying struct {
	feed    string
	channel record.Channel
	denied  [len(denials)]denial
	granted record.Instant // the latest dated grant
	optedIn bool           // there was a grant, dated or not
}

func (m *mark) saying(feed string, ch record.Channel) *saying {
	i, found := slices.BinarySearchFunc(m.said, saying{feed: feed, channel: ch}, func(a, b saying) int { return a.compare(&b) })
	if !found {
		m.said = slices.Insert(m.said, i, saying{feed: feed, channel: ch})
	}
	return &m.said[i]
}

func (s *saying) compare(o *saying) int {
	return cmp.Or(strings.Compare(s.feed, o.feed), int(s.channel)-int(o.channel))
}

// denial is what was said of one reason of denials.
type denial struct {
	at      record.Instant // the latest
	said    bool
	undated bool // some of it has no date, so no grant can lift it
}

// denials are what a person can say of a point in a feed, in the order of the contract.
var denials = [...]record.Reason{record.Unsubscribed, record.Complained, record.AskedNotToCall}

const day = record.Instant(24 * 60 * 60 * 1e6) // microseconds

// dayOf is the beginning of the day that a moment is in.
func dayOf(at record.Instant) record.Instant {
	rest := at % day
	if rest < 0 {
		rest += day
	}
	return at - rest
}

// spokenOf are the channels that a row speaks of: its own, else all of the kind.
func spokenOf(kind record.Kind, ch record.Channel) []record.Channel {
	if ch != record.AnyChannel {
		return record.Channels[ch-1 : ch]
	}
	switch kind {
	case record.EmailPoint:
		return record.Channels[0:1]
	case record.PhonePoint:
		return record.Channels[1:3]
	case record.PostPoint:
		return record.Channels[3:4]
	default:
	}
	return nil
}

// denies reports whether the row is somebody's wish to be left alone.
func (r *Row) denies() bool {
	return r.Type == "unsubscribe" || r.Type == "complaint" || r.Type == "call" && r.Detail == "do_not_call"
}

// AlwaysCounts reports whether the row counts whatever its date is: the contract says so of denials, suppressions and
// erasures. One whose date cannot be read counts without a date, and is never lifted.
func (r *Row) AlwaysCounts() bool { return r.denies() || r.Type == "suppress" || r.Type == "erase" }

// event folds an event into a mark. Statements dated after the as-of date are ignored, except denials. The form that
// replaces the one named inherits denials, grants, contacts and signs of life, and nothing else.
func (s *State) event(m *mark, kind record.Kind, f *Feed, row *Row, at record.Instant, replacement bool) {
	switch {
	case row.denies():
		m.deny(kind, f, row, at)
		return
	case at > s.asOf:
		return
	case row.Type == "opt_in":
		m.grant(kind, f, row, at)
		return
	case !at.Known():
		return
	}
	switch row.Type {
	case "click":
		m.opened, m.life = max(m.opened, at), max(m.life, at)
		m.contacted.add(spokenOf(kind, row.Channel))
		m.responded.add(spokenOf(kind, row.Channel))
	case "reply":
		m.opened, m.life = max(m.opened, at), max(m.life, at)
		m.responded.add(spokenOf(kind, row.Channel))
	case "address_confirmed":
		m.confirmed, m.life = max(m.confirmed, at), max(m.life, at)
	case "call":
		if row.Detail == "answered" {
			m.life = max(m.life, at)
			m.contacted.add(spokenOf(kind, record.ByVoice))
			m.responded.add(spokenOf(kind, record.ByVoice))
		}
	case "contact":
		m.contacted.add(spokenOf(kind, row.Channel))
		s.contact(m, kind, row.Channel, at, replacement)
	}
	if !replacement {
		m.befell(kind, f, row, at)
	}
}

// contact folds one contact; two at one moment are one contact told twice. Without a channel it counts for every one that
// the point may serve.
func (s *State) contact(m *mark, kind record.Kind, ch record.Channel, at record.Instant, replacement bool) {
	if m.sent == nil {
		m.sent = &sent{}
	}
	t := m.sent
	if !replacement { // what was sent to the old mailbox and not opened says nothing of the new one
		if t.first == 0 || at < t.first {
			t.first = at
		}
		t.last = max(t.last, at)
	}
	for _, ch := range spokenOf(kind, ch) {
		t.latest[ch] = max(t.latest[ch], at)
		if n := s.window[ch]; n > 0 && at >= dayOf(s.asOf)-record.Instant(n-1)*day {
			if i, told := slices.BinarySearch(t.recent[ch], at); !told {
				t.recent[ch] = slices.Insert(t.recent[ch], i, at)
			}
		}
	}
}

// befell folds what speaks of the very value that was used.
func (m *mark) befell(kind record.Kind, f *Feed, row *Row, at record.Instant) {
	switch row.Type {
	case "bounce":
		m.bounce(f, row, at)
	case "open":
		m.opened = max(m.opened, at)
		m.contacted.add(spokenOf(kind, row.Channel))
	case "delivered":
		m.delivered = max(m.delivered, at)
		m.contacted.add(spokenOf(kind, row.Channel))
	case "returned_mail":
		m.had().returned.later(at, f.Name, row.Detail)
	case "reassigned":
		if row.Detail == "yes" {
			m.had().reassigned.later(at, f.Name, "")
		}
	case "call":
		switch row.Detail {
		case "disconnected":
			m.had().disconnected.later(at, f.Name, "")
		case "wrong_party":
			m.had().wrong.later(at, f.Name, "")
		}
	}
}

func (m *mark) had() *trouble {
	if m.trouble == nil {
		m.trouble = &trouble{}
	}
	return m.trouble
}

// enhanced finds the enhanced status code in what a mail server answered, as in "smtp; 550 5.1.1 no such user".
var enhanced = regexp.MustCompile(`(?:^|[^0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:$|[^0-9.]|\.$|\.[^0-9])`)

// softly keeps the three latest soft bounces; two at one moment are one.
func (m *trouble) softly(b bounce) {
	for i := range m.soft {
		switch s := &m.soft[i]; {
		case b.at == s.at:
			s.feed = max(s.feed, b.feed)
			return
		case b.at > s.at:
			*s, b = b, *s
		}
	}
}

func (m *mark) deny(kind record.Kind, f *Feed, row *Row, at record.Instant) {
	reason, ch := 0, row.Channel
	switch row.Type {
	case "complaint":
		reason = 1
	case "call":
		reason, ch = 2, record.ByVoice
	}
	for _, ch := range spokenOf(kind, ch) {
		d := &m.saying(f.Name, ch).denied[reason]
		d.said, d.undated, d.at = true, d.undated || !at.Known(), max(d.at, at)
	}
}

func (m *mark) grant(kind record.Kind, f *Feed, row *Row, at record.Instant) {
	for _, ch := range spokenOf(kind, row.Channel) {
		s := m.saying(f.Name, ch)
		s.granted, s.optedIn = max(s.granted, at), true
	}
}

// stands reports whether what a feed said for a reason is a denial that the same feed has not lifted by a later grant.
func (s *saying) stands(reason int) bool {
	d := &s.denied[reason]
	return d.said && (d.undated || s.granted <= d.at)
}
