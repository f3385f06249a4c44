package pipeline

import (
	"math"
	"strconv"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

// cells fills the rows of a table, column after column in the order of its schema.
type cells struct {
	b   *table.Builder
	col int
}

func (c *cells) next() int { c.col++; return c.col - 1 }

func (c *cells) str(values ...string) {
	for _, v := range values {
		c.b.String(c.next(), v)
	}
}

func (c *cells) strs(v []string)           { c.b.Strings(c.next(), v) }
func (c *cells) yes(v bool)                { c.b.Bool(c.next(), v) }
func (c *cells) int32(v int32)             { c.b.Int32(c.next(), v) }
func (c *cells) int64(v int64)             { c.b.Int64(c.next(), v) }
func (c *cells) float(v float64)           { c.b.Float(c.next(), v) } // NaN is null
func (c *cells) date(v string)             { c.b.Date(c.next(), v) }
func (c *cells) at(v record.Instant)       { c.b.Instant(c.next(), v) }
func (c *cells) key(k record.Key)          { c.str(k.Source, k.ID) }
func (c *cells) reasons(v []record.Reason) { c.strs(words(v)) }

func (c *cells) end() {
	c.b.EndRow()
	c.col = 0
}

func words(reasons []record.Reason) []string {
	if len(reasons) == 0 {
		return nil
	}
	out := make([]string, len(reasons))
	for i, r := range reasons {
		out[i] = string(r)
	}
	return out
}

// number reads a cleaned amount; NaN where there is none.
func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// provenance is a key as SOURCE:RECORD_ID; empty for none.
func provenance(k record.Key) string {
	if k == (record.Key{}) {
		return ""
	}
	return k.String()
}

// best holds a customer's best point for each channel: the best usable one, or the best known where all count.
type best [record.NumChannels]*record.ContactPoint

func bestPoints(c *record.Customer, usableOnly bool) best {
	var out best
	for i := range c.Points {
		p := &c.Points[i]
		for _, perm := range p.Permissions {
			if out[perm.Channel] == nil && (perm.Contactable || !usableOnly) {
				out[perm.Channel] = p
			}
		}
	}
	if !usableOnly {
		// what may be used comes first among what is known
		usable := bestPoints(c, true)
		for ch, p := range usable {
			if p != nil {
				out[ch] = p
			}
		}
	}
	return out
}

func display(p *record.ContactPoint) string {
	if p == nil {
		return ""
	}
	if p.Kind == record.EmailPoint {
		return p.Display
	}
	return p.Value
}

func status(points []record.ContactPoint, kind record.Kind, b best) string {
	for _, ch := range record.Channels {
		if ch.Kind() == kind && b[ch] != nil {
			return b[ch].Status.String()
		}
	}
	for i := range points {
		if points[i].Kind == kind {
			return points[i].Status.String()
		}
	}
	return ""
}

// contactable writes the customer's row in the table of what may be used: shown is the customer without what may not be.
func (c *cells) contactable(shown *record.Customer) {
	c.who(shown, bestPoints(shown, true))
	c.str(shown.Kept...)
	c.end()
}

// customer writes the customer's row in the table of all.
func (c *cells) customer(x *record.Customer) {
	b := bestPoints(x, false)
	c.who(x, b)
	c.str(status(x.Points, record.EmailPoint, b), status(x.Points, record.PhonePoint, b), status(x.Points, record.PostPoint, b))
	c.reasons(x.NotContactable)
	c.float(number(x.Text[record.Value]))
	c.float(x.LinkConfidence)
	c.strs(x.Sources)
	c.str(provenance(x.NameFrom), provenance(x.CompanyFrom), provenance(x.BirthDateFrom), provenance(x.AddressFrom))
	c.at(x.FirstSeenAt)
	c.str(x.Kept...)
	c.end()
}

// points writes a row for every channel of every contact point.
func (c *cells) points(x *record.Customer) {
	for i := range x.Points {
		p := &x.Points[i]
		for k := range p.Permissions {
			c.point(x.ID, p, &p.Permissions[k])
		}
	}
}

func (c *cells) point(id string, p *record.ContactPoint, perm *record.Permission) {
	c.str(id, perm.Channel.String(), p.Kind.String(), p.Value, p.Display, p.Status.String())
	c.reasons(p.Reasons)
	c.str(p.ReplacedBy, p.PhoneType, p.PhoneRegion)
	a := &p.Address
	c.str(a.Street, a.Street2, a.City, a.Region, a.Postcode, a.Country)
	c.int32(p.SharedBy)
	c.strs(p.Sources)
	c.key(p.Key)
	c.at(p.CapturedAt)
	c.at(p.FirstSeenAt)
	c.at(p.ConfirmedAt)
	if p.PCurrent < 0 {
		c.float(math.NaN())
	} else {
		c.float(p.PCurrent)
	}
	c.str(perm.Answer.String())
	c.reasons(perm.Reasons)
	c.str(perm.Basis)
	c.at(perm.At)
	c.str(perm.Source)
	c.at(perm.ExpiresAt)
	c.str(perm.SuppressedBy)
	c.date(perm.SuppressionAs)
	c.yes(perm.Contactable)
	c.end()
}

// evidence writes the findings of the members, then the customer's own.
func (c *cells) evidence(x *record.Customer) {
	for i := range x.Members {
		r := &x.Members[i]
		for k := range r.Findings {
			f := r.Findings[k]
			if f.ID == "" {
				f.ID = r.ID
			}
			if f.Detail == "" {
				f.Detail = f.Source
			} else if f.Source != "" {
				f.Detail = f.Source + ": " + f.Detail
			}
			f.Source = r.Source // the record that it was found in; the rule stands in the detail
			c.finding(x.ID, &f)
		}
	}
	for k := range x.Findings {
		c.finding(x.ID, &x.Findings[k])
	}
}

func (c *cells) finding(id string, f *record.Finding) {
	c.str(id, f.Kind.String(), f.Channel.String(), f.Value, string(f.Code), string(f.Effect))
	c.at(f.At)
	c.str(f.Source, f.ID, f.Detail)
	c.end()
}

// changes writes what cleaning changed in the members, then what merging changed.
func (c *cells) changes(x *record.Customer) {
	for i := range x.Members {
		r := &x.Members[i]
		for k := range r.Changes {
			c.change(r.Key, x.ID, &r.Changes[k])
		}
	}
	for k := range x.Changes {
		c.change(record.Key{}, x.ID, &x.Changes[k])
	}
}

func (c *cells) change(key record.Key, id string, x *record.Change) {
	c.key(key)
	c.str(id, x.Field, x.Before, x.After, x.Rule)
	c.float(x.Confidence)
	c.end()
}

func (c *cells) repairs(x *record.Customer) {
	for i := range x.Repairs {
		p := &x.Repairs[i]
		c.str(x.ID, x.Text[record.ValueTier])
		c.float(p.Priority)
		c.str(string(p.Problem), p.Channel.String(), p.Value, p.AskVia.String(), p.Suggestion)
		c.end()
	}
}

// cleaned writes a record as the clean stages left it.
func (c *cells) cleaned(r *record.Record, customer string) {
	c.key(r.Key)
	c.str(customer)
	for f := record.FullName; f < record.NumFields; f++ {
		switch {
		case f == record.Identifier:
			list := make([]string, len(r.Identifiers))
			for i, x := range r.Identifiers {
				list[i] = x.Kind + "=" + x.Value
			}
			c.strs(list)
		case f == record.Email:
			c.strs(r.Emails)
		case f == record.Phone:
			c.strs(r.Phones)
		case f == record.Social:
			c.strs(r.Socials)
		case f.IsDate():
			c.date(r.Text[f])
		case f.IsInstant():
			c.at(r.Instant(f))
		default:
			c.str(r.Text[f])
		}
	}
	c.str(r.Kept...)
	c.end()
}

// who writes the columns that contactable and customers share, up to segment and what follows.
func (c *cells) who(x *record.Customer, b best) {
	t := &x.Text
	c.str(x.ID, t[record.Title], t[record.GivenName], t[record.MiddleName], t[record.FamilyName], t[record.Suffix], t[record.FullName],
		x.Salutation, t[record.Company], display(b[record.ByEmail]), display(b[record.BySMS]), display(b[record.ByVoice]))
	c.str(t[record.Street], t[record.Street2], t[record.City], t[record.Region], t[record.Postcode], t[record.Country])
	c.str(x.BestChannel.String())
	for _, ch := range record.Channels {
		c.yes(b[ch] != nil && reachable(b[ch], ch))
	}
	c.str(t[record.Language], t[record.Gender], t[record.ValueTier], t[record.Segment], t[record.LifecycleStage],
		t[record.PreferredChannel], t[record.ContactFrequency], t[record.PreferredTime], t[record.Outlet])
	c.date(t[record.BirthDate])
	c.date(t[record.Anniversary])
	c.str(strings.Join(nonEmpty(x.Socials), " "), x.HouseholdID)
	c.at(x.LastSeenAt)
	c.int32(int32(len(x.Members)))
}

func nonEmpty(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func reachable(p *record.ContactPoint, ch record.Channel) bool {
	for _, perm := range p.Permissions {
		if perm.Channel == ch {
			return perm.Contactable
		}
	}
	return false
}
