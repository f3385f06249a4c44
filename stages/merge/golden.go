package merge

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Options say how values compete.
type Options struct {
	Trust      map[string]float64 // by source; higher wins, 0 where missing
	Salutation func(*record.Customer) string
	Lists      *Lists // nil: those that come with the program
}

// Merger makes customers. It is safe for concurrent use.
type Merger struct{ opts Options }

// New makes a merger.
func New(opts Options) *Merger {
	if opts.Lists == nil {
		opts.Lists = builtIn()
	}
	return &Merger{opts}
}

// name, address and date groups: fields that are taken from one record together.
var (
	nameFields    = []record.Field{record.FullName, record.Title, record.GivenName, record.MiddleName, record.FamilyName, record.Suffix}
	addressFields = []record.Field{record.Street, record.Street2, record.City, record.Region, record.Postcode, record.Country}
	// single fields compete one by one; consents and their dates are statements of a record, never merged.
	singleFields = []record.Field{
		record.Company, record.BirthDate, record.Gender, record.Language, record.Value, record.ValueTier, record.Segment,
		record.LifecycleStage, record.Outlet, record.PreferredChannel, record.ContactFrequency, record.PreferredTime, record.Anniversary,
	}
)

// Customer merges the members of one cluster, at least one, in whatever order; it keeps them sorted by key. LinkConfidence, ID and
// HouseholdID are left to the caller.
func (m *Merger) Customer(members []record.Record) record.Customer {
	byKey := func(a, b record.Record) int { return a.Key.Compare(b.Key) }
	if !slices.IsSortedFunc(members, byKey) {
		members = slices.SortedFunc(slices.Values(members), byKey)
	}
	c := record.Customer{Members: members, LinkConfidence: 1}
	rank := m.ranking(members)

	if i := m.opts.Lists.bestName(members, rank); i >= 0 {
		c.NameFrom = members[i].Key
		take(&c, &members[i], nameFields)
		m.opts.Lists.spell(&c, members)
	}
	if i := bestAddress(members, rank); i >= 0 {
		c.AddressFrom = members[i].Key
		take(&c, &members[i], addressFields)
	}
	for _, f := range singleFields {
		for _, i := range rank {
			if v := members[i].Text[f]; v != "" {
				c.Text[f] = v
				switch f {
				case record.Company:
					c.CompanyFrom = members[i].Key
				case record.BirthDate:
					c.BirthDateFrom = members[i].Key
				default:
				}
				break
			}
		}
	}
	if c.Text[record.Country] == "" {
		c.Text[record.Country] = members[rank[0]].DefaultCountry
	}
	c.Kept = kept(members, rank)
	m.gather(&c, rank)
	c.Points = m.points(members)
	c.Changes = replaced(&c)
	if m.opts.Salutation != nil {
		c.Salutation = m.opts.Salutation(&c)
	}
	return c
}

// take copies a group of fields from one record.
func take(c *record.Customer, r *record.Record, fields []record.Field) {
	for _, f := range fields {
		c.Text[f] = r.Text[f]
	}
}

// ranking is the members' numbers, the most believable first: by trust, then recency, then completeness, then key.
func (m *Merger) ranking(members []record.Record) []int {
	type standing struct {
		trust  float64
		filled int
		at     record.Instant
	}
	s := make([]standing, len(members))
	rank := make([]int, len(members))
	for i := range members {
		rank[i] = i
		s[i] = standing{m.opts.Trust[members[i].Source], filled(&members[i]), touched(&members[i])}
	}
	slices.SortStableFunc(rank, func(a, b int) int {
		return cmp.Or(
			cmp.Compare(s[b].trust, s[a].trust),
			cmp.Compare(s[b].at, s[a].at),
			cmp.Compare(s[b].filled, s[a].filled),
		)
	})
	return rank
}

// touched is when a record was last written: updated_at, else created_at, else its last sign of life.
func touched(r *record.Record) record.Instant {
	for _, f := range [...]record.Field{record.UpdatedAt, record.CreatedAt, record.LastSeenAt} {
		if at := r.Instant(f); at.Known() {
			return at
		}
	}
	return 0
}

func filled(r *record.Record) int {
	n := len(r.Emails) + len(r.Phones)
	for f := range r.Text {
		if r.Text[f] != "" {
			n++
		}
	}
	return n
}

// bestName picks the record that names the customer: the best ranked with a name, unless a less ranked one spells out
// a given name of which the best has only the initial or nothing. -1 when no record has a name.
func (l *Lists) bestName(members []record.Record, rank []int) int {
	best := -1
	for _, i := range rank {
		r := &members[i]
		if r.Text[record.FullName] == "" && r.Text[record.GivenName] == "" && r.Text[record.FamilyName] == "" {
			continue
		}
		if best < 0 || l.spellsOut(r, &members[best]) {
			best = i
		}
	}
	return best
}

// spellsOut reports whether r has the same family name as than and a given name that than only begins, the same given name
// and a family name that than lacks, or in two fields what slid into one of than's: James Richards, where r is Jim, Richards.
func (l *Lists) spellsOut(r, than *record.Record) bool {
	if g := r.Text[record.GivenName]; g != "" && than.Text[record.GivenName] == "" {
		if slid, ok := slidBefore(text.Fold(than.Text[record.FamilyName]), text.Fold(r.Text[record.FamilyName])); ok && l.givenToo(slid, text.Fold(g)) {
			return true
		}
	}
	if than.Text[record.FamilyName] == "" && r.Text[record.FamilyName] != "" && text.Fold(r.Text[record.GivenName]) == text.Fold(than.Text[record.GivenName]) {
		return than.Text[record.GivenName] != ""
	}
	full, short := r.Text[record.GivenName], strings.TrimRight(than.Text[record.GivenName], ".")
	if len([]rune(short)) > 1 || len([]rune(strings.TrimRight(full, "."))) < 2 {
		return false
	}
	sameFamily := strings.EqualFold(r.Text[record.FamilyName], than.Text[record.FamilyName])
	return sameFamily && len(full) > len(short) && strings.EqualFold(full[:len(short)], short)
}

// givenToo reports whether a word is a given name in whatever form: the one, with a slip, its initial or its beginning, or another
// that people bear. "van" is none.
func (l *Lists) givenToo(word, given string) bool {
	switch {
	case len(word) == 1:
		return strings.HasPrefix(given, word)
	case len(word) > 3 && strings.HasPrefix(given, word[:3]):
		return true
	}
	return word == given || slip(word, given) || l.frequency[record.GivenName][word] > 0
}

// slidBefore is what stands in a field before the family name that belongs there, which may have a slip.
func slidBefore(field, family string) (slid string, ok bool) {
	at := len(field)
	for range strings.Count(family, " ") + 1 {
		if at = strings.LastIndexByte(field[:at], ' '); at < 0 {
			return "", false
		}
	}
	last := field[at+1:]
	return field[:at], family != "" && (last == family || slip(last, family))
}

// bestAddress picks the record whose address is taken whole: a usable one before one that is not, then the latest
// confirmed, then by rank. -1 when no record has any part of one.
func bestAddress(members []record.Record, rank []int) int {
	best, bestStanding := -1, 0
	var bestAt record.Instant
	for _, i := range rank {
		r := &members[i]
		standing := addressStanding(r)
		if standing == 0 {
			continue
		}
		at := r.Instant(record.AddressConfirmedAt)
		if standing > bestStanding || standing == bestStanding && at > bestAt {
			best, bestStanding, bestAt = i, standing, at
		}
	}
	return best
}

// addressStanding is 0 without an address, 1 with parts of one, 2 with one that is invalid, 3 with a usable one.
func addressStanding(r *record.Record) int {
	for i := range r.Points {
		if p := &r.Points[i]; p.Kind == record.PostPoint {
			if p.Status == record.Invalid {
				return 2
			}
			return 3
		}
	}
	for _, f := range addressFields {
		if r.Text[f] != "" {
			return 1
		}
	}
	return 0
}

func kept(members []record.Record, rank []int) []string {
	var out []string
	for _, i := range rank {
		for j, v := range members[i].Kept {
			if out == nil {
				out = make([]string, len(members[i].Kept))
			}
			if out[j] == "" {
				out[j] = v
			}
		}
	}
	return out
}

// gather collects what members have together: sources, social accounts, the first and the last that was seen of them.
func (m *Merger) gather(c *record.Customer, rank []int) {
	for _, i := range rank {
		r := &c.Members[i]
		c.Sources = append(c.Sources, r.Source)
		c.Socials = append(c.Socials, r.Socials...)
		if at := r.Captured(record.None); at.Known() && (!c.FirstSeenAt.Known() || at < c.FirstSeenAt) {
			c.FirstSeenAt = at
		}
		c.LastSeenAt = max(c.LastSeenAt, r.Instant(record.LastSeenAt))
	}
	slices.Sort(c.Sources)
	c.Sources = slices.Compact(c.Sources)
	slices.Sort(c.Socials)
	c.Socials = slices.Compact(c.Socials)
}

// replaced lists the values of the record that names the customer which another record's value took the place of.
func replaced(c *record.Customer) []record.Change {
	if len(c.Members) == 1 {
		return nil
	}
	at, found := slices.BinarySearchFunc(c.Members, c.NameRecord(), func(r record.Record, k record.Key) int { return r.Key.Compare(k) })
	if !found {
		return nil
	}
	var out []record.Change
	for i, group := range [...][]record.Field{addressFields, singleFields, nameFields} {
		rule, confidence := "merge.survivorship", 1.0
		if i == 2 {
			rule, confidence = "merge.spelling", 0.97
		}
		for _, f := range group {
			if before, after := c.Members[at].Text[f], c.Text[f]; before != after && before != "" {
				out = append(out, record.Change{Field: f.String(), Before: before, After: after, Rule: rule, Confidence: confidence})
			}
		}
	}
	return out
}
