package phones

import (
	"regexp"
	"strings"
	"testing"
)

// Quick reading says what the library says, on numbers of every region; -numbers asks for more of them.
func TestQuickEqualsLibrary(t *testing.T) {
	answered, asked := 0, 0
	everywhere(t, *numbers, func(d *draw, region string) bool {
		text, home := spelled(d, region), elsewhere(d, region)
		ok := checkQuick(t, text, home)
		if asked++; ok {
			answered++
		}
		return ok
	})
	t.Logf("%d of %d were read quickly", answered, asked)
	if answered*100 < asked*85 {
		t.Error("that is too few")
	}
}

// checkQuick compares quick reading with the library and reports whether there was an answer to compare.
func checkQuick(t *testing.T, text, region string) bool {
	got, ok := quick(text, region)
	if !ok {
		return false
	}
	if want := library(text, region); got != want {
		t.Errorf("%s %q: quick %+v, library %+v", region, text, got, want)
	}
	return true
}

func FuzzQuick(f *testing.F) {
	f.Add("", "(020) 7946-0018")
	for _, region := range []string{"GB", "US", "BR", "AR", "MX", "IT", "CN", "RU", ""} {
		f.Add(region, "+44 20 7946 0018")
		f.Add(region, "(0343) 15-555-1212")
		f.Add(region, "00 1 212 555 0123")
	}
	f.Fuzz(func(t *testing.T, region, text string) {
		checkQuick(t, text, region)
	})
}

// What plain lets pass must be what the repairs and the splitting leave alone.
func TestPlainIsUntouched(t *testing.T) {
	d := draw(11)
	passed := 0
	for range 50_000 {
		text := make([]byte, 1+d.n(14))
		for i := range text {
			text[i] = "0123456789  +().-0"[d.n(18)]
		}
		if !plain(string(text)) {
			continue
		}
		passed++
		if tidied, _ := tidy(string(text)); tidied != string(text) || len(pieces(tidied)) != 1 {
			t.Fatalf("%q is not left alone: %q", text, tidied)
		}
	}
	if passed < 1000 {
		t.Errorf("only %d were plain", passed)
	}
}

func TestAutomaton(t *testing.T) {
	patterns := []string{"", "[1-9]\\d{3}", "(?:1|22)?3", "0(?:1\\d|2)|9{2,4}", "\\d+", "1(23)?4", "(12\\d)$|1"}
	all, err := compile(patterns...)
	if err != nil {
		t.Fatal(err)
	}
	d := draw(7)
	for range 10_000 {
		text := make([]byte, d.n(6))
		for i := range text {
			text[i] = byte('0' + d.n(5))
		}
		for i, pattern := range patterns {
			want := regexp.MustCompile(`^(?:` + pattern + `)$`).Match(text)
			if got := all.match(text)&(1<<i) != 0; got != want {
				t.Errorf("%q on %q: %v", pattern, text, got)
			}
			one, _ := compile(pattern)
			if (one.match(text) != 0) != want {
				t.Errorf("%q alone on %q", pattern, text)
			}
			at := regexp.MustCompile(`^(?:` + pattern + `)`).FindIndex(text)
			if end, sure := one.begins(text); (end > 0) != (at != nil && reach(pattern, text) > 0) || sure && end > 0 && end != at[1] {
				t.Errorf("%q begins %q: %d %v, want %v", pattern, text, end, sure, at)
			}
		}
	}
	for _, broken := range []string{`(`, `\b1`, `(?:\d\d)*1\d{40}`} {
		if _, err := compile(broken); err == nil {
			t.Errorf("%q compiles", broken)
		}
	}
	if _, err := compile(make([]string, maxPatterns+1)...); err == nil {
		t.Error("more patterns than marks")
	}
}

// reach is how many digits the pattern can match at the beginning.
func reach(pattern string, text []byte) int {
	re := regexp.MustCompile(`^(?:` + pattern + `)`)
	re.Longest()
	at := re.FindIndex(text)
	if at == nil {
		return 0
	}
	return at[1]
}

var spellings = []string{"+44 20 7123 4567", "020 7123 4567", "07900 123457", "(415) 867-5309", "+49 30 901820", "0171 222 1234", "+33 1 42 34 56 78"}

func BenchmarkQuick(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, ok := quick(spellings[i%len(spellings)], "GB"); !ok {
			b.Fatal("not read")
		}
	}
}

// Numbers of all regions on all cores, those that are read quickly: numbers/s is the figure to watch.
func BenchmarkQuickEverywhere(b *testing.B) {
	type asked struct{ text, region string }
	var all []asked
	d := draw(3)
	for _, region := range regions() {
		for range 100 {
			text := spelled(&d, region)
			if _, ok := quick(text, region); ok {
				all = append(all, asked{text, region})
			}
		}
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			a := &all[i%len(all)]
			quick(a.text, a.region)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "numbers/s")
}

func BenchmarkLibrary(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		library(spellings[i%len(spellings)], "GB")
	}
}

// Numbers that were never seen before: nothing is remembered.
func BenchmarkUnderstand(b *testing.B) {
	l := DefaultLists()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		var c cell
		l.understand(spellings[i%len(spellings)], "GB", &c)
	}
}

func BenchmarkMap(b *testing.B) {
	m := mapper(b)
	r := clean(b, m, "GB", "2020-01-01", strings.TrimSpace(spellings[1]))
	r.Points = nil
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := m.Map(r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
