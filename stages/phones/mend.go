package phones

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// mend tries what people write and the library does not know, and keeps it where that gives a valid number, or uncovers
// one that a rule knows.
func (r *reading) mend(l *Lists, region string, c *cell) {
	if l.known(r, region) {
		return
	}
	digits := only(r.display)
	bare, letters := digits == r.display && digits != "", alphabetic(r.display)
	open := strings.TrimPrefix(r.display, "(")
	from := func(rule string) bool {
		return slices.ContainsFunc(c.notes, func(n note) bool { return n.rule == rule && n.after == r.display })
	}
	for _, try := range []struct {
		rule string
		when bool
		sure bool // the digits were all there: what they make may be a number that was given up
		text func(string) string
	}{
		{"phones.trunk_zero", strings.Contains(r.display, "(0)"), true, replaced(trunkZero, "$1 ")},
		{"phones.prefix", strings.HasPrefix(open, "00") || strings.HasPrefix(open, "011"), true, replaced(abroad, "+$1")},
		{"phones.letters", letters && !strings.ContainsFunc(r.display, otherLetter), false, likeDigits.Replace},
		{"phones.remark", letters, true, replaced(remark, "$1")},
		{"phones.next_line", strings.Contains(r.display, "/"), true, replaced(nextLine, "$1")},
		{"phones.lost_zero", bare && digits[0] != '0' && len(digits) >= lostZero, false, func(s string) string { return "0" + s }},
		{"phones.lost_plus", len(digits) >= lostPlus && from("phones.excel"), false, func(s string) string { return "+" + s }},
	} {
		if !try.when {
			continue
		}
		text, _ := tidy(try.text(r.display))
		if text == r.display {
			continue
		}
		mended := reading{display: text, number: l.ask(text, region)}
		if try.rule == "phones.lost_zero" && mended.nsn != text {
			continue // a zero that is only dialled, not one that the country keeps
		}
		if mended.valid || try.sure && l.known(&mended, region) {
			c.notes = append(c.notes, note{r.display, text, try.rule})
			*r = mended
			return
		}
	}
}

// replaced does what [regexp.Regexp.ReplaceAllString] does.
func replaced(re *regexp.Regexp, by string) func(string) string {
	return func(s string) string { return re.ReplaceAllString(s, by) }
}

var (
	trunkZero = regexp.MustCompile(`^((?:\+|00)[ ()0-9-]{1,8}?) ?\(0\) ?`)
	abroad    = regexp.MustCompile(`^\(?(?:00|011)[ -]?([1-9])`)
	// A remark after a number begins with a letter behind a blank or a mark and holds no other number: "(ask for Ann)",
	// "- after 6pm". The last digits of the next line are one too: "/ 8".
	remark     = regexp.MustCompile(`^([^\pL]*[0-9])\)?(?:[ ,;:(\[/–-]+\pL(?:\D*\d){0,4}\D*)$`)
	nextLine   = regexp.MustCompile(`^([^\pL/]*[0-9]) ?/ ?[0-9]{1,2}$`)
	likeDigits = strings.NewReplacer("o", "0", "O", "0", "l", "1", "I", "1")
)

// otherLetter reports letters that nobody types for a digit.
func otherLetter(r rune) bool { return unicode.IsLetter(r) && !strings.ContainsRune("oOlI", r) }

// lostZero and lostPlus are how many digits a number has at least that lost its zero, or its plus, in a spreadsheet.
const (
	lostZero = 8
	lostPlus = 11
)

// known reports whether a rule speaks of the number as one that was given up.
func (l *Lists) known(r *reading, region string) bool {
	if !r.parsed {
		return false
	}
	_, old := l.past(r, r.dialled(nil, region))
	return old
}

// withPlus is the number that a plus would make of bare digits; it is only a suggestion.
func (l *Lists) withPlus(r *reading, region string) string {
	typed := only(r.display)
	if len(typed) < 10 || typed[0] == '0' || r.ext != "" {
		return ""
	}
	if n := l.ask("+"+typed, region); n.valid {
		return n.e164
	}
	return ""
}
