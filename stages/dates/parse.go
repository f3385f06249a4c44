package dates

import (
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

func fold(s string) string { return text.Fold(s) }

// excelDay is the first day of Excel's serial numbers (which count a 29 February 1900 that never was).
var excelDay = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// parsed is a date that was read.
type parsed struct {
	at        time.Time
	rule      string // how: dates.iso, named, order, ymd, compact, serial, unix
	zoned     bool   // an offset from UTC is written, or the number counts from a moment in UTC
	ambiguous bool   // day and month could change places
	other     bool   // it can only be read in the other order than the column's
}

// reader reads dates in one way.
type reader struct {
	lists  *Lists
	order  string         // dmy, mdy, ymd; empty: dmy
	loc    *time.Location // of a date without a zone
	window time.Time      // the last day that a year of two digits may make
	moment bool           // numbers may count from 1970
}

// parse reads one value.
func (r *reader) parse(s string) (parsed, bool) {
	if len(s) > 10 && s[10] == 'T' { // else it is none, and an error to say so costs more than the date
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
			return parsed{at: t, rule: "dates.iso", zoned: true}, t.Year() > 0
		}
	}
	s = plainDate(s)
	if inner, ok := strings.CutPrefix(s, "/Date("); ok && r.moment { // .NET's JSON: milliseconds, and an offset that changes nothing
		inner, _, _ = strings.Cut(inner, ")")
		if i := strings.IndexAny(inner, "+-"); i > 0 {
			inner = inner[:i]
		}
		ms, err := strconv.ParseInt(inner, 10, 64)
		return parsed{at: time.UnixMilli(ms).UTC(), rule: "dates.unix", zoned: true}, err == nil && len(inner) <= 13
	}
	if s != "" && isDigit(s[0]) {
		if p, ok, is := r.number(s); is {
			return p, ok
		}
	}
	if p, ok := r.unixDate(s); ok {
		return p, true
	}
	sh, ok := shapeOf(s, r.lists)
	if !ok {
		return parsed{}, false
	}
	y, m, d, other, ok := sh.civil(r.order, r.window)
	if !ok {
		return parsed{}, false
	}
	p := parsed{rule: "dates.order", other: other, ambiguous: sh.ambiguous()}
	switch {
	case sh.iso:
		p.rule = "dates.iso"
	case sh.month >= 0:
		p.rule = "dates.named"
	case sh.width[0] == 4:
		p.rule = "dates.ymd"
	}
	return r.clocked(p, y, m, d, sh.rest)
}

// clocked adds a time of day to a day.
func (r *reader) clocked(p parsed, y, m, d int, rest string) (parsed, bool) {
	c, ok := r.clock(rest)
	if !ok {
		return p, false
	}
	day := func(loc *time.Location) time.Time {
		return time.Date(y, time.Month(m), d, c.hour, c.minute, c.second, c.nano, loc)
	}
	p.at = day(r.loc)
	switch {
	case c.zone != nil:
		p.at, p.zoned = day(c.zone), true
	case c.named != "":
		if name, _ := p.at.Zone(); !strings.EqualFold(name, c.named) { // IST is India's, Israel's or Ireland's
			return p, false
		}
		p.zoned = true
	}
	return p, true
}

// number reads dates that are one number: yyyymmdd and its like, Excel's serials, and for moments seconds, milliseconds and
// microseconds since 1970. is reports whether the text is such a number at all.
func (r *reader) number(s string) (p parsed, ok, is bool) {
	digits := 0
	for digits < len(s) && isDigit(s[digits]) {
		digits++
	}
	if digits < 5 {
		return p, false, false
	}
	rest := s[digits:]
	n, err := strconv.ParseInt(s[:digits], 10, 64)
	if err != nil {
		return p, false, false
	}
	fraction := strings.HasPrefix(rest, ".") && len(rest) > 1 && strings.Trim(rest[1:], "0123456789") == ""
	switch {
	case digits == 8 && (rest == "" || rest[0] == 'T' || rest[0] == ' ' || rest == ".0"):
		return r.compact(int(n), strings.TrimPrefix(strings.TrimLeft(rest, "T "), ".0"))
	case digits == 14 && rest == "":
		p, ok, _ = r.compact(int(n/1e6), s[8:])
		return p, ok, true
	case rest != "" && !fraction:
		return p, false, false
	case digits == 5 && n > 1000 && n < 80000:
		f, err := strconv.ParseFloat(s, 64)
		t := excelDay.AddDate(0, 0, int(n)).Add(time.Duration((f - float64(n)) * 24 * float64(time.Hour)).Round(time.Second))
		return parsed{at: time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, r.loc), rule: "dates.serial"}, err == nil, true
	case !r.moment:
	case digits == 9 || digits == 10:
		nano := 0
		if fraction {
			f, err := strconv.ParseFloat("0"+rest, 64)
			if err != nil {
				return p, false, true
			}
			nano = int(f*1e6) * 1e3
		}
		return parsed{at: time.Unix(n, int64(nano)).UTC(), rule: "dates.unix", zoned: true}, true, true
	case fraction:
	case digits == 12 || digits == 13:
		return parsed{at: time.UnixMilli(n).UTC(), rule: "dates.unix", zoned: true}, true, true
	case digits == 16:
		return parsed{at: time.UnixMicro(n).UTC(), rule: "dates.unix", zoned: true}, true, true
	}
	return p, false, true
}

// compact reads eight digits: the year first where that is a year of people, else in the column's order.
func (r *reader) compact(n int, rest string) (p parsed, ok, is bool) {
	y, m, d := n/1e4, n/100%100, n%100
	p.rule = "dates.compact"
	if y < 1800 || y > 2200 || !isDay(y, m, d) {
		d, m, y = n/1e6, n/1e4%100, n%1e4
		if r.order == "mdy" {
			d, m = m, d
		}
		p.rule, p.ambiguous = "dates.order", d != m && d <= 12
		if y < 1800 || y > 2200 || !isDay(y, m, d) {
			return p, false, true
		}
	}
	if len(rest) == 6 && strings.Trim(rest, "0123456789") == "" || len(rest) > 6 && strings.Trim(rest[:6], "0123456789") == "" {
		rest = rest[:2] + ":" + rest[2:4] + ":" + rest[4:]
	}
	p, ok = r.clocked(p, y, m, d, rest)
	return p, ok, true
}

// unixDate reads what C, Go and browsers print: Mon Jan 2 15:04:05 MST 2006, Wed Nov 05 2025 10:00:00 GMT+0100 (CET).
func (r *reader) unixDate(s string) (parsed, bool) {
	var words [8]string
	n := 0
	for f := range strings.FieldsSeq(s) {
		if n == len(words) {
			return parsed{}, false
		}
		words[n] = f
		n++
	}
	if n < 5 || n > 6 || !r.lists.weekday(words[0]) || strings.Count(words[3], ":") == 0 {
		return parsed{}, false
	}
	m, year := r.lists.month(words[1]), words[n-1]
	d, err := strconv.Atoi(words[2])
	y, err2 := strconv.Atoi(year)
	if m == 0 || err != nil || err2 != nil || len(year) != 4 || !isDay(y, m, d) {
		return parsed{}, false
	}
	return r.clocked(parsed{rule: "dates.named"}, y, m, d, strings.Join(words[3:n-1], " "))
}

// ParseInstant reads the moment that a feed gives; order is that of its days and months where it writes them in numbers, dmy
// where empty. open says that day and month could change places, so that the order decided.
func ParseInstant(s, order string, loc *time.Location, asOf time.Time) (at record.Instant, open, ok bool) {
	if loc == nil {
		loc = time.UTC
	}
	r := reader{lists: builtIn(), order: order, loc: loc, window: yearEnd(asOf), moment: true}
	p, ok := r.parse(strings.TrimSpace(s))
	if !ok {
		return 0, false, false
	}
	return record.At(p.at), p.ambiguous, true
}

// yearEnd is the last day of a moment's year.
func yearEnd(t time.Time) time.Time { return time.Date(t.Year(), 12, 31, 0, 0, 0, 0, time.UTC) }
