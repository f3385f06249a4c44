package phones

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// reading is what a text means as a number, whatever the day: the verdict by date comes after.
type reading struct {
	number
	value   string // canonical: E.164 with ";ext=", or the tidied text when it is no number
	display string

	word       bool // it says that there is no number
	fictional  bool
	dummy      string // the rule by which it is a placeholder
	guessed    bool   // that rule is a likeness alone: a dated rule about old numbers knows better
	old        renumbering
	abroad     bool // written with a country code
	suggestion string
}

// cell is what a whole cell means: the numbers in it, and the changes that made them of the text.
type cell struct {
	readings []reading
	notes    []note
}

// plainly reads a number that needs neither repair nor splitting and is valid, as most are; ok is false for all others.
// It says what understand says.
func (l *Lists) plainly(text, region string) (r reading, ok bool) {
	if !plain(text) {
		return r, false
	}
	if r.number, ok = quick(text, region); !ok || !r.valid {
		return r, false
	}
	r.display = text
	l.judge(&r, region)
	return r, true
}

// understand takes a text apart and reads each number in it. region is where the record's people dial.
func (l *Lists) understand(text, region string, c *cell) {
	display := text
	if !plain(text) {
		if c.split(l, text, pieces(text), region) {
			return
		}
		var notes []note
		display, notes = tidy(text)
		c.notes = append(c.notes, notes...)
		if display == "" || display != text && c.split(l, display, pieces(display), region) {
			return
		}
	}
	r := l.one(display, region)
	if !r.valid && !r.fictional && !r.word && len(display) <= longestText {
		if parts := l.apart(display, region); c.split(l, display, parts, region) {
			return
		}
		r.mend(l, region, c)
	}
	l.judge(&r, region)
	c.readings = append(c.readings, r)
}

// longestText is how long a text the library reads, in bytes.
const longestText = 250

// split reads the parts of a text, if there are several.
func (c *cell) split(l *Lists, text string, parts []string, region string) bool {
	if len(parts) < 2 {
		return false
	}
	trimmed := make([]string, len(parts))
	for i, p := range parts {
		trimmed[i] = strings.TrimSpace(p)
	}
	c.notes = append(c.notes, note{text, strings.Join(trimmed, ", "), "phones.split"})
	for _, p := range parts {
		l.understand(p, region, c)
	}
	return true
}

// apart parts a text that is no number at marks that stand inside numbers too: each part must be a number of its own.
// Of the blanks only one may do so, or it would be a guess. Nil when it is not several numbers.
func (l *Lists) apart(text, region string) []string {
	for _, mark := range []string{"/", ",", " - "} {
		if !strings.Contains(text, mark) {
			continue
		}
		if parts := strings.Split(text, mark); l.allNumbers(parts, region) {
			return parts
		}
	}
	digits := len(only(text))
	if digits > maxApart {
		return nil
	}
	var found []string
	tried := 0
	for i := 1; i < len(text); i++ {
		if text[i] != ' ' && text[i] != '+' {
			continue
		}
		before := len(only(text[:i]))
		if before < minApart || digits-before < minApart || before == tried {
			continue
		}
		tried = before
		if parts := []string{text[:i], text[i:]}; l.allNumbers(parts, region) {
			if found != nil {
				return nil
			}
			found = parts
		}
	}
	return found
}

// minApart is how many digits a number has at least that only a blank parts from another; maxApart how many both have
// at most.
const (
	minApart = 7
	maxApart = 36
)

// allNumbers reports whether each part is a number: of today, of a film, or one that was given up.
func (l *Lists) allNumbers(parts []string, region string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool {
		display, _ := tidy(p)
		r := reading{display: display, number: l.ask(display, region)}
		return !r.valid && !l.isFictional(r.e164) && !l.known(&r, region)
	})
}

// one asks what a tidy text is.
func (l *Lists) one(display, region string) reading {
	r := reading{display: display}
	if l.words[strings.ToLower(display)] {
		r.word, r.kind = true, "unknown"
		return r
	}
	r.number = l.ask(display, region)
	r.fictional = l.isFictional(r.e164)
	return r
}

// judge finds out all that does not depend on the day.
func (l *Lists) judge(r *reading, region string) {
	r.value = r.display
	if r.word {
		r.value = strings.ToLower(r.display)
	}
	if !r.parsed {
		return
	}
	r.value = r.e164
	if r.ext != "" {
		r.value += ";ext=" + r.ext
	}
	var buffer [32]byte
	d := r.dialled(buffer[:0], region)
	r.abroad = d.international
	r.fictional = l.isFictional(r.e164)
	r.dummy = l.placeholder(r, d)
	r.guessed = r.dummy == "pattern" || r.dummy == "library_example"
	if r.fictional {
		return
	}
	r.old, _ = l.past(r, d)
	if !r.valid && r.old.rule == nil && !d.international {
		r.suggestion = l.withPlus(r, region)
	}
}

// ask is the library's word, but that letters are read as digits only where they were meant so.
func (l *Lists) ask(text, region string) number {
	if n, ok := quick(text, region); ok {
		return n
	}
	if quantity.MatchString(text) {
		return number{kind: "unknown"}
	}
	n := library(text, region)
	if n.parsed && alphabetic(text) && !meantAsDigits(text) {
		return number{kind: "unknown"}
	}
	return n
}

// quantity is a number whose last digits a spreadsheet has lost.
var quantity = regexp.MustCompile(`^[+-]?[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}$`)

// meantAsDigits reports whether the letters in a text belong there: none after its first digit, those of an extension,
// or a vanity number such as 1-800-FLOWERS. Words for "nothing" never are.
func meantAsDigits(text string) bool {
	start := strings.IndexFunc(text, func(r rune) bool { return r == '+' || unicode.IsDigit(r) })
	if start < 0 {
		return false
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if slices.Contains(nothing, strings.ToLower(word)) {
			return false
		}
	}
	return true
}

// nothing are words that programs write where there is no value.
var nothing = []string{"null", "none", "nil", "nan", "na", "void", "undefined", "unknown", "empty", "missing", "false", "true"}

// only is the digits of a text.
func only(text string) string {
	var buffer [32]byte
	return string(appendDigits(buffer[:0], text))
}

func appendDigits(to []byte, text string) []byte {
	for i := 0; i < len(text); i++ {
		if c := text[i]; '0' <= c && c <= '9' {
			to = append(to, c)
		}
	}
	return to
}

// dialled is the number as it was written in a region, without its extension, country code and "(0)"; its digits go to
// buffer.
func (r *reading) dialled(buffer []byte, region string) dialled {
	text := r.display
	if r.ext != "" {
		if at := strings.LastIndex(text, r.ext); at > 0 {
			text = text[:at]
		}
	}
	text = strings.TrimLeft(text, " (")
	typed := appendDigits(buffer, text)
	rest, had := typed, strings.HasPrefix(text, "+")
	if p := planOf(region); p != nil && !had {
		rest, had = p.dropIDD(typed)
	}
	if !had {
		rest, had = bytes.CutPrefix(typed, []byte("00"))
	}
	if had {
		rest, had = bytes.CutPrefix(rest, []byte(r.cc))
	}
	if !had {
		return dialled{typed, false}
	}
	if strings.Contains(text, "(0)") {
		rest = bytes.TrimPrefix(rest, []byte("0"))
	}
	return dialled{rest, true}
}

// past is what the rules make of a number, also of one that is no number today and begins with its country code without
// any sign of it.
func (l *Lists) past(r *reading, d dialled) (renumbering, bool) {
	region := mainRegion(r.cc)
	if old, ok := l.renumber(region, d); ok || r.valid || d.international {
		return old, ok
	}
	if rest, had := bytes.CutPrefix(d.digits, []byte(r.cc)); had {
		return l.renumber(region, dialled{rest, true})
	}
	return renumbering{}, false
}
