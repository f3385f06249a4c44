package pipeline

import (
	"path/filepath"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/report"
)

// moving are the fields whose values customers move between.
var moving = [...]record.Field{record.ValueTier, record.Segment, record.LifecycleStage}

// standing is where a customer stood in the previous run: the numbers of its words, and whether it could be contacted.
type standing struct {
	words     [len(moving)]uint16
	reachable bool
}

// standings are those of the customers of the previous run.
type standings struct {
	words []string
	by    map[merge.ID]standing
}

// standingsBefore reads them; nil where there was no previous run.
func (r *run) standingsBefore() (*standings, error) {
	if r.plan.previous == "" {
		return nil, nil
	}
	s := &standings{words: []string{""}, by: make(map[merge.ID]standing)}
	number := map[string]uint16{"": 0}
	columns := []string{"customer_id", "best_channel"}
	for _, f := range moving {
		columns = append(columns, f.String())
	}
	err := table.Scan(filepath.Join(r.plan.previous, "tables"), "customers", columns, func(x table.Row) error {
		id, ok := merge.ParseID(x.Text("customer_id"))
		if !ok {
			return nil
		}
		at := standing{reachable: x.Text("best_channel") != ""}
		for i, f := range moving {
			w := x.Text(f.String())
			n, known := number[w]
			if !known && len(s.words) < 1<<16-1 {
				n = uint16(len(s.words))
				number[w] = n
				s.words = append(s.words, w)
			}
			at.words[i] = n
		}
		s.by[id] = at
		return nil
	})
	return s, err
}

// count notes how a customer moved since.
func (s *standings) count(t *report.Tally, id merge.ID, c *record.Customer) {
	if s == nil {
		return
	}
	was, known := s.by[id]
	if !known {
		return
	}
	switch is := c.BestChannel != record.AnyChannel; {
	case is && !was.reachable:
		t.By("movement", "what", "contactable won", 1)
	case !is && was.reachable:
		t.By("movement", "what", "contactable lost", 1)
	}
	for i, f := range moving {
		if before, now := s.words[was.words[i]], c.Text[f]; before != now {
			t.By("movement", "what", report.Words(f.String())+": "+orNone(before)+" to "+orNone(now), 1)
		}
	}
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// movement lists what changed since the previous run, the largest first.
func (p *publisher) movement() []report.Movement {
	var out []report.Movement
	for _, what := range p.tally.Values("change", "id_changes") {
		out = append(out, report.Movement{What: what, N: p.tally.At("id_changes", "change", what)})
	}
	list := p.tally.Values("what", "movement")
	for _, what := range slices.Clip(list[:min(len(list), 100)]) {
		out = append(out, report.Movement{What: what, N: p.tally.At("movement", "what", what)})
	}
	return out
}
