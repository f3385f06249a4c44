package pipeline

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/stages/match"
)

func TestLinksComeBackAsTheyWere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "links")
	want := []match.Link{
		{A: 0, B: 7, Probability: 0.97, Bits: 5.01, Levels: []match.Level{{Comparison: "prior", Level: "<", Bits: -3}}},
		{A: 3, B: 4, Probability: 1, Bits: 40, Override: true},
	}
	if err := writeLinks(path, want); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := eachLink(t.Context(), path, func(l link, _ []byte) error {
		got = append(got, fmt.Sprintf("%d %d %g %g %t %s", l.a, l.b, l.probability, l.bits, l.override, l.levels))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0] != `0 7 0.97 5.01 false [{"comparison":"prior","level":"\u003c","bits":-3}]` || got[1] != "3 4 1 40 true null" {
		t.Errorf("%q", got)
	}
	if _, err := readLink(make([]byte, linkHead-1)); !errors.Is(err, spool.ErrTorn) {
		t.Error("a link that was cut was taken for whole:", err)
	}
}
