package pipeline

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/pool"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/pipeline/tally"
	"github.com/rollcall-data/rollcall/pipeline/text"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/reach"
)

// reachOptions translates the config into reach's own options.
func (p *publisher) reachOptions() (reach.Options, error) {
	c := &p.job.Config.Reach
	asOf := config.Day(p.plan.asOf).Time()
	o := reach.Options{
		AsOf: asOf, PersonScope: c.DenialScope != "point", Expiry: make(map[string]reach.Lifetime), Decay: c.Decay, ChannelOrder: make(map[string][]record.Channel), HashKey: p.job.HashKey,
		Holders: p.holders,
	}
	for _, s := range []record.Status{record.Valid, record.Unknown, record.Risky, record.Obsolete, record.Invalid} {
		if slices.Contains(c.UsableStatus, s.String()) {
			o.Usable = append(o.Usable, s)
		}
	}
	for basis, span := range c.ConsentExpiry {
		months, days := span.Calendar()
		o.Expiry[basis] = reach.Lifetime{Months: months, Days: days}
	}
	if !c.StaleAfter.IsZero() {
		o.StaleBefore = record.At(c.StaleAfter.Before(asOf))
	}
	if !c.InactiveAfter.IsZero() {
		o.InactiveSince = record.At(c.InactiveAfter.Before(asOf))
	}
	for name, rate := range c.MaxContacts {
		o.MaxContacts[record.ChannelByName(name)] = reach.Rate{N: rate.N, Days: rate.Per.Days()}
	}
	for tier, list := range c.ChannelOrder {
		for _, ch := range list {
			o.ChannelOrder[tier] = append(o.ChannelOrder[tier], record.ChannelByName(ch))
		}
	}
	s, err := p.survey()
	if err != nil {
		return o, err
	}
	for _, ch := range record.Channels {
		o.Require[ch] = requirement(c.RequirePermission, ch, s)
	}
	o.JudgeStale = p.judgesStale(s)
	o.Segments, o.Stages = rules(p.job.Config.Segments, asOf), rules(p.job.Config.Stages, asOf)
	if o.Outlets, err = p.readOutlets(); err != nil {
		return o, err
	}
	return o, nil
}

// rules translates rules for segments and stages: their times count back from the as-of date.
func rules(list []config.Rule, asOf time.Time) []reach.Rule {
	since := func(s config.Span) record.Instant {
		if s.IsZero() {
			return 0
		}
		return record.At(s.Before(asOf))
	}
	var out []reach.Rule
	for i := range list {
		c := &list[i]
		r := reach.Rule{
			Name: c.Name, Tiers: c.ValueTier, Countries: c.Country, From: c.MinValue, To: c.BelowValue, Reachable: c.Reachable, Responded: c.Responded,
			SeenSince: since(c.SeenWithin), QuietSince: since(c.NotSeenWithin), KnownSince: since(c.KnownWithin), KnownUntil: since(c.KnownFor), Is: make(map[record.Field][]string),
		}
		for name, words := range c.Is {
			f, _ := record.FieldByName(name) // the config has checked it
			for _, w := range words {
				r.Is[f] = append(r.Is[f], text.Fold(w))
			}
		}
		out = append(out, r)
	}
	return out
}

func (r *run) survey() (*survey, error) {
	var s survey
	return &s, r.work.recall(surveyFile, &s)
}

// maps reports whether any source fills the field.
func (s *survey) maps(f record.Field) bool {
	for _, list := range s.Mapped {
		if slices.Contains(list, f.String()) {
			return true
		}
	}
	return false
}

// mapsLife reports whether any source fills a field of signs of life.
func (s *survey) mapsLife() bool {
	return s.maps(record.LastSeenAt) || s.maps(record.EmailConfirmedAt) || s.maps(record.PhoneConfirmedAt) || s.maps(record.AddressConfirmedAt)
}

// judgesStale reports whether the job can tell at all who is silent.
func (p *publisher) judgesStale(s *survey) bool {
	return slices.ContainsFunc(p.plan.feeds, func(f plannedFeed) bool { return f.feed.Kind == "events" }) || s.mapsLife()
}

// requirement is what a channel needs: as the config says, else a grant for email and SMS where some source maps consent.
func requirement(p config.Permissions, ch record.Channel, s *survey) reach.Requirement {
	if !p.IsAuto() {
		if p.ByChannel[ch.String()] == "granted" {
			return reach.Granted
		}
		return reach.NotDenied
	}
	if ch == record.ByEmail && s.maps(record.ConsentEmail) || ch == record.BySMS && s.maps(record.ConsentSMS) {
		return reach.Granted
	}
	return reach.NotDenied
}

// tierCuts finds the values from which on a customer is of a tier: quantiles over the customers that have a value.
func (p *publisher) tierCuts(values *tally.Quantiles) []reach.TierCut {
	if values.N() == 0 {
		return nil
	}
	var cuts []reach.TierCut
	for tier, share := range p.job.Config.ValueTiers {
		cuts = append(cuts, reach.TierCut{Tier: tier, From: values.At(share)})
	}
	slices.SortFunc(cuts, func(a, b reach.TierCut) int { return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(a.Tier, b.Tier)) })
	return cuts
}

// overview is what must be known of all customers before one is judged.
type overview struct {
	points []uint64 // by [reach.Hash], sorted: what feeds may tell of; none where there are no feeds
	values *tally.Quantiles
	alike  *reach.Alike // who may be one person with another; folded where silence is judged
}

func (p *publisher) newOverview() *overview {
	return &overview{values: tally.NewQuantiles(), alike: reach.NewAlike(record.At(config.Day(p.plan.asOf).Time()), p.holders)}
}

// holders is how many customers hold a point or, as none, an identifier.
func (p *publisher) holders(kind record.Kind, value string) int32 {
	return p.ties.Holders[merge.PointHash(kind, value)]
}

func (o *overview) holds(point uint64) bool {
	_, found := slices.BinarySearch(o.points, point)
	return found
}

// look walks over all merged customers.
func (p *publisher) look(ctx context.Context, former map[record.Key][]record.ContactPoint) (*overview, error) {
	s, err := p.survey()
	if err != nil {
		return nil, err
	}
	silence := p.judgesStale(s) && !p.job.Config.Reach.StaleAfter.IsZero()
	out, told, decode := p.newOverview(), len(p.plan.feeds) > 0, spool.DecodeGolden
	if told || silence {
		decode = spool.DecodeCustomer
	}
	for _, list := range former {
		for i := range list {
			out.points = append(out.points, reach.Hash(list[i].Kind, list[i].Value))
		}
	}
	err = pool.Ordered(ctx, p.workers,
		func(_ context.Context, emit func(spool.Packed) error) error {
			return spool.Frames(ctx, p.work.path(customersSpool), emit)
		},
		func(packed spool.Packed) (*overview, error) {
			frame, err := packed.Unpack()
			if err != nil {
				return nil, err
			}
			part := p.newOverview()
			var c record.Customer
			return part, frame.Each(func(row []byte) error {
				if err := decode(row, &c); err != nil {
					return err
				}
				if told {
					part.points = reach.AppendHashes(part.points, &c)
				}
				if silence {
					part.alike.Add(&c)
				}
				if v := number(c.Text[record.Value]); v == v {
					part.values.Add(v)
				}
				return nil
			})
		},
		func(part *overview) error {
			out.points = append(out.points, part.points...)
			out.values.Merge(part.values)
			out.alike.Merge(part.alike)
			return nil
		})
	slices.Sort(out.points)
	out.points = slices.Compact(out.points)
	return out, err
}
