package phones

import (
	"slices"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// No number that is valid today is called old without a day, or when it was captured after every switch. Captured long
// ago, it is old only where the country has since given its digits to somebody else.
func TestCurrentNumbersAreNotOld(t *testing.T) {
	m := mapper(t)
	reused := []string{"CO", "EG", "GA", "KI", "KR", "TH", "VN"}
	tried := 0
	for _, region := range regions() {
		d := draw(region[0])<<8 | draw(region[1])
		for range 240 {
			text := spelled(&d, region)
			n := library(text, region)
			if !n.valid {
				continue
			}
			tried++
			for _, day := range []string{"", "2026-11-01", "1980-01-01"} {
				for _, p := range clean(t, m, region, day, text).Points {
					if p.Has(record.ObsoleteFormat) && (day != "1980-01-01" || !slices.Contains(reused, mainRegion(n.cc))) {
						t.Errorf("%s %q captured %q: %s is called old", region, text, day, p.Value)
					}
				}
			}
		}
	}
	if tried < 10_000 {
		t.Errorf("only %d valid numbers were tried", tried)
	}
}

// Numbers of every old form, drawn at random: old by their day or by not being valid, and replaced by a valid number.
func TestOldNumbersAreReplaced(t *testing.T) {
	m := mapper(t)
	d := draw(5)
	for _, row := range rowsOf(t, "renumbering.psv", ruleColumns...) {
		r, err := newRule(row[:7])
		if err != nil {
			t.Fatal(err)
		}
		if !r.on.Known() || len(r.fresh) == 0 {
			continue
		}
		tried := 0
		for range 150 {
			number := make([]byte, len(r.old))
			for i, place := range r.old {
				for number[i] = byte('0' + d.n(10)); place.set&(1<<(number[i]-'0')) == 0; {
					number[i] = byte('0' + d.n(10))
				}
			}
			written := dialled{append([]byte(r.trunk), number...), false}
			text := string(written.digits)
			if r.written == international {
				written = dialled{number, true}
				text = "+" + countryCode(r.region) + string(number)
			}
			want, ok := m.lists.renumber(r.region, written)
			if !ok || want.fresh == "" || m.lists.isFictional(library(text, r.region).e164) {
				continue // leads to no number of today
			}
			tried++
			valid := library(text, r.region).valid
			for _, day := range []string{"1980-01-01", "2026-11-01", ""} {
				got := clean(t, m, r.region, day, text)
				p := got.Points[0]
				old := day == "1980-01-01" || day == "" && !valid
				if p.Has(record.ObsoleteFormat) != old || old && (p.ReplacedBy != want.fresh || !library(p.ReplacedBy, "").valid) {
					t.Errorf("%s %q captured %q: [%s] -> %q, want old %v -> %q", r.name(), text, day, reasons(p), p.ReplacedBy, old, want.fresh)
				}
			}
		}
		if tried < 20 {
			t.Errorf("%s: only %d of 150 lead to a number of today", r.name(), tried)
		}
	}
}

// Every rule is tried with its own example: captured before the switch, after it, and on no known day.
func TestRenumberingExamples(t *testing.T) {
	m := mapper(t)
	examples := 0
	for _, row := range rowsOf(t, "renumbering.psv", append(ruleColumns, "old_example", "new_example")...) {
		examples++
		region, old, fresh := row[0], row[7], row[8]
		rule, err := newRule(row[:7])
		if err != nil {
			t.Fatal(err)
		}
		want := library(fresh, region).e164
		before, after := "1980-01-01", "2026-01-01"
		for _, day := range []string{before, after, ""} {
			r := clean(t, m, region, day, old)
			p := r.Points[0]
			valid := library(old, region).valid
			applies := rule.on.Known() && (day == before || day == "" && !valid)
			if p.Has(record.ObsoleteFormat) != applies {
				t.Errorf("%s %s %q captured %q: [%s], want obsolete_format: %v", region, row[2], old, day, reasons(p), applies)
				continue
			}
			if !applies {
				continue
			}
			if p.Status != record.Obsolete || reasons(p) != "obsolete_format" || p.ReplacedBy != want {
				t.Errorf("%s %s %q: %v [%s] -> %q, want %q", region, row[2], old, p.Status, reasons(p), p.ReplacedBy, want)
			}
			if fresh == "" {
				continue
			}
			if len(r.Points) != 2 || r.Points[1].Value != want || r.Points[1].Status != record.Valid || reasons(r.Points[1]) != "renumbered" {
				t.Errorf("%s %s %q: points %+v", region, row[2], old, r.Points)
			}
			if r.Findings[0].At != rule.on || r.Findings[0].Source != "renumbering" {
				t.Errorf("%s: finding %+v", old, r.Findings[0])
			}
		}
	}
	if examples < 100 {
		t.Fatal(examples)
	}
}

func TestRenumberingDates(t *testing.T) {
	m := mapper(t)
	for _, c := range []struct{ country, day, cell, reasons, replacedBy string }{
		{"GB", "2000-04-21", "0171 222 1234", "obsolete_format", "+442072221234"},
		{"GB", "2000-04-22", "0171 222 1234", "unassigned", ""},
		{"GB", "", "0703 345678", "obsolete_format", "+442380345678"}, // twice renumbered
		{"GB", "1990-01-01", "+44 (0)71 222 1234", "obsolete_format", "+442072221234"},
		{"GB", "1990-01-01", "+44 071 222 1234", "obsolete_format", "+442072221234"},
		{"GB", "1990-01-01", "020 7222 1234", "", ""}, // the form of today, whatever the date says
		{"EG", "", "0150 123 4567", "", ""},           // withdrawn in 2011, in use again
		{"EG", "2011-01-01", "0150 123 4567", "obsolete_format", "+201201234567"},
		{"EG", "2015-01-01", "0150 123 4567", "", ""},
		{"SA", "1990-01-01", "+966 1 4345678", "wrong_length", ""}, // waits for a source
		{"BR", "", "99 9999 9999", "unassigned placeholder", ""},   // nobody's number, so nobody's old one
		{"GB", "", "0171 222 1234 (home only)", "obsolete_format", "+442072221234"},
		{"GB", "", "441712221234", "obsolete_format", "+442072221234"},
		{"GB", "", "44 (0)171 222 1234", "obsolete_format", "+442072221234"},
		{"SV", "2004-01-01", "503 234 5678", "obsolete_format", "+50322345678"},
		{"US", "1999-01-01", "011 44 171 222 1234", "obsolete_format", "+442072221234"},
		{"CO", "", "0057 4 910 7526", "obsolete_format", "+576049107526"}, // 009 is a prefix there, 00 is not
		{"FR", "1999-01-01", "0044 171 222 1234", "obsolete_format", "+442072221234"},
		{"GB", "1999-01-01", "+44 171-222-1234 ext. 7", "obsolete_format", "+442072221234;ext=7"},
		{"GB", "", "0171 222 1234 x5", "obsolete_format", "+442072221234;ext=5"},
	} {
		r := clean(t, m, c.country, c.day, c.cell)
		if p := r.Points[0]; reasons(p) != c.reasons || p.ReplacedBy != c.replacedBy {
			t.Errorf("%s %s %q: [%s] -> %q, want [%s] -> %q", c.country, c.day, c.cell, reasons(p), p.ReplacedBy, c.reasons, c.replacedBy)
		}
	}
	r := clean(t, m, "GB", "", "0171 222 1234", "020 7222 1234")
	if len(r.Points) != 2 || r.Points[1].Display != "020 7222 1234" || len(r.Points[1].Reasons) != 0 {
		t.Errorf("the record gives the new number itself: %+v", r.Points)
	}
}

// The words in the file are those of the program: a column that moved would go unnoticed otherwise.
func TestDataHasSources(t *testing.T) {
	for _, cells := range rowsOf(t, "renumbering.psv") {
		if len(cells) != 10 || cells[9] == "" {
			t.Errorf("a rule without its source: %q", cells)
		}
	}
}

// No rule that is read makes digits of anything else, and none speaks of a number of another length.
func FuzzRule(f *testing.F) {
	f.Add("0", "any", "171xxxxxxx", "207xxxxxxx", "01712221234", false)
	f.Add("0?", "international", "[2-9]xxx[13]", "1xxxxx", "22223", true)
	f.Add("", "national", "[9-2]", "", "5", false)
	f.Fuzz(func(t *testing.T, trunk, written, old, fresh, number string, abroad bool) {
		r, err := newRule([]string{"GB", "2000", "scope", trunk, written, old, fresh})
		if err != nil || only(number) != number {
			return
		}
		got, ok := r.match(dialled{[]byte(number), abroad})
		if ok && (len(got) != len(fresh) || len(number) != len(r.old) && len(number) != len(r.old)+len(r.trunk)) || only(got) != got {
			t.Errorf("%q", got)
		}
	})
}
