package names

import "strings"

// isOrganisation reports whether the words of a name tell a school, a church or a hotel where they cannot be a person's:
// by what no person is called, or by what may be a family name and stands with words that no person has.
func (c *culture) isOrganisation(name string, at []span) bool {
	first, last := c.look(at[0].of(name)).org, c.look(at[len(at)-1].of(name)).org
	surely := last == "last" || last == "place"
	phrase := false
	for n := 2; n <= 3 && n <= len(at); n++ {
		if n < len(at) && c.look(name[at[0].from:at[n-1].to]).org == "head" {
			return true
		}
		phrase = phrase || c.look(name[at[len(at)-n].from:at[len(at)-1].to]).org == "phrase"
	}
	switch {
	case first == "" && last == "" && !phrase || strings.ContainsAny(name, ",;"):
		return false
	case first == "place" || phrase && surely:
		return true
	case len(strings.TrimRight(at[0].of(name), ".")) == 1 || len(c.look(at[0].of(name)).titles) > 0 || c.lists.given[string(keyOf(nil, at[0].of(name)))]:
		return false // a person's name begins so
	}
	return phrase || surely || (first == "cued" || last == "cued") && c.cued(name, at)
}

// cued reports whether a word tells that others are no family name: the First, a saint's.
func (c *culture) cued(name string, at []span) bool {
	for i, w := range at {
		word := strings.ToLower(w.of(name))
		switch org := c.look(word).org; {
		case org == "cue" && i == 0, org == "within" && i > 0, org == "place", org == "last":
			return true
		case i+1 < len(at) && (strings.HasSuffix(word, "'s") || strings.HasSuffix(word, "’s") || strings.HasSuffix(word, "s'")):
			return true
		}
	}
	return false
}
