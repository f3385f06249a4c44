package merge

import (
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// spell corrects the customer's name by the evidence of all its records, never by a list of names: a spelling that one
// record alone has gives way to one that two or more have, if it is a slip of it; of spellings that differ in accents and
// capitals alone the richer one wins.
func (l *Lists) spell(c *record.Customer, members []record.Record) {
	if len(members) < 2 {
		return
	}
	if len(members) > 2 {
		turned(c, members)
	}
	for _, f := range [...]record.Field{record.GivenName, record.FamilyName} {
		before := c.Text[f]
		if before == "" {
			continue
		}
		after := l.evidenced(before, members, f)
		if after == before {
			continue
		}
		c.Text[f] = after
		full := c.Text[record.FullName]
		at := strings.Index(full, before)
		if f == record.FamilyName {
			at = strings.LastIndex(full, before)
		}
		if at >= 0 {
			c.Text[record.FullName] = full[:at] + after + full[at+len(before):]
		}
	}
}

// evidenced is the spelling of a name that the records speak for.
func (l *Lists) evidenced(name string, members []record.Record, f record.Field) string {
	type ballot struct {
		folded, richest string
		votes           int
	}
	var ballots []ballot
	own := text.Fold(name)
next:
	for i := range members {
		v := members[i].Text[f]
		if v == "" {
			continue
		}
		folded := text.Fold(v)
		for j := range ballots {
			if b := &ballots[j]; b.folded == folded {
				b.votes++
				if richer(v, b.richest) {
					b.richest = v
				}
				continue next
			}
		}
		ballots = append(ballots, ballot{folded, v, 1})
	}
	mine, best := ballot{folded: own, richest: name}, ballot{votes: 1}
	for _, b := range ballots {
		switch {
		case b.folded == own:
			mine.votes = b.votes
			if richer(b.richest, name) {
				mine.richest = b.richest
			}
		case b.votes > best.votes && slip(own, b.folded) && !l.heldBack(own, b.folded, f):
			best = b
		}
	}
	if best.votes > mine.votes && mine.votes < 2 {
		return best.richest
	}
	return mine.richest
}

// heldBack reports whether a name is one that people bear, so that others' spelling of it may well be the slip: one that
// is more common than the other, is what the other is called for short, or differs in more than a key.
func (l *Lists) heldBack(name, other string, f record.Field) bool {
	mine := l.frequency[f][name]
	return mine > 0 && (mine >= l.frequency[f][other] || strings.HasPrefix(other, name) || levenshtein.ComputeDistance(name, other) > 1)
}

// slip reports whether a is b with few keys wrong, or b cut off.
func slip(a, b string) bool {
	long := max(len(a), len(b))
	if min(len(a), len(b)) < 3 {
		return false
	}
	if len(a) >= 6 && strings.HasPrefix(b, a) {
		return true
	}
	d := levenshtein.ComputeDistance(a, b)
	return d == 1 || d == 2 && (long >= 5 || swapped(a, b)) || d == 3 && long >= 9
}

// swapped reports whether two neighbours in a changed places.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i+1 < len(a); i++ {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		}
	}
	return false
}

// richer reports whether v says more than the same name without its accents or in capitals throughout.
func richer(v, than string) bool {
	if plain(than) != plain(v) {
		return plain(than)
	}
	return oneCase(than) && !oneCase(v)
}

func plain(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }) < 0
}

func oneCase(s string) bool { return strings.ToUpper(s) == s || strings.ToLower(s) == s }

// turned puts given and family name in their places where two or more other records have the given name as the family
// name, and none has it as the given name.
func turned(c *record.Customer, members []record.Record) {
	g, f := text.Fold(c.Text[record.GivenName]), text.Fold(c.Text[record.FamilyName])
	if g == "" || f == "" || g == f {
		return
	}
	as, others, first := 0, 0, -1
	for i := range members {
		x, y := text.Fold(members[i].Text[record.GivenName]), text.Fold(members[i].Text[record.FamilyName])
		switch {
		case x == g || y == f:
			as++
		case y == g && x != "":
			others++
			if first < 0 || x == f {
				first = i
			}
		}
	}
	if others > 1 && as < 2 {
		for _, field := range [...]record.Field{record.GivenName, record.MiddleName, record.FamilyName, record.FullName} {
			c.Text[field] = members[first].Text[field]
		}
	}
}
