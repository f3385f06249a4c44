package emails

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestSyntax holds each address with the clause that makes it right or wrong.
func TestSyntax(t *testing.T) {
	table, err := os.ReadFile("testdata/syntax.psv")
	if err != nil {
		t.Fatal(err)
	}
	valid, invalid := 0, 0
	for i, line := range strings.Split(strings.TrimSpace(string(table)), "\n")[1:] {
		cells := strings.SplitN(line, "|", 3)
		if len(cells) != 3 || !strings.Contains(cells[1], "RFC ") {
			t.Fatalf("row %d: %q", i+1, line)
		}
		address, err := strconv.Unquote(cells[2])
		if err != nil {
			t.Fatalf("row %d: %v", i+1, err)
		}
		want := fault("")
		if cells[0] == "invalid" {
			invalid++
			want = fault(cells[1])
		} else {
			valid++
		}
		if _, bad := parse(address); bad != want {
			t.Errorf("row %d: %q (%s): %q, want %q", i+1, address, cells[1], bad, want)
		}
	}
	if valid < 150 || invalid < 250 {
		t.Errorf("the table has shrunk to %d right and %d wrong addresses", valid, invalid)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"ann@firm.de", `"a b"@firm.de`, "ü@bücher.de", "a@xn--bcher-kva.de", "a@[1.2.3.4]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, bad := parse(s)
		if bad != "" {
			return
		}
		again, bad := parse(a.local + "@" + a.domain)
		if bad != "" || again != a {
			t.Fatalf("%q: canonical %q@%q reads as %+v (%s)", s, a.local, a.domain, again, bad)
		}
	})
}
