package dates

import (
	"strings"
	"time"
	"unicode/utf8"
)

// clock is a time of day and what is said of its zone.
type clock struct {
	hour, minute, second, nano int
	zone                       *time.Location // a fixed offset; nil where none is written
	named                      string         // an abbreviation that several zones share
}

// clock reads what stands behind a day: nothing, or a time in the ways of many lands, with a zone perhaps.
func (r *reader) clock(s string) (clock, bool) {
	var c clock
	s = r.skip(s)
	if s == "" {
		return c, true
	}
	var ok bool
	if c.hour, s, ok = digitsOf(s, 1, 2); !ok {
		return c, false
	}
	half := byte(0)
	if len(s) > 1 && (s[0] == ':' || s[0] == '.' || s[0] == 'h' || s[0] == 'H') && isDigit(s[1]) {
		if c.minute, s, ok = digitsOf(s[1:], 2, 2); !ok {
			return c, false
		}
		if len(s) > 1 && (s[0] == ':' || s[0] == '.') && isDigit(s[1]) {
			if c.second, s, ok = digitsOf(s[1:], 2, 2); !ok {
				return c, false
			}
		}
		if len(s) > 1 && (s[0] == '.' || s[0] == ',') && isDigit(s[1]) {
			scale := int(1e8)
			for s = s[1:]; s != "" && isDigit(s[0]); s = s[1:] {
				c.nano += int(s[0]-'0') * scale
				scale /= 10
			}
		}
	} else if half, _ = r.noon(s); half == 0 {
		return c, false // a number alone is no time, but 3 PM is one
	}
	half, s = r.noon(s)
	switch {
	case half != 0 && (c.hour < 1 || c.hour > 12):
		if half != 'p' || c.hour > 23 { // 15:04 PM says the same twice
			return c, false
		}
	case half == 'a' && c.hour == 12:
		c.hour = 0
	case half == 'p' && c.hour < 12:
		c.hour += 12
	}
	if c.hour > 23 && (c.hour != 24 || c.minute+c.second+c.nano > 0) || c.minute > 59 || c.second > 59 {
		return c, false
	}
	return c, r.zone(&c, s)
}

// noon reads am or pm, in any spelling.
func (r *reader) noon(s string) (half byte, rest string) {
	t := strings.TrimLeft(s, " ")
	n := letters(t)
	if n == 0 || n > 2 {
		return 0, s
	}
	if n == 1 { // a.m., p. m.
		rest := strings.TrimLeft(t[n:], ". ")
		if k := letters(rest); k == 1 && (rest[0] == 'm' || rest[0] == 'M') {
			if h := r.lists.words[strings.ToLower(t[:1])].half; h != 0 {
				return h, strings.TrimLeft(rest[1:], ".")
			}
		}
	}
	if h := r.lists.words[strings.ToLower(t[:n])].half; h != 0 {
		return h, t[n:]
	}
	return 0, s
}

// skip drops words and marks that say nothing.
func (r *reader) skip(s string) string {
	for {
		s = strings.TrimLeft(s, " ,.")
		n := letters(s)
		if n == 0 {
			if s == "" || s[0] < utf8.RuneSelf && s[0] != '-' {
				return s
			}
			if rest, ok := strings.CutPrefix(s, "- "); ok {
				s = rest
				continue
			}
			return s
		}
		if !r.lists.skips(s[:n]) {
			return s
		}
		s = s[n:]
	}
}

// zone reads what a time says of its zone; all of s must be read.
func (r *reader) zone(c *clock, s string) bool {
	s = r.skip(s)
	if i := strings.IndexAny(s, "(["); i >= 0 { // a name behind an offset: (CET), [Europe/Berlin]
		if i == 0 {
			return false
		}
		s = strings.TrimRight(s[:i], " ")
	}
	n := letters(s)
	if n > 0 {
		name := s[:n]
		w := r.lists.words[strings.ToLower(name)]
		s = s[n:]
		switch {
		case w.zone == nil:
			c.named = name
			return s == ""
		case s == "":
			c.zone = w.zone
			return true
		case w.zone.String() != "" || !zero(w.zone): // only UTC and GMT take an offset
			return false
		}
	}
	if s == "" {
		return true
	}
	sign := 1
	switch s[0] {
	case '+':
	case '-':
		sign = -1
	default:
		return false
	}
	hours, rest, ok := digitsOf(s[1:], 1, 2)
	if !ok {
		return false
	}
	minutes := 0
	if rest = strings.TrimPrefix(rest, ":"); rest != "" {
		if minutes, rest, ok = digitsOf(rest, 2, 2); !ok || rest != "" {
			return false
		}
	}
	if hours > 14 || minutes > 59 {
		return false
	}
	c.zone = time.FixedZone("", sign*(hours*60+minutes)*60)
	return true
}

func zero(loc *time.Location) bool {
	_, offset := time.Unix(0, 0).In(loc).Zone()
	return offset == 0
}

// digitsOf reads a number of from least to most digits.
func digitsOf(s string, least, most int) (n int, rest string, ok bool) {
	i := 0
	for i < len(s) && i < most && isDigit(s[i]) {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:], i >= least
}
