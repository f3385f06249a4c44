package reach

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/merge"
)

// today is the as-of date of all tests.
const today = "2026-11-21"

func on(s string) record.Instant { return record.ParseInstant(s) }

// before is a day so many days before the as-of date.
func before(days int) string {
	return on(today).Time().AddDate(0, 0, -days).Format(time.DateOnly)
}

func mailbox(value string, reasons ...record.Reason) record.ContactPoint {
	return judged(record.ContactPoint{Kind: record.EmailPoint, Value: value, Display: value}, reasons)
}

func mobile(value string, reasons ...record.Reason) record.ContactPoint {
	return judged(record.ContactPoint{Kind: record.PhonePoint, Value: value, Display: value, PhoneType: "mobile", PhoneRegion: "GB"}, reasons)
}

func landline(value string, reasons ...record.Reason) record.ContactPoint {
	p := mobile(value, reasons...)
	p.PhoneType = "fixed_line"
	return p
}

func address(street, city string, reasons ...record.Reason) record.ContactPoint {
	a := record.Address{Street: street, City: city, Country: "GB"}
	return judged(record.ContactPoint{Kind: record.PostPoint, Value: strings.ToLower(street + "|" + city), Display: street + ", " + city, Address: a}, reasons)
}

func judged(p record.ContactPoint, reasons []record.Reason) record.ContactPoint {
	for _, r := range reasons {
		p.Judge(r)
	}
	return p
}

// becomes makes a point give way to another form.
func becomes(p record.ContactPoint, value string) record.ContactPoint {
	p.ReplacedBy = value
	return p
}

type fields = map[record.Field]string

// from is a record of a source: "crm:1".
func from(key string, set fields, points ...record.ContactPoint) record.Record {
	source, id, _ := strings.Cut(key, ":")
	r := record.Record{Key: record.Key{Source: source, ID: id}, Points: points}
	for f, v := range set {
		r.Text[f] = v
	}
	return r
}

// identified gives a record a loyalty number.
func identified(r record.Record, number string) record.Record {
	r.Identifiers = []record.IdentifierValue{{Kind: "loyalty", Value: number}}
	return r
}

// told is one row of a feed, clean.
type told struct {
	feed   Feed
	row    Row
	at     string
	points []record.ContactPoint
}

var (
	esp    = Feed{Name: "esp", Kind: "events"}
	crm    = Feed{Name: "calls", Kind: "events"}
	outbox = Feed{Name: "sent", Kind: "contacts"}
	rnd    = Feed{Name: "rnd", Kind: "reassigned"}
	erase  = Feed{Name: "erase", Kind: "erasure"}
)

func event(what, at string, points ...record.ContactPoint) told {
	return told{esp, Row{Type: what}, at, points}
}

func bounced(code, at string, points ...record.ContactPoint) told {
	return told{esp, Row{Type: "bounce", Code: code}, at, points}
}

func called(outcome, at string, points ...record.ContactPoint) told {
	return told{crm, Row{Type: "call", Detail: outcome, Channel: record.ByVoice}, at, points}
}

func contacted(ch record.Channel, at string, points ...record.ContactPoint) told {
	return told{outbox, Row{Type: "contact", Channel: ch}, at, points}
}

func asked(answer, at string, points ...record.ContactPoint) told {
	return told{rnd, Row{Type: "reassigned", Detail: answer, Channel: record.ByVoice}, at, points}
}

// of names a record instead of a value.
func (t told) of(key string) told {
	source, id, _ := strings.Cut(key, ":")
	t.row.Record = record.Key{Source: source, ID: id}
	return t
}

func (t told) by(ch record.Channel) told {
	t.row.Channel = ch
	return t
}

func (t told) in(f Feed) told {
	t.feed = f
	return t
}

func listed(f Feed, p record.ContactPoint) told {
	f.Kind = "suppression"
	return told{f, Row{Type: "suppress", Value: p.Value, Channel: f.Channel}, "", []record.ContactPoint{p}}
}

// scene is a job in small: rules, what the feeds told, and how many hold a value.
type scene struct {
	rows    []told
	lists   []Feed
	holders map[string]int32
	options func(*Options)
}

func (s scene) state() *State {
	state := NewState(on(today), [record.NumChannels]int{record.ByEmail: 30, record.BySMS: 30, record.ByVoice: 30, record.ByPost: 30})
	for _, f := range s.lists {
		f.Kind = "suppression"
		state.Declare(f)
	}
	for _, t := range s.rows {
		state.Add(t.feed, t.row, t.points, on(t.at))
	}
	return state
}

func (s scene) judge() *Judge {
	o := Options{
		AsOf: on(today).Time(), Usable: []record.Status{record.Valid, record.Risky, record.Unknown}, PersonScope: true,
		Expiry:        map[string]Lifetime{"implied_purchase": {Months: 24}, "implied_inquiry": {Months: 6}, "pilot": {Days: 10}},
		StaleBefore:   record.At(on(today).Time().AddDate(-2, 0, 0)),
		JudgeStale:    true,
		InactiveSince: on(before(180)),
		Decay:         map[string]float64{"email": 0.25},
		ChannelOrder:  map[string][]record.Channel{"high": {record.ByVoice, record.ByEmail}},
		HashKey:       []byte("sixteen bytes at least"),
		Holders:       func(_ record.Kind, value string) int32 { return s.holders[value] },
	}
	if s.options != nil {
		s.options(&o)
	}
	return New(o, s.state())
}

// of judges the customer that the members are.
func (s scene) of(members ...record.Record) record.Customer {
	c := merge.New(merge.Options{}).Customer(members)
	s.judge().Customer(&c)
	return c
}

func pointOf(t *testing.T, c *record.Customer, value string) *record.ContactPoint {
	t.Helper()
	for i := range c.Points {
		if c.Points[i].Value == value {
			return &c.Points[i]
		}
	}
	t.Fatalf("no point of that value among %d", len(c.Points))
	return nil
}

// use is the permission of a point on a channel.
func use(t *testing.T, c *record.Customer, value string, ch record.Channel) record.Permission {
	t.Helper()
	for _, p := range pointOf(t, c, value).Permissions {
		if p.Channel == ch {
			return p
		}
	}
	t.Fatalf("the point has no permission for %s", ch)
	return record.Permission{}
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// words are reasons on one line.
func words(list []record.Reason) string {
	var out []string
	for _, r := range list {
		out = append(out, string(r))
	}
	return strings.Join(out, " ")
}

// evidence are the findings of a code as "effect yyyy-mm-dd source:id".
func evidence(c *record.Customer, code record.Reason) string {
	var out []string
	for _, f := range c.Findings {
		if f.Code == code {
			s := string(f.Effect) + " "
			if f.At.Known() {
				s += f.At.Time().Format(time.DateOnly) + " "
			}
			out = append(out, s+strings.TrimSuffix(f.Source+":"+f.ID, ":"))
		}
	}
	return strings.Join(out, ", ")
}
