package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"math"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/language"
)

func TestLocales(t *testing.T) {
	for _, c := range []struct{ tag, count, decimal, percent, day string }{
		{"", "1,234,567", "1,234.50", "12.5%", "Nov 1, 2026"},
		{"en-GB", "1,234,567", "1,234.50", "12.5%", "1 Nov 2026"},
		{"de", "1.234.567", "1.234,50", "12,5\u00a0%", "1.11.2026"},
		{"de-AT", "1\u00a0234\u00a0567", "1\u00a0234,50", "12,5\u00a0%", "1.11.2026"},
		{"de-CH", "1’234’567", "1’234.50", "12.5%", "1.11.2026"},
		{"fr", "1\u00a0234\u00a0567", "1\u00a0234,50", "12,5\u00a0%", "01/11/2026"},
		{"pt-BR", "1.234.567", "1.234,50", "12,5%", "01/11/2026"},
		{"hi", "12,34,567", "1,234.50", "12.5%", "1/11/2026"},
		{"hu-HU", "1\u00a0234\u00a0567", "1\u00a0234,50", "12,5%", "2026. 11. 01."},
		{"ja-JP", "1,234,567", "1,234.50", "12.5%", "2026/11/1"},
		{"und", "1,234,567", "1,234.50", "12.5%", "2026-11-01"},
	} {
		l, err := NewLocale(c.tag)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range [][2]string{{c.count, l.Count(1234567)}, {c.decimal, l.Decimal(1234.5, 2)}, {c.percent, l.Percent(1, 8)}, {c.day, l.Date("2026-11-01")}, {c.day, l.Date("2026-11-01T09:10:11Z")}} {
			if x[0] != x[1] {
				t.Errorf("%q: %q is not %q", c.tag, x[1], x[0])
			}
		}
	}
	if _, err := NewLocale("no such thing"); err == nil {
		t.Error("any text is a locale")
	}
}

// Every form of a day is of a locale that there is, and writes day, month and year apart for different days.
func TestDays(t *testing.T) {
	if len(days) < 300 {
		t.Fatalf("%d locales", len(days))
	}
	for tag := range days {
		if _, err := language.Parse(tag); err != nil {
			continue // CLDR has locales that this library does not know
		}
		l, err := NewLocale(tag)
		if err != nil {
			t.Fatal(err)
		}
		if d := l.Date("2026-11-09"); !strings.Contains(d, "2026") || d == l.Date("2026-09-11") || d == l.Date("2026-11-08") || strings.ContainsFunc(d, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%s: %q", tag, d)
		}
	}
}

func TestNumbersSayNoLess(t *testing.T) {
	l, _ := NewLocale("en")
	for _, c := range []struct{ want, got string }{
		{"not measured", l.Percent(0, 0)},
		{"0.0%", l.Percent(0, 9)},
		{"100.0%", l.Percent(9, 9)},
		{"< 0.1%", l.Percent(1, 1_000_000)},
		{"> 99.9%", l.Percent(999_999, 1_000_000)},
		{"+1.5", l.Signed(1.5, 1)},
		{"−1.5", l.Signed(-1.5, 1)},
		{"0.0", l.Signed(-0.04, 1)},
		{"unchanged", l.Points(0.5, 0.5004)},
		{"−10.0 points", l.Points(0.5, 0.4)},
		{"soon", l.Date("soon")},
		{"2026-13-01", l.Date("2026-13-01")},
	} {
		if c.got != c.want {
			t.Errorf("%q, not %q", c.got, c.want)
		}
	}
}

func TestShown(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "\u202egnp.exe": "·gnp.exe", "a\x00b\nc": "a·b·c", "zero\u200bwidth": "zero·width", "\xff": "·", "José 李": "José 李", "\u2066x\u2069": "·x·",
		strings.Repeat("x", 10_000): strings.Repeat("x", 119) + "…",
	} {
		if got := Shown(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// A waterfall's bars lie within the picture, and each begins where the one before ended.
func TestFall(t *testing.T) {
	l, _ := NewLocale("en")
	f := l.fall([]Step{{"prior", -10, false}, {"name", 30, false}, {"place", -5, false}, {"sum", 15, true}}, 1)
	if f.Height != 4*fallRow || f.Zero != "33.33%" {
		t.Errorf("%+v", f)
	}
	for i, want := range []fallenRow{
		{Class: "loss", X: "0%", Width: "33.33%", From: "0%", Number: "−10.0"},
		{Class: "gain", X: "0%", Width: "100%", From: "100%", Number: "+30.0"},
		{Class: "loss", X: "83.33%", Width: "16.67%", From: "83.33%", Number: "−5.0"},
		{Class: "state", X: "33.33%", Width: "50%", From: "83.33%", Number: "15.0"},
	} {
		r := f.Rows[i]
		if r.Class != want.Class || r.X != want.X || r.Width != want.Width || r.From != want.From || r.Number != want.Number {
			t.Errorf("%d: %+v", i, r)
		}
	}
	for _, steps := range [][]Step{nil, {{"nothing", 0, true}}, {{"odd", math.Inf(1), false}}} {
		_ = l.fall(steps, 0) // whatever the numbers, a picture
	}
}

const listing = `{{define "title"}}{{shown (index . 0)}}{{end}}{{define "main"}}<ul>{{range cut .}}<li title="{{shown .}}">{{shown .}}</li>{{end}}</ul>{{template "more" (pair (rest .) "the file")}}{{end}}`

// A page is under its limit whatever it is given, says how much it leaves out, and holds its texts as text.
func TestDraw(t *testing.T) {
	l, _ := NewLocale("en")
	list := make([]string, 20_000)
	for i := range list {
		list[i] = strings.Repeat(`<b onload="x">`, 1000) + fmt.Sprint(i)
	}
	b, err := New("list", listing, nil).Draw(l, list)
	if err != nil || len(b) >= Limit {
		t.Fatalf("%d bytes, %v", len(b), err)
	}
	text := string(b)
	if !strings.Contains(text, "19,980 more: see the file.") || strings.Contains(text, "<b ") {
		t.Error(text[len(text)-300:])
	}
	_, rest, _ := strings.Cut(text, "<style>")
	sheet, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(sheet))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(html.UnescapeString(text), want) {
		t.Error("the policy does not know the style that the page has")
	}
	if bytes.Contains(b, []byte("style=")) || bytes.Contains(b, []byte("<script")) {
		t.Error("the page holds what its policy forbids")
	}
}

// A page with many lists is cut shorter until it fits.
func TestDrawCutsMore(t *testing.T) {
	l, _ := NewLocale("en")
	lists := make([][]string, 300)
	for i := range lists {
		for range 50 {
			lists[i] = append(lists[i], strings.Repeat(`"`, 500))
		}
	}
	p := New("lists", `{{define "title"}}x{{end}}{{define "main"}}{{range .}}{{range cut .}}<p>{{shown .}}</p>{{end}}{{end}}{{end}}`, nil)
	b, err := p.Draw(l, lists)
	if n := strings.Count(string(b), "<p>"); err != nil || len(b) >= Limit || n != 300*2 {
		t.Errorf("%d bytes, %d rows, %v", len(b), n, err)
	}
}

func BenchmarkDraw(b *testing.B) {
	l, _ := NewLocale("en")
	p := New("list", listing, nil)
	list := strings.Fields(strings.Repeat("word ", 1000))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Draw(l, list); err != nil {
			b.Fatal(err)
		}
	}
}
