package match

import (
	"context"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Options say how records are joined.
type Options struct {
	Threshold            float64         // probability, 0 to 1, at or above which two records are joined
	ReviewFrom, ReviewTo float64         // pairs of a probability from the one to below the other are for a person to decide
	Unique               map[string]bool // sources whose own records are never joined
	Overrides            []Override
	Lists                *Lists   // nil: those that come with the program
	Model                []byte   // a saved model to use; nil: weights are learned of the data, or built in where those are few
	Also                 []Also   // kept columns that are compared too
	Choice               []Choice // what is compared, in place of all there is; nil: everything
	Workers              int
	Progress             func(rows int64) // told of rows as they are done, from one goroutine at a time
}

// Also is a kept column by its number and name.
type Also struct {
	At   int
	Name string
}

// Choice is a field that is compared, by what its user said.
type Choice struct {
	Field   string // canonical field, or kept column that Also names
	Kind    string // how its values are compared; empty: as usual
	NoBlock bool   // no blocking key may be made of it
}

// Override is a decision of a person.
type Override struct {
	A, B record.Key
	Same bool // must-link; else cannot-link
}

// Result is who is who.
type Result struct {
	Cluster   []int32 // per row: the lowest row of its cluster
	Links     []Link  // the pairs that joined clusters, by rows
	Review    []Link  // pairs too close to call, the most informative first
	Model     *Model
	Diagnosis Diagnosis
}

// Link is a pair of rows and what speaks for and against it.
type Link struct {
	A           int32   `json:"a"`
	B           int32   `json:"b"`
	Probability float64 `json:"p"`
	Bits        float64 `json:"bits"` // log2 of the odds
	Override    bool    `json:"override,omitempty"`
	Levels      []Level `json:"levels"` // sums to bits, the prior included
}

// Level is one step of the sum.
type Level struct {
	Comparison string  `json:"comparison"` // prior, given_name, ...; household: the correction for the other ways to agree
	Level      string  `json:"level"`
	Bits       float64 `json:"bits"`
}

// Diagnosis is what matching says of itself.
type Diagnosis struct {
	Rows           int64    `json:"rows"`
	Distinct       int64    `json:"distinct"` // rows that differ in what is compared
	Pairs          int64    `json:"pairs_compared"`
	Keys           []Key    `json:"blocking_keys"`
	BlockingRecall float64  `json:"blocking_recall"` // share of the matches that the keys bring together, estimated of how many keys bring a likely match (Chao 1987)
	Matches        float64  `json:"expected_matches"`
	Iterations     int      `json:"iterations"`
	LastChange     float64  `json:"last_change"` // the most by which the last iteration moved a chance
	Trained        bool     `json:"trained"`     // the chances of levels were learned; else the built-in ones stand
	Converged      bool     `json:"converged"`
	Precision      float64  `json:"estimated_precision"` // mean probability of the links
	Recall         float64  `json:"estimated_recall"`    // of the candidates' expected matches, times that of blocking
	Warnings       []string `json:"warnings,omitempty"`
}

// Key is one way in which records were brought together.
type Key struct {
	Name    string `json:"name"`
	Pairs   int64  `json:"pairs"`        // estimated on a sample of its blocks
	Dropped int64  `json:"dropped_rows"` // in blocks too large to compare
}

// Matcher collects features, then solves.
type Matcher struct {
	opts Options
	f    *features
}

// New makes a matcher. Errors: a saved model that can't be read or is of another version; a choice of no field or kind.
func New(o Options) (*Matcher, error) {
	m := &Matcher{opts: o, f: newFeatures(o)}
	if err := checkChoice(o); err != nil {
		return nil, err
	}
	if len(o.Model) > 0 {
		if _, err := readModel(o.Model); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Add takes the features of one record, up to 2^31 of them. Records must come in the order of their keys; that is not checked.
// The error is always nil.
func (m *Matcher) Add(r *record.Record) error {
	m.f.add(r)
	return nil
}

// Solve clusters the records that were added. Errors: the context's; a saved model that does not fit what is compared.
func (m *Matcher) Solve(ctx context.Context) (*Result, error) {
	s := &solver{opts: m.opts, f: m.f, ctx: ctx, workers: max(m.opts.Workers, 1)}
	return s.solve()
}
