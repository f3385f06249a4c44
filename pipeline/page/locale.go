package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

//go:embed dates.psv
var datesFile string

// days are the forms of a day by locale.
var days = func() map[string]string {
	forms := make(map[string]string)
	for line := range strings.Lines(datesFile) {
		form, locales, ok := strings.Cut(strings.TrimSpace(line), "|")
		if !ok || strings.HasPrefix(line, "#") || form == "pattern" {
			continue
		}
		for _, l := range strings.Fields(locales) {
			forms[l] = form
		}
	}
	return forms
}()

// Locale writes numbers and days. Digits are 0 to 9 everywhere, so that a number can be copied.
type Locale struct {
	day string
	p   *message.Printer
}

// NewLocale finds a locale by its BCP 47 tag, as en, en-GB, de or pt-BR; the empty tag is en.
func NewLocale(tag string) (Locale, error) {
	if tag == "" {
		tag = "en"
	}
	t, err := language.Parse(tag)
	if err != nil {
		return Locale{}, fmt.Errorf("locale %q: %w", tag, err)
	}
	l := Locale{day: "y-MM-dd"}
	for at := t; at != language.Und; at = at.Parent() {
		if form, ok := days[at.String()]; ok {
			l.day = form
			break
		}
	}
	if t, err = t.SetTypeForKey("nu", "latn"); err != nil {
		return Locale{}, fmt.Errorf("locale %q: %w", tag, err)
	}
	l.p = message.NewPrinter(t)
	return l, nil
}

// funcs are what a template calls.
func (l Locale) funcs() template.FuncMap {
	return template.FuncMap{
		"n": l.count, "pct": l.Percent, "dec": l.Decimal, "bits": func(x float64) string { return l.Signed(x, 2) }, "date": l.Date, "points": l.Points, "signed": l.signed, "fall": l.fall,
	}
}

// Count writes a whole number.
func (l Locale) Count(n int64) string { return l.p.Sprint(number.Decimal(n)) }

// count takes any whole number that a template has.
func (l Locale) count(n any) (string, error) {
	switch n := n.(type) {
	case int:
		return l.Count(int64(n)), nil
	case int64:
		return l.Count(n), nil
	case *int:
		return l.Count(int64(*n)), nil
	}
	return "", fmt.Errorf("%T is no count", n)
}

// signed writes a whole number with its sign.
func (l Locale) signed(n int64) string { return sign(float64(n)) + l.Count(max(n, -n)) }

// Decimal writes a number with so many digits after the point.
func (l Locale) Decimal(x float64, digits int) string {
	return l.p.Sprint(number.Decimal(x, number.MinFractionDigits(digits), number.MaxFractionDigits(digits)))
}

// Signed writes a number with its sign; a real minus, so that it stands as wide as a plus.
func (l Locale) Signed(x float64, digits int) string {
	if math.Abs(x) < 0.5*math.Pow10(-digits) {
		return l.Decimal(0, digits)
	}
	return sign(x) + l.Decimal(math.Abs(x), digits)
}

func sign(x float64) string {
	switch {
	case x < 0:
		return "−"
	case x > 0:
		return "+"
	}
	return ""
}

// Percent writes a share with one digit. What is not nothing is never shown as 0 %, nor what is not all as 100 %.
func (l Locale) Percent(n, of int64) string {
	if of == 0 {
		return "not measured"
	}
	write := func(x float64) string {
		return l.p.Sprint(number.Percent(x, number.MinFractionDigits(1), number.MaxFractionDigits(1)))
	}
	switch x := math.Round(1000*float64(n)/float64(of)) / 1000; { // halves are rounded up, as people do
	case n > 0 && x == 0:
		return "< " + write(0.001)
	case n < of && x == 1:
		return "> " + write(0.999)
	default:
		return write(x)
	}
}

// Points writes a change of a share in percentage points.
func (l Locale) Points(before, now float64) string {
	d := 100 * (now - before)
	if math.Abs(d) < 0.05 {
		return "unchanged"
	}
	return l.Signed(d, 1) + " points"
}

// Date writes a day that is given as yyyy-mm-dd or as a moment in RFC 3339; anything else is given back as it is.
func (l Locale) Date(s string) string {
	if len(s) < len(time.DateOnly) {
		return s
	}
	t, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)])
	if err != nil {
		return s
	}
	form := strings.NewReplacer(
		"MMM", t.Format("Jan"), "MM", t.Format("01"), "M", t.Format("1"), "dd", t.Format("02"), "d", t.Format("2"), "y", strconv.Itoa(t.Year()),
	)
	return form.Replace(l.day)
}
