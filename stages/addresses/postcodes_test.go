package addresses

import (
	"encoding/csv"
	"math/rand"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestPostcodeGold reads testdata/postcodes.psv: codes of over 90 countries in clean, dirty and wrong forms.
func TestPostcodeGold(t *testing.T) {
	countries := make(map[string]bool)
	right, wrong := 0, 0
	check := func(country, in, want string, ok bool) {
		got := lists.postcode(in, country, "")
		if got.ok == ok && (got.code == want || !ok && got.code == in) {
			right++
			return
		}
		wrong++
		t.Errorf("%s %q gave %q, %v; want %q, %v", country, in, got.code, got.ok, want, ok)
	}
	for _, c := range table(t, "postcodes.psv") {
		countries[c[0]] = true
		check(c[0], c[1], c[1], true)
		for in := range strings.SplitSeq(c[2], ";") {
			if in = strings.TrimSpace(in); in != "" {
				check(c[0], in, c[1], true)
			}
		}
		for in := range strings.SplitSeq(c[3], ";") {
			if in = strings.TrimSpace(in); in != "" {
				check(c[0], in, "", false)
			}
		}
	}
	t.Logf("%d right, %d wrong, in %d countries", right, wrong, len(countries))
	if len(countries) < 60 {
		t.Error("too few countries")
	}
}

// TestFormsAreGoogles holds the forms against Google's patterns: its examples have them, and what has them fits its pattern
// where that is not looser by a digit that no code there begins with.
func TestFormsAreGoogles(t *testing.T) {
	f, err := os.Open("data/postcodes.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	draw := rand.New(rand.NewSource(1))
	for _, c := range rows[1:] {
		country, pattern, example := c[0], c[1], c[2]
		if pattern == "" {
			continue
		}
		forms := lists.forms[country]
		if forms == nil {
			t.Errorf("%s has no forms", country)
			continue
		}
		if !lists.postcode(example, country, "").ok {
			t.Errorf("%s: the example %s has none of the forms", country, example)
		}
		re := regexp.MustCompile("^(?:" + pattern + ")$")
		wider := map[string]bool{"AI": true, "AR": true, "CR": true, "GF": true, "IE": true, "MQ": true, "PW": true, "RE": true, "SA": true, "SM": true, "SV": true, "SH": true, "BL": true, "TW": true}
		for range 200 {
			x := &forms.forms[draw.Intn(len(forms.forms))]
			code := make([]byte, len(x.places))
			for i := range x.places {
				for code[i] = byte(draw.Intn('Z' + 1)); !x.places[i].has(code[i]); code[i] = byte(draw.Intn('Z' + 1)) {
					continue
				}
			}
			if !forms.begins(string(code)) {
				continue
			}
			if s := x.write(string(code), ""); !re.MatchString(s) && !wider[country] {
				t.Errorf("%s: %s has a form, but not Google's", country, s)
				break
			}
			if again := lists.postcode(x.write(string(code), ""), country, ""); again.code != x.write(string(code), "") {
				t.Errorf("%s: %s is clean and became %s", country, x.write(string(code), ""), again.code)
			}
		}
	}
}

// TestZerosByEvidence puts zeros back by the region, and leaves them out against it.
func TestZerosByEvidence(t *testing.T) {
	for _, c := range []struct{ in, country, region, want string }{
		{"2134", "US", "MA", "02134"},
		{"2134", "US", "Massachusetts", "02134"},
		{"2134", "US", "CA", "2134"},
		{"501", "US", "NY", "00501"},
		{"501", "US", "", "501"},
		{"800", "AU", "NT", "0800"},
		{"800", "AU", "NSW", "800"},
		{"6600", "MX", "CDMX", "06600"},
		{"6600", "MX", "Jalisco", "6600"},
		{"8007", "ES", "Barcelona", "08007"},
		{"8007", "ES", "Madrid", "8007"},
	} {
		if got := lists.postcode(c.in, c.country, c.region); got.code != c.want {
			t.Errorf("%s %s %s gave %s, want %s", c.in, c.country, c.region, got.code, c.want)
		}
	}
}
