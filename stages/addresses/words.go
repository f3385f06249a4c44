package addresses

import (
	"strings"
	"unicode"

	"github.com/rollcall-data/rollcall/pipeline/text"
)

// oneLine is an address on one line, in parts that commas and their like divide.
type oneLine struct {
	raw   string
	parts []part
}

type part struct{ words []word }

// word is a word of a line, and where it stands there; its text is in capitals where the whole line is small.
type word struct {
	text, folded string
	from, to     int
}

// longest is how long a line may be, in bytes: more is no address.
const longest = 400

// newLine divides a line; nil for one that holds nothing or is too long.
func newLine(s, country string) *oneLine {
	if len(s) > longest {
		return nil
	}
	ln := &oneLine{raw: s, parts: make([]part, 0, 4)}
	words, first := make([]word, 0, 8), 0 // of all parts; the first of the part at hand
	start, small := -1, strings.IndexFunc(s, unicode.IsUpper) < 0
	flush := func(end int) {
		if start >= 0 {
			if w, folded := s[start:end], text.Fold(s[start:end]); folded != "" || w == "#" {
				if small { // nothing was written in capitals: nothing can be told by them
					w = strings.ToUpper(w)
				}
				words = append(words, word{w, folded, start, end})
			}
			start = -1
		}
	}
	cut := func() {
		if len(words) > first {
			ln.parts = append(ln.parts, part{words[first:len(words):len(words)]})
			first = len(words)
		}
	}
	for i, c := range s {
		switch {
		case c == ',' || c == ';' || c == '|' || c == '\n' || c == '•' || c == '·' || c == '、' || c == '，':
			flush(i)
			cut()
		case (c == '-' || c == '–' || c == '—' || c == '/') && spaced(s, i, c):
			flush(i)
			cut()
		case (c == '-' || c == '/') && start >= 0 && parted(s[start:i], s[i+1:], country, small):
			flush(i)
			cut()
		case unicode.IsSpace(c):
			flush(i)
		case start < 0:
			start = i
		}
	}
	flush(len(s))
	cut()
	if len(ln.parts) == 0 {
		return nil
	}
	return ln
}

// spaced reports whether a dash stands between spaces.
func spaced(s string, i int, c rune) bool {
	end := i + len(string(c))
	if i == 0 || s[i-1] != ' ' || end+1 >= len(s) || s[end] != ' ' {
		return false
	}
	return c != '/' || i < 2 || !digit(s[i-2:]) || !digit(s[end+1:]) // 8 / 10 is one number
}

// parted reports whether a dash without spaces divides a town from what follows: Bengaluru-560038, São Paulo/SP.
func parted(before, after, country string, small bool) bool {
	if strings.ContainsAny(before, "0123456789") || len(before) < 3 {
		return false
	}
	n := strings.IndexFunc(after, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if n < 0 {
		n = len(after)
	}
	next := after[:n]
	return country == "IN" && len(next) == 6 && strings.Trim(next, "0123456789") == "" ||
		country == "BR" && len(next) == 2 && (small || next == strings.ToUpper(next)) && strings.IndexFunc(next, unicode.IsLetter) == 0 && !strings.ContainsAny(next, "0123456789")
}

// words is the line's own text from the first word to the last.
func (ln *oneLine) words(w []word) string {
	if len(w) == 0 {
		return ""
	}
	return strings.Trim(ln.raw[w[0].from:w[len(w)-1].to], " ")
}

// text is the line's own text of some parts, with what divides them.
func (ln *oneLine) text(parts []part) string {
	if len(parts) == 0 {
		return ""
	}
	last := parts[len(parts)-1].words
	return text.Tidy(ln.raw[parts[0].words[0].from:last[len(last)-1].to])
}
