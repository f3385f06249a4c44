package emails

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

func TestSurvey(t *testing.T) {
	s := NewSurvey()
	for i := range 20_000 {
		s.Add(fmt.Sprintf("n%d@gmail.com; N%d@Firm.de", i, i%60))
	}
	for range 1000 {
		s.Add("ann@onemailbox.de") // one mailbox, however often
		s.Add("nonsense")
	}
	for i := range 60 {
		s.Add(fmt.Sprintf("n%d@gmial.com", i)) // a typo of the largest provider: 20,000 / 60 > typoRatio
		s.Add(fmt.Sprintf("n%d@smallfirm.de", i))
	}
	if got := s.Common(); !slices.Equal(got, []string{"firm.de", "gmail.com", "smallfirm.de"}) {
		t.Errorf("common: %q", got)
	}
}

func TestSurveyOrderFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf("n%d@d%d.de", rapid.IntRange(0, 40).Draw(t, "n"), rapid.IntRange(0, 2).Draw(t, "d"))
		}), 0, 200).Draw(t, "cells")
		one := NewSurvey()
		parts := []*Survey{NewSurvey(), NewSurvey(), NewSurvey()}
		for i, c := range cells {
			one.Add(c)
			parts[i%3].Add(c)
		}
		parts[2].Merge(parts[0])
		parts[2].Merge(parts[1])
		if a, b := one.Common(), parts[2].Common(); !slices.Equal(a, b) {
			t.Fatalf("%q, merged %q", a, b)
		}
	})
}

func TestListErrors(t *testing.T) {
	for _, c := range []struct{ list, text, want string }{
		{"closed_providers", "domain|closed_on\n", "no column kind"},
		{"closed_providers", "domain|closed_on|kind|moved_to\na.de|2020-01|gone|\n", "line 2: kind"},
		{"closed_providers", "domain|closed_on|kind|moved_to\na.de|soon|closed|\n", "closed_on"},
		{"closed_providers", "domain|closed_on|kind|moved_to\na.de|2020-01|moved|\n", "moved_to"},
		{"closed_providers", "domain|closed_on|kind|moved_to\na.de|2020-01\n", "too few"},
		{"typo_domains", "domain|country|rank\na.de|DE|first\n", "rank"},
		{"placeholders", "field|match|value|kind\nemail|guess|x|y\n", "match"},
		{"renumbering", "", "there is no such list"},
	} {
		err := DefaultLists().Load(c.list, strings.NewReader(c.text), false)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.list, err, c.want)
		}
	}
	if _, err := New(Options{}); err == nil {
		t.Error("no as-of date, no error")
	}
}

func TestOwnLists(t *testing.T) {
	l := DefaultLists()
	load := func(name, text string, extend bool) {
		if err := l.Load(name, strings.NewReader(text), extend); err != nil {
			t.Fatal(err)
		}
	}
	load("closed_providers", "domain|closed_on|kind|moved_to\nfirm.de|2019-02|closed|\nold.de|2019-02|moved|new.de\n", true)
	load("role_accounts", "dispatch\n", false)
	m, err := New(Options{AsOf: asOf, Lists: l, Refuses: func(d string) (string, record.Instant, bool) { return "no such domain", asOf, d == "dead.de" }})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ email, want string }{
		{"a@firm.de", "provider_closed"},
		{"a@fsnet.co.uk", "provider_closed"},
		{"info@other.de", ""},
		{"dispatch@other.de", "role_account"},
		{"a@dead.de", "no_mail_server"},
		{"a@alive.de", ""},
	} {
		if got := reasons(clean(t, m, "DE", "", c.email).Points[0]); got != c.want {
			t.Errorf("%s: [%s], want [%s]", c.email, got, c.want)
		}
	}
	if p := clean(t, m, "DE", "2019-02-28", "a@firm.de").Points[0]; len(p.Reasons) != 1 {
		t.Error("a month's rule counts to its last day")
	}
	if p := clean(t, m, "DE", "2019-03-01", "a@firm.de").Points[0]; len(p.Reasons) != 0 {
		t.Error("captured after the rule's month")
	}
	r := clean(t, m, "DE", "", "A.B@sub.old.de")
	if len(r.Points) != 2 || r.Points[0].ReplacedBy != "a.b@new.de" || r.Points[1].Value != "a.b@new.de" || r.Points[1].Display != "A.B@new.de" || reasons(r.Points[1]) != "renumbered" {
		t.Errorf("moved: %+v", r.Points)
	}
	r = clean(t, m, "DE", "", "a@old.de", "a@new.de")
	if len(r.Points) != 2 || len(r.Points[1].Reasons) != 0 {
		t.Errorf("moved, and the record has the new one: %+v", r.Points)
	}
	for _, c := range l.Cards() {
		if c.Rows == 0 || c.Name == "role_accounts" && (c.Rows != 1 || c.Date != "") || c.Name == "tlds" && c.Rows != 1437 {
			t.Errorf("card %+v", c)
		}
	}
	if !l.Has("free") || l.Has("nicknames") {
		t.Error("names of lists")
	}
}

// Mailboxes as customers have them: most as they should be, some in capitals, at a firm, mistyped, several, none.
func BenchmarkMap(b *testing.B) {
	m := mapper(b)
	var records []record.Record
	for i := range 1000 {
		r := record.Record{DefaultCountry: "US"}
		r.Text[record.CreatedAt] = "2020-01-01T00:00:00Z"
		switch i % 10 {
		case 0, 1, 2, 3:
			r.Emails = []string{fmt.Sprintf("ann.lee%d@hotmail.com", i)}
		case 4, 5:
			r.Emails = []string{fmt.Sprintf("Ann.Lee%d@Gmail.com", i)}
		case 6, 7:
			r.Emails = []string{fmt.Sprintf("ann@firm-%d.de", i)}
		case 8:
			r.Emails = []string{fmt.Sprintf("info@firm%d.de; bob%d@gmial.com", i, i)}
		}
		records = append(records, r)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := m.Map(records[i%len(records)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkSuggest(b *testing.B) {
	l := DefaultLists()
	for b.Loop() {
		l.suggest("some-company-gmbh.de", "DE")
	}
}

func BenchmarkSurvey(b *testing.B) {
	s := NewSurvey()
	b.ReportAllocs()
	for b.Loop() {
		s.Add("ann.lee@gmail.com")
	}
}
