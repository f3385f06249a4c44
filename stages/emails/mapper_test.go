package emails

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

var asOf = record.At(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC))

func mapper(t testing.TB, common ...string) *Mapper {
	t.Helper()
	m, err := New(Options{AsOf: asOf, Common: common})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// clean maps a record of the given country, whose emails were captured on a day (empty: no date).
func clean(t testing.TB, m *Mapper, country, capturedOn string, cells ...string) record.Record {
	t.Helper()
	r := record.Record{DefaultCountry: country, Emails: cells}
	r.Text[record.CreatedAt] = capturedOn
	out, err := m.Map(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func reasons(p record.ContactPoint) string {
	var s []string
	for _, r := range p.Reasons {
		s = append(s, string(r))
	}
	return strings.Join(s, " ")
}

func TestRepairs(t *testing.T) {
	m := mapper(t)
	for _, c := range []struct {
		cell string
		want []string // displays
		rule string   // of the first change
	}{
		{"ann@firm.example.de", []string{"ann@firm.example.de"}, ""},
		{"  Ann@Firm.De ", []string{"Ann@Firm.De"}, "emails.trim"},
		{"mailto:ann@firm.de", []string{"ann@firm.de"}, "emails.mailto"},
		{"MAILTO:ann@firm.de?subject=Hello", []string{"ann@firm.de"}, "emails.mailto"},
		{"E-Mail: ann@firm.de", []string{"ann@firm.de"}, "emails.mailto"},
		{"<ann@firm.de>", []string{"ann@firm.de"}, "emails.brackets"},
		{"Ann Lee <ann@firm.de>", []string{"ann@firm.de"}, "emails.brackets"},
		{`"Lee, Ann" <ann@firm.de>`, []string{"ann@firm.de"}, "emails.brackets"},
		{"Lee, Ann <ann@firm.de>", []string{"ann@firm.de"}, "emails.brackets"},
		{"ann@firm.de <ann@firm.de>", []string{"ann@firm.de"}, "emails.split"},
		{"ann@firm.de - bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"ann@firm.de AND bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"ann@firm.de<br>bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"ann@firm.de • bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"mailto://ann@firm.de", []string{"ann@firm.de"}, "emails.mailto"},
		{"(ann@firm.de)", []string{"ann@firm.de"}, "emails.brackets"},
		{"[ann@firm.de]", []string{"ann@firm.de"}, "emails.brackets"},
		{"[ann@firm.de, bob@firm.de]", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{`["ann@firm.de", "bob@firm.de"]`, []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"{ann@firm.de,bob@firm.de}", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"SMTP:ann@firm.de", []string{"ann@firm.de"}, "emails.mailto"},
		{"ann@firm.de、bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"ann@firm.de；bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"mailto:ann@firm.de,bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"ann@firm.de.", []string{"ann@firm.de"}, "emails.punctuation"},
		{"ann@firm.de,", []string{"ann@firm.de"}, "emails.punctuation"},
		{"'ann@firm.de'", []string{"ann@firm.de"}, "emails.quotes"},
		{`"ann@firm.de"`, []string{"ann@firm.de"}, "emails.quotes"},
		{"ann@firm。de", []string{"ann@firm.de"}, "emails.width"},
		{"ann＠firm.de", []string{"ann@firm.de"}, "emails.width"},
		{"ann@firm.de\u200B", []string{"ann@firm.de"}, "emails.invisible"},
		{"\uFEFFann@firm.de", []string{"ann@firm.de"}, "emails.invisible"},
		{"ann\u00A0@firm.de", []string{"ann@firm.de"}, "emails.width"},
		{"ann @ firm.de", []string{"ann@firm.de"}, "emails.space"},
		{"ann@firm. de", []string{"ann@firm.de"}, "emails.space"},
		{"ann@firm.de; bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"ann@firm.de,bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"ann@firm.de/bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"ann@firm.de bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"ann@firm.de or bob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"ann@firm.de\nbob@firm.de", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"A <ann@firm.de>, B <bob@firm.de>", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"<ann@firm.de; bob@firm.de>", []string{"ann@firm.de", "bob@firm.de"}, "emails.split"},
		{"ann@firm.de; ann@firm.de", []string{"ann@firm.de"}, "emails.split"},
		{"   ", nil, "emails.trim"},
		// Not repaired: each could be meant in two ways.
		{"mary ann@firm.de", []string{"mary ann@firm.de"}, ""},
		{"john,smith@firm.de", []string{"john,smith@firm.de"}, ""},
		{"Ann Lee ann@firm.de", []string{"Ann Lee ann@firm.de"}, ""},
		{"ann(at)firm.de", []string{"ann(at)firm.de"}, ""},
		{"ann@firm.de (work)", []string{"ann@firm.de (work)"}, ""},
		{".ann@firm.de", []string{".ann@firm.de"}, ""},
		{"x/y@firm.de", []string{"x/y@firm.de"}, ""},
		{`"x@y;z"@firm.de`, []string{`"x@y;z"@firm.de`}, ""},
		{`"a;b"@firm.de`, []string{`"a;b"@firm.de`}, ""},
	} {
		r := clean(t, m, "DE", "", c.cell)
		if len(c.want) != len(r.Emails) || !cmp.Equal(strings.Join(c.want, "|"), strings.Join(r.Emails, "|")) {
			t.Errorf("%q: emails %q, want %q", c.cell, r.Emails, c.want)
		}
		rule := ""
		if len(r.Changes) > 0 {
			rule = r.Changes[0].Rule
			if r.Changes[0].Before != c.cell || r.Changes[0].Field != "email" {
				t.Errorf("%q: first change %+v", c.cell, r.Changes[0])
			}
		}
		if rule != c.rule {
			t.Errorf("%q: rule %q, want %q", c.cell, rule, c.rule)
		}
	}
}

func TestOneMailbox(t *testing.T) {
	m := mapper(t)
	for _, c := range []struct{ given, value string }{
		{"Ann@Firm.DE", "ann@firm.de"},
		{"A.N.N@gmail.com", "ann@gmail.com"},
		{"a.n.n+news@GoogleMail.com", "ann@gmail.com"},
		{"ann+news@firm.de", "ann+news@firm.de"},
		{"a.n.n@outlook.com", "a.n.n@outlook.com"},
		{"+news@gmail.com", "+news@gmail.com"},
		{`"ann"@firm.de`, "ann@firm.de"},
		{`"a\nn"@firm.de`, "ann@firm.de"},
		{`"A b"@firm.de`, `"a b"@firm.de`},
		{"ann@Bücher.de", "ann@xn--bcher-kva.de"},
		{"ann@XN--BCHER-KVA.de", "ann@xn--bcher-kva.de"},
		{"ANN@straße.de", "ann@xn--strae-oqa.de"},
		{"JOSÉ@firm.es", "josé@firm.es"},
		{"Ann@me.com", "ann@icloud.com"},
		{"a.n.n+x@icloud.com", "a.n.n+x@icloud.com"},
		{"JOSE\u0301@firm.es", "josé@firm.es"},
	} {
		r := clean(t, m, "", "", c.given)
		if len(r.Points) != 1 || r.Points[0].Value != c.value || r.Points[0].Display != c.given {
			t.Errorf("%s: %+v, want value %s", c.given, r.Points, c.value)
		}
	}
	r := clean(t, m, "", "", "A.Nn@gmail.com", "ann@googlemail.com")
	if len(r.Points) != 1 || len(r.Emails) != 1 || r.Changes[0].Rule != "emails.duplicate" {
		t.Errorf("one mailbox twice: %+v", r)
	}
}

func TestVerdicts(t *testing.T) {
	m := mapper(t, "gmsil.com")
	for _, c := range []struct {
		given, country, captured string
		status                   record.Status
		reasons, replacedBy      string
	}{
		{"ann@firm.de", "DE", "", record.Valid, "", ""},
		{"ann@gmail.com", "DE", "", record.Valid, "free_provider", ""},
		{"ann@firm.nosuchtld", "DE", "", record.Invalid, "unknown_tld", ""},
		{"ann@example.com", "DE", "", record.Invalid, "reserved_domain", ""},
		{"ann@mail.example.org", "DE", "", record.Invalid, "reserved_domain", ""},
		{"ann@firm.test", "DE", "", record.Invalid, "reserved_domain", ""},
		{"ann@myexample.com", "DE", "", record.Valid, "", ""},
		{"none@none.com", "DE", "", record.Invalid, "placeholder role_account", ""},
		{"x.y@noemail.com", "DE", "", record.Invalid, "placeholder", ""},
		{"noemail@firm.de", "DE", "", record.Invalid, "placeholder role_account", ""},
		{"t.e.s.t@gmail.com", "DE", "", record.Invalid, "placeholder role_account free_provider", ""},
		{"a@a.a", "DE", "", record.Invalid, "unknown_tld placeholder", ""},
		{"none", "DE", "", record.Invalid, "syntax placeholder", ""},
		{"ann@hotmial.com", "DE", "", record.Invalid, "typo_domain disposable", "ann@hotmail.com"},
		{"ann@hotmaik.com", "DE", "", record.Invalid, "typo_domain", "ann@hotmail.com"},
		{"ann@tmail.com", "DE", "", record.Risky, "disposable", ""},
		{"ann@gmail.con", "DE", "", record.Invalid, "unknown_tld typo_domain", "ann@gmail.com"},
		{"ann@gmailcom", "DE", "", record.Invalid, "syntax typo_domain", "ann@gmail.com"},
		{"ann@gmail,com", "DE", "", record.Invalid, "syntax typo_domain", "ann@gmail.com"},
		{"ann@gmsil.com", "DE", "", record.Valid, "", ""}, // seen often in the job's own files
		{"ann@email.com", "DE", "", record.Valid, "free_provider", ""},
		{"ann@fsnet.co.uk", "GB", "2010-01-01", record.Obsolete, "provider_closed", ""},
		{"ann@family.freeserve.co.uk", "GB", "", record.Obsolete, "provider_closed", ""},
		{"ann@fsnet.co.uk", "GB", "2017-05-31", record.Obsolete, "provider_closed", ""},
		{"ann@fsnet.co.uk", "GB", "2017-06-01", record.Valid, "", ""},
		{"ann@notfsnet.co.uk", "GB", "", record.Valid, "", ""},
		{"ann@terra.com.br", "BR", "", record.Valid, "free_provider", ""},
		{"ann@tiscali.fr", "FR", "2008-01-31", record.Obsolete, "provider_moved", "ann@aliceadsl.fr"},
		{"ann@tiscali.fr", "FR", "2008-02-01", record.Valid, "", ""},
		{"ann@xtra.co.nz", "NZ", "2020-01-01", record.Risky, "provider_paid_only free_provider", ""},
		{"ann@verizon.net", "US", "2001-01-01", record.Valid, "free_provider", ""},
		{"ann@0-mail.com", "US", "", record.Risky, "disposable", ""},
		{"ann@x.mailinator.com", "US", "", record.Risky, "disposable", ""},
		{"ann@21cn.com", "CN", "", record.Valid, "", ""},
		{"info@firm.de", "DE", "", record.Risky, "role_account", ""},
		{"ventas@firm.es", "ES", "", record.Risky, "role_account", ""},
	} {
		r := clean(t, m, c.country, c.captured, c.given)
		p := r.Points[0]
		got := reasons(p)
		if p.Status != c.status || got != c.reasons || p.ReplacedBy != c.replacedBy {
			t.Errorf("%s (%s, %s): %v [%s] -> %q, want %v [%s] -> %q", c.given, c.country, c.captured, p.Status, got, p.ReplacedBy, c.status, c.reasons, c.replacedBy)
		}
		n := 0
		for _, f := range r.Findings {
			if f.Value == p.Value {
				n++
				if !p.Has(f.Code) || f.Effect != record.GivesStatus || f.Source == "" {
					t.Errorf("%s: finding %+v", c.given, f)
				}
			}
		}
		if n != len(p.Reasons) {
			t.Errorf("%s: %d findings for %d reasons", c.given, n, len(p.Reasons))
		}
	}
}

func TestIdempotent(t *testing.T) {
	m := mapper(t)
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.OneOf(
			rapid.SampledFrom([]string{
				"ann@firm.de", "A.b@gmail.com", "<", ">", "mailto:", " ", ",", ";", "@", ".", "\"", "'", "\u200B", "＠",
				"/", " or ", "x", "é", "\t", "ann@attbi.com", "?", "\\", "-", "(c)", "。", "\u00A0", ":", "e-mail:",
			}),
			rapid.String())
		var cells []string
		for range rapid.IntRange(0, 3).Draw(t, "cells") {
			cells = append(cells, strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), ""))
		}
		checkTwice(t, m, cells)
	})
}

func checkTwice(t interface{ Fatalf(string, ...any) }, m *Mapper, cells []string) {
	given := append([]string(nil), cells...)
	r := record.Record{DefaultCountry: "GB", Emails: cells}
	once, _ := m.Map(r)
	if !cmp.Equal(given, cells) {
		t.Fatalf("the record given was changed: %q", given)
	}
	twice, _ := m.Map(once)
	if d := cmp.Diff(once, twice); d != "" {
		t.Fatalf("%q: mapped twice differs: %s", given, d)
	}
	values := make(map[string]bool)
	for _, p := range once.Points {
		if values[p.Value] {
			t.Fatalf("%q: two points for one mailbox", given)
		}
		values[p.Value] = true
	}
}

func FuzzMap(f *testing.F) {
	for _, s := range []string{"ann@firm.de", "A <a@b.de>; c@d.de", "mailto:a@b.de?x", `"a b"@c.de`, "a@b@c", "ü@ü.de", "<a@b>,c@d>"} {
		f.Add(s)
	}
	m := mapper(f)
	f.Fuzz(func(t *testing.T, cell string) { checkTwice(t, m, []string{cell}) })
}

// Workers map records at once; what they find must not depend on what the others did.
func TestConcurrent(t *testing.T) {
	m := mapper(t)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 500 {
				text := fmt.Sprintf("ann%d@firm%d.de; Bob@gmial.com; x@hotmal%c.com", i, i%7, 'a'+i%26)
				alone, _ := New(Options{AsOf: asOf, Lists: m.lists})
				want, _ := alone.Map(record.Record{DefaultCountry: "GB", Emails: []string{text}})
				got, _ := m.Map(record.Record{DefaultCountry: "GB", Emails: []string{text}})
				if !cmp.Equal(want, got) {
					t.Errorf("worker %d: %q: %s", w, text, cmp.Diff(want, got))
				}
			}
		})
	}
	wg.Wait()
}
