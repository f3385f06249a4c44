package reach

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// point names a contact point.
type point struct {
	kind  record.Kind
	value string
}

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

// shard holds the marks of some of the points. They stand in slabs and go by numbers: millions of pointers would be a walk
// for the garbage collector.
type shard struct {
	sync.Mutex
	numbers map[uint64]uint32 // by [Hash], from 1
	slabs   []*[slab]mark
}

const slab = 256

// mark is the mark of a number.
func (s *shard) mark(number uint32) *mark {
	return &s.slabs[(number-1)/slab][(number-1)%slab]
}

// number gives the number of a point's mark, of a new one where nothing was told of it.
func (s *shard) number(hash uint64) uint32 {
	s.Lock()
	defer s.Unlock()
	n := s.numbers[hash]
	if n == 0 {
		n = uint32(len(s.numbers) + 1)
		s.numbers[hash] = n
		if int(n-1)/slab == len(s.slabs) {
			s.slabs = append(s.slabs, new([slab]mark))
		}
	}
	return n
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
	met    atomic.Bool                // a customer's point was found among the hashes
	kinds  [record.PostPoint + 1]bool // of its values
}

// NewState makes an empty fold. windows are the days for which contacts on a channel are counted.
func NewState(asOf record.Instant, windows [record.NumChannels]int) *State {
	s := &State{
		asOf: dayOf(asOf) + day - 1, window: windows, records: make(map[named]*mark), erased: make(map[uint64]bool),
		erasedID: make(map[record.Key]bool), Rows: make(map[string]int64), Unmatched: make(map[string]int64),
	}
	for i := range s.shards {
		s.shards[i].numbers = make(map[uint64]uint32)
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
	mark       uint32 // its number in its shard; 0: none
	kind       record.Kind
	renumbered bool
	nobodys    bool
	held       bool
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
			t.mark = s.shard(t.hash).number(t.hash)
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
			if t.mark != 0 {
				sh := s.shard(t.hash)
				sh.Lock()
				s.event(sh.mark(t.mark), t.kind, f, row, at, t.renumbered)
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
	key := given(record.Key{Source: strings.Clone(row.Record.Source), ID: strings.Clone(row.Record.ID)})
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

// told is the mark of a point; nil where nothing was told of it.
func (s *State) told(p point) *mark {
	hash := Hash(p.kind, p.value)
	sh := s.shard(hash)
	if n := sh.numbers[hash]; n != 0 {
		return sh.mark(n)
	}
	return nil
}

func (s *State) record(k record.Key, kind record.Kind) *mark {
	m := s.records[named{k, kind}]
	if m == nil {
		m = &mark{}
		s.records[named{k, kind}] = m
	}
	return m
}
