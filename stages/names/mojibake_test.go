package names

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// misread is UTF-8 read as another encoding; bytes that it leaves out become controls where controls is set, else it is
// impossible.
func misread(s string, e *charmap.Charmap, controls bool) (string, bool) {
	var b strings.Builder
	for i := range len(s) {
		r := e.DecodeByte(s[i])
		if r == utf8.RuneError {
			if !controls {
				return "", false
			}
			r = rune(s[i])
		}
		b.WriteRune(r)
	}
	return b.String(), true
}

// peoples gives, by country, the given and family names of the casing gold.
func peoples(t testing.TB) (given, family map[string][]string) {
	given, family = make(map[string][]string), make(map[string][]string)
	for _, c := range goldRows(t, "testdata/casing.psv", "") {
		given[c[0]], family[c[0]] = append(given[c[0]], c[1]), append(family[c[0]], c[2])
	}
	return given, family
}

// TestMangledNames garbles every name that is not plain in all the known ways.
func TestMangledNames(t *testing.T) {
	ways := []struct {
		name  string
		chain []*charmap.Charmap
	}{
		{"windows-1252", []*charmap.Charmap{charmap.Windows1252}},
		{"latin-1", []*charmap.Charmap{charmap.ISO8859_1}},
		{"latin-9", []*charmap.Charmap{charmap.ISO8859_15}},
		{"mac-roman", []*charmap.Charmap{charmap.Macintosh}},
		{"cp437", []*charmap.Charmap{charmap.CodePage437}},
		{"cp850", []*charmap.Charmap{charmap.CodePage850}},
		{"windows-1250", []*charmap.Charmap{charmap.Windows1250}},
		{"latin-2", []*charmap.Charmap{charmap.ISO8859_2}},
		{"windows-1251", []*charmap.Charmap{charmap.Windows1251}},
		{"windows-1254", []*charmap.Charmap{charmap.Windows1254}},
		{"windows-1257", []*charmap.Charmap{charmap.Windows1257}},
		{"windows-1252 twice", []*charmap.Charmap{charmap.Windows1252, charmap.Windows1252}},
		{"latin-1 twice", []*charmap.Charmap{charmap.ISO8859_1, charmap.ISO8859_1}},
		{"latin-1, windows-1252", []*charmap.Charmap{charmap.ISO8859_1, charmap.Windows1252}},
		{"windows-1252, latin-1", []*charmap.Charmap{charmap.Windows1252, charmap.ISO8859_1}},
		{"mac-roman, windows-1252", []*charmap.Charmap{charmap.Macintosh, charmap.Windows1252}},
		{"windows-1252, mac-roman", []*charmap.Charmap{charmap.Windows1252, charmap.Macintosh}},
		{"cp850, windows-1252", []*charmap.Charmap{charmap.CodePage850, charmap.Windows1252}},
		{"windows-1252 three times", []*charmap.Charmap{charmap.Windows1252, charmap.Windows1252, charmap.Windows1252}},
	}
	right, all := 0, 0
	for _, way := range ways {
		r, n := 0, 0
		for _, c := range goldRows(t, "testdata/casing.psv", "") {
			for _, name := range []string{c[1] + " " + c[2], strings.ToUpper(c[2])} {
				bad, ok := name, !ascii(name)
				for _, e := range way.chain {
					if ok {
						bad, ok = misread(bad, e, e != charmap.Macintosh && e != charmap.CodePage437 && e != charmap.CodePage850)
					}
				}
				if !ok || bad == name {
					continue
				}
				n++
				if got := builtIn().alphabets.unmangle(bad); got == name {
					r++
				} else if n-r < 6 {
					t.Logf("%s: %q from %q gave %q", way.name, name, bad, got)
				}
			}
		}
		t.Logf("%s: %d of %d", way.name, r, n)
		right, all = right+r, all+n
	}
	score(t, "all", right, all, 0.99)
}

// TestCleanNamesStay mends nothing in names that are well: of every people, in all combinations, and in capitals.
func TestCleanNamesStay(t *testing.T) {
	given, family := peoples(t)
	all, changed := 0, 0
	for country := range given {
		for i, g := range given[country] {
			for j, f := range family[country] {
				for _, name := range []string{g + " " + f, strings.ToUpper(g + " " + f), f + ", " + g, norm.NFD.String(g) + " " + f, given[country][(i+j)%len(family[country])] + "-" + g + " " + f + "-" + family[country][(i*j)%len(family[country])]} {
					all++
					if got := builtIn().alphabets.unmangle(name); got != name {
						if changed++; changed < 20 {
							t.Errorf("%s: %q became %q", country, name, got)
						}
					}
				}
			}
		}
	}
	t.Logf("%d names, %d changed", all, changed)
}
