package reach

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

//go:embed data/smtp_codes.psv
var smtpFile string

// smtp says what an enhanced status code means for the mailbox: hard, moved, full, soft; other actions say nothing of it.
var smtp = func() map[string]string {
	m := make(map[string]string)
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
	soft                                                  [3]record.Instant // the three latest, latest first
	life, confirmed, delivered, opened                    record.Instant
	firstSent, lastSent                                   record.Instant
	recent                                                [record.NumChannels]int32 // contacts within the channel's window
	lastContact                                           [record.NumChannels]record.Instant
	said                                                  []saying
}

// moment is when something became known, by whom.
type moment struct {
	at   record.Instant
	feed string
	code string
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
	denied  moment // code is the reason
	undated bool   // some denial has no date, so no grant can lift it
	granted record.Instant
}

// State is a fold over the rows of all feeds: associative, commutative, and the same for a row told twice. It holds a mark
// for each point that is named, not the events.
type State struct {
	asOf     record.Instant
	window   [record.NumChannels]int // days for which contacts are counted
	points   map[point]*mark
	records  map[record.Key]*mark // post events that name a record
	lists    []list
	erased   map[point]bool
	erasedID map[record.Key]bool
	Rows     map[string]int64 // understood, by feed
	contacts map[contact]bool
}

// contact is one contact on one day: told twice, it counts once.
type contact struct {
	point   point
	channel record.Channel
	at      record.Instant
}

// list is a suppression list.
type list struct {
	feed   Feed
	values map[point]bool
	hashes map[string]bool
}

// NewState makes an empty fold. windows are the days for which contacts on a channel are counted.
func NewState(asOf record.Instant, windows [record.NumChannels]int) *State {
	return &State{
		asOf: asOf, window: windows, points: make(map[point]*mark), records: make(map[record.Key]*mark), erased: make(map[point]bool),
		erasedID: make(map[record.Key]bool), Rows: make(map[string]int64), contacts: make(map[contact]bool),
	}
}

func (s *State) list(f Feed) *list {
	i := slices.IndexFunc(s.lists, func(l list) bool { return l.feed.Name == f.Name })
	if i < 0 {
		s.lists = append(s.lists, list{f, make(map[point]bool), make(map[string]bool)})
		slices.SortFunc(s.lists, func(a, b list) int { return strings.Compare(a.feed.Name, b.feed.Name) })
		i = slices.IndexFunc(s.lists, func(l list) bool { return l.feed.Name == f.Name })
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
// its date, 0 when it has none.
func (s *State) Add(f Feed, row Row, points []record.ContactPoint, at record.Instant) {
	s.Rows[f.Name]++
	if row.Type == "suppress" && f.Hash != "" {
		if h, ok := hashText(row.Value); ok {
			s.list(f).hashes[h] = true
		}
		return
	}
	if row.Record.ID != "" {
		if row.Type == "erase" {
			s.erasedID[row.Record] = true
		} else {
			s.event(s.record(row.Record), f, row, at)
		}
	}
	for i := range points {
		p := point{points[i].Kind, points[i].Value}
		switch row.Type {
		case "suppress":
			s.list(f).values[p] = true
		case "erase":
			s.erased[p] = true
		default:
			s.event(s.mark(p), f, row, at)
			if row.Type == "contact" {
				s.contact(p, row.Channel, at)
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

func (s *State) record(k record.Key) *mark {
	m := s.records[k]
	if m == nil {
		m = &mark{}
		s.records[k] = m
	}
	return m
}

const day = record.Instant(24 * 60 * 60 * 1e6) // microseconds

func (s *State) contact(p point, ch record.Channel, at record.Instant) {
	if ch == record.AnyChannel {
		ch = map[record.Kind]record.Channel{record.EmailPoint: record.ByEmail, record.PhonePoint: record.BySMS, record.PostPoint: record.ByPost}[p.kind]
	}
	c := contact{p, ch, at}
	if at > s.asOf || s.contacts[c] {
		return
	}
	m := s.mark(p)
	m.lastContact[ch] = max(m.lastContact[ch], at)
	if s.window[ch] > 0 && at > s.asOf-record.Instant(s.window[ch])*day {
		s.contacts[c] = true
		m.recent[ch]++
	}
}

// event folds an event into a mark. Statements dated after the as-of date are ignored, except denials.
func (s *State) event(m *mark, f Feed, row Row, at record.Instant) {
	denial := row.Type == "unsubscribe" || row.Type == "complaint" || row.Type == "call" && row.Detail == "do_not_call"
	if denial {
		m.deny(f, row, at)
		return
	}
	if at > s.asOf || !at.Known() {
		return
	}
	switch row.Type {
	case "bounce":
		m.bounce(f, row, at)
	case "opt_in":
		m.grant(f, row, at)
		m.confirmed, m.life = max(m.confirmed, at), max(m.life, at)
	case "open":
		m.opened = max(m.opened, at)
	case "click", "reply":
		m.opened, m.life = max(m.opened, at), max(m.life, at)
	case "delivered":
		m.delivered = max(m.delivered, at)
	case "call":
		m.call(f, row, at)
	case "returned_mail":
		m.returned.later(at, f.Name, row.Detail)
	case "address_confirmed":
		m.confirmed, m.life = max(m.confirmed, at), max(m.life, at)
	case "reassigned":
		if row.Detail == "yes" {
			m.reassigned.later(at, f.Name, "")
		}
	case "contact":
		if m.firstSent == 0 || at < m.firstSent {
			m.firstSent = at
		}
		m.lastSent = max(m.lastSent, at)
	}
}

func (m *mark) bounce(f Feed, row Row, at record.Instant) {
	code := strings.TrimSpace(row.Code)
	switch action := smtp[code]; {
	case action == "hard" || action == "moved":
		m.hard.later(at, f.Name, code)
	case action == "full":
		m.full.later(at, f.Name, code)
	case action == "soft" || action == "" && strings.HasPrefix(code, "4"):
		m.softly(at)
	}
}

// softly keeps the three latest distinct soft bounces.
func (m *mark) softly(at record.Instant) {
	all := append(m.soft[:], at)
	slices.Sort(all)
	all = slices.Compact(all)
	slices.Reverse(all)
	m.soft = [3]record.Instant{}
	copy(m.soft[:], all)
}

func (m *mark) call(f Feed, row Row, at record.Instant) {
	switch row.Detail {
	case "answered":
		m.life = max(m.life, at)
	case "disconnected":
		m.disconnected.later(at, f.Name, "")
	case "wrong_party":
		m.wrong.later(at, f.Name, "")
	}
}

func (m *mark) saying(feed string, ch record.Channel) *saying {
	i := slices.IndexFunc(m.said, func(s saying) bool { return s.feed == feed && s.channel == ch })
	if i < 0 {
		m.said = append(m.said, saying{feed: feed, channel: ch})
		i = len(m.said) - 1
	}
	return &m.said[i]
}

func (m *mark) deny(f Feed, row Row, at record.Instant) {
	reason := map[string]record.Reason{"unsubscribe": record.Unsubscribed, "complaint": record.Complained}[row.Type]
	ch := row.Channel
	if row.Type == "call" {
		reason, ch = record.AskedNotToCall, record.ByVoice
	}
	s := m.saying(f.Name, ch)
	s.undated = s.undated || !at.Known()
	if s.denied.code == "" || at > s.denied.at || at == s.denied.at && string(reason) < s.denied.code {
		s.denied = moment{at, f.Name, string(reason)}
	}
}

func (m *mark) grant(f Feed, row Row, at record.Instant) {
	s := m.saying(f.Name, row.Channel)
	s.granted = max(s.granted, at)
}

// denies reports whether what a feed said forbids a channel: a denial that the same feed has not lifted by a later grant.
func (s *saying) denies(ch record.Channel) bool {
	if s.denied.code == "" || s.channel != record.AnyChannel && s.channel != ch {
		return false
	}
	return s.undated || s.granted <= s.denied.at
}
