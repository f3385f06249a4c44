package evaluate

import (
	"cmp"
	"slices"
)

// count folds the rows into the scores.
func (o *PointScore) count(rows []told, words *lexicon) {
	byStatus := make([]Counts, len(statuses))
	byChannel := make([]Counts, len(channels))
	type reasonOf struct {
		kind   uint8
		reason uint16
	}
	byReason := map[reasonOf]*ReasonScore{}
	at := func(kind uint8, reason uint16) *ReasonScore {
		k := reasonOf{kind, reason}
		if byReason[k] == nil {
			byReason[k] = &ReasonScore{Kind: kinds[kind], Reason: words.words[reason]}
		}
		return byReason[k]
	}
	for i := range rows {
		r := &rows[i]
		if words.words[r.reason] == "erased" {
			o.Erased++
			if r.allowed != [4]bool{} {
				o.Leaked++
			}
			continue
		}
		byStatus[r.status].True++
		seen := r.level > byCorrection
		switch {
		case r.level == byCorrection:
			o.Corrected++
			byStatus[r.status].Predicted++
			byStatus[r.status].Right++
		case r.level == 0:
			o.Absent++
		default:
			byStatus[r.predicted].Predicted++
			if r.predicted == r.status {
				byStatus[r.status].Right++
			}
			if statuses[r.predicted] == "obsolete" && slices.Contains([]string{"valid", "risky", "unknown"}, statuses[r.status]) {
				strongest := uint16(0)
				if len(r.reasons) > 0 {
					strongest = r.reasons[0]
				}
				o.WronglyObsolete[words.words[strongest]]++
			}
		}
		score := at(r.kind, r.reason)
		score.True++
		has := r.reasons
		if r.level == byCorrection {
			has = []uint16{r.reason}
		}
		for _, reason := range has {
			at(r.kind, reason).Predicted++
			score.Right += one(reason == r.reason)
		}
		truly, allowed, wrongly := false, false, false
		for c, answer := range r.contactable {
			if answer == 0 {
				continue
			}
			ok := seen && r.allowed[c]
			tally(&byChannel[c], answer == 2, ok)
			truly, allowed, wrongly = truly || answer == 2, allowed || ok, wrongly || ok && answer == 1
		}
		score.TrulyContactable += one(truly)
		score.Contactable += one(allowed)
		score.Wrongly += one(wrongly)
	}
	for i, c := range byStatus[:len(statuses)-1] {
		if c.True+c.Predicted > 0 {
			o.Statuses = append(o.Statuses, StatusScore{statuses[i], c.rated()})
		}
	}
	for i, c := range byChannel {
		o.Channels = append(o.Channels, ChannelScore{channels[i], c.rated()})
	}
	for _, s := range byReason {
		if s.Reason != "" {
			s.Counts = s.rated()
			o.Reasons = append(o.Reasons, *s)
		}
	}
	slices.SortFunc(o.Reasons, func(a, b ReasonScore) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.True, a.True), cmp.Compare(a.Reason, b.Reason))
	})
}

func tally(c *Counts, truth, predicted bool) {
	c.True += one(truth)
	c.Predicted += one(predicted)
	c.Right += one(truth && predicted)
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// rated adds precision and recall.
func (c Counts) rated() Counts {
	c.Precision, c.Recall = part(c.Right, c.Predicted), part(c.Right, c.True)
	return c
}

func part(found, of int64) Part {
	if of == 0 {
		return Nothing
	}
	return Part(round(ratio(found, of)))
}
