package reach

import (
	"cmp"
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

//go:embed data/smtp_codes.psv
var smtpFile string

// smtp says what an enhanced status code means for the mailbox: hard, moved, full, soft; other actions say nothing of it.
var smtp = func() map[string]string {
	m := map[string]string{ // a sender's own word where there is no code
		"hard": "hard", "permanent": "hard", "unknown_user": "hard",
		"soft": "soft", "transient": "soft", "mailbox_full": "full",
	}
	for _, c := range psv(smtpFile) {
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

// bounce is one soft bounce.
type bounce struct {
	at   record.Instant
	feed string
}

func (m *moment) later(at record.Instant, feed, code string) {
	if at > m.at || at == m.at && (feed > m.feed || feed == m.feed && code > m.code) {
		*m = moment{at, feed, strings.Clone(code)} // the text is part of a whole block of the file
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
// for each point that is named and that somebody holds, not the events. It may be told from many goroutines at a time;
// judging begins when all is told.
type State struct {
	asOf   record.Instant          // the last moment of the as-of date
	window [record.NumChannels]int // days for which contacts are counted
	held   func(point uint64) bool // nil: all points are somebody's
	known  func(k record.Key) bool // nil: all records are

	shards [64]shard

	mu        sync.Mutex
	records   map[named]*mark // rows that name a record instead of a value
	lists     []*list         // by name
	erased    map[uint64]bool
	erasedID  map[record.Key]bool
	Rows      map[string]int64 // understood, by feed
	Unmatched map[string]int64 // of them, those that name nobody's point or record, by feed; of a list's hashes nobody can tell
}

// shard holds the marks of some of the points, by [Hash].
type shard struct {
	sync.Mutex
	marks map[uint64]*mark
}

// Hash names a point in 64 bits. Of ten million points two have one name with a chance of one in 400,000: what is told of
// one counts for the other too, so no denial is lost by it.
func Hash(kind record.Kind, value string) uint64 {
	var d xxhash.Digest
	d.ResetWithSeed(uint64(kind))
	_, _ = d.WriteString(value) // a hash never fails
	return d.Sum64()
}

// named is the points of a kind that a record holds.
type named struct {
	key  record.Key
	kind record.Kind
}

// list is a suppression list.
type list struct {
	sync.Mutex
	feed   Feed
	values map[uint64]bool
	hashes map[digest]struct{}
	kinds  [record.PostPoint + 1]bool // of its values
}

// NewState makes an empty fold. windows are the days for which contacts on a channel are counted.
func NewState(asOf record.Instant, windows [record.NumChannels]int) *State {
	s := &State{
		asOf: dayOf(asOf) + day - 1, window: windows, records: make(map[named]*mark), erased: make(map[uint64]bool),
		erasedID: make(map[record.Key]bool), Rows: make(map[string]int64), Unmatched: make(map[string]int64),
	}
	for i := range s.shards {
		s.shards[i].marks = make(map[uint64]*mark)
	}
	return s
}

// Only makes the state forget what is told of points and records that nobody has: memory then grows with the customers,
// not with the feeds. Erasure is the exception: who is to be forgotten need not be here yet.
func (s *State) Only(held func(point uint64) bool, known func(k record.Key) bool) {
	s.held, s.known = held, known
}

func (s *State) list(f *Feed) *list {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, found := slices.BinarySearchFunc(s.lists, f.Name, func(l *list, name string) int { return strings.Compare(l.feed.Name, name) })
	if !found {
		s.lists = slices.Insert(s.lists, i, &list{feed: *f, values: make(map[uint64]bool), hashes: make(map[digest]struct{})})
	}
	return s.lists[i]
}

// Declare makes a list known although no row of it may come: its age counts all the same.
func (s *State) Declare(f Feed) {
	if f.Kind == "suppression" {
		s.list(&f)
	}
}

// Target is a point that a row of a feed may speak of, as the clean stages left it.
type Target struct {
	hash       uint64
	kind       record.Kind
	renumbered bool
	nobodys    bool
	held       bool
	mark       *mark
}

// Targets finds the points of a row's value, its own and the form that replaces it; they stay good for other rows of the
// kind of feed with this value.
func (s *State) Targets(f *Feed, points []record.ContactPoint) []Target {
	out := make([]Target, len(points))
	for i := range points {
		p := &points[i]
		t := Target{hash: Hash(p.Kind, p.Value), kind: p.Kind, renumbered: p.Has(record.Renumbered), nobodys: nobodys(p)}
		t.held = s.held == nil || s.held(t.hash)
		if t.held && f.Kind != "suppression" && f.Kind != "erasure" {
			t.mark = s.mark(t.hash)
		}
		out[i] = t
	}
	return out
}

// Add folds one row. points are the row's point as the clean stages left it, with its replacement where it has one; at is
// its date, 0 when it has none. A plain value in a list of hashes counts as the value that it is.
func (s *State) Add(f Feed, row Row, points []record.ContactPoint, at record.Instant) {
	matched := s.Tell(&f, &row, s.Targets(&f, points), at)
	s.Count(f.Name, 1, matched)
}

// Count notes how many rows of a feed were understood, and of how many of them nobody holds what they name.
func (s *State) Count(feed string, rows int64, matched bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Rows[feed] += rows
	if !matched {
		s.Unmatched[feed] += rows
	}
}

// Tell folds one row, whose value has the targets, and reports whether it speaks of somebody.
func (s *State) Tell(f *Feed, row *Row, targets []Target, at record.Instant) (matched bool) {
	if row.Type == "suppress" && f.Hash != "" && isHash(row.Value) {
		l := s.list(f)
		l.Lock()
		l.hashes[digestOf(row.Value)] = struct{}{}
		l.Unlock()
		return true
	}
	if row.Record.ID != "" {
		matched = s.ofRecord(f, row, len(targets) > 0, at)
	}
	for i := range targets {
		t := &targets[i]
		matched = matched || t.held
		switch row.Type {
		case "":
		case "suppress":
			l := s.list(f)
			l.Lock()
			l.kinds[t.kind] = true
			if t.held {
				l.values[t.hash] = true
			}
			l.Unlock()
		case "erase":
			s.mu.Lock()
			s.erased[t.hash] = s.erased[t.hash] || !t.nobodys
			s.mu.Unlock()
		default:
			if t.mark != nil {
				sh := s.shard(t.hash)
				sh.Lock()
				s.event(t.mark, t.kind, f, row, at, t.renumbered)
				sh.Unlock()
			}
		}
	}
	return matched
}

// nobodys holds for a value that many type who have none: it is no person's.
func nobodys(p *record.ContactPoint) bool {
	return p.Has(record.Placeholder) || p.Has(record.Fictional) || p.Has(record.ReservedDomain)
}

// ofRecord folds a row that names a record: a post event, or a denial of somebody whose value the row does not give.
func (s *State) ofRecord(f *Feed, row *Row, valued bool, at record.Instant) (matched bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	matched = s.known == nil || s.known(row.Record)
	key := record.Key{Source: strings.Clone(row.Record.Source), ID: strings.Clone(row.Record.ID)}
	switch {
	case row.Type == "erase":
		s.erasedID[key] = true
	case !matched:
	case row.Channel == record.ByPost || row.Channel == record.AnyChannel && row.Kind == record.PostPoint && !row.denies():
		s.event(s.record(key, record.PostPoint), record.PostPoint, f, row, at, false)
	case row.denies() && !valued:
		for _, kind := range [...]record.Kind{record.EmailPoint, record.PhonePoint, record.PostPoint} {
			if row.Channel == record.AnyChannel || row.Channel.Kind() == kind {
				s.event(s.record(key, kind), kind, f, row, at, false)
			}
		}
	}
	return matched
}

func (s *State) shard(hash uint64) *shard { return &s.shards[hash%uint64(len(s.shards))] }

// mark is the mark of a point, a new one where nothing was told of it.
func (s *State) mark(hash uint64) *mark {
	sh := s.shard(hash)
	sh.Lock()
	defer sh.Unlock()
	m := sh.marks[hash]
	if m == nil {
		m = &mark{}
		sh.marks[hash] = m
	}
	return m
}

// told is the mark of a point; nil where nothing was told of it.
func (s *State) told(p point) *mark {
	hash := Hash(p.kind, p.value)
	return s.shard(hash).marks[hash]
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

func (m *mark) bounce(f *Feed, row *Row, at record.Instant) {
	code := strings.ToLower(strings.TrimSpace(row.Code))
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
