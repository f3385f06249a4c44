package reach

import (
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/merge"
)

const silent, lately = "2023-01-10", "2026-10-01"

// person is a customer of one record.
func person(id, given, family, seen string, set fields, points ...record.ContactPoint) record.Customer {
	all := fields{record.GivenName: given, record.FamilyName: family, record.LastSeenAt: seen, record.CreatedAt: "2020-05-01"}
	for f, v := range set {
		all[f] = v
	}
	c := merge.New(merge.Options{}).Customer([]record.Record{from(id, all, points...)})
	c.ID = id
	return c
}

// seenAs folds customers in an order, each of them in a fold of its own.
func seenAs(customers ...record.Customer) map[string]Sighting {
	var ties merge.Ties
	for i := range customers {
		ties.Add(int32(i), &customers[i])
	}
	holders := ties.Holders()
	fold := func() *Alike {
		return NewAlike(on(today), func(k record.Kind, v string) int32 { return holders[merge.PointHash(k, v)] })
	}
	all := fold()
	for i := range customers {
		one := fold()
		one.Add(&customers[i])
		all.Merge(one)
	}
	return all.Seen(func(id string) bool { return strings.HasPrefix(id, "gone:") })
}

func TestSeenAsAnother(t *testing.T) {
	box := mailbox("jane@mail.example")
	home := address("1 High Street", "Leeds")
	jane := person("crm:1", "Jane", "Walker", silent, nil, box, home)
	card := func(c record.Customer, number string) record.Customer {
		c.Members[0] = identified(c.Members[0], number)
		return c
	}
	for name, x := range map[string]struct {
		jane, other record.Customer
		want        bool
	}{
		"one mailbox, one name":     {jane, person("shop:1", "Jane", "Walker", lately, nil, box), true},
		"a slip":                    {jane, person("shop:1", "Jnae", "Walker", lately, nil, box), true},
		"family name first":         {jane, person("shop:1", "Walker", "Jane", lately, nil, box), true},
		"another of the family":     {jane, person("shop:1", "Tom", "Walker", lately, nil, box), false},
		"nothing shared":            {jane, person("shop:1", "Jane", "Walker", lately, nil, mailbox("j@mail.example")), false},
		"an address alone":          {jane, person("shop:1", "Jane", "Walker", lately, nil, home), false},
		"nobody's mailbox":          {person("crm:1", "Jane", "Walker", silent, nil, mailbox("no@mail.example", record.Placeholder)), person("shop:1", "Jane", "Walker", lately, nil, mailbox("no@mail.example", record.Placeholder)), false},
		"no name":                   {jane, person("shop:1", "", "Walker", lately, nil, box), false},
		"one who is erased":         {jane, person("gone:1", "Jane", "Walker", lately, nil, box), false},
		"silent too":                {jane, person("shop:1", "Jane", "Walker", silent, nil, box), false},
		"seen after the as-of date": {jane, person("shop:1", "Jane", "Walker", "2027-01-01", nil, box), false},
		"one card":                  {card(jane, "GB 17"), card(person("shop:1", "Jane", "Walker", lately, nil), "gb 17"), true},
		"one card, another name":    {card(jane, "GB 17"), card(person("shop:1", "Mary", "Lake", lately, nil), "GB 17"), false},
		"mother and daughter": {
			person("crm:1", "Jane", "Walker", silent, fields{record.BirthDate: "1950-01-02"}, box),
			person("shop:1", "Jane", "Walker", lately, fields{record.BirthDate: "1980-03-04"}, box), false,
		},
		"two generations": {jane, person("shop:1", "Jane", "Walker", lately, fields{record.Suffix: "II"}, box), true}, // only one is known for it
	} {
		t.Run(name, func(t *testing.T) {
			for _, order := range [][]record.Customer{{x.jane, x.other}, {x.other, x.jane}} {
				got := seenAs(order...)
				if is := got["crm:1"].At >= on(before(730)); is != x.want {
					t.Errorf("seen as the other: %v", is)
				}
			}
		})
	}
}

// What many hold is no person's own.
func TestSharedMailboxTellsNothing(t *testing.T) {
	box := mailbox("office@firm.example")
	all := []record.Customer{
		person("a:1", "Jane", "Walker", silent, nil, box), person("a:2", "Jane", "Walker", lately, nil, box),
		person("a:3", "Tom", "Reed", lately, nil, box), person("a:4", "Ann", "Lee", lately, nil, box),
	}
	if got := seenAs(all...); len(got) != 0 {
		t.Errorf("of four: %v", got)
	}
	if got := seenAs(all[:3]...); len(got) != 2 {
		t.Errorf("of three: %v", got)
	}
}

// A customer who is seen under another record is not stale, but for an address that the other has left.
func TestNotStaleWhereSeenAsAnother(t *testing.T) {
	box := mailbox("jane@mail.example")
	old, other := address("1 High Street", "Leeds"), address("77 Low Lane", "York")
	for name, x := range map[string]struct {
		other      record.Customer
		mail, post bool
	}{
		"nobody else":      {person("shop:1", "Tom", "Reed", lately, nil, box), true, true},
		"no other address": {person("shop:1", "Jane", "Walker", lately, nil, box), false, false},
		"the same address": {person("shop:1", "Jane", "Walker", lately, fields{record.CreatedAt: "2025-01-01"}, box, old), false, false},
		"a newer address":  {person("shop:1", "Jane", "Walker", lately, fields{record.CreatedAt: "2025-01-01"}, box, other), false, true},
		"an older address": {person("shop:1", "Jane", "Walker", lately, fields{record.CreatedAt: "2015-01-01"}, box, other), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := person("crm:1", "Jane", "Walker", silent, nil, box, old)
			seen := seenAs(c, x.other)
			scene{options: func(o *Options) { o.SeenAs = seen }}.judge().Customer(&c)
			if got := pointOf(t, &c, box.Value).Has(record.Stale); got != x.mail {
				t.Errorf("the mailbox is stale: %v", got)
			}
			if got := pointOf(t, &c, old.Value).Has(record.Stale); got != x.post {
				t.Errorf("the address is stale: %v", got)
			}
			if want := "undone customers"; !x.mail && !strings.HasPrefix(evidence(&c, record.Stale), want) {
				t.Errorf("evidence: %s, want %s", evidence(&c, record.Stale), want)
			}
		})
	}
}
