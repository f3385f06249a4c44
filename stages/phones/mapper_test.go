package phones

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

func mapper(t testing.TB) *Mapper {
	t.Helper()
	m, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// clean maps a record of the given country, whose phones were captured on a day (empty: no date).
func clean(t testing.TB, m *Mapper, country, capturedOn string, cells ...string) record.Record {
	t.Helper()
	r := record.Record{DefaultCountry: country, Phones: cells}
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

func TestSpellings(t *testing.T) {
	m := mapper(t)
	for _, c := range []struct {
		country, cell string
		want          string // values, | between; those of status other than valid with a ! before
	}{
		{"GB", "020 7123 4567", "+442071234567"},
		{"GB", " (020) 7123-4567 ", "+442071234567"},
		{"GB", "+44 20 7123 4567", "+442071234567"},
		{"GB", "+44 (0)20 7123 4567", "+442071234567"},
		{"GB", "0044 20 7123 4567", "+442071234567"},
		{"US", "0044 20 7123 4567", "+442071234567"},
		{"US", "011 44 20 7123 4567", "+442071234567"},
		{"FR", "+44 20 7123 4567", "+442071234567"},
		{"GB", "2071234567", "+442071234567"},
		{"GB", "０２０７１２３４５６７", "+442071234567"},
		{"GB", "\u200E+44 20\u00A07123\u00A04567\u202C", "+442071234567"},
		{"GB", "tel:+44-20-7123-4567", "+442071234567"},
		{"GB", "Tel.: 020 7123 4567", "+442071234567"},
		{"GB", "020 7123 4567 (home)", "+442071234567"},
		{"GB", "'02071234567", "+442071234567"},
		{"GB", "02071234567.0", "+442071234567"},
		{"GB", "4.42071234567E+11", "+442071234567"},
		{"US", "4.42071234567E+11", "+442071234567"},
		{"GB", "4.47912E+11", "!4.47912E+11"},
		{"GB", "020 7123 4567 x12", "+442071234567;ext=12"},
		{"GB", "020 7123 4567 ext. 12", "+442071234567;ext=12"},
		{"GB", "+442071234567;ext=12", "+442071234567;ext=12"},
		{"GB", "020 7123 4567 / 07911 123457", "+442071234567|+447911123457"},
		{"GB", "020 7123 4567/07911 123457", "+442071234567|+447911123457"},
		{"GB", "020 7123 4567; 07911 123457", "+442071234567|+447911123457"},
		{"GB", "020 7123 4567 or 07911 123457", "+442071234567|+447911123457"},
		{"GB", "020 7123 4567, 07911 123457", "+442071234567|+447911123457"},
		{"GB", "020 7123 4567 & 07911 123457", "+442071234567|+447911123457"},
		{"GB", "020 7123 4567 07911 123457", "+442071234567|+447911123457"},
		{"GB", "+442071234567+447911123457", "+442071234567|+447911123457"},
		{"GB", "020 7123 4567 - 07911 123457", "+442071234567|+447911123457"},
		{"GB", "020 7123 4567 / 0171 222 1234", "+442071234567|!+441712221234|+442072221234"},
		{"GB", "mobile: 07911 123457 home: 020 7123 4567", "+447911123457|+442071234567"},
		{"GB", "07911123457 (m) 02071234567 (h)", "+447911123457|+442071234567"},
		{"GB", "020 7123 4567 (ask for Ann)", "+442071234567"},
		{"GB", "07911 123457 - not after 6pm", "+447911123457"},
		{"GB", "020 7123 4567/8", "+442071234567"},
		{"GB", "020\t7123 4567", "+442071234567"},
		{"GB", "=\"02071234567\"", "+442071234567"},
		{"GB", "O2O 7123 4567", "+442071234567"},
		{"GB", "011 44 20 7123 4567", "+442071234567"},
		{"GB", "447911123457", "+447911123457"},
		{"US", "447911123457", "!+1447911123457"}, // a plus is only suggested
		{"US", "989-867-5308 null", "+19898675308"},
		{"US", "+1 212 867 5309 ext. 12 or 415 867 5308", "+12128675309;ext=12|+14158675308"},
		{"GB", "7911123457", "+447911123457"}, // a lost zero that need not be there
		{"IT", "648901234", "+390648901234"},  // one that must
		{"IT", "+39 648901234", "!+39648901234"},
		{"IT", "345 1234567", "+393451234567"},
		{"DE", "030 / 901820", "+4930901820"},
		{"DE", "0221/4710123", "+492214710123!"}, // the slash is inside the number; fictional
		{"DE", "030/901820", "+4930901820"},
		{"US", "1-800-FLOWERS", "+18003569377"},
		{"US", "1-800-565-HOME", "+18005654663"},
		{"US", "800 565 4663 home", "+18005654663"},
		{"US", "565-4663 (home)", "!+15654663"},
		{"US", "989null", "!989null"},
		{"US", "989-555-null", "!989-555-null"},
		{"US", "", ""},
		{"US", "   ", ""},
		{"US", "n/a", "!n/a"},
		{"US", "-", "!-"},
		{"", "020 7123 4567", "!020 7123 4567"},
		{"", "+44 20 7123 4567", "+442071234567"},
		{"IT", "06 4890 1234", "+390648901234"},
	} {
		r := clean(t, m, c.country, "", c.cell)
		var got []string
		for _, p := range r.Points {
			mark := ""
			if p.Status != record.Valid {
				mark = "!"
			}
			got = append(got, mark+p.Value)
		}
		want := c.want
		if strings.HasSuffix(want, "!") {
			want = "!" + strings.TrimSuffix(want, "!")
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s %q: %q, want %q (%q)", c.country, c.cell, got, want, r.Phones)
		}
		if len(r.Points) != len(r.Phones) && !strings.Contains(c.cell, "0171") {
			t.Errorf("%s %q: %d points, phones %q", c.country, c.cell, len(r.Points), r.Phones)
		}
	}
}

// The number itself says its country first, then its column, then its record, then its source.
func TestCountryOfANumber(t *testing.T) {
	m := mapper(t)
	for _, c := range []struct {
		name, column, country, source, cell, want string
	}{
		{"number", "DE", "FR", "GB", "+34 612 345 679", "+34612345679"},
		{"column", "DE", "FR", "GB", "030 901820", "+4930901820"},
		{"record", "", "FR", "GB", "06 12 34 56 79", "+33612345679"},
		{"source", "", "", "GB", "07911 123457", "+447911123457"},
	} {
		r := record.Record{DefaultCountry: c.source, Phones: []string{"+44 20 7123 4567", c.cell}}
		r.Text[record.Country] = c.country
		if c.column != "" {
			r.PhoneHomes = []string{"", c.column}
		}
		once, _ := m.Map(r)
		twice, _ := m.Map(once)
		if got := once.Points[1].Value; got != c.want || !cmp.Equal(once, twice) {
			t.Errorf("%s: %s, want %s; %s", c.name, got, c.want, cmp.Diff(once, twice))
		}
	}
	for _, c := range []struct {
		want  string
		cells []string
	}{
		{"+4930901820", []string{"+49", "030 901820"}},
		{"+4930901820 +447911123457", []string{"(0049)", "30 901820", "07911 123457"}},
		{"+49 +447911123457", []string{"+49", "+44 7911 123457"}},
		{"+33 +442071234567", []string{"+33", "020 7123 4567"}},
	} {
		r := clean(t, m, "GB", "", c.cells...)
		var got []string
		for _, p := range r.Points {
			got = append(got, p.Value)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %s", c.cells, got, c.want)
		}
		checkTwice(t, m, "GB", c.cells)
	}
}

func TestVerdicts(t *testing.T) {
	m := mapper(t)
	for _, c := range []struct {
		country, cell string
		status        record.Status
		reasons       string
		kind, region  string
	}{
		{"GB", "020 7123 4567", record.Valid, "", "fixed_line", "GB"},
		{"GB", "07900 123457", record.Valid, "", "mobile", "GB"},
		{"US", "(415) 867-5309", record.Valid, "", "fixed_or_mobile", "US"},
		{"US", "416 867 5308", record.Valid, "", "fixed_or_mobile", "CA"},
		{"GB", "020 7946 0018", record.Invalid, "fictional", "fixed_line", "GB"},
		{"GB", "020 7946 1018", record.Valid, "", "fixed_line", "GB"},
		{"GB", "07700 900123", record.Invalid, "fictional", "unknown", ""},
		{"US", "212 555 0123", record.Invalid, "fictional", "fixed_or_mobile", "US"},
		{"US", "212 555 0223", record.Valid, "", "fixed_or_mobile", "US"},
		{"US", "800 555 0123", record.Invalid, "fictional", "toll_free", "US"},
		{"US", "888 555 0124", record.Valid, "", "toll_free", "US"},
		{"AU", "0491 570 156", record.Invalid, "fictional", "mobile", "AU"},
		{"AU", "0491 570 155", record.Valid, "", "mobile", "AU"},
		{"GB", "07777 777777", record.Invalid, "placeholder", "mobile", "GB"},
		{"GB", "07777 777778", record.Valid, "", "mobile", "GB"},
		{"GB", "0000000000", record.Invalid, "unassigned placeholder", "unknown", ""},
		{"GB", "01234567890", record.Invalid, "placeholder", "fixed_line", "GB"},
		{"GB", "0123456789", record.Invalid, "unassigned placeholder", "unknown", ""},
		{"GB", "07400 123456", record.Invalid, "placeholder", "mobile", "GB"}, // the library's example
		{"GB", "07123456789", record.Valid, "", "mobile", "GB"},               // weak: not a placeholder
		{"GB", "01999 712345", record.Invalid, "unassigned", "unknown", ""},
		{"GB", "020 7123 45678", record.Invalid, "wrong_length", "unknown", ""},
		{"US", "900 234 5679", record.Risky, "premium_rate", "premium_rate", "US"},
		{"DE", "0180 5 123456", record.Risky, "premium_rate", "shared_cost", "DE"},
		{"GB", "none", record.Invalid, "unparseable placeholder", "unknown", ""},
		{"GB", "call me", record.Invalid, "unparseable", "unknown", ""},
	} {
		r := clean(t, m, c.country, "", c.cell)
		p := r.Points[0]
		if p.Status != c.status || reasons(p) != c.reasons || p.PhoneType != c.kind || p.PhoneRegion != c.region {
			t.Errorf("%s %q: %v [%s] %s %s, want %v [%s] %s %s", c.country, c.cell, p.Status, reasons(p), p.PhoneType, p.PhoneRegion,
				c.status, c.reasons, c.kind, c.region)
		}
		if len(r.Findings) != len(p.Reasons) {
			t.Errorf("%q: %d findings for %d reasons", c.cell, len(r.Findings), len(p.Reasons))
		}
	}
}

// rowsOf are the rows of a list that comes with the program, without its header, which must begin with the columns.
func rowsOf(t *testing.T, file string, columns ...string) (rows [][]string) {
	t.Helper()
	b, err := data.ReadFile("data/" + file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	if !strings.HasPrefix(lines[0], strings.Join(columns, "|")) {
		t.Fatalf("%s begins with %s", file, lines[0])
	}
	for _, line := range lines[1:] {
		rows = append(rows, strings.Split(line, "|"))
	}
	return rows
}

func TestFictionalList(t *testing.T) {
	l := DefaultLists()
	for _, row := range rowsOf(t, "fictional.psv", "region", "from_e164", "to_e164") {
		for _, e164 := range row[1:3] {
			if e164 = strings.Replace(e164, "NPA", "212", 1); !l.isFictional(e164) {
				t.Errorf("%s is not fictional", e164)
			}
		}
	}
}

// The numbers beside a block for films are somebody's, and so are those one digit off a number that people make up.
func TestNearMissesArePeople(t *testing.T) {
	m := mapper(t)
	tried := 0
	check := func(region, text string) {
		if !library(text, region).valid || m.lists.isFictional(library(text, region).e164) {
			return
		}
		tried++
		if p := clean(t, m, region, "", text).Points[0]; p.Status != record.Valid && p.Status != record.Risky {
			t.Errorf("%s %q: [%s]", region, text, reasons(p))
		}
	}
	for _, s := range m.lists.fictional {
		check("", fmt.Sprintf("+%d", s.from-1))
		check("", fmt.Sprintf("+%d", s.to+1))
	}
	for area := 200; area < 1000; area++ {
		check("US", fmt.Sprintf("%d 555 0099", area))
		check("US", fmt.Sprintf("%d 555 0200", area))
	}
	for region, list := range map[string][]string{
		"GB": {"01234567891", "07777777778", "02000000010", "07999999998", "07000000001", "07123456789"},
		"US": {"2125551213", "5555551235", "8005551213", "9999999998"}, "FR": {"0600000001", "0612345678", "0123456780", "0123456788"},
		"DE": {"01701234568", "015112345678"}, "ES": {"600000001", "612345678"}, "AU": {"0400000001", "0412345677"},
		"BR": {"11999999998"}, "CN": {"13800138001", "13812345677"}, "JP": {"09012345677"}, "PL": {"123456780"},
	} {
		for _, text := range list {
			check(region, text)
		}
	}
	if tried < 500 {
		t.Errorf("only %d were tried", tried)
	}
}

func TestIdempotent(t *testing.T) {
	m := mapper(t)
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.OneOf(rapid.SampledFrom([]string{
			"020 7123 4567", "+44 ", "0171 222 1234", "(0)", "/", ",", ";", " or ", "x12", "00", "E+11", "4.4",
			"null", "tel:", " ", "\u200B", "１２", "home", ")", "(", ".0", "'", "-", "212 555 0123", ";ext=3", "&", "|", "\n",
		}), rapid.StringMatching(`[0-9 ]{1,6}`))
		var cells []string
		for range rapid.IntRange(0, 3).Draw(t, "cells") {
			cells = append(cells, strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), ""))
		}
		checkTwice(t, m, rapid.SampledFrom([]string{"GB", "US", "DE", "IT", "MX", ""}).Draw(t, "region"), cells)
	})
}

func checkTwice(t interface{ Fatalf(string, ...any) }, m *Mapper, region string, cells []string) {
	given := append([]string(nil), cells...)
	once, _ := m.Map(record.Record{DefaultCountry: region, Phones: cells})
	if !cmp.Equal(given, cells) {
		t.Fatalf("the record given was changed: %q", given)
	}
	twice, _ := m.Map(once)
	if d := cmp.Diff(once, twice); d != "" {
		t.Fatalf("%s %q: mapped twice differs: %s", region, given, d)
	}
	values := make(map[string]bool)
	for _, p := range once.Points {
		if values[p.Value] {
			t.Fatalf("%q: two points for one number", given)
		}
		values[p.Value] = true
	}
}

func FuzzMap(f *testing.F) {
	for _, s := range []string{
		"020 7123 4567 07911 123457", "07911 123457 (m) 020 7123 4567 (h)", "020 7123 4567 (ask for Ann)", "020 7123 4567/8",
		"=\"02071234567\"", "O2O 7l23 4567", "011 44 20 7123 4567", "+442071234567+447911123457", "030 / 901820", "+49",
		"020 7123 4567", "+44 (0)20 7123 4567 ext 5", "4.47E+11", "020 7123 4567/07911 123457", "tel:1;phone-context=+44", "null",
	} {
		f.Add("GB", s)
	}
	m := mapper(f)
	f.Fuzz(func(t *testing.T, region, cell string) { checkTwice(t, m, region, []string{cell}) })
}

func TestListErrors(t *testing.T) {
	for _, c := range []struct{ list, text, want string }{
		{"renumbering", "region|switch_date\n", "no column scope"},
		{"renumbering", "region|switch_date|scope|trunk|written|old|new\nGB|soon|x||any|1x|2x\n", "line 2: switch_date"},
		{"renumbering", "region|switch_date|scope|trunk|written|old|new\nGB|2000|x||any|1x|2xx\n", "not as many x"},
		{"renumbering", "region|switch_date|scope|trunk|written|old|new\nGB|2000|x||any|1[9-2]|2x\n", "class"},
		{"renumbering", "region|switch_date|scope|trunk|written|old|new\nGB|2000|x||any||\n", "empty"},
		{"renumbering", "region|switch_date|scope|trunk|written|old|new\nGB|2000|x||any|a|\n", "neither"},
		{"renumbering", "region|switch_date|scope|trunk|written|old|new\nGB|2000|x||any|x|y\n", "neither"},
		{"renumbering", "region|switch_date|scope|trunk|written|old|new\nGB|2000|x||now|x|x\n", "written"},
		{"renumbering", "region|switch_date|scope|trunk|written|old|new\nGB|2000|x|a|any|x|x\n", "trunk"},
		{"renumbering", "region|switch_date|scope|trunk|written|old|new\nQQ|2000|x||any|x|x\n", "region"},
		{"renumbering", "region|switch_date|scope|trunk|written|old|new\nGB|2000\n", "too few"},
		{"fictional", "from_e164|to_e164\n+2|+1\n", "no span"},
		{"placeholders", "field|match|value|kind\nphone|pattern|(|test\n", "no pattern"},
		{"placeholders", "field|match|value|kind\nphone|guess|1|x\n", "match"},
		{"closed_providers", "", "there is no such list"},
		{"phone_metadata", "", "there is no such list"},
	} {
		err := DefaultLists().Load(c.list, strings.NewReader(c.text), false)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.list, err, c.want)
		}
	}
}

func TestOwnLists(t *testing.T) {
	l := DefaultLists()
	const header = "region|switch_date|scope|trunk|written|old|new\n"
	if err := l.Load("renumbering", strings.NewReader(header+"GB|2001..2003|mine|0|any|3xxxxxx|1134xxxxxx\n"), true); err != nil {
		t.Fatal(err)
	}
	m, _ := New(Options{Lists: l})
	if p := clean(t, m, "GB", "", "0321 1234").Points[0]; p.ReplacedBy != "+441134211234" {
		t.Errorf("own rule: %+v", p)
	}
	if p := clean(t, m, "GB", "", "0171 222 1234").Points[0]; p.ReplacedBy != "+442072221234" {
		t.Errorf("built-in rule beside it: %+v", p)
	}
	for _, c := range l.Cards() {
		if c.Name == "renumbering" && (c.Rows != 124 || !strings.Contains(c.Source, "extended")) {
			t.Errorf("card %+v", c)
		}
	}
	if err := l.Load("renumbering", strings.NewReader(header), false); err != nil || l.rules["GB"] != nil || !l.Has("fictional") || l.Has("phone_metadata") {
		t.Error("the list was not replaced", err)
	}
}

// Workers map records at once; what they find must not depend on what the others did.
func TestConcurrent(t *testing.T) {
	m := mapper(t)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			d := draw(9)
			for range 500 {
				region := []string{"GB", "US", "BR"}[d.n(3)]
				text := spelled(&d, region)
				alone, _ := New(Options{Lists: m.lists})
				want, _ := alone.Map(record.Record{DefaultCountry: region, Phones: []string{text}})
				got, _ := m.Map(record.Record{DefaultCountry: region, Phones: []string{text}})
				if !cmp.Equal(want, got) {
					t.Errorf("worker %d: %s %q: %s", w, region, text, cmp.Diff(want, got))
				}
			}
		})
	}
	wg.Wait()
}

// TestCodeAloneQuickly: a cell that needs no tidying is told to be a country code or none as it would be with it.
func TestCodeAloneQuickly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[+0(]?[0-9+() .-]{0,7}[0-9)eE ]?`).Draw(t, "cell")
		tidied, _ := tidy(cell)
		if got := isCode(cell); got != codeAlone.MatchString(tidied) {
			t.Fatalf("isCode(%q) = %t", cell, got)
		}
	})
}
