package emails

import (
	"maps"
	"math/bits"
	"slices"
	"strings"
)

// Survey counts the domains of a job's own files, so that a domain that many mailboxes share is never called a typo.
// It is a fold: Add in any order, Merge in any order, and Common is the same. It holds an entry for each distinct
// domain (some 100 bytes; a million customers have a few hundred thousand at most), never an address.
type Survey struct {
	domains map[string]*sightings
}

// sightings of a domain: how many addresses, and which of 256 cells their local parts hash to. The number of cells hit
// never exceeds the number of distinct mailboxes, so it cannot make a domain look more shared than it is.
type sightings struct {
	addresses int64
	cells     [4]uint64
}

// A domain is seen often when at least minMailboxes different mailboxes have it, and no other domain that is one or two
// slips away has typoRatio times as many: a typo of the largest provider reaches twenty mailboxes in a large file too.
const (
	minMailboxes = 20
	typoRatio    = 100
)

// NewSurvey starts an empty survey.
func NewSurvey() *Survey { return &Survey{domains: make(map[string]*sightings)} }

// Add counts the addresses of a raw cell.
func (s *Survey) Add(cell string) {
	each(cell, func(_, _, _ string) {}, func(display string) {
		a, bad := parse(display)
		if bad != "" {
			return
		}
		d := s.domains[a.domain]
		if d == nil {
			d = &sightings{}
			s.domains[strings.Clone(a.domain)] = d
		}
		d.addresses++
		h := fingerprint(a.local)
		d.cells[h>>6&3] |= 1 << (h & 63)
	})
}

// fingerprint is FNV-1a: the same in every process, so that runs on several machines can be merged.
func fingerprint(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h ^ h>>32
}

// Merge adds what another survey counted; the other must not be used after.
func (s *Survey) Merge(o *Survey) {
	for name, theirs := range o.domains {
		mine := s.domains[name]
		if mine == nil {
			s.domains[name] = theirs
			continue
		}
		mine.addresses += theirs.addresses
		for i := range mine.cells {
			mine.cells[i] |= theirs.cells[i]
		}
	}
}

// Domains lists all domains seen, sorted.
func (s *Survey) Domains() []string { return slices.Sorted(maps.Keys(s.domains)) }

// Common lists the domains seen often, sorted: those that many customers share and that are therefore real.
func (s *Survey) Common() []string {
	var common, large []string
	for name, d := range s.domains {
		if d.mailboxes() >= minMailboxes {
			common = append(common, name)
			if d.addresses >= minMailboxes*typoRatio {
				large = append(large, name)
			}
		}
	}
	var m matrix
	common = slices.DeleteFunc(common, func(name string) bool {
		return slices.ContainsFunc(large, func(other string) bool {
			return s.domains[other].addresses >= typoRatio*s.domains[name].addresses && m.distance(other, name) <= 2*slip
		})
	})
	slices.Sort(common)
	return common
}

func (d *sightings) mailboxes() (n int) {
	for _, c := range d.cells {
		n += bits.OnesCount64(c)
	}
	return n
}
