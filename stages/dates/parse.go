package dates

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// shape is a date as it is written: its parts before anything is decided about their order.
type shape struct {
	parts [3]int
	width [3]int // digits of each part; 0 for a month's name
	month int    // which part is a month's name; -1 when none is
	rest  string // what stands behind the date: a time
	iso   bool   // written as yyyy-mm-dd
}

// months in seven languages: the first letters that tell them apart, folded.
var months = map[string]int{
	"jan": 1, "ene": 1, "gen": 1, "janvier": 1, "janeiro": 1,
	"feb": 2, "fev": 2, "fevr": 2, "febrero": 2,
	"mar": 3, "mars": 3, "mrz": 3, "maart": 3, "mrt": 3, "marz": 3, "maerz": 3,
	"apr": 4, "avr": 4, "abr": 4, "avril": 4,
	"may": 5, "mai": 5, "mei": 5, "mag": 5, "maio": 5, "mayo": 5,
	"jun": 6, "juin": 6, "giu": 6,
	"jul": 7, "juil": 7, "lug": 7, "juillet": 7,
	"aug": 8, "aout": 8, "ago": 8,
	"sep": 9, "sept": 9, "set": 9,
	"oct": 10, "okt": 10, "ott": 10, "out": 10,
	"nov": 11,
	"dec": 12, "dez": 12, "dic": 12, "des": 12,
}

func monthOf(word string) int {
	word = strings.NewReplacer("é", "e", "û", "u", "ä", "a", "ç", "c", "ã", "a").Replace(strings.ToLower(word))
	for n := min(len(word), 8); n >= 3; n-- {
		if m, ok := months[word[:n]]; ok {
			return m
		}
	}
	return 0
}

// shapeOf takes a date apart; ok is false for text that is none.
func shapeOf(s string) (sh shape, ok bool) {
	sh.month = -1
	at := 0
	for i := range 3 {
		for at < len(s) && separator(s[at]) {
			at++
		}
		from := at
		for at < len(s) && s[at] >= '0' && s[at] <= '9' {
			at++
		}
		if at > from {
			if at-from > 4 {
				return sh, false
			}
			sh.parts[i], _ = strconv.Atoi(s[from:at]) // at most four digits
			sh.width[i] = at - from
			for _, suffix := range []string{"st", "nd", "rd", "th", "er", "º", "ª"} { // 1st, 1er, 1º
				if strings.HasPrefix(s[at:], suffix) && sh.width[i] <= 2 {
					at += len(suffix)
					break
				}
			}
			if strings.HasPrefix(s[at:], " de ") {
				at += 4
			}
			continue
		}
		for at < len(s) && (unicode.IsLetter(rune(s[at])) || s[at] >= 0x80) {
			at++
		}
		m := monthOf(s[from:at])
		if m == 0 || sh.month >= 0 {
			return sh, false
		}
		sh.parts[i], sh.month = m, i
		if strings.HasPrefix(s[at:], " de ") || strings.HasPrefix(s[at:], " del ") {
			at += 4
		}
	}
	sh.rest = strings.TrimLeft(s[at:], " ,T")
	sh.iso = sh.width == [3]int{4, 2, 2} && len(s) >= 10 && s[4] == '-' && s[7] == '-'
	return sh, at == len(s) || s[at] == ' ' || s[at] == 'T' || s[at] == ','
}

func separator(c byte) bool { return c == '/' || c == '-' || c == '.' || c == ' ' || c == ',' }

// civil makes year, month and day of a shape in the given order (dmy, mdy, ymd); ok is false when it is no day.
func (sh shape) civil(order string, asOf time.Time) (y, m, d int, ok bool) {
	p, w := sh.parts, sh.width
	switch {
	case w[0] == 4:
		y, m, d = p[0], p[1], p[2]
	case sh.month == 0: // March 5, 2024
		m, d, y = p[0], p[1], p[2]
	case sh.month == 1: // 5 March 2024
		d, m, y = p[0], p[1], p[2]
	case order == "mdy":
		m, d, y = p[0], p[1], p[2]
	case order == "ymd":
		y, m, d = p[0], p[1], p[2]
	default:
		d, m, y = p[0], p[1], p[2]
	}
	year := 2
	if w[0] == 4 || order == "ymd" && sh.month < 0 {
		year = 0
	}
	switch w[year] {
	case 4:
	case 2:
		y += 2000 // the latest such year that is not after the as-of date's
		for y > asOf.Year() {
			y -= 100
		}
	default:
		return 0, 0, 0, false
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return y, m, d, y > 0 && t.Month() == time.Month(m) && t.Day() == d
}

// excelDay is the first day of Excel's serial numbers (which count a 29 February 1900 that never was).
var excelDay = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// number reads dates that are one number: yyyymmdd, Excel's serials, and for moments seconds or milliseconds since 1970.
func number(s string, moment bool) (time.Time, string, bool) {
	digits := s
	if i := strings.IndexByte(s, '.'); i > 0 {
		digits = s[:i]
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 {
		return time.Time{}, "", false
	}
	switch {
	case len(s) == 8:
		t, err := time.Parse("20060102", s)
		return t, "compact", err == nil
	case len(digits) == 5 && n > 1000 && n < 80000:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return time.Time{}, "", false
		}
		return excelDay.AddDate(0, 0, int(n)).Add(time.Duration((f - float64(n)) * 24 * float64(time.Hour)).Round(time.Second)), "serial", true
	case moment && len(digits) == 10:
		return time.Unix(n, 0).UTC(), "unix", true
	case moment && len(s) == 13:
		return time.UnixMilli(n).UTC(), "unix", true
	}
	return time.Time{}, "", false
}

// parsed is a date that was read.
type parsed struct {
	at    time.Time
	rule  string // how: iso, named, order, compact, serial, unix
	timed bool   // a time of day is written
}

var clocks = []string{"15:04:05.999999999", "15:04:05", "15:04", "3:04:05 PM", "3:04 PM", "3:04PM", "15.04"}

var zones = []string{"Z07:00", "Z0700", " -0700", " -07:00", " MST", ""}

// parse reads one value. A date without a zone is of loc.
func parse(s, order string, loc *time.Location, asOf time.Time, moment bool) (parsed, bool) {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return parsed{t, "iso", true}, true
	}
	if t, rule, ok := number(s, moment); ok {
		if rule != "unix" {
			t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, loc)
		}
		return parsed{t, rule, rule == "unix"}, true
	}
	sh, ok := shapeOf(s)
	if !ok {
		return parsed{}, false
	}
	y, m, d, ok := sh.civil(order, asOf)
	if !ok {
		return parsed{}, false
	}
	rule := "order"
	switch {
	case sh.iso:
		rule = "iso"
	case sh.month >= 0:
		rule = "named"
	case sh.width[0] == 4:
		rule = "ymd"
	}
	day := time.Date(y, time.Month(m), d, 0, 0, 0, 0, loc)
	if sh.rest == "" {
		return parsed{day, rule, false}, true
	}
	for _, c := range clocks {
		for _, z := range zones {
			t, err := time.ParseInLocation(c+z, sh.rest, loc)
			if err == nil {
				return parsed{time.Date(y, time.Month(m), d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location()), rule, true}, true
			}
		}
	}
	return parsed{}, false
}

// ParseInstant reads the moment that a feed gives; order is that of its days and months where it writes them in numbers.
func ParseInstant(s, order string, loc *time.Location, asOf time.Time) (record.Instant, bool) {
	if loc == nil {
		loc = time.UTC
	}
	p, ok := parse(strings.TrimSpace(s), order, loc, asOf, true)
	if !ok {
		return 0, false
	}
	return record.At(p.at), true
}
