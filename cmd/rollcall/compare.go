package main

import (
	"cmp"
	"maps"
	"path/filepath"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

// difference is what changed from one run to another. Customers that can be contacted sum: before - lost - left + won + came
// = after, overall and by channel.
type difference struct {
	Added  int `json:"added"`
	Gone   int `json:"gone"`
	Merged int `json:"merged"`
	Split  int `json:"split"`
	bridge
	LostBecause []because     `json:"lost_because"`
	Channels    []channelDiff `json:"channels"`
	Moved       []moved       `json:"moved"`
}

// bridge leads from the customers that could be contacted to those that can be.
type bridge struct {
	Before int `json:"contactable_before"`
	Lost   int `json:"lost_contactable"` // the same customer, no longer
	Left   int `json:"left_contactable"` // the id is gone: its records went, or it merged into another
	Won    int `json:"made_contactable"` // the same customer, now
	Came   int `json:"came_contactable"` // the id is new: new records, or split off
	After  int `json:"contactable_after"`
}

// count counts one customer: was and is say in which runs it is, open and opens in which it can be contacted.
func (b *bridge) count(was, is, open, opens bool) {
	if open {
		b.Before++
	}
	if opens {
		b.After++
	}
	switch {
	case was && is && open && !opens:
		b.Lost++
	case was && is && !open && opens:
		b.Won++
	case !is && open:
		b.Left++
	case !was && opens:
		b.Came++
	}
}

type because struct {
	Code string `json:"code"`
	N    int    `json:"n"`
}

type channelDiff struct {
	Channel string `json:"channel"`
	bridge
	WonDespite  []because `json:"won_was"`      // what had kept those who were won
	LostBecause []because `json:"lost_because"` // what keeps those who were lost
}

// moved are customers in both runs that went from a value of a field to another.
type moved struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
	N     int    `json:"n"`
}

// moving are the fields whose values customers move between.
var moving = [...]string{"value_tier", "segment", "lifecycle_stage"}

// side is one run, as far as a comparison needs it.
type side struct {
	tables    string
	customers map[string]reachable
	of        map[record.Key]string // customer of each record
}

type reachable struct {
	open [record.NumChannels]bool
	why  string // the first reason
	at   [len(moving)]string
}

func (r reachable) any() bool { return r.open != [record.NumChannels]bool{} }

func readSide(tables string) (side, error) {
	s := side{tables, make(map[string]reachable), make(map[record.Key]string)}
	words := make(map[string]string) // one copy of each word
	intern := func(w string) string {
		if known, ok := words[w]; ok {
			return known
		}
		words[w] = w
		return w
	}
	columns := append([]string{"customer_id", "email_ok", "sms_ok", "voice_ok", "post_ok", "not_contactable_reasons"}, moving[:]...)
	err := table.Scan(tables, "customers", columns, func(r table.Row) error {
		var x reachable
		for _, ch := range record.Channels {
			x.open[ch] = r.Bool(ch.String() + "_ok")
		}
		if list := r.List("not_contactable_reasons"); len(list) > 0 {
			x.why = intern(list[0])
		}
		for i, f := range moving {
			x.at[i] = intern(r.Text(f))
		}
		s.customers[r.Text("customer_id")] = x
		return nil
	})
	if err != nil {
		return s, err
	}
	return s, table.Scan(tables, "records", []string{"source", "record_id", "customer_id"}, func(r table.Row) error {
		if id := r.Text("customer_id"); id != "" {
			s.of[record.Key{Source: intern(r.Text("source")), ID: r.Text("record_id")}] = id
		}
		return nil
	})
}

// compareRuns compares two runs' folders.
func compareRuns(before, now string) (*difference, error) {
	var sides [2]side
	for i, run := range []string{before, now} {
		var err error
		if sides[i], err = readSide(filepath.Join(run, "tables")); err != nil {
			return nil, err
		}
	}
	return compare(sides[0], sides[1])
}

// use is one channel of one customer.
type use struct {
	id string
	ch record.Channel
}

func compare(a, b side) (*difference, error) {
	d := &difference{}
	d.identities(a, b)
	channels := make([]bridge, record.NumChannels)
	lost, shifts := make(map[string]int), make(map[moved]int)
	won, closed := make(map[use]record.Reason), make(map[use]record.Reason)
	visit := func(id string, before, now reachable, was, is bool) {
		d.count(was, is, before.any(), now.any())
		if was && is && before.any() && !now.any() {
			lost[now.why]++
		}
		for _, ch := range record.Channels {
			channels[ch].count(was, is, before.open[ch], now.open[ch])
			switch {
			case was && is && before.open[ch] && !now.open[ch]:
				closed[use{id, ch}] = ""
			case was && is && !before.open[ch] && now.open[ch]:
				won[use{id, ch}] = ""
			}
		}
		for i, f := range moving {
			if was && is && before.at[i] != now.at[i] {
				shifts[moved{f, before.at[i], now.at[i], 0}]++
			}
		}
	}
	for id, before := range a.customers {
		now, is := b.customers[id]
		visit(id, before, now, true, is)
	}
	for id, now := range b.customers {
		if _, was := a.customers[id]; !was {
			visit(id, reachable{}, now, false, true)
		}
	}
	if err := reasonsOf(a.tables, won); err != nil {
		return nil, err
	}
	if err := reasonsOf(b.tables, closed); err != nil {
		return nil, err
	}
	d.LostBecause = ranked(lost)
	for _, ch := range record.Channels {
		d.Channels = append(d.Channels, channelDiff{ch.String(), channels[ch], byReason(won, ch), byReason(closed, ch)})
	}
	for m, n := range shifts {
		m.N = n
		d.Moved = append(d.Moved, m)
	}
	slices.SortFunc(d.Moved, func(x, y moved) int {
		return cmp.Or(cmp.Compare(slices.Index(moving[:], x.Field), slices.Index(moving[:], y.Field)), cmp.Compare(y.N, x.N), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
	return d, nil
}

// identities counts the customers that came, went, merged and split, by where their records are.
func (d *difference) identities(a, b side) {
	to, from := make(map[string]map[string]bool), make(map[string]map[string]bool)
	for k, id := range a.of {
		if other, ok := b.of[k]; ok {
			add(to, id, other)
			add(from, other, id)
		}
	}
	for id := range b.customers {
		switch n := len(from[id]); {
		case n == 0:
			d.Added++
		case n > 1:
			d.Merged += n - 1
		}
	}
	for id := range a.customers {
		switch n := len(to[id]); {
		case n == 0:
			d.Gone++
		case n > 1:
			d.Split += n - 1
		}
	}
}

// reasonsOf finds the first reason that closes each channel of a customer.
func reasonsOf(tables string, uses map[use]record.Reason) error {
	if len(uses) == 0 {
		return nil
	}
	return table.Scan(tables, "contact_points", []string{"customer_id", "channel", "status", "reasons", "permission_reasons"}, func(r table.Row) error {
		u := use{r.Text("customer_id"), record.ChannelByName(r.Text("channel"))}
		best, ok := uses[u]
		if !ok {
			return nil
		}
		for _, code := range append(r.List("permission_reasons"), r.List("reasons")...) {
			x := record.Reason(code)
			if says := x.Status() == record.Valid && !slices.Contains(record.PermissionReasons, x); !says && (best == "" || x.Precedence() < best.Precedence()) {
				best = x
			}
		}
		if best == "" {
			best = record.Reason(r.Text("status"))
		}
		uses[u] = best
		return nil
	})
}

func byReason(uses map[use]record.Reason, ch record.Channel) []because {
	n := make(map[string]int)
	for u, r := range uses {
		if u.ch == ch {
			n[cmp.Or(string(r), "no_contact_point")]++
		}
	}
	return ranked(n)
}

// ranked lists counts, the largest first.
func ranked(n map[string]int) []because {
	out := []because{}
	for _, code := range slices.Sorted(maps.Keys(n)) {
		out = append(out, because{code, n[code]})
	}
	slices.SortStableFunc(out, func(a, b because) int { return cmp.Compare(b.N, a.N) })
	return out
}

func add(m map[string]map[string]bool, from, to string) {
	if m[from] == nil {
		m[from] = make(map[string]bool)
	}
	m[from][to] = true
}
