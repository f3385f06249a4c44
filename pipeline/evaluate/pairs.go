package evaluate

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Assignment says which customer a record became; CustomerID is empty for a record that was rejected or erased.
type Assignment struct {
	record.Key
	CustomerID string
}

// Rates are precision, recall and their harmonic mean, each 0 to 1, rounded to five places.
type Rates struct {
	Precision float64 `json:"p"`
	Recall    float64 `json:"r"`
	F1        float64 `json:"f1"`
}

// Score compares the run's clusters with the key's, over the records that both have. One that was erased is alone.
type Score struct {
	Records        int64 `json:"records"`
	Entities       int64 `json:"entities"`
	Clusters       int64 `json:"clusters"`
	LargestCluster int64 `json:"largest_cluster"`
	UnknownRecords int64 `json:"unknown_records"` // of the run, not in the key; left out of everything else
	AbsentRecords  int64 `json:"absent_records"`  // of the key, not in the run; left out of everything else
	TruePairs      int64 `json:"true_pairs"`
	PredictedPairs int64 `json:"predicted_pairs"`
	RightPairs     int64 `json:"right_pairs"`
	Pairwise       Rates `json:"pairwise"`
	BCubed         Rates `json:"bcubed"`
	Cluster        Rates `json:"cluster"`
}

// Pairs scores the run's clusters. Errors: those of the iterator, a record assigned twice, a key of which the run has no
// record.
func (k *Key) Pairs(run iter.Seq2[Assignment, error]) (Score, error) {
	labels, unknown, err := k.labels(run)
	if err != nil {
		return Score{}, err
	}
	labels, entity := common(labels, k.entity)
	s := Score{Records: int64(len(entity)), UnknownRecords: unknown, AbsentRecords: int64(len(k.entity) - len(entity))}
	predicted, entities := sizes(labels), sizes(entity)
	for _, n := range predicted {
		if n > 0 {
			s.Clusters++
		}
		s.LargestCluster = max(s.LargestCluster, n)
		s.PredictedPairs += n * (n - 1) / 2
	}
	for _, n := range entities {
		s.Entities += one(n > 0)
		s.TruePairs += n * (n - 1) / 2
	}
	both := make([]uint64, len(labels))
	for i, l := range labels {
		both[i] = uint64(l)<<32 | uint64(entity[i])
	}
	slices.Sort(both)
	var exact int64
	var precision, recall float64
	for i := 0; i < len(both); {
		from := i
		for i < len(both) && both[i] == both[from] {
			i++
		}
		n := int64(i - from)
		p, e := predicted[both[from]>>32], entities[uint32(both[from])]
		s.RightPairs += n * (n - 1) / 2
		precision += float64(n) * float64(n) / float64(p)
		recall += float64(n) * float64(n) / float64(e)
		if n == p && n == e {
			exact++
		}
	}
	s.Pairwise = rates(ratio(s.RightPairs, s.PredictedPairs), ratio(s.RightPairs, s.TruePairs))
	s.BCubed = rates(precision/float64(s.Records), recall/float64(s.Records))
	s.Cluster = rates(ratio(exact, s.Clusters), ratio(exact, s.Entities))
	return s, nil
}

// common leaves out the records that the run lacks.
func common(labels, entity []int32) (predicted, truth []int32) {
	for i, l := range labels {
		if l >= 0 {
			predicted, truth = append(predicted, l), append(truth, entity[i])
		}
	}
	return predicted, truth
}

// labels numbers the run's clusters by record of the key: -1 for a record that the run lacks, a number of its own for one
// that has no customer there.
func (k *Key) labels(run iter.Seq2[Assignment, error]) (labels []int32, unknown int64, err error) {
	labels = make([]int32, len(k.entity))
	for i := range labels {
		labels[i] = -1
	}
	numbers := map[digest]int32{}
	sources := map[string]bool{}
	next, found := int32(0), false
	for a, err := range run {
		if err != nil {
			return nil, 0, fmt.Errorf("evaluate: %w", err)
		}
		sources[a.Source] = true
		at, known := k.place[k.digest(a.Key)]
		if !known {
			unknown += one(a.CustomerID != "")
			continue
		}
		if labels[at] >= 0 {
			if !k.withSource {
				return nil, 0, fmt.Errorf("%s: two sources of the run share a record_id: the key needs a column source", k.name)
			}
			return nil, 0, errors.New("evaluate: the run assigns a record twice")
		}
		n, seen := numbers[digestOf(a.CustomerID)]
		if !seen {
			n = next
			next++
			if a.CustomerID != "" {
				numbers[digestOf(a.CustomerID)] = n
			}
		}
		labels[at], found = n, true
	}
	if !found {
		return nil, 0, k.noneFound(slices.Sorted(maps.Keys(sources)))
	}
	return labels, unknown, nil
}

// noneFound says why the key may have nothing in common with the run.
func (k *Key) noneFound(sources []string) error {
	hint := "is it the key of another run, or its record_id another column?"
	if k.withSource {
		hint = "its column source names the sources as the run does: " + strings.Join(sources, ", ")
	} else if len(sources) > 1 {
		hint = "the run has several sources, so the key needs a column source: " + strings.Join(sources, ", ")
	}
	return fmt.Errorf("%s: none of the key's %d records is in the run; %s", k.name, len(k.entity), hint)
}

// sizes counts how often each number occurs.
func sizes(numbers []int32) []int64 {
	out := make([]int64, int(slices.Max(numbers))+1)
	for _, n := range numbers {
		out[n]++
	}
	return out
}

func ratio(found, of int64) float64 {
	if of == 0 {
		return 1
	}
	return float64(found) / float64(of)
}

func rates(p, r float64) Rates {
	f := 0.0
	if p+r > 0 {
		f = 2 * p * r / (p + r)
	}
	return Rates{round(p), round(r), round(f)}
}

// round keeps five decimal places: the nearest, ties to even.
func round(x float64) float64 {
	f, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 5, 64), 64)
	if err != nil {
		return x // not a number: nothing to round
	}
	return f
}
