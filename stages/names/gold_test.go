package names

import (
	"os"
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// goldRows reads a gold file; half is dev or held, as its rows are marked, or empty for all.
func goldRows(t testing.TB, file, half string) [][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n")[1:] {
		c := strings.Split(line, "|")
		if half == "" || c[0] == half {
			out = append(out, c[1:])
		}
	}
	return out
}

// score fails where fewer than atLeast of the cases are right. Failures of the half that is held out are only counted.
func score(t *testing.T, half string, right, all int, atLeast float64) {
	t.Helper()
	rate := float64(right) / float64(all)
	t.Logf("%s: %d of %d right, %.2f %%", half, right, all, 100*rate)
	if rate < atLeast {
		t.Errorf("%s: fewer than %.1f %%", half, 100*atLeast)
	}
}

// TestSplittingGold: all five fields of whole names of many cultures.
func TestSplittingGold(t *testing.T) {
	for _, half := range []string{"dev", "held"} {
		right := 0
		cases := goldRows(t, "testdata/split.psv", half)
		for _, c := range cases {
			r, _ := clean(full(c[1], c[0]))
			got := []string{r.Text[record.Title], r.Text[record.GivenName], r.Text[record.MiddleName], r.Text[record.FamilyName], r.Text[record.Suffix]}
			if strings.Join(got, "|") == strings.Join(c[2:], "|") {
				right++
			} else if half == "dev" || testing.Verbose() && os.Getenv("HELD") != "" {
				t.Logf("%s %q: %q, want %q", c[0], c[1], got, c[2:])
			}
			again, _ := clean(r)
			if again.Text != r.Text {
				t.Errorf("%q: cleaning twice differs", half)
			}
		}
		score(t, half, right, len(cases), 0.98)
	}
}

// TestCasingGold: names in capitals or small letters come out right or as they were; right ones stay.
func TestCasingGold(t *testing.T) {
	for _, half := range []string{"dev", "held"} {
		right, alone, all := 0, 0, 0
		for _, c := range goldRows(t, "testdata/casing.psv", half) {
			for _, as := range []func(string) string{strings.ToUpper, strings.ToLower} {
				var r record.Record
				r.DefaultCountry = c[0]
				g, f := as(c[1]), as(c[2])
				r.Text[record.GivenName], r.Text[record.FamilyName] = g, f
				r, _ = clean(r)
				all++
				switch {
				case r.Text[record.GivenName] == c[1] && r.Text[record.FamilyName] == c[2]:
					right++
				case r.Text[record.GivenName] == g && r.Text[record.FamilyName] == f:
					alone++
				default:
					if half == "dev" {
						t.Logf("%s %q %q: %q %q", c[0], c[1], c[2], r.Text[record.GivenName], r.Text[record.FamilyName])
					}
				}
			}
			var r record.Record
			r.DefaultCountry = c[0]
			r.Text[record.GivenName], r.Text[record.FamilyName] = c[1], c[2]
			if r, _ = clean(r); r.Text[record.GivenName] != c[1] || r.Text[record.FamilyName] != c[2] {
				t.Errorf("%s: %s %q %q was right and became %q %q", half, c[0], c[1], c[2], r.Text[record.GivenName], r.Text[record.FamilyName])
			}
		}
		t.Logf("%s: left alone %d", half, alone)
		score(t, half, right+alone, all, 0.99)
	}
}

// TestOrganisationsGold: organisations without a legal form are told, and no person is taken for one.
func TestOrganisationsGold(t *testing.T) {
	for _, half := range []string{"dev", "held"} {
		told, all := 0, 0
		for _, c := range goldRows(t, "testdata/organisations.psv", half) {
			r, _ := clean(full(c[1], "GB"))
			firm := r.Text[record.Company] != ""
			switch {
			case c[0] == "person" && firm:
				t.Errorf("%s: %q is a person", half, c[1])
			case c[0] == "person":
			case firm:
				told++
				all++
			default:
				all++
				if half == "dev" {
					t.Logf("%q: %q", c[1], fields(r))
				}
			}
		}
		score(t, half, told, all, 0.9)
	}
}
