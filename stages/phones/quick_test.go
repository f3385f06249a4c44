package phones

import (
	"hash/fnv"
	"regexp"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers/v2"
)

// draw is a small generator of the same numbers on every run (splitmix64).
type draw uint64

func (d *draw) n(below int) int {
	*d += 0x9E3779B97F4A7C15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return int((z ^ z>>31) % uint64(below))
}

// spellings of a number and of numbers near it: national, international, with punctuation, a digit changed, lost or
// too many, with prefixes that belong there and that do not.
func spelled(d *draw, region string) string {
	types := []phonenumbers.PhoneNumberType{
		phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.TOLL_FREE, phonenumbers.PREMIUM_RATE,
		phonenumbers.SHARED_COST, phonenumbers.VOIP, phonenumbers.PERSONAL_NUMBER, phonenumbers.PAGER, phonenumbers.UAN, phonenumbers.VOICEMAIL,
	}
	p := phonenumbers.GetExampleNumberForTypeInRegion(region, types[d.n(len(types))])
	if p == nil {
		p = phonenumbers.GetExampleNumber(region)
	}
	nsn := []byte(phonenumbers.GetNationalSignificantNumber(p))
	for range d.n(8) {
		nsn[d.n(len(nsn))] = byte('0' + d.n(10))
	}
	switch d.n(8) {
	case 0:
		nsn = nsn[:len(nsn)-1]
	case 1:
		nsn = append(nsn, byte('0'+d.n(10)))
	case 2:
		nsn = nsn[min(d.n(4), len(nsn)-1):]
	}
	cc := countryCode(region)
	before := []string{"", "", "0", "+" + cc, "+" + cc + " ", "+" + cc + "0", "+" + cc + " (0)", "00" + cc, "011" + cc, cc, "1", "8", "9", "15", "0" + cc, "+", "00", "(0", "0 0"}
	s := []byte(before[d.n(len(before))])
	for i, c := range nsn {
		if i > 0 && d.n(4) == 0 {
			s = append(s, " -.()"[d.n(5)])
		}
		s = append(s, c)
	}
	return string(s)
}

func TestQuickEqualsLibrary(t *testing.T) {
	each := 400
	if testing.Short() {
		each = 40
	}
	answered, asked := 0, 0
	list := regions()
	for _, region := range list {
		h := fnv.New64a()
		h.Write([]byte(region))
		d := draw(h.Sum64())
		for range each {
			text := spelled(&d, region)
			home := region
			switch d.n(10) {
			case 0:
				home = list[d.n(len(list))]
			case 1:
				home = ""
			}
			asked++
			if checkQuick(t, text, home) {
				answered++
			}
		}
	}
	if answered*100 < asked*85 {
		t.Errorf("only %d of %d were read quickly", answered, asked)
	}
	t.Logf("%d of %d read quickly", answered, asked)
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
	for b.Loop() {
		if _, err := m.Map(r); err != nil {
			b.Fatal(err)
		}
	}
}
