package reach

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Alike is a fold over all customers that finds who may be one person with another, though matching did not join them: the
// two share a mailbox, a number or an identifier under one name, and nothing tells them apart. Who is heard of under one of
// the records is not shown to be silent under the other. It never makes a verdict; it withholds one.
//
// What [sharedBy] many hold is no person's own and tells nothing. The fold keeps some 300 bytes of each customer that
// shares something, and nothing of the others.
type Alike struct {
	asOf   record.Instant
	shared func(kind record.Kind, value string) int32
	people []somebody
	held   []holding
}

// somebody is a customer that shares something.
type somebody struct {
	id                   string
	given, family        string // folded
	born, gender, suffix string
	seen                 record.Instant      // the last sign of life that its records tell
	home                 record.ContactPoint // its newest address, as far as addresses are compared
}

// Sighting is what is known of a customer from those who may be the same person.
type Sighting struct {
	At    record.Instant // their last sign of life
	Moved bool           // one of them has a newer address, elsewhere
}

type holding struct {
	value uint64
	who   int32 // of people
}

// NewAlike makes an empty fold. shared tells how many customers hold a point or, folded and as [record.None], an identifier.
func NewAlike(asOf record.Instant, shared func(kind record.Kind, value string) int32) *Alike {
	return &Alike{asOf: dayOf(asOf) + day - 1, shared: shared}
}

// Add folds a customer, with its members.
func (a *Alike) Add(c *record.Customer) {
	given, family := text.Fold(c.Text[record.GivenName]), text.Fold(c.Text[record.FamilyName])
	if given == "" || family == "" {
		return
	}
	from, who := len(a.held), int32(len(a.people))
	hold := func(kind record.Kind, value string) {
		if n := a.shared(kind, value); n < 2 || n >= sharedBy[record.EmailPoint] {
			return
		}
		if h := (holding{Hash(kind, value), who}); !slices.Contains(a.held[from:], h) {
			a.held = append(a.held, h)
		}
	}
	for i := range c.Points {
		if p := &c.Points[i]; p.Kind != record.PostPoint && p.Status != record.Invalid && !nobodys(p) {
			hold(p.Kind, p.Value)
		}
	}
	for i := range c.Members {
		for _, x := range c.Members[i].Identifiers {
			hold(record.None, text.Fold(x.Value))
		}
	}
	if len(a.held) == from {
		return
	}
	a.people = append(a.people, somebody{ // what is kept must not hold the row that it was read from
		id: strings.Clone(c.ID), given: strings.Clone(given), family: strings.Clone(family), seen: a.seen(c), home: a.home(c),
		born: strings.Clone(c.Text[record.BirthDate]), gender: strings.Clone(c.Text[record.Gender]), suffix: strings.Clone(text.Fold(c.Text[record.Suffix])),
	})
}

func (a *Alike) seen(c *record.Customer) (seen record.Instant) {
	for i := range c.Members {
		r := &c.Members[i]
		for _, at := range [...]record.Instant{r.Instant(record.LastSeenAt), r.Confirmed(record.EmailPoint), r.Confirmed(record.PhonePoint), r.Confirmed(record.PostPoint)} {
			if at <= a.asOf {
				seen = max(seen, at)
			}
		}
	}
	return seen
}

func (a *Alike) home(c *record.Customer) (home record.ContactPoint) {
	for i := range c.Points {
		p := &c.Points[i]
		if p.Kind == record.PostPoint && p.CapturedAt > home.CapturedAt && p.CapturedAt <= a.asOf && isAddress(p) {
			home = *p
		}
	}
	x := home.Address
	return record.ContactPoint{Value: strings.Clone(home.Value), CapturedAt: home.CapturedAt, Address: record.Address{
		City: strings.Clone(x.City), Postcode: strings.Clone(x.Postcode), Country: strings.Clone(x.Country),
	}}
}

// Merge adds what another fold has seen.
func (a *Alike) Merge(o *Alike) {
	first := int32(len(a.people))
	a.people = append(a.people, o.people...)
	for _, h := range o.held {
		a.held = append(a.held, holding{h.value, first + h.who})
	}
}

// Seen gives what is known, by customer id, from those who may be the same person as a customer. Who is gone tells nothing.
func (a *Alike) Seen(gone func(id string) bool) map[string]Sighting {
	slices.SortFunc(a.held, func(x, y holding) int { return cmp.Compare(x.value, y.value) })
	out := make(map[string]Sighting)
	tell := func(x, of *somebody) {
		if s := out[of.id]; x.seen.Known() && !gone(x.id) {
			moved := x.home.CapturedAt > of.home.CapturedAt && of.home.Value != "" && !onePlace(&x.home, &of.home)
			out[of.id] = Sighting{max(s.At, x.seen), s.Moved || moved}
		}
	}
	for i := range a.held {
		for k := i + 1; k < len(a.held) && a.held[k].value == a.held[i].value; k++ {
			if x, y := &a.people[a.held[i].who], &a.people[a.held[k].who]; x.like(y) {
				tell(x, y)
				tell(y, x)
			}
		}
	}
	return out
}

// like reports whether two who share something may be one: nothing that both are known for differs, and their names, in
// whatever order, differ by a slip in five letters and two at most.
func (x *somebody) like(y *somebody) bool {
	for _, both := range [...][2]string{{x.born, y.born}, {x.gender, y.gender}, {x.suffix, y.suffix}} {
		if both[0] != both[1] && both[0] != "" && both[1] != "" {
			return false
		}
	}
	name := x.given + " " + x.family
	allowed := min(len(name)/5, 2)
	return slips(name, y.given+" "+y.family) <= allowed || slips(name, y.family+" "+y.given) <= allowed
}
