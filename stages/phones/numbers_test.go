package phones

import (
	"flag"
	"hash/fnv"
	"sync"
	"testing"

	"github.com/nyaruka/phonenumbers/v2"
)

var (
	numbers = flag.Int("numbers", 30_000, "how many numbers to compare with the library, over all regions")
	seed    = flag.Int("seed", 0, "other numbers")
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

// everywhere calls try with draws of its own for each region, one after the other, until it was true often enough: n
// times over all regions alike. It stops soon after a test that failed.
func everywhere(t *testing.T, n int, try func(d *draw, region string) bool) {
	list := regions()
	for _, region := range list {
		h := fnv.New64a()
		h.Write([]byte(region))
		d := draw(h.Sum64() + uint64(*seed)*0x9E3779B9)
		for done := 0; done < n/len(list)+1 && !t.Failed(); {
			if try(&d, region) {
				done++
			}
		}
	}
}

// elsewhere is mostly the region, now and then another or none.
func elsewhere(d *draw, region string) string {
	switch d.n(10) {
	case 0:
		list := regions()
		return list[d.n(len(list))]
	case 1:
		return ""
	}
	return region
}

// exampleNumbers are the library's, by region: national digits, one of each type it has.
var exampleNumbers = sync.OnceValue(func() map[string][]string {
	all := make(map[string][]string)
	for _, region := range regions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			if p := phonenumbers.GetExampleNumberForTypeInRegion(region, kind); p != nil {
				all[region] = append(all[region], phonenumbers.GetNationalSignificantNumber(p))
			}
		}
	}
	return all
})

// anyOf is a national number of a region: near an example, or a walk through all its patterns.
func anyOf(d *draw, region string) []byte {
	if p := planOf(region); p != nil && d.n(2) == 0 {
		var nsn []byte
		for at := uint16(1); len(nsn) < longestNSN; {
			c := d.n(10)
			for p.patterns.next[at][c] == 0 {
				c = d.n(10)
			}
			at = p.patterns.next[at][c]
			nsn = append(nsn, byte('0'+c))
			if m := p.patterns.marks[at] & p.possible[len(nsn)]; m != 0 && (m&^anyNumber != 0 || d.n(4) == 0) && d.n(8) > 0 {
				break
			}
			if p.patterns.next[at] == ([10]uint16{}) {
				break
			}
		}
		return nsn
	}
	list := exampleNumbers()[region]
	nsn := []byte(list[d.n(len(list))])
	for range d.n(8) {
		nsn[d.n(len(nsn))] = byte('0' + d.n(10))
	}
	return nsn
}

// spelled is a number of a region or one near it: national, international, with punctuation, a digit lost or too many,
// with prefixes that belong there and that do not.
func spelled(d *draw, region string) string {
	nsn := anyOf(d, region)
	switch d.n(12) {
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
