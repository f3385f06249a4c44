package emails

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

const yyyymmdd = time.DateOnly

// Every row of closed_providers decides by its day and the day of capture, for the domain and what stands under it, and for
// nothing that only looks like it.
func TestClosedProviders(t *testing.T) {
	m := mapper(t)
	l := m.lists
	is := func(p record.ContactPoint) record.Reason {
		for _, r := range p.Reasons {
			if r == record.ProviderClosed || r == record.ProviderMoved || r == record.ProviderPaidOnly {
				return r
			}
		}
		return ""
	}
	for domain, c := range l.closed {
		on := c.on.Time()
		before, after := on.AddDate(0, 0, -1).Format(yyyymmdd), on.AddDate(0, 0, 1).Format(yyyymmdd)
		for _, address := range []string{"ann@" + domain, "Ann.Lee@mail." + domain, "ANN@" + strings.ToUpper(domain)} {
			for _, x := range []struct {
				captured string
				want     record.Reason
			}{{"", c.reason}, {before, c.reason}, {on.Format(yyyymmdd), c.reason}, {after, ""}, {"1999-01-01", c.reason}} {
				if got := is(clean(t, m, "", x.captured, address).Points[0]); got != x.want {
					t.Errorf("%s captured %q: %q, want %q", address, x.captured, got, x.want)
				}
			}
		}
		// Confirmed counts before created, created before updated.
		r := record.Record{Emails: []string{"ann@" + domain}}
		r.Text[record.CreatedAt], r.Text[record.EmailConfirmedAt] = before, after
		if out, _ := m.Map(r); is(out.Points[0]) != "" {
			t.Errorf("%s was confirmed after its end", domain)
		}
		r.Text[record.CreatedAt], r.Text[record.EmailConfirmedAt], r.Text[record.UpdatedAt] = before, "", after
		if out, _ := m.Map(r); is(out.Points[0]) != c.reason {
			t.Errorf("%s was created before its end, and updated after", domain)
		}
		// A run that speaks for the day before does not know of the end.
		early, err := New(Options{AsOf: record.At(on.AddDate(0, 0, -1)), Lists: l})
		if err != nil {
			t.Fatal(err)
		}
		if got := is(clean(t, early, "", "", "ann@"+domain).Points[0]); got != "" {
			t.Errorf("%s as of the day before its end: %q", domain, got)
		}
		name, ending, _ := strings.Cut(domain, ".")
		for _, near := range []string{"x" + domain, "my-" + domain, name + "x." + ending, domain + ".com", name + ".info", name + "-mail." + ending} {
			if _, listed := l.closed[near]; listed {
				continue
			}
			if got := is(clean(t, m, "", "", "ann@"+near).Points[0]); got != "" {
				t.Errorf("%s is called %s", near, got)
			}
		}
	}
	for domain := range l.notClosed {
		for _, captured := range []string{"", "1999-01-01", "2026-11-01"} {
			if got := is(clean(t, m, "", captured, "ann@"+domain).Points[0]); got != "" && got != record.ProviderPaidOnly {
				t.Errorf("%s captured %q: %q", domain, captured, got)
			}
		}
	}
	if len(l.closed) < 75 || len(l.notClosed) < 29 {
		t.Errorf("%d closed, %d not", len(l.closed), len(l.notClosed))
	}
}

// Every placeholder is found in every spelling of its mailbox, and nothing that only contains it.
func TestPlaceholders(t *testing.T) {
	m := mapper(t)
	p := m.lists.placeholders
	has := func(address string) bool {
		points := clean(t, m, "", "", address).Points
		return len(points) == 1 && points[0].Has(record.Placeholder) && points[0].Status == record.Invalid
	}
	var addresses, near []string
	for v := range p.exact {
		local, domain, _ := strings.Cut(v, "@")
		addresses = append(addresses, v)
		near = append(near, "ann.lee."+local+"@"+domain+".de", "zoe"+local+"@zoe"+domain)
	}
	for d := range p.domain {
		addresses = append(addresses, "ann.lee@"+d)
		near = append(near, "ann.lee@the"+d, "ann.lee@"+d+".de")
	}
	for l := range p.local {
		addresses = append(addresses, l+"@firm.de", l+"@gmail.com", "A <"+l+"@firm.de>")
		near = append(near, l+"mann@firm.de", "ann."+l+"son@firm.de", "zoe"+l+"@firm.de")
	}
	for _, a := range addresses {
		if !has(a) || !has(strings.ToUpper(a)) || !has(" "+a+" ") {
			t.Errorf("%s is no placeholder", a)
		}
	}
	for _, a := range near {
		local, domain, _ := strings.Cut(a, "@")
		if !p.exact[a] && !p.domain[domain] && !p.local[local] && has(a) {
			t.Errorf("%s is called a placeholder", a)
		}
	}
	if len(addresses) < 150 {
		t.Errorf("%d placeholders", len(addresses))
	}
}

func TestNearMisses(t *testing.T) {
	table, err := os.ReadFile("testdata/near_misses.psv")
	if err != nil {
		t.Fatal(err)
	}
	m := mapper(t)
	rows := strings.Split(strings.TrimSpace(string(table)), "\n")[1:]
	for _, row := range rows {
		address, why, _ := strings.Cut(row, "|")
		p := clean(t, m, "", "2000-01-01", address).Points[0]
		if p.Status != record.Valid && !slices.Equal(p.Reasons, []record.Reason{record.RoleAccount}) {
			t.Errorf("%s (%s): %v", address, why, p.Reasons)
		}
	}
	if len(rows) < 50 {
		t.Errorf("%d rows", len(rows))
	}
}
