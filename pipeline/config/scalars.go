package config

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A scalar is a value that one word of YAML gives. What parse says is wrong with a text does not quote it.
type scalar interface {
	parse(text string) error
	form() map[string]any // its JSON Schema
}

// Day is a date, yyyy-mm-dd; empty when not given.
type Day string

func (d *Day) parse(text string) error {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return errors.New("not a day; write it as 2026-11-21")
	}
	*d = Day(text)
	return nil
}

func (*Day) form() map[string]any {
	return map[string]any{"type": "string", "pattern": `^\d{4}-\d{2}-\d{2}$`}
}

// Time is the day's first moment in UTC.
func (d Day) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{} // not given: the only other value that parse lets in
	}
	return t
}

// Span is a length of time in the calendar's units: d, w, mo or y.
type Span struct {
	N    int
	Unit string
}

var spanForm = regexp.MustCompile(`^(\d{1,5})\s*(d|w|mo|y)$`)

func (s *Span) parse(text string) error {
	m := spanForm.FindStringSubmatch(text)
	if m == nil {
		return errors.New("not a length of time; write it as 28d, 6w, 24mo or 2y")
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return errors.New("not a length of time")
	}
	*s = Span{n, m[2]}
	return nil
}

func (*Span) form() map[string]any {
	return map[string]any{"type": "string", "pattern": spanForm.String()}
}

// IsZero reports whether no span is given.
func (s Span) IsZero() bool { return s.N == 0 }

// Before is the moment that lies the span before t.
func (s Span) Before(t time.Time) time.Time {
	switch s.Unit {
	case "d":
		return t.AddDate(0, 0, -s.N)
	case "w":
		return t.AddDate(0, 0, -7*s.N)
	case "mo":
		return t.AddDate(0, -s.N, 0)
	case "y":
		return t.AddDate(-s.N, 0, 0)
	}
	return t
}

// Calendar is the span in whole months and days, as a calendar counts them.
func (s Span) Calendar() (months, days int) {
	switch s.Unit {
	case "mo":
		return s.N, 0
	case "y":
		return 12 * s.N, 0
	}
	return 0, s.Days()
}

// Days is the span in days, 30 a month and 365 a year.
func (s Span) Days() int { return s.N * map[string]int{"d": 1, "w": 7, "mo": 30, "y": 365}[s.Unit] }

func (s Span) String() string {
	if s.IsZero() {
		return ""
	}
	return strconv.Itoa(s.N) + s.Unit
}

// Wait is a time to wait, from a millisecond to ten minutes.
type Wait time.Duration

func (w *Wait) parse(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Millisecond || d > 10*time.Minute {
		return errors.New("not a time to wait; write it as 3s or 500ms")
	}
	*w = Wait(d)
	return nil
}

func (*Wait) form() map[string]any {
	return map[string]any{"type": "string", "pattern": `^\d+(\.\d+)?(ms|s|m)$`}
}

// Size is a number of bytes.
type Size int64

var sizeForm = regexp.MustCompile(`^(\d{1,15})\s*(B|KiB|MiB|GiB|TiB|KB|MB|GB|TB|K|M|G|T)?$`)

func (s *Size) parse(text string) error {
	m := sizeForm.FindStringSubmatch(text)
	if m == nil {
		return errors.New("not a size; write it as 512MiB or 4GiB")
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return errors.New("not a size")
	}
	unit := int64(1)
	if m[2] != "" && m[2] != "B" {
		step := int64(1024)
		if len(m[2]) == 2 {
			step = 1000
		}
		for range strings.IndexByte("KMGT", m[2][0]) + 1 {
			unit *= step
		}
	}
	if n > (1<<62)/unit {
		return errors.New("too large")
	}
	*s = Size(n * unit)
	return nil
}

func (*Size) form() map[string]any {
	return map[string]any{"type": []string{"string", "integer"}, "pattern": sizeForm.String()}
}

// Rate is a number of times in a span.
type Rate struct {
	N   int
	Per Span
}

func (r *Rate) parse(text string) error {
	times, per, ok := strings.Cut(text, "/")
	n, err := strconv.Atoi(strings.TrimSpace(times))
	if !ok || err != nil || n < 0 {
		return errors.New("not a rate; write it as 8/30d")
	}
	r.N = n
	return r.Per.parse(strings.TrimSpace(per))
}

func (*Rate) form() map[string]any {
	return map[string]any{"type": "string", "pattern": `^\d+\s*/\s*\d+(d|w|mo|y)$`}
}

// Threshold is a probability, or the model's own best balance.
type Threshold struct {
	Value  float64
	BestF1 bool
}

func (t *Threshold) parse(text string) error {
	if text == "best-f1" {
		*t = Threshold{BestF1: true, Value: 0.5}
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v < 0 || v > 1 {
		return errors.New("not a probability from 0 to 1, nor best-f1")
	}
	*t = Threshold{Value: v}
	return nil
}

func (*Threshold) form() map[string]any {
	return map[string]any{"oneOf": []any{
		map[string]any{"type": "number", "minimum": 0, "maximum": 1}, map[string]any{"const": "best-f1"},
	}}
}

// Strings is one word or a list of them.
type Strings []string

// Permissions says what each channel needs; Auto lets the job's columns decide.
type Permissions struct {
	Auto      bool // also when nothing is given
	ByChannel map[string]string
}

// IsAuto reports whether the job's columns decide.
func (p Permissions) IsAuto() bool { return p.Auto || len(p.ByChannel) == 0 }
