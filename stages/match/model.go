package match

import (
	"encoding/json"
	"fmt"
	"math"
)

// Model is what matching learned: weights without a value of any customer. It can be saved and used again.
type Model struct {
	Version     string       `json:"version"`
	Comparisons []Comparison `json:"comparisons"`
	Shares      Shares       `json:"shares"`
	Keys        []string     `json:"blocking_keys"`
}

// Comparison is one comparison with the chance of each of its levels (from 1 on) among matches and among others.
type Comparison struct {
	Name   string    `json:"name"`
	Levels []string  `json:"levels"`
	M      []float64 `json:"m"`
	U      []float64 `json:"u"` // of exact levels the mean; a pair's own is the frequency of the value
}

// Shares are the parts of all pairs that are matches, of one household, and of one place.
type Shares struct {
	Match     float64 `json:"match"`
	Household float64 `json:"household"`
	Place     float64 `json:"place"`
}

const modelVersion = "1"

// The chance of each level among matches. They are round numbers from what public sets with truth show (fake_1000, febrl,
// and made-up customers): a fifth of given names differ in some way, half of the people have a second number, and so on.
var defaultM = [][]float64{
	givenName:  {0.80, 0.07, 0.035, 0.04, 0.02, 0.01, 0.025},
	familyName: {0.86, 0.06, 0.02, 0.01, 0.05},
	middleName: {0.75, 0.15, 0.10},
	birthDate:  {0.88, 0.07, 0.025, 0.01, 0.015},
	email:      {0.55, 0.08, 0.06, 0.31},
	phone:      {0.55, 0.06, 0.39},
	address:    {0.50, 0.18, 0.05, 0.04, 0.06, 0.17},
	company:    {0.70, 0.20, 0.10},
	identifier: {0.90, 0.05, 0.05},
}

var alsoM = []float64{0.75, 0.10, 0.15}

// personal comparisons are random among the members of a household; the others agree there as among matches.
var personal = map[int]bool{givenName: true, middleName: true, birthDate: true, identifier: true}

// sameNameAtHome is the chance that two people of one household bear one given name: fathers and sons.
const sameNameAtHome = 0.02

// sameDayAtHome is the chance that two people of one household have one birth date: twins are one birth in sixty, and some
// of them live together.
const sameDayAtHome = 0.01

func newModel(alsoNames []string) *Model {
	m := &Model{Version: modelVersion}
	for c, name := range comparisonNames {
		m.Comparisons = append(m.Comparisons, Comparison{Name: name, Levels: levelNames[c][1:], M: defaultM[c]})
	}
	for _, name := range alsoNames {
		m.Comparisons = append(m.Comparisons, Comparison{Name: name, Levels: alsoLevels[1:], M: alsoM})
	}
	for _, k := range blockingKeys {
		m.Keys = append(m.Keys, k.name)
	}
	return m
}

func readModel(b []byte) (*Model, error) {
	var m Model
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("saved model: %w", err)
	}
	if m.Version != modelVersion {
		return nil, fmt.Errorf("saved model is of version %q, this program reads %q; train a new one", m.Version, modelVersion)
	}
	for i, c := range m.Comparisons {
		if len(c.M) != len(c.Levels) || len(c.U) != len(c.Levels) || i < len(comparisonNames) && c.Name != comparisonNames[i] {
			return nil, fmt.Errorf("saved model: comparison %q does not fit this program", c.Name)
		}
	}
	if len(m.Comparisons) < len(comparisonNames) {
		return nil, fmt.Errorf("saved model has %d comparisons, %d are needed", len(m.Comparisons), len(comparisonNames))
	}
	return &m, nil
}

// likelihoods are a pair's, in bits, in each of the four ways to be.
type likelihoods struct{ match, household, place, chance float32 }

func (m *Model) likelihoods(e *evidence) likelihoods {
	var l [4]float64
	for c := range m.Comparisons {
		level := e.levels[c]
		if level == 0 {
			continue
		}
		match, other := m.Comparisons[c].M[level-1], m.u(c, e)
		lm, lu := math.Log2(match), math.Log2(other)
		l[0] += lm
		l[3] += lu
		switch {
		case c == givenName && level == 1:
			l[1] += math.Log2(max(other, sameNameAtHome))
			l[2] += lu
		case c == birthDate && level == 1:
			l[1] += math.Log2(max(other, sameDayAtHome))
			l[2] += lu
		case personal[c]:
			l[1] += lu
			l[2] += lu
		case c == familyName:
			l[1] += lm
			l[2] += lu
		default:
			l[1] += lm
			l[2] += lm
		}
	}
	return likelihoods{float32(l[0]), float32(l[1]), float32(l[2]), float32(l[3])}
}

// u is the chance of a pair's level among others: of an exact one, that of its value.
func (m *Model) u(c int, e *evidence) float64 {
	level := e.levels[c]
	if s := e.shared[c]; s > 0 {
		return min(max(s, 1e-9), 1)
	}
	return max(m.Comparisons[c].U[level-1], 1e-7)
}

// odds are the log2 of a pair's odds to be a match, rounded to 1/65536 so that no order of summation can change a cluster.
func (m *Model) odds(l likelihoods) float64 {
	s := m.Shares
	chance := 1 - s.Match - s.Household - s.Place
	others := addBits(float64(l.chance)+math.Log2(chance), addBits(float64(l.household)+math.Log2(s.Household), float64(l.place)+math.Log2(s.Place)))
	return math.Round((float64(l.match)+math.Log2(s.Match)-others)*65536) / 65536
}

// addBits is log2(2^a + 2^b).
func addBits(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	return a + math.Log2(1+math.Exp2(b-a))
}

func probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }

// explain writes a pair's sum out.
func (m *Model) explain(e *evidence, bits float64) []Level {
	s := m.Shares
	prior := math.Log2(s.Match) - math.Log2(1-s.Match-s.Household-s.Place)
	out := []Level{{"prior", "", round3(prior)}}
	sum := prior
	for c := range m.Comparisons {
		if level := e.levels[c]; level > 0 {
			w := math.Log2(m.Comparisons[c].M[level-1]) - math.Log2(m.u(c, e))
			out = append(out, Level{m.Comparisons[c].Name, m.Comparisons[c].Levels[level-1], round3(w)})
			sum += w
		}
	}
	if rest := bits - sum; math.Abs(rest) >= 0.0005 {
		out = append(out, Level{"household", "what members of one household, or people of one place, share as well", round3(rest)})
	}
	return out
}

func round3(x float64) float64 { return math.Round(x*1000) / 1000 }
