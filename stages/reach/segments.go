package reach

import (
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Rule gives customers a segment or a stage. All that it asks for must hold; a rule that asks for nothing holds for all.
type Rule struct {
	Name       string
	Tiers      []string
	Countries  []string
	From, To   *float64                  // value: at least, less than
	SeenSince  record.Instant            // last sign of life not before
	QuietSince record.Instant            // last sign of life before, or none
	KnownSince record.Instant            // first seen not before
	KnownUntil record.Instant            // first seen before
	Reachable  *bool                     // on some channel
	Responded  *bool                     // replied, clicked or took a call
	Is         map[record.Field][]string // one of the words, folded
}

// derive gives a field of customers who have none the name of the first rule that holds.
func derive(c *record.Customer, f record.Field, rules []Rule) {
	if c.Text[f] != "" {
		return
	}
	for i := range rules {
		if rules[i].holds(c) {
			c.Text[f] = rules[i].Name
			return
		}
	}
}

func (r *Rule) holds(c *record.Customer) bool {
	if len(r.Tiers) > 0 && !slices.Contains(r.Tiers, c.Text[record.ValueTier]) || len(r.Countries) > 0 && !slices.Contains(r.Countries, c.Text[record.Country]) {
		return false
	}
	if r.From != nil || r.To != nil {
		v, ok := amount(c.Text[record.Value])
		if !ok || r.From != nil && v < *r.From || r.To != nil && v >= *r.To {
			return false
		}
	}
	switch {
	case r.SeenSince.Known() && (!c.LastSeenAt.Known() || c.LastSeenAt < r.SeenSince),
		r.QuietSince.Known() && c.LastSeenAt.Known() && c.LastSeenAt >= r.QuietSince,
		r.KnownSince.Known() && (!c.FirstSeenAt.Known() || c.FirstSeenAt < r.KnownSince),
		r.KnownUntil.Known() && (!c.FirstSeenAt.Known() || c.FirstSeenAt >= r.KnownUntil),
		r.Reachable != nil && *r.Reachable != (c.BestChannel != record.AnyChannel),
		r.Responded != nil && *r.Responded != slices.Contains(c.Responded[:], true):
		return false
	}
	for f, words := range r.Is {
		if !slices.Contains(words, text.Fold(c.Text[f])) {
			return false
		}
	}
	return true
}

// response notes by which channels the customer was contacted, and by which it answered.
func response(c *record.Customer, known []known) {
	c.Contacted, c.Responded = [record.NumChannels]bool{}, [record.NumChannels]bool{}
	for i := range known {
		for _, ch := range record.Channels {
			c.Contacted[ch] = c.Contacted[ch] || known[i].contacted.has(ch)
			c.Responded[ch] = c.Responded[ch] || known[i].responded.has(ch)
		}
	}
}
