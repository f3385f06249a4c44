package pipeline

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDefused(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "",
		"Jane":                   "Jane",
		"'t Hooft":               "'t Hooft",
		"+442079460000":          "+442079460000",
		"=1+1":                   "'=1+1",
		"+1-1":                   "'+1-1",
		"+":                      "'+",
		"+44 20 7946":            "'+44 20 7946",
		"-12.5":                  "-12.5",
		"-1-1":                   "'-1-1",
		"-1.2.3":                 "'-1.2.3",
		"@SUM(A1)":               "'@SUM(A1)",
		"\t=1":                   "'\t=1",
		"＝cmd":                   "'＝cmd",
		"'=1":                    "''=1",
		"''":                     "''",
		"a=1":                    "a=1",
		`=HYPERLINK("x";"y")`:    `'=HYPERLINK("x";"y")`,
		"1 High Street, Flat +2": "1 High Street, Flat +2",
	} {
		if got := defused(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

// No cell begins as a formula, and every cell can be read back.
func TestDefusedIsReversible(t *testing.T) {
	const marks = "=+-@\t\r\n＝＋－＠"
	back := func(s string) string {
		if rest := strings.TrimLeft(s, "'"); rest != s && rest != "" && strings.ContainsRune(marks, []rune(rest)[0]) {
			return s[1:]
		}
		return s
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`['=+@\-\t＝0-9a. ]{0,6}`).Draw(t, "s")
		d := defused(s)
		if back(d) != s {
			t.Fatalf("%q became %q, read back as %q", s, d, back(d))
		}
		if d != "" && strings.ContainsRune(marks, []rune(d)[0]) && strings.Trim(d[1:], "0123456789.") != "" {
			t.Fatalf("%q begins as a formula", d)
		}
	})
}
