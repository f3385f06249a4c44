package reach

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/merge"
)

// forms of one mailbox and one number, as the clean stages pair them.
var (
	oldMail   = becomes(mailbox("j@old.example", record.ProviderMoved), "j@new.example")
	newMail   = mailbox("j@new.example", record.Renumbered)
	oldNumber = becomes(landline("+441712221234", record.ObsoleteFormat), "+442072221234")
	newNumber = landline("+442072221234", record.Renumbered)
	pool      = [][]record.ContactPoint{
		{janes},
		{mailbox("janedoe@gmail.com", record.FreeProvider)},
		{oldMail, newMail},
		{mailbox("j@new.example")},
		{mailbox("j@old.example")},
		{becomes(mailbox("jane@gmial.example", record.TypoDomain), jane)},
		{cells},
		{oldNumber, newNumber},
		{landline("+441712221234")},
		{landline("+442072221234")},
		{landline("+442072221234;ext=4")},
		{homes},
		{address("4 Low Lane", "Leeds")},
	}
	days = []string{"", "1999-01-01", "2020-02-29", "2025-01-01", "2026-06-01", "2026-11-01", today, before(-20)}
)

func anyDay(t *rapid.T, what string) string { return rapid.SampledFrom(days).Draw(t, what) }

func anyRecord(t *rapid.T, key string) record.Record {
	answer := func(f record.Field, likely string) string {
		return rapid.SampledFrom([]string{"", "", "", likely}).Draw(t, f.String())
	}
	set := fields{
		record.CreatedAt: anyDay(t, "created"), record.UpdatedAt: anyDay(t, "updated"), record.LastSeenAt: anyDay(t, "seen"),
		record.ConsentAt: anyDay(t, "consent"), record.ConsentBasis: rapid.SampledFrom([]string{"", "express", "implied_purchase"}).Draw(t, "basis"),
		record.DoNotCall: answer(record.DoNotCall, "yes"), record.EmailConfirmedAt: anyDay(t, "confirmed"),
	}
	for _, ch := range record.Channels {
		set[consentField[ch]] = rapid.SampledFrom([]string{"", "yes", "yes", "no"}).Draw(t, ch.String())
	}
	if rapid.IntRange(0, 9).Draw(t, "alone") == 0 {
		set[record.DoNotContact] = "yes"
	}
	r := from(key, set)
	for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(pool)-1), 0, 4, rapid.ID[int]).Draw(t, "points") {
		for _, p := range pool[i] {
			if !holds(&r, &p) {
				p.Reasons = slices.Clone(p.Reasons)
				r.Points = append(r.Points, p)
			}
		}
	}
	if rapid.Bool().Draw(t, "identified") {
		r = identified(r, "7")
	}
	return r
}

// anyMembers are records of a customer, in the order of their keys; no two rows have one id.
func anyMembers(t *rapid.T, ids string) []record.Record {
	n := rapid.IntRange(1, 4).Draw(t, "members")
	var out []record.Record
	for i := range n {
		source := rapid.SampledFrom([]string{"crm", "shop"}).Draw(t, "source")
		out = append(out, anyRecord(t, fmt.Sprintf("%s:%s%d", source, ids, i)))
	}
	slices.SortFunc(out, func(a, b record.Record) int { return a.Key.Compare(b.Key) })
	return out
}

func anyPoints(t *rapid.T) []record.ContactPoint {
	return rapid.SampledFrom(pool).Draw(t, "value")
}

// anyDenial is a row of a feed that somebody is to be left alone.
func anyDenial(t *rapid.T) told {
	p := anyPoints(t)
	at := anyDay(t, "denied")
	switch rapid.IntRange(0, 4).Draw(t, "denial") {
	case 0:
		return called("do_not_call", at, p...)
	case 1:
		return event("complaint", at, p...)
	case 2:
		x := listed(Feed{Name: rapid.SampledFrom([]string{"l1", "l2"}).Draw(t, "list")}, p[0])
		x.points = p
		return x
	case 3:
		return event("unsubscribe", at).by(rapid.SampledFrom(record.Channels[:]).Draw(t, "channel")).of("crm:a0")
	}
	return event("unsubscribe", at, p...)
}

func anyRow(t *rapid.T) told {
	p := anyPoints(t)
	at := anyDay(t, "at")
	feed := rapid.SampledFrom([]Feed{esp, crm}).Draw(t, "feed")
	switch rapid.IntRange(0, 8).Draw(t, "row") {
	case 0, 1:
		return anyDenial(t).in(feed)
	case 2:
		return event("opt_in", at, p...).in(feed)
	case 3:
		return bounced(rapid.SampledFrom([]string{"5.1.1", "4.4.1", "4.4.7", "5.2.2"}).Draw(t, "code"), at, p...).in(feed)
	case 4:
		return called(rapid.SampledFrom([]string{"answered", "wrong_party", "disconnected"}).Draw(t, "outcome"), at, p...)
	case 5:
		return asked(rapid.SampledFrom([]string{"yes", "no"}).Draw(t, "answer"), at, p...)
	case 6:
		return contacted(record.AnyChannel, at, p...)
	case 7:
		return event("returned_mail", at).by(record.ByPost).of("crm:a0")
	}
	return event(rapid.SampledFrom([]string{"open", "click", "delivered", "address_confirmed"}).Draw(t, "event"), at, p...).in(feed)
}

func anyScene(t *rapid.T) scene {
	s := scene{rows: rapid.SliceOfN(rapid.Custom(anyRow), 0, 12).Draw(t, "rows"), holders: make(map[string]int32)}
	for _, points := range pool {
		s.holders[points[0].Value] = int32(rapid.IntRange(0, 5).Draw(t, "holders"))
	}
	byPoint, strict := rapid.Bool().Draw(t, "scope point"), rapid.Bool().Draw(t, "strict")
	s.options = func(o *Options) {
		o.PersonScope = !byPoint
		for _, ch := range record.Channels {
			o.MaxContacts[ch] = Rate{3, 30}
			if strict && ch < record.ByVoice {
				o.Require[ch] = Granted
			}
		}
	}
	return s
}

func (s scene) with(rows ...told) scene {
	s.rows = append(slices.Clip(s.rows), rows...)
	return s
}

// way is a channel of a value.
type way struct {
	value   string
	channel record.Channel
}

func (w way) String() string { return w.value + " by " + w.channel.String() }

func ways(c *record.Customer, pick func(record.Permission) bool) map[way]bool {
	out := make(map[way]bool)
	for i := range c.Points {
		for _, x := range c.Points[i].Permissions {
			if pick(x) {
				out[way{c.Points[i].Value, x.Channel}] = true
			}
		}
	}
	return out
}

func contactable(x record.Permission) bool { return x.Contactable }

func TestADenialOpensNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, members := anyScene(t), anyMembers(t, "a")
		was := s.of(members...)
		now := record.Customer{}
		if rapid.Bool().Draw(t, "in a record") {
			set := fields{record.ConsentAt: anyDay(t, "at")}
			set[rapid.SampledFrom([]record.Field{record.DoNotContact, record.Deceased, record.DoNotCall}).Draw(t, "flag")] = "yes"
			set[rapid.SampledFrom(consentField[1:]).Draw(t, "channel")] = "no"
			now = s.of(append(slices.Clone(members), from("zzz:1", set))...)
		} else {
			now = s.with(anyDenial(t)).of(members...)
		}
		open := ways(&was, contactable)
		for w := range ways(&now, contactable) {
			if !open[w] {
				t.Errorf("%s was opened by a denial", w)
			}
		}
	})
}

func TestASignOfLifeHarmsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, members := anyScene(t), anyMembers(t, "a")
		was := s.of(members...)
		now := today + "T23:59:59Z"
		sign := event(rapid.SampledFrom([]string{"reply", "click", "address_confirmed"}).Draw(t, "sign"), now, anyPoints(t)...)
		if rapid.Bool().Draw(t, "call") {
			sign = called("answered", now, sign.points...)
		}
		is := s.with(sign).of(members...)
		for i := range was.Points {
			p, q := &was.Points[i], &record.ContactPoint{}
			for k := range is.Points {
				if is.Points[k].Kind == p.Kind && is.Points[k].Value == p.Value {
					q = &is.Points[k]
				}
			}
			if q.Status > p.Status {
				t.Errorf("%s went from %s to %s: %s", p.Value, p.Status, q.Status, words(q.Reasons))
			}
		}
	})
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, members := anyScene(t), anyMembers(t, "a")
		a, b := merge.New(merge.Options{}).Customer(members), merge.New(merge.Options{}).Customer(slices.Clone(members))
		s.judge().Customer(&a)
		s.rows = rapid.Permutation(append(slices.Clone(s.rows), s.rows...)).Draw(t, "shuffled and told twice")
		b.Members = rapid.Permutation(b.Members).Draw(t, "members")
		s.judge().Customer(&b)
		b.Members = a.Members
		for _, c := range []*record.Customer{&a, &b} {
			slices.SortFunc(c.Findings, func(x, y record.Finding) int {
				return cmp.Compare(fmt.Sprint(x), fmt.Sprint(y))
			})
		}
		if x, y := fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b); x != y {
			t.Errorf("the order told:\n%s\n%s", x, y)
		}
	})
}

func TestAMergeLosesNoDenial(t *testing.T) {
	closed := func(x record.Permission) bool {
		return x.Answer == record.Denied || slices.Contains(x.Reasons, record.Suppressed)
	}
	rapid.Check(t, func(t *rapid.T) {
		s, first, second := anyScene(t), anyMembers(t, "a"), anyMembers(t, "b")
		others := s.holders
		held := func(groups ...[]record.Record) scene {
			x := s
			x.holders = make(map[string]int32)
			for _, points := range pool {
				for _, p := range points {
					n := others[p.Value]
					for _, g := range groups {
						if slices.ContainsFunc(g, func(r record.Record) bool { return holds(&r, &p) }) {
							n++
						}
					}
					x.holders[p.Value] = n
				}
			}
			return x
		}
		apart := held(first, second)
		both := slices.Concat(first, second)
		slices.SortFunc(both, func(a, b record.Record) int { return a.Key.Compare(b.Key) })
		union := held(both).of(both...)
		denied := ways(&union, closed)
		for _, members := range [][]record.Record{first, second} {
			c := apart.of(members...)
			for w := range ways(&c, closed) {
				if !denied[w] {
					t.Errorf("the denial of %s was lost", w)
				}
			}
			for _, r := range members {
				for w := range ways(&union, contactable) {
					if r.Text[consentField[w.channel]] == "no" || r.Text[record.DoNotContact] == "yes" {
						t.Errorf("%s is open though %s denies it", w, r.Key)
					}
				}
			}
		}
	})
}

func TestAListedValueIsClosed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, members := anyScene(t), anyMembers(t, "a")
		points := anyPoints(t)
		p := points[0]
		kind := rapid.SampledFrom([]string{"", "sha256", "sha1", "md5", "hmac"}).Draw(t, "hash")
		row := listed(Feed{Name: "list"}, p)
		row.points = points
		if kind != "" {
			row = hashList(kind, rapid.SampledFrom(spellings(&record.Customer{}, &p)).Draw(t, "spelling"))
		}
		c := s.with(row).of(members...)
		for w := range ways(&c, contactable) {
			if w.value == p.Value || kind == "" && w.value == points[len(points)-1].Value {
				t.Errorf("%s is on a list (%s) and open", w, kind)
			}
		}
	})
}
