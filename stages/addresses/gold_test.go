package addresses

import (
	"os"
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// table reads a |-separated file of testdata, without its header and comments.
func table(t *testing.T, file string) [][]string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimRight(line, "\n"); line != "" && line[0] != '#' {
			out = append(out, strings.Split(line, "|"))
		}
	}
	return out[1:]
}

// TestLines reads the addresses on one line of testdata: of lines_dev.psv, which the rules were written by, none may be
// wrong; lines_held.psv was written with them and never looked at for a rule.
func TestLines(t *testing.T) {
	for file, limit := range map[string]struct{ wrong, right int }{"lines_dev.psv": {0, 90}, "lines_held.psv": {6, 85}, "lines_fresh.psv": {4, 95}} {
		right, silent, wrong := 0, 0, 0
		rows := table(t, file)
		for _, c := range rows {
			r, _ := mapper.Map(at(c[1], "", "", c[0]))
			got := []string{r.Text[record.Street], r.Text[record.Street2], r.Text[record.City], r.Text[record.Region], r.Text[record.Postcode]}
			switch want := c[2:]; {
			case strings.Join(got, "|") == strings.Join(want, "|"):
				right++
			case got[0] == c[1] && got[2] == "" && got[4] == "":
				silent++
				if testing.Verbose() {
					t.Logf("silent %s: %s", c[0], c[1])
				}
			default:
				wrong++
				if file == "lines_dev.psv" || testing.Verbose() && os.Getenv("HELD") != "" {
					t.Logf("%s: %s\n  got  %q\n  want %q", c[0], c[1], got, want)
				}
			}
		}
		t.Logf("%s: %d right, %d left alone, %d wrong of %d", file, right, silent, wrong, len(rows))
		if wrong > limit.wrong || right*100 < limit.right*len(rows) {
			t.Errorf("%s is worse than it was", file)
		}
	}
}
