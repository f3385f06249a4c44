package dates

import (
	"testing"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// TestCanonical proves that days and moments that need no reading are those that the long way gives.
func TestCanonical(t *testing.T) {
	for day := time.Date(1880, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2120; day = day.AddDate(0, 0, 1) {
		if got, want := instant(day, ""), day.Format(time.RFC3339Nano); got != want {
			t.Fatalf("instant: got %q, want %q", got, want)
		}
		for _, loc := range []*time.Location{time.UTC, time.FixedZone("", 14*3600), time.FixedZone("", -12*3600)} {
			for _, at := range []time.Time{day.In(loc), day.Add(-time.Nanosecond).In(loc)} {
				if got, want := dayOf(at), at.Format(time.DateOnly); got != want {
					t.Fatalf("dayOf: got %q, want %q", got, want)
				}
			}
		}
		for d := 1; d < 33; d++ {
			y, m, _ := day.Date()
			if got, want := isDay(y, int(m), d), time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Day() == d; got != want {
				t.Fatalf("isDay(%d, %d, %d): got %v", y, m, d, got)
			}
		}
	}
}

// FuzzCleanMoment: a text that is left as it is, is what it would be written as.
func FuzzCleanMoment(f *testing.F) {
	for _, s := range []string{"2024-02-29T23:59:59Z", "2023-02-29T00:00:00Z", "1970-01-01T00:00:00Z", "2024-01-01T24:00:00Z", "0000-01-01T00:00:00Z", "2024-01-01T1:00:00ZZ", "2024-01-01T0\u0661:00:00Z"} {
		f.Add(s)
	}
	m := New(Options{AsOf: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)})
	f.Fuzz(func(t *testing.T, s string) {
		at, err := time.Parse(time.RFC3339Nano, s)
		want := err == nil && at.Year() > 0 && len(s) == 20 && s[19] == 'Z' && at.Format(time.RFC3339Nano) == s
		if got := cleanMoment(s); got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
		var r record.Record
		r.Text[record.CreatedAt] = s
		if r, _ = m.Map(r); want && r.Text[record.CreatedAt] != "" && r.Text[record.CreatedAt] != s {
			t.Fatal("a moment in canonical form was changed")
		}
	})
}
