package reach

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// NoPoint is why a customer without any contact point cannot be reached.
const NoPoint record.Reason = "no_contact_point"

// channels settles by which channel the customer is best reached, or why by none.
func (j *Judge) channels(c *record.Customer) {
	open := Open(c)
	c.BestChannel, c.NotContactable = record.AnyChannel, nil
	if open == [record.NumChannels]bool{} {
		c.NotContactable = j.whyNot(c)
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

// whyNot lists all reasons that keep a customer from being contacted, permission first. A status counts only where it is
// not usable, and one without a reason of its own gives itself.
func (j *Judge) whyNot(c *record.Customer) []record.Reason {
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
	unusable := func(p *record.ContactPoint) bool { return !slices.Contains(j.o.Usable, p.Status) }
	for _, s := range record.StatusReasons {
		for i := range c.Points {
			if p := &c.Points[i]; p.Status == s.Status && p.Has(s.Reason) && unusable(p) {
				add(s.Reason)
			}
		}
	}
	for i := range c.Points {
		if p := &c.Points[i]; unusable(p) && len(out) == 0 {
			add(record.Reason(p.Status.String()))
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
	f := forbiddenForms(c)
	if f == nil {
		return shown, 0
	}
	hide := func(list []string) []string {
		var out []string
		for i, v := range list {
			if f.has(v) {
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
	for i := range shown.Text {
		if x := record.Field(i); !neverPoint[x] && !x.IsDate() && !x.IsInstant() && f.has(shown.Text[i]) {
			shown.Text[i] = ""
			hidden++
		}
	}
	return shown, hidden
}

// neverPoint are the fields that hold no contact point; the address is settled by its own channel.
var neverPoint = [record.NumFields]bool{
	record.Value: true, record.Street: true, record.Street2: true, record.City: true, record.Region: true, record.Postcode: true, record.Country: true,
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

// forms are the spellings of forbidden points: whole texts, mailboxes in one spelling, and national digits of numbers.
type forms struct {
	texts   map[string]bool
	numbers []string
}

// forbiddenForms are the customer's points that no channel may use, in every spelling that a free column may hold; nil when
// there are none.
func forbiddenForms(c *record.Customer) *forms {
	var out *forms
	for i := range c.Points {
		p := &c.Points[i]
		if slices.ContainsFunc(p.Permissions, func(x record.Permission) bool { return x.Contactable }) {
			continue
		}
		if out == nil {
			out = &forms{texts: make(map[string]bool)}
		}
		for _, s := range spellings(c, p) {
			out.texts[form(s)] = true
		}
		switch p.Kind {
		case record.PhonePoint:
			number, _, _ := strings.Cut(p.Value, ";ext=")
			d := national(number).digits
			if d == "" {
				d = digitsOf(number)
			}
			if len(d) >= 7 {
				out.numbers = append(out.numbers, d)
			}
		case record.PostPoint:
			a := p.Address
			if digitsOf(a.Street) != "" {
				out.texts[form(a.Street)] = true
			}
			out.texts[form(strings.Join([]string{a.Street, a.Street2, a.City, a.Postcode}, " "))] = true
			out.texts[form(strings.Join([]string{a.Street, a.Street2, a.Postcode, a.City}, " "))] = true
		default:
		}
	}
	if out != nil {
		delete(out.texts, "")
	}
	return out
}

// has reports whether a text is a forbidden point: a number with any prefix, a mailbox with any scheme before it.
func (f *forms) has(s string) bool {
	if s == "" {
		return false
	}
	if f.texts[form(s)] {
		return true
	}
	if strings.Contains(s, "@") {
		return slices.ContainsFunc(strings.FieldsFunc(s, parts), func(w string) bool { return f.texts[form(w)] })
	}
	if len(f.numbers) == 0 {
		return false
	}
	d := digitsOf(s)
	return slices.ContainsFunc(f.numbers, func(n string) bool { return strings.HasSuffix(d, n) && len(d) <= len(n)+6 })
}

// parts divides a text that may hold a mailbox: "mailto:a@b.example", "A <a@b.example>".
func parts(r rune) bool { return strings.ContainsRune(" \t<>()[],;:/'\"", r) }

// form is a text in one spelling: a mailbox in small letters and as Gmail knows it, anything else folded.
func form(s string) string {
	if local, domain, ok := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "@"); ok {
		if domain == "gmail.com" || domain == "googlemail.com" {
			local, _, _ = strings.Cut(local, "+")
			local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
		}
		return local + "@" + domain
	}
	return text.Fold(s)
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
