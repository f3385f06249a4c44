package match

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Model is what matching learned: weights without a value of any customer. It can be saved and used again.
type Model struct {
	Version     string       `json:"version"`
	Match       float64      `json:"match_share"` // of all pairs
	Comparisons []Comparison `json:"comparisons"`
	Classes     []Class      `json:"coincidences"`
	Keys        []string     `json:"blocking_keys"`
}

// Comparison is one feature with the chance of each of its levels among matches and among others; of the exact level the
// chance among others is that of the value at hand, u its mean.
type Comparison struct {
	Name   string    `json:"name"`
	Kind   string    `json:"kind"`
	Levels []string  `json:"levels"`
	M      []float64 `json:"m"`
	U      []float64 `json:"u"`

	// Parent is the feature that this one depends on among people who have nothing to do with each other; MGiven and UGiven
	// are the chances where the parent agrees, nearly agrees, and disagrees.
	Parent string       `json:"depends_on,omitempty"`
	MGiven [3][]float64 `json:"m_given,omitzero"`
	UGiven [3][]float64 `json:"u_given,omitzero"`

	// ULand are the chances among others where the countries agree, nearly agree, and differ, where that was measured.
	ULand [3][]float64 `json:"u_by_country,omitzero"`
}

// Class is a class of pairs that share much and are not one person, with the chances of levels that it describes.
type Class struct {
	Name   string               `json:"name"`
	Share  float64              `json:"share"`
	Levels map[string][]float64 `json:"levels"`
}

const (
	modelVersion = "4"
	bothNamesAre = "both names"
)

func (w *weights) nameOf(k int) string {
	switch {
	case k < 0:
		return ""
	case k == both:
		return bothNamesAre
	}
	return w.list[k].name
}

// saved writes the weights down.
func (s *solver) saved() *Model {
	w := s.w
	m := &Model{Version: modelVersion, Match: w.match}
	for _, k := range s.diag.Keys {
		m.Keys = append(m.Keys, k.Name)
	}
	for k, f := range w.list {
		n := len(f.kind.m)
		c := Comparison{Name: f.name, Kind: f.kind.name, Levels: f.kind.levels[1:], M: slices.Clone(w.m[k][1:n]), U: slices.Clone(w.u[k][1:n]), Parent: w.nameOf(w.parent[k])}
		if w.parent[k] >= 0 {
			for st := range c.MGiven {
				c.MGiven[st], c.UGiven[st] = slices.Clone(w.mGiven[k][st+agrees][1:n]), slices.Clone(w.uGiven[k][st+agrees][1:n])
			}
		}
		for st := range c.ULand {
			if list := w.uLand[k][st+agrees][1:n]; slices.Max(list) > 0 {
				c.ULand[st] = slices.Clone(list)
			}
		}
		m.Comparisons = append(m.Comparisons, c)
	}
	for _, c := range w.classes {
		x := Class{Name: c.name, Share: c.share, Levels: make(map[string][]float64)}
		for k, f := range w.list {
			if c.knows(w, k) {
				x.Levels[f.name] = slices.Clone(c.level[k][1:len(f.kind.m)])
			}
		}
		m.Classes = append(m.Classes, x)
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
	if len(m.Comparisons) == 0 || m.Match <= 0 || m.Match >= 1 {
		return nil, fmt.Errorf("saved model holds no weights; train a new one")
	}
	return &m, nil
}

// load takes the weights of a saved model. A comparison that it does not have keeps the built-in weights.
func (w *weights) load(m *Model) error {
	w.match = m.Match
	find := func(name string) int {
		if name == bothNamesAre {
			return both
		}
		return slices.IndexFunc(w.list, func(f *feature) bool { return f.name == name })
	}
	for _, c := range m.Comparisons {
		k := find(c.Name)
		if k < 0 {
			continue
		}
		n := len(w.list[k].kind.m) - 1
		if c.Kind != w.list[k].kind.name || len(c.M) != n || len(c.U) != n {
			return fmt.Errorf("saved model: comparison %q does not fit: it is a %s with %d levels here", c.Name, w.list[k].kind.name, n)
		}
		copy(w.m[k][1:], c.M)
		copy(w.u[k][1:], c.U)
		for st := range c.ULand {
			if c.ULand[st] != nil && len(c.ULand[st]) != n {
				return fmt.Errorf("saved model: %q has other levels by country", c.Name)
			}
			copy(w.uLand[k][st+agrees][1:], c.ULand[st])
		}
		if w.parent[k] = find(c.Parent); w.parent[k] < 0 {
			continue
		}
		for st := range c.MGiven {
			if len(c.MGiven[st]) != n || len(c.UGiven[st]) != n {
				return fmt.Errorf("saved model: what %q depends on has other levels", c.Name)
			}
			copy(w.mGiven[k][st+agrees][1:], c.MGiven[st])
			copy(w.uGiven[k][st+agrees][1:], c.UGiven[st])
		}
	}
	for _, x := range m.Classes {
		i := slices.IndexFunc(w.classes, func(c *coincidence) bool { return c.name == x.Name })
		if i < 0 {
			return fmt.Errorf("saved model: there is no class %q", x.Name)
		}
		w.classes[i].share = x.Share
		for name, list := range x.Levels {
			if k := find(name); k >= 0 && k != both {
				if len(list) != len(w.list[k].kind.m)-1 {
					return fmt.Errorf("saved model: class %q has other levels of %q", x.Name, name)
				}
				copy(w.classes[i].level[k][1:], list)
			}
		}
	}
	w.settle()
	return nil
}
