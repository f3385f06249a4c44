package phones

import (
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// What the Mapper makes of a number is what the library says, however it is written: where the library knows the
// number, its value, type and region; where it does not, no valid point, unless a repair says what it changed.
func TestMapEqualsLibrary(t *testing.T) {
	m := mapper(t)
	valid, repaired := 0, 0
	everywhere(t, *numbers, func(d *draw, region string) bool {
		text, home := dressed(d, spelled(d, region)), elsewhere(d, region)
		if strings.HasSuffix(strings.TrimRight(strings.TrimSpace(narrow(text)), "0"), ".") {
			return false // a spreadsheet wrote it, whatever else the digits could be
		}
		if n, ok := m.lists.plainly(text, home); ok {
			var c cell
			if m.lists.understand(text, home, &c); len(c.notes) > 0 || len(c.readings) != 1 || c.readings[0] != n {
				t.Errorf("%s %q: plainly %+v, understood %+v", home, text, n, c)
			}
		}
		want := library(text, home)
		r := clean(t, m, home, "", text)
		if len(r.Points) == 0 {
			t.Errorf("%s %q: no point", home, text)
			return true
		}
		p := r.Points[0]
		if want.valid {
			valid++
		}
		value := want.e164
		if want.ext != "" {
			value += ";ext=" + want.ext
		}
		known := !p.Has(record.Unparseable) && !p.Has(record.WrongLength) && !p.Has(record.Unassigned)
		switch {
		case want.valid:
			if len(r.Points) > 1 && !p.Has(record.ObsoleteFormat) || p.Value != value || p.PhoneType != want.kind || p.PhoneRegion != want.region || !known {
				t.Errorf("%s %q: %s %s %s [%s], the library says %+v; %+v", home, text, p.Value, p.PhoneType, p.PhoneRegion, reasons(p), want, r.Changes)
			}
		case p.Status == record.Valid || p.Status == record.Risky:
			if repaired++; len(r.Changes) == 0 {
				t.Errorf("%s %q: %s is not valid to the library and was not repaired", home, text, p.Value)
			}
		case want.parsed && len(r.Changes) == 0 && (p.Value != value || p.PhoneType != want.kind || p.PhoneRegion != want.region):
			t.Errorf("%s %q: %s %s %s [%s], the library says %+v", home, text, p.Value, p.PhoneType, p.PhoneRegion, reasons(p), want)
		}
		return true
	})
	t.Logf("%d were valid, %d were repaired", valid, repaired)
}

// dressed is a number as people and programs write it: with an extension, another punctuation, other digits, letters.
func dressed(d *draw, text string) string {
	switch d.n(16) {
	case 0:
		marks := []string{" x", " ext. ", " ext ", ";ext=", " extension ", "x", " #", " Ext:", ", ext ", " доб. ", "ext", " anexo ", " int "}
		return text + marks[d.n(len(marks))] + "0123456789"[d.n(5):][:1+d.n(4)]
	case 1:
		return strings.NewReplacer(" ", "\u00A0", "-", "\u2010", ".", "\uFF0E").Replace(text)
	case 2:
		return strings.NewReplacer(" ", "/", "-", " - ", ".", "~").Replace(text)
	case 3:
		return strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' {
				return r - '0' + []rune{'０', '٠', '०'}[len(text)%3]
			}
			return r
		}, text)
	case 4:
		letters := "adgjmptw"
		from := max(len(text)-3-d.n(5), 0)
		return text[:from] + strings.Map(func(r rune) rune {
			if '2' <= r && r <= '9' {
				return rune(letters[r-'2'] - byte(d.n(2))*0x20)
			}
			return r
		}, text[from:])
	case 5:
		return "tel:" + text
	case 6:
		return " " + text + "  "
	case 7:
		return strings.NewReplacer("(", "[", ")", "]", " ", "\u2060", "-", "\u2212").Replace(text)
	}
	return text
}
