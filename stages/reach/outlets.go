package reach

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// FarOutlet is the finding that a customer is assigned to an outlet while another is much nearer.
const FarOutlet record.Reason = "far_outlet"

// Outlet is a branch and where it is.
type Outlet struct{ Name, Country, Postcode, City, Region string }

// Outlets finds the nearest outlet. A nil Outlets assigns nothing.
type Outlets struct {
	byCountry map[string][]Outlet
	byName    map[string]Outlet
}

// NewOutlets makes the index of a list of outlets.
func NewOutlets(list []Outlet) *Outlets {
	o := &Outlets{make(map[string][]Outlet), make(map[string]Outlet)}
	for _, x := range list {
		x.Postcode, x.City, x.Region = plainCode(x.Postcode), text.Fold(x.City), text.Fold(x.Region)
		o.byCountry[x.Country] = append(o.byCountry[x.Country], x)
		o.byName[x.Name] = x
	}
	return o
}

func plainCode(s string) string { return strings.ReplaceAll(text.Fold(s), " ", "") }

// nearness is how near a customer an outlet is: the better level wins, then the longer common beginning of the postcodes.
type nearness struct{ level, prefix int }

// The levels. Two letters of a postcode are an area; fewer tell nothing that the country does not.
const (
	elsewhere = iota
	inCountry
	inRegion
	inArea
	inCity
)

func (x *Outlet) near(t *[record.NumFields]string) nearness {
	n := nearness{}
	if x.Country != t[record.Country] {
		return n
	}
	code := plainCode(t[record.Postcode])
	for n.prefix < min(len(code), len(x.Postcode)) && code[n.prefix] == x.Postcode[n.prefix] {
		n.prefix++
	}
	switch city, region := text.Fold(t[record.City]), text.Fold(t[record.Region]); {
	case city != "" && city == x.City:
		n.level = inCity
	case n.prefix >= 2:
		n.level = inArea
	case region != "" && region == x.Region:
		n.level = inRegion
	default:
		n.level = inCountry
	}
	return n
}

func (n nearness) compare(o nearness) int {
	return cmp.Or(cmp.Compare(n.level, o.level), cmp.Compare(n.prefix, o.prefix))
}

// nearest is the outlet nearest to a customer, equal ones by name. One that shares nothing but the country is the nearest
// only where it is the only one there.
func (o *Outlets) nearest(t *[record.NumFields]string) (best Outlet, how nearness) {
	list := o.byCountry[t[record.Country]]
	for _, x := range list {
		if n := x.near(t); n.compare(how) > 0 || n == how && x.Name < best.Name {
			best, how = x, n
		}
	}
	if how.level == inCountry && how.prefix == 0 && len(list) > 1 {
		return Outlet{}, nearness{}
	}
	return best, how
}

// assign gives the customer its outlet where it has none, and notes one that is far while another is near: in the
// customer's own city or postcode area, where the one that it has is not.
func (o *Outlets) assign(c *record.Customer) {
	if o == nil {
		return
	}
	has := c.Text[record.Outlet]
	best, how := o.nearest(&c.Text)
	if has == "" {
		c.Text[record.Outlet] = best.Name
		return
	}
	own, known := o.byName[has]
	if known && how.level >= inArea && own.near(&c.Text).level < how.level {
		c.Findings = append(c.Findings, record.Finding{Code: FarOutlet, Effect: record.Asks, Value: has, Source: "outlets", Detail: best.Name})
	}
}

// heldBy are the outlets that the records of a customer name, where they name several.
func heldBy(c *record.Customer) []string {
	var out []string
	for i := range c.Members {
		if o := c.Members[i].Text[record.Outlet]; o != "" {
			out = append(out, o)
		}
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) < 2 {
		return nil
	}
	return out
}
