package reach

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// NoPoint is why a customer without any contact point cannot be reached.
const NoPoint record.Reason = "no_contact_point"

// channels settles by which channel the customer is best reached, or why by none.
func (j *Judge) channels(c *record.Customer) {
	open := Open(c)
	c.BestChannel, c.NotContactable = record.AnyChannel, nil
	if open == [record.NumChannels]bool{} {
		c.NotContactable = whyNot(c)
		return
	}
	order := []record.Channel{record.ChannelByName(c.Text[record.PreferredChannel])}
	order = append(order, j.o.ChannelOrder[c.Text[record.ValueTier]]...)
	for _, ch := range append(order, record.Channels[:]...) {
		if ch != record.AnyChannel && open[ch] {
			c.BestChannel = ch
			return
		}
	}
}

// Open says by which channels a customer can be contacted.
func Open(c *record.Customer) (open [record.NumChannels]bool) {
	for i := range c.Points {
		for _, x := range c.Points[i].Permissions {
			open[x.Channel] = open[x.Channel] || x.Contactable
		}
	}
	return open
}

// whyNot lists all reasons that keep a customer from being contacted, permission first.
func whyNot(c *record.Customer) []record.Reason {
	var out []record.Reason
	add := func(r record.Reason) {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	for _, r := range record.PermissionReasons {
		for i := range c.Points {
			for _, x := range c.Points[i].Permissions {
				if slices.Contains(x.Reasons, r) {
					add(r)
				}
			}
		}
	}
	for _, s := range record.StatusReasons {
		for i := range c.Points {
			if c.Points[i].Status == s.Status && s.Status >= record.Risky && c.Points[i].Has(s.Reason) {
				add(s.Reason)
			}
		}
	}
	if len(c.Points) == 0 {
		add(NoPoint)
	}
	return out
}

// Shown is the customer as the table of contactable customers may show it: without the fields of channels that may not be
// used, and without any kept or social value that is a forbidden contact point. hidden counts what was left out.
func Shown(c *record.Customer) (shown record.Customer, hidden int) {
	shown = *c
	open := Open(c)
	if !open[record.ByPost] {
		for _, f := range []record.Field{record.Street, record.Street2, record.City, record.Postcode} {
			shown.Text[f] = ""
		}
	} else {
		useAddress(&shown)
	}
	forbidden := forbiddenForms(c)
	if len(forbidden) == 0 {
		return shown, 0
	}
	hide := func(list []string) []string {
		var out []string
		for i, v := range list {
			if v != "" && forbidden[form(v)] {
				if out == nil {
					out = slices.Clone(list)
				}
				out[i] = ""
				hidden++
			}
		}
		if out == nil {
			return list
		}
		return out
	}
	shown.Kept, shown.Socials = hide(c.Kept), hide(c.Socials)
	for f := range shown.Text {
		if v := shown.Text[f]; v != "" && forbidden[form(v)] {
			shown.Text[f] = ""
			hidden++
		}
	}
	return shown, hidden
}

// useAddress shows the address that may be used, which need not be the golden one.
func useAddress(c *record.Customer) {
	for i := range c.Points {
		p := &c.Points[i]
		if p.Kind == record.PostPoint && len(p.Permissions) > 0 && p.Permissions[0].Contactable {
			a := p.Address
			c.Text[record.Street], c.Text[record.Street2], c.Text[record.City] = a.Street, a.Street2, a.City
			c.Text[record.Region], c.Text[record.Postcode], c.Text[record.Country] = a.Region, a.Postcode, a.Country
			return
		}
	}
}

// forbiddenForms are the customer's points that no channel may use, in every spelling that a free column may hold.
func forbiddenForms(c *record.Customer) map[string]bool {
	var out map[string]bool
	for i := range c.Points {
		p := &c.Points[i]
		if p.Kind == record.PostPoint || slices.ContainsFunc(p.Permissions, func(x record.Permission) bool { return x.Contactable }) {
			continue
		}
		if out == nil {
			out = make(map[string]bool)
		}
		for _, s := range spellings(p) {
			out[form(s)] = true
		}
		if d := digitsOf(p.Value); p.Kind == record.PhonePoint && len(d) > 7 {
			out[d[len(d)-min(len(d), 9):]] = true
		}
	}
	return out
}

// form is a text in one spelling: a number by its last nine digits, anything else in small letters.
func form(s string) string {
	if d := digitsOf(s); len(d) >= 8 && strings.Trim(s, "+0123456789 -()./") == "" {
		return d[len(d)-min(len(d), 9):]
	}
	return strings.ToLower(strings.TrimSpace(s))
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func amount(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}
