package reach

import (
	"math"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// weight of a value tier: what its loss costs.
var tierWeight = map[string]float64{"high": 3, "medium": 2, "low": 1}

// repairs lists what to mend, a row a problem: every point that does not work, permission that only has to be asked for or
// renewed, and every finding that asks for a person, each with the channel by which to ask.
//
// Priority is tier x loss x ease. The loss is 3 where a point fails of a customer that cannot be reached at all, 2 where it
// was the last of its channel, else 1; the ease 2 where there is a suggestion to confirm, 0.5 where there is nobody to ask, else 1.
func (j *Judge) repairs(c *record.Customer) {
	c.Repairs = nil
	open := Open(c)
	add := func(problem record.Reason, ch record.Channel, value, suggestion string) {
		loss, ease := 1.0, 1.0
		switch {
		case suggestion != "":
			ease = 2
		case c.BestChannel == record.AnyChannel:
			ease = 0.5
		}
		switch {
		case ch == record.AnyChannel: // no contact is lost by it
		case c.BestChannel == record.AnyChannel:
			loss = 3
		case !open[ch]:
			loss = 2
		}
		c.Repairs = append(c.Repairs, record.Repair{
			Priority: math.Round(max(tierWeight[c.Text[record.ValueTier]], 1)*loss*ease*100) / 100, Problem: problem, Channel: ch, Value: value, AskVia: c.BestChannel, Suggestion: suggestion,
		})
	}
	for i := range c.Points {
		p := &c.Points[i]
		if p.Status < record.Obsolete || len(p.Reasons) == 0 {
			j.askAgain(p, open, add)
			continue
		}
		if p.ReplacedBy != "" && !p.Has(record.TypoDomain) && slices.ContainsFunc(c.Points, func(q record.ContactPoint) bool { return q.Kind == p.Kind && q.Value == p.ReplacedBy }) {
			continue // what replaces it is known already
		}
		add(p.Reasons[0], p.Channels()[0], p.Value, p.ReplacedBy)
	}
	ask := func(findings []record.Finding) {
		for _, f := range findings {
			switch {
			case f.Effect != record.Asks:
			case f.Code == FarOutlet:
				add(f.Code, record.AnyChannel, f.Value, f.Detail)
			default:
				add(f.Code, record.AnyChannel, f.Value, "")
			}
		}
	}
	for i := range c.Members {
		ask(c.Members[i].Findings)
	}
	ask(c.Findings)
}

// askAgain adds the channels of a point that works where nothing is missing but somebody's yes. Who said no is not asked
// again.
func (j *Judge) askAgain(p *record.ContactPoint, open [record.NumChannels]bool, add func(record.Reason, record.Channel, string, string)) {
	if !slices.Contains(j.o.Usable, p.Status) {
		return
	}
	for _, x := range p.Permissions {
		if len(x.Reasons) == 1 && !open[x.Channel] && (x.Reasons[0] == record.NoPermission || x.Reasons[0] == record.PermissionExpired) {
			add(x.Reasons[0], x.Channel, p.Value, "")
		}
	}
}
