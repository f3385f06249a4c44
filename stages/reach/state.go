package reach

import (
	"cmp"
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

//go:embed data/smtp_codes.psv
var smtpFile string

// smtp says what an enhanced status code means for the mailbox: hard, moved, full, soft; other actions say nothing of it.
var smtp = func() map[string]string {
	m := map[string]string{"hard": "hard", "soft": "soft"} // a sender's own word where there is no code
	for i, line := range strings.Split(strings.TrimSpace(smtpFile), "\n") {
		c := strings.Split(line, "|")
		if i == 0 {
			continue
		}
		m[c[0]] = c[1]
		if (c[1] == "hard" || c[1] == "moved") && c[2] != "yes" {
			m[c[0]] = "other"
		}
	}
	return m
}()

// point names a contact point.
type point struct {
	kind  record.Kind
	value string
}

// mark is what feeds told of one point: the latest of each kind of event, so that the order and the repetition of events
// do not matter.
type mark struct {
	hard, full, disconnected, wrong, reassigned, returned moment
	soft                                                  [3]bounce // the three latest, latest first
	life, confirmed, delivered, opened                    record.Instant
	sent                                                  *sent
	said                                                  []saying // by feed and channel
}

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

// bounce is one soft bounce.
type bounce struct {
	at   record.Instant
	feed string
}

func (m *moment) later(at record.Instant, feed, code string) {
	if at > m.at || at == m.at && (feed > m.feed || feed == m.feed && code > m.code) {
		*m = moment{at, feed, code}
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

// denial is what was said of one reason of denials.
type denial struct {
	at      record.Instant // the latest
	said    bool
	undated bool // some of it has no date, so no grant can lift it
}

// denials are what a person can say of a point in a feed, in the order of the contract.
var denials = [...]record.Reason{record.Unsubscribed, record.Complained, record.AskedNotToCall}

// State is a fold over the rows of all feeds: associative, commutative, and the same for a row told twice. It holds a mark
// for each point that is named, not the events.
type State struct {
	asOf     record.Instant          // the last moment of the as-of date
	window   [record.NumChannels]int // days for which contacts are counted
	points   map[point]*mark
	records  map[named]*mark // rows that name a record instead of a value
	lists    []list
	erased   map[point]bool
	erasedID map[record.Key]bool
	Rows     map[string]int64 // understood, by feed
}

// named is the points of a kind that a record holds.
type named struct {
	key  record.Key
	kind record.Kind
}

// list is a suppression list.
type list struct {
	feed   Feed
	values map[point]bool
	hashes map[string]bool
	kinds  [record.PostPoint + 1]bool // of its values
}

// NewState makes an empty fold. windows are the days for which contacts on a channel are counted.
func NewState(asOf record.Instant, windows [record.NumChannels]int) *State {
	return &State{
		asOf: dayOf(asOf) + day - 1, window: windows, points: make(map[point]*mark), records: make(map[named]*mark),
		erased: make(map[point]bool), erasedID: make(map[record.Key]bool), Rows: make(map[string]int64),
	}
}

func (s *State) list(f Feed) *list {
	i, found := slices.BinarySearchFunc(s.lists, f.Name, func(l list, name string) int { return strings.Compare(l.feed.Name, name) })
	if !found {
		s.lists = slices.Insert(s.lists, i, list{feed: f, values: make(map[point]bool), hashes: make(map[string]bool)})
	}
	return &s.lists[i]
}

// Declare makes a list known although no row of it may come: its age counts all the same.
func (s *State) Declare(f Feed) {
	if f.Kind == "suppression" {
		s.list(f)
	}
}

// Add folds one row. points are the row's point as the clean stages left it, with its replacement where it has one; at is
// its date, 0 when it has none. A plain value in a list of hashes counts as the value that it is.
func (s *State) Add(f Feed, row Row, points []record.ContactPoint, at record.Instant) {
	s.Rows[f.Name]++
	if row.Type == "suppress" && f.Hash != "" && isHash(row.Value) {
		s.list(f).hashes[strings.ToLower(strings.TrimSpace(row.Value))] = true
		return
	}
	if row.Record.ID != "" {
		s.ofRecord(f, row, len(points) > 0, at)
	}
	for i := range points {
		p := point{points[i].Kind, points[i].Value}
		switch row.Type {
		case "suppress":
			l := s.list(f)
			l.values[p], l.kinds[p.kind] = true, true
		case "erase":
			s.erased[p] = s.erased[p] || !nobodys(&points[i])
		default:
			s.event(s.mark(p), p.kind, f, row, at, points[i].Has(record.Renumbered))
		}
	}
}

// nobodys holds for a value that many type who have none: it is no person's.
func nobodys(p *record.ContactPoint) bool {
	return p.Has(record.Placeholder) || p.Has(record.Fictional) || p.Has(record.ReservedDomain)
}

// ofRecord folds a row that names a record: a post event, or a denial of somebody whose value the row does not give.
func (s *State) ofRecord(f Feed, row Row, valued bool, at record.Instant) {
	switch {
	case row.Type == "erase":
		s.erasedID[row.Record] = true
	case row.Channel == record.ByPost || row.Channel == record.AnyChannel && row.Kind == record.PostPoint && !row.denies():
		s.event(s.record(row.Record, record.PostPoint), record.PostPoint, f, row, at, false)
	case row.denies() && !valued:
		for _, kind := range [...]record.Kind{record.EmailPoint, record.PhonePoint, record.PostPoint} {
			if row.Channel == record.AnyChannel || row.Channel.Kind() == kind {
				s.event(s.record(row.Record, kind), kind, f, row, at, false)
			}
		}
	}
}

func (s *State) mark(p point) *mark {
	m := s.points[p]
	if m == nil {
		m = &mark{}
		s.points[p] = m
	}
	return m
}

func (s *State) record(k record.Key, kind record.Kind) *mark {
	m := s.records[named{k, kind}]
	if m == nil {
		m = &mark{}
		s.records[named{k, kind}] = m
	}
	return m
}

const day = record.Instant(24 * 60 * 60 * 1e6) // microseconds

// dayOf is the beginning of the day that a moment is in.
func dayOf(at record.Instant) record.Instant {
	rest := at % day
	if rest < 0 {
		rest += day
	}
	return at - rest
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

// event folds an event into a mark. Statements dated after the as-of date are ignored, except denials. The form that
// replaces the one named inherits denials, grants, contacts and signs of life, and nothing else.
func (s *State) event(m *mark, kind record.Kind, f Feed, row Row, at record.Instant, replacement bool) {
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
	case "click", "reply":
		m.opened, m.life = max(m.opened, at), max(m.life, at)
	case "address_confirmed":
		m.confirmed, m.life = max(m.confirmed, at), max(m.life, at)
	case "call":
		if row.Detail == "answered" {
			m.life = max(m.life, at)
		}
	case "contact":
		s.contact(m, kind, row.Channel, at, replacement)
	}
	if !replacement {
		m.trouble(f, row, at)
	}
}

// trouble folds what speaks of the very value that was used.
func (m *mark) trouble(f Feed, row Row, at record.Instant) {
	switch row.Type {
	case "bounce":
		m.bounce(f, row, at)
	case "open":
		m.opened = max(m.opened, at)
	case "delivered":
		m.delivered = max(m.delivered, at)
	case "returned_mail":
		m.returned.later(at, f.Name, row.Detail)
	case "reassigned":
		if row.Detail == "yes" {
			m.reassigned.later(at, f.Name, "")
		}
	case "call":
		switch row.Detail {
		case "disconnected":
			m.disconnected.later(at, f.Name, "")
		case "wrong_party":
			m.wrong.later(at, f.Name, "")
		}
	}
}

// enhanced finds the enhanced status code in what a mail server answered, as in "smtp; 550 5.1.1 no such user".
var enhanced = regexp.MustCompile(`(?:^|[^0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:$|[^0-9.]|\.$|\.[^0-9])`)

func (m *mark) bounce(f Feed, row Row, at record.Instant) {
	code := strings.TrimSpace(row.Code)
	if x := enhanced.FindStringSubmatch(code); x != nil {
		code = x[1]
	}
	switch action := smtp[code]; {
	case action == "hard" || action == "moved":
		m.hard.later(at, f.Name, code)
	case action == "full":
		m.full.later(at, f.Name, code)
	case action == "soft" || action == "" && strings.HasPrefix(code, "4"):
		m.softly(bounce{at, f.Name})
	}
}

// softly keeps the three latest soft bounces; two at one moment are one.
func (m *mark) softly(b bounce) {
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

func (m *mark) deny(kind record.Kind, f Feed, row Row, at record.Instant) {
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

func (m *mark) grant(kind record.Kind, f Feed, row Row, at record.Instant) {
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
