package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"reflect"
	"strings"
	"unicode"
)

//go:embed style.css
var style string

//go:embed parts.html
var parts string

// Limit is the most bytes that a page has. Lists are cut shorter until it is kept.
const Limit = 500_000

// rows are the lengths that lists are cut to, tried in this order until the page is within its limit.
var rows = []int{20, 10, 5, 2}

// Page is a template in the common design.
type Page struct{ t *template.Template }

// New parses a page. Its text defines "title" and "main", and may use the parts of parts.html, the functions of a locale (see
// [Locale]) and those given here.
func New(name, text string, funcs template.FuncMap) *Page {
	t := template.New(name).Option("missingkey=zero").Funcs(plain).Funcs(Locale{}.funcs()).Funcs(cutting(0)).Funcs(funcs)
	template.Must(t.Parse(parts))
	return &Page{template.Must(t.Parse(text))}
}

// Draw makes the page of data, as the locale writes numbers and days.
func (p *Page) Draw(l Locale, data any) ([]byte, error) {
	var out bytes.Buffer
	for _, n := range rows {
		t, err := p.t.Clone()
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		out.Reset()
		if err := t.Funcs(l.funcs()).Funcs(cutting(n)).ExecuteTemplate(&out, "page", data); err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		if out.Len() < Limit {
			break
		}
	}
	return out.Bytes(), nil
}

// plain are the functions that need nothing.
var plain = template.FuncMap{
	"shown":  Shown,
	"style":  func() template.CSS { return template.CSS(style) },
	"policy": func() string { return policy },
	"bar":    bar,
	"pair":   func(a, b any) [2]any { return [2]any{a, b} },
	"list":   func(list ...any) []any { return list },
	"join":   strings.Join,
	"prev":   func(i int) int { return i - 1 },
}

// policy allows the page its own style and nothing else.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}()

// cutting are the functions that cut lists to n rows: the first rows, and how many are left out.
func cutting(n int) template.FuncMap {
	return template.FuncMap{
		"cut": func(list any) any {
			v := reflect.ValueOf(list)
			return v.Slice(0, min(v.Len(), n)).Interface()
		},
		"rest": func(list any) int { return max(reflect.ValueOf(list).Len()-n, 0) },
	}
}

// longest is how many letters of a text a page shows.
const longest = 120

// Shown makes a text fit to be shown: cut where it is long, its marks visible that would change the direction or the order of
// the text around them.
func Shown(s string) string {
	s = cutAt(s, longest)
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' || unicode.IsControl(r) || r == unicode.ReplacementChar {
			return '·'
		}
		return r
	}, strings.ToValidUTF8(s, "·"))
}

// cutAt cuts a text to so many letters.
func cutAt(s string, letters int) string {
	if r := []rune(s); len(r) > letters {
		return string(r[:letters-1]) + "…"
	}
	return s
}

// bar draws a share as a strip; loss says that it is one of what was lost.
func bar(n, of int64, loss ...bool) template.HTML {
	share := 0.0
	if of > 0 {
		share = 100 * float64(n) / float64(of)
	}
	class := "bar"
	if len(loss) > 0 && loss[0] {
		class = "bar loss"
	}
	return template.HTML(`<svg class="` + class + `" aria-hidden="true"><rect class="t" width="100%" height="100%"/><rect width="` + width(share) + `" height="100%"/></svg>`)
}

// Lean draws what speaks against and what speaks for, as a strip from the middle to the left and to the right.
func Lean(against, favour, most float64) template.HTML {
	if most <= 0 {
		most = 1
	}
	left, right := 50*max(0, min(-against/most, 1)), 50*max(0, min(favour/most, 1))
	return template.HTML(`<svg class="bar lean" aria-hidden="true"><rect class="loss" x="` + width(50-left) + `" width="` + width(left) + `" height="100%"/><rect x="50%" width="` + width(right) +
		`" height="100%"/><rect class="t" x="50%" width="1" height="100%"/></svg>`)
}
