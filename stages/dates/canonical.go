package dates

import (
	"sync/atomic"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// clean reports whether text is a real day in canonical form.
func clean(s string) bool {
	if len(s) != len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return false
	}
	y, rest, ok1 := digitsOf(s, 4, 4)
	if !ok1 {
		return false
	}
	mo, rest, ok2 := digitsOf(rest[1:], 2, 2)
	if !ok2 {
		return false
	}
	d, _, ok3 := digitsOf(rest[1:], 2, 2)
	return ok3 && isDay(y, mo, d)
}

// cleanMoment reports whether text is a real moment of whole seconds in canonical form, as most are that programs wrote.
func cleanMoment(s string) bool {
	return len(s) == len("2006-01-02T15:04:05Z") && s[10] == 'T' && s[13] == ':' && s[16] == ':' && s[19] == 'Z' &&
		below(s[11:], "24") && below(s[14:], "60") && below(s[17:], "60") && clean(s[:10])
}

// below reports whether two digits come before most.
func below(s, most string) bool { return isDigit(s[0]) && isDigit(s[1]) && s[:2] < most }

// Days of people's lifetimes are written over and over: each is made once. What a day looks like never depends on which
// others are held.
const (
	daysFrom = -70 * 366 // 1899, in days since 1970
	daysTo   = 130 * 366 // 2100
)

var midnights [daysTo - daysFrom]atomic.Pointer[string]

// midnight is the canonical form of the moment at which a day begins in UTC, counted from 1970; empty for days too far
// away. Its first ten letters are the day's.
func midnight(day int64) string {
	if day < daysFrom || day >= daysTo {
		return ""
	}
	at := &midnights[day-daysFrom]
	if s := at.Load(); s != nil {
		return *s
	}
	s := time.Unix(day*secondsPerDay, 0).UTC().Format(time.RFC3339)
	at.Store(&s)
	return s
}

const secondsPerDay = 24 * 60 * 60

// dayOf is the calendar day of a moment where it was read, yyyy-mm-dd.
func dayOf(t time.Time) string {
	_, offset := t.Zone()
	if s := midnight(floorDiv(t.Unix()+int64(offset), secondsPerDay)); s != "" {
		return s[:len(time.DateOnly)]
	}
	return t.Format(time.DateOnly)
}

// instant writes a moment in canonical form; raw comes back where it is in that form.
func instant(t time.Time, raw string) string {
	at := record.At(t)
	if u := int64(at); u%(secondsPerDay*1e6) == 0 {
		if s := midnight(u / (secondsPerDay * 1e6)); s != "" {
			return s
		}
	}
	var buf [48]byte
	out := at.Time().AppendFormat(buf[:0], time.RFC3339Nano)
	if string(out) == raw {
		return raw
	}
	return string(out)
}

func floorDiv(a, b int64) int64 {
	if q := a / b; a%b >= 0 {
		return q
	}
	return a/b - 1
}
