package reach

import (
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Outlet is a branch and where it is.
type Outlet struct{ Name, Country, Postcode, City string }

// Outlets finds the nearest outlet: in the customer's city, else with the longest common beginning of the postcode, in the
// same country. A nil Outlets assigns nothing.
type Outlets struct{ byCountry map[string][]Outlet }

// NewOutlets makes the index of a list of outlets.
func NewOutlets(list []Outlet) *Outlets {
	o := &Outlets{make(map[string][]Outlet)}
	for _, x := range list {
		o.byCountry[x.Country] = append(o.byCountry[x.Country], Outlet{x.Name, x.Country, plainCode(x.Postcode), text.Fold(x.City)})
	}
	return o
}

func plainCode(s string) string { return strings.ReplaceAll(text.Fold(s), " ", "") }

// assign gives the customer its outlet where it has none.
func (o *Outlets) assign(c *record.Customer) {
	if o == nil || c.Text[record.Outlet] != "" {
		return
	}
	city, code := text.Fold(c.Text[record.City]), plainCode(c.Text[record.Postcode])
	best, score := "", 0
	for _, x := range o.byCountry[c.Text[record.Country]] {
		s := 0
		for s < min(len(code), len(x.Postcode)) && code[s] == x.Postcode[s] {
			s++
		}
		if city != "" && city == x.City {
			s += 10
		}
		if s > score || s == score && s > 0 && x.Name < best {
			best, score = x.Name, s
		}
	}
	c.Text[record.Outlet] = best
}
