package evaluate

import (
	"fmt"
	"iter"
	"math"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Link is a pair of records that the model gave a probability: a row of links, or of review.
type Link struct {
	A, B        record.Key
	Probability float64 // 0 to 1
}

// Bucket compares what was said of a group of pairs with what is so.
type Bucket struct {
	From      float64 `json:"from"` // lowest probability of the bucket
	To        float64 `json:"to"`   // the next bucket's lowest; 1 is in the last
	Pairs     int64   `json:"pairs"`
	Predicted float64 `json:"predicted"` // mean stated probability
	Observed  float64 `json:"observed"`  // share that the key calls one customer
}

// Reliability tells whether stated probabilities mean what they say.
type Reliability struct {
	Buckets []Bucket `json:"buckets"`
	Pairs   int64    `json:"pairs"`
	Unknown int64    `json:"unknown_pairs"`     // pairs with a record that the key lacks
	Error   float64  `json:"calibration_error"` // mean over pairs of |predicted - observed| of their bucket
	Brier   float64  `json:"brier"`             // mean squared distance from the truth
}

var edges = []float64{0, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0000001}

// Reliability sorts the model's pairs by stated probability. Buckets without pairs are left out. Decisions of people
// are no predictions: leave them out of links.
func (k *Key) Reliability(links iter.Seq2[Link, error]) (Reliability, error) {
	type sum struct {
		pairs, same, stated int64 // stated in billionths: whole numbers add up the same in any order
	}
	sums := make([]sum, len(edges)-1)
	var out Reliability
	var brier int64
	for l, err := range links {
		if err != nil {
			return Reliability{}, fmt.Errorf("evaluate: %w", err)
		}
		a, okA := k.place[k.digest(l.A)]
		b, okB := k.place[k.digest(l.B)]
		if !okA || !okB {
			out.Unknown++
			continue
		}
		if !(l.Probability >= 0 && l.Probability <= 1) {
			return Reliability{}, fmt.Errorf("evaluate: a link's probability is not between 0 and 1")
		}
		i := len(sums) - 1
		for l.Probability < edges[i] {
			i--
		}
		s := &sums[i]
		s.pairs++
		s.stated += billionths(l.Probability)
		truth := 0.0
		if k.entity[a] == k.entity[b] {
			s.same++
			truth = 1
		}
		out.Pairs++
		brier += billionths((l.Probability - truth) * (l.Probability - truth))
	}
	for i, s := range sums {
		if s.pairs == 0 {
			continue
		}
		n := float64(s.pairs)
		b := Bucket{From: edges[i], To: min(edges[i+1], 1), Pairs: s.pairs, Predicted: round(float64(s.stated) / 1e9 / n), Observed: round(float64(s.same) / n)}
		out.Error += math.Abs(float64(s.stated)/1e9-float64(s.same)) / float64(out.Pairs)
		out.Buckets = append(out.Buckets, b)
	}
	if out.Pairs > 0 {
		out.Brier = float64(brier) / 1e9 / float64(out.Pairs)
	}
	out.Error, out.Brier = round(out.Error), round(out.Brier)
	return out, nil
}

func billionths(x float64) int64 { return int64(math.Round(x * 1e9)) }
