package reach

import (
	"math"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// weight of a value tier: what its loss costs.
var tierWeight = map[string]float64{"high": 3, "medium": 2, "low": 1}

// repairs lists what to mend: every point that does not work, and every finding that asks for a person, each with the
// channel by which to ask. Priority is tier x loss x ease: a customer that cannot be reached at all counts thrice, a mend
// that only has to be confirmed twice.
func (j *Judge) repairs(c *record.Customer) {
	c.Repairs = nil
	tier := tierWeight[c.Text[record.ValueTier]]
	if tier == 0 {
		tier = 1
	}
	loss := 1.0
	if c.BestChannel == record.AnyChannel {
		loss = 3
	}
	add := func(problem record.Reason, ch record.Channel, value, suggestion string) {
		ease := 1.0
		if suggestion != "" {
			ease = 2
		} else if c.BestChannel == record.AnyChannel {
			ease = 0.5 // there is no channel by which to ask
		}
		c.Repairs = append(c.Repairs, record.Repair{
			Priority: math.Round(tier*loss*ease*100) / 100, Problem: problem, Channel: ch, Value: value, AskVia: c.BestChannel, Suggestion: suggestion,
		})
	}
	for i := range c.Points {
		p := &c.Points[i]
		if p.Status < record.Obsolete || len(p.Reasons) == 0 {
			continue
		}
		if p.ReplacedBy != "" && !p.Has(record.TypoDomain) && slices.ContainsFunc(c.Points, func(q record.ContactPoint) bool { return q.Kind == p.Kind && q.Value == p.ReplacedBy }) {
			continue // what replaces it is known already
		}
		add(p.Reasons[0], p.Channels()[0], p.Value, p.ReplacedBy)
	}
	ask := func(findings []record.Finding) {
		for _, f := range findings {
			if f.Effect == record.Asks {
				add(f.Code, record.AnyChannel, f.Value, "")
			}
		}
	}
	for i := range c.Members {
		ask(c.Members[i].Findings)
	}
	ask(c.Findings)
}
