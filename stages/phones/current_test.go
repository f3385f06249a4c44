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
	columns := []string{"region", "switch_date", "scope", "trunk", "written", "old", "new"}
	d := draw(5)
	err := rows("renumbering", must("renumbering.psv"), columns, func(row []string) error {
		r, err := newRule(row)
		if err != nil || !r.on.Known() || len(r.fresh) == 0 {
			return err
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
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
