package dates

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// shape is a date as it is written: its parts before anything is decided about their order.
type shape struct {
	parts [3]int
	width [3]int // digits of each part; 0 for a month's name
	month int    // which part is a month's name; -1 when none is
	rest  string // what stands behind the date: a time
	iso   bool   // written as yyyy-mm-dd
}

// plainDate writes digits of other scripts as ASCII's, and the marks of Chinese, Japanese and Korean dates as hyphens. Text
// that has neither comes back as it is.
func plainDate(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		ascii = ascii && s[i] < utf8.RuneSelf
	}
	if ascii {
		return s
	}
	marks := false
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '年' || r == '月' || r == '년' || r == '월':
			marks = true
			return '-'
		case r == '日' || r == '일' || r == '号':
			return ' '
		case r == '／':
			return '/'
		case r == '．' || r == '。':
			return '.'
		case r == '：':
			return ':'
		case r == '’' || r == '‘':
			return '\''
		case r >= '\u2010' && r <= '\u2015' || r == '−' || r == '－':
			return '-'
		}
		return r
	}, s)
	if marks {
		s = strings.ReplaceAll(s, "- ", "-")
	}
	return strings.TrimSpace(s)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func separator(c byte) bool {
	return c == '/' || c == '-' || c == '.' || c == ' ' || c == ',' || c == '\''
}

// letters is how many bytes of s are one word.
func letters(s string) int {
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Mc, r) {
			return i
		}
	}
	return len(s)
}

// shapeOf takes a date apart; ok is false for text that is none. words may be nil: then a date with a word in it is none.
func shapeOf(s string, words *Lists) (sh shape, ok bool) {
	sh.month = -1
	at := 0
	for i := 0; i < 3; {
		for at < len(s) && separator(s[at]) {
			at++
		}
		from := at
		for at < len(s) && isDigit(s[at]) {
			at++
		}
		if at > from {
			if at-from > 4 || at-from == 3 || i == 2 && at < len(s) && s[at] == ':' {
				return sh, false
			}
			for _, c := range []byte(s[from:at]) {
				sh.parts[i] = sh.parts[i]*10 + int(c-'0')
			}
			sh.width[i] = at - from
			at += ordinal(s[at:], sh.width[i])
			i++
			continue
		}
		n := letters(s[at:])
		if n == 0 || words == nil {
			return sh, false
		}
		w := s[at : at+n]
		at += n
		m := words.month(w)
		switch {
		case m > 0 && sh.month < 0:
			sh.parts[i], sh.month = m, i
			i++
		case words.skips(w), i == 0 && sh.month < 0 && words.weekday(w):
			if i == 0 && !separatesAt(s, at) {
				return sh, false
			}
		default:
			return sh, false
		}
	}
	sh.iso = sh.width == [3]int{4, 2, 2} && len(s) >= 10 && s[4] == '-' && s[7] == '-'
	if at < len(s) && s[at] == '.' {
		at++
	}
	if at < len(s) && s[at] != ' ' && s[at] != 'T' && s[at] != 't' && s[at] != ',' && s[at] < utf8.RuneSelf && s[at] != '(' {
		return sh, false
	}
	sh.rest = strings.TrimLeft(s[at:], " ,Tt")
	return sh, true
}

func separatesAt(s string, at int) bool { return at < len(s) && separator(s[at]) }

// ordinal is how many bytes of s only say that the number before is one in a row: 1st, 1er, 1º.
func ordinal(s string, width int) int {
	if width > 2 || s == "" || separator(s[0]) {
		return 0
	}
	for _, suffix := range [...]string{"st", "nd", "rd", "th", "er", "º", "ª", "°", "-го", "re"} {
		if strings.HasPrefix(s, suffix) && (len(s) == len(suffix) || letters(s[len(suffix):]) == 0) {
			return len(suffix)
		}
	}
	return 0
}

func (l *Lists) skips(w string) bool   { return l.words[fold(w)].skip }
func (l *Lists) weekday(w string) bool { return l.weekdays[fold(w)] }

// civil makes year, month and day of a shape in the given order (dmy, mdy, ymd); ok is false when it is no day. Where the
// order gives none and the other one of day and month does, other is true.
func (sh *shape) civil(order string, window time.Time) (y, m, d int, other, ok bool) {
	p, w := sh.parts, sh.width
	year := 2
	switch {
	case w[0] == 4 || sh.month < 0 && p[0] > 31 || sh.month == 1 && p[0] > 31:
		y, m, d, year = p[0], p[1], p[2], 0
	case sh.month == 0: // March 5, 2024
		m, d, y = p[0], p[1], p[2]
	case sh.month == 1: // 5 March 2024
		d, m, y = p[0], p[1], p[2]
	case sh.month == 2:
		return 0, 0, 0, false, false
	case order == "ymd" && w[2] != 4:
		y, m, d, year = p[0], p[1], p[2], 0
	case order == "mdy":
		m, d, y = p[0], p[1], p[2]
	default:
		d, m, y = p[0], p[1], p[2]
	}
	if w[year] != 4 && w[year] != 2 || year == 0 && w[2] == 4 {
		return 0, 0, 0, false, false
	}
	if w[year] == 2 { // the latest such year that is not after the window's end
		y += window.Year() / 100 * 100
		if y > window.Year() || y == window.Year() && (m > int(window.Month()) || m == int(window.Month()) && d > window.Day()) {
			y -= 100
		}
	}
	if isDay(y, m, d) {
		return y, m, d, false, true
	}
	if sh.month < 0 && year == 2 && isDay(y, d, m) {
		return y, d, m, true, true
	}
	return 0, 0, 0, false, false
}

func isDay(y, m, d int) bool {
	if y <= 0 || m < 1 || m > 12 || d < 1 {
		return false
	}
	if leap := y%4 == 0 && (y%100 != 0 || y%400 == 0); m == 2 && !leap {
		return d <= 28
	}
	return d <= [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
}

// ambiguous reports whether day and month could change places.
func (sh *shape) ambiguous() bool {
	return sh.month < 0 && sh.width[0] != 4 && sh.parts[0] != sh.parts[1] && sh.parts[0] <= 12 && sh.parts[1] <= 12
}
