package names

import "strings"

// isOrganisation reports whether the words of a name tell a school, a church or a hotel where they cannot be a person's:
// by what no person is called, or by what may be a family name and stands with words that no person has.
func (c *culture) isOrganisation(name string, at []span) bool {
	first, last := c.look(at[0].of(name)), c.look(at[len(at)-1].of(name))
	surely := last.tells(asLast | asPlace)
	phrase := false
	for n := 2; n <= 3 && n <= len(at); n++ {
		if n < len(at) && c.look(name[at[0].from:at[n-1].to]).tells(asHead) {
			return true
		}
		phrase = phrase || c.look(name[at[len(at)-n].from:at[len(at)-1].to]).tells(asPhrase)
	}
	switch {
	case !first.tells(organised) && !last.tells(organised) && !phrase || strings.ContainsAny(name, ",;"):
		return false
	case first.tells(asPlace) || phrase && surely:
		return true
	case len(strings.TrimRight(at[0].of(name), ".")) == 1 || len(first.titles) > 0 || c.lists.given[wordKey(at[0].of(name))]:
		return false // a person's name begins so
	}
	return phrase || surely || (first.tells(asCued) || last.tells(asCued)) && c.cued(name, at)
}

// cued reports whether a word tells that others are no family name: the First, a saint's.
func (c *culture) cued(name string, at []span) bool {
	for i, w := range at {
		word := strings.ToLower(w.of(name))
		switch e := c.look(word); {
		case e.tells(asCue) && i == 0, e.tells(asWithin) && i > 0, e.tells(asPlace | asLast):
			return true
		case i+1 < len(at) && (strings.HasSuffix(word, "'s") || strings.HasSuffix(word, "’s") || strings.HasSuffix(word, "s'")):
			return true
		}
	}
	return false
}
