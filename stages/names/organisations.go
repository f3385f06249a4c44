package names

import "strings"

// where is a set of places in which a company word tells that a name is a firm's or an organisation's: see data/README.md.
type where uint16

const (
	atEnd where = 1 << iota
	anywhere
	atFront
	asPlace
	asLast
	asPhrase
	asHead
	asCued
	asCue
	asWithin

	legal     = atEnd | anywhere
	organised = asPlace | asLast | asPhrase | asHead | asCued | asCue | asWithin
)

var wheres = map[string]where{
	"end": atEnd, "any": anywhere, "front": atFront, "place": asPlace, "last": asLast, "phrase": asPhrase, "head": asHead,
	"cued": asCued, "cue": asCue, "within": asWithin,
}

// tells reports whether the word tells of a firm or an organisation in one of some places.
func (e *entry) tells(places where) bool { return e.firm&places != 0 }

// isCompany reports whether a name ends in a legal form, has a word in it that only firms and offices have, or is that of an
// organisation.
func (c *culture) isCompany(name string) bool {
	var room [16]span
	at := spans(room[:0], name)
	if len(at) < 2 {
		return native(name) && c.nativeFirm(name)
	}
	if s := at[0].of(name); c.look(s).tells(atFront) && s == strings.ToUpper(s) && c.speaks("id") {
		return true
	}
	for i := range at {
		if c.look(at[i].of(name)).tells(anywhere) {
			return true
		}
	}
	for n := 1; n <= 5 && n < len(at); n++ {
		tail := name[at[len(at)-n].from:at[len(at)-1].to]
		if c.look(tail).tells(legal) && !(len(at) == 2 && len(tail) == 3 && c.familyLike(at[0].of(name), tail)) && (len(tail) > 2 || c.legalForm(tail) || len(at) > 2 && tail == "Oy" && c.speaks("fi")) {
			return true
		}
	}
	return c.isOrganisation(name, at)
}

// familyLike reports whether three letters behind a given name that is known are rather a family name than a legal form:
// Robin Sas.
func (c *culture) familyLike(first, tail string) bool {
	return strings.ContainsAny(tail, "aeiouAEIOU") && !strings.EqualFold(tail, "inc") && c.lists.given[wordKey(first)]
}

// nativeFirm reports whether a name in Chinese, Japanese or Korean letters begins or ends with a legal form.
func (c *culture) nativeFirm(name string) bool {
	for i := range name {
		if i > 0 && (c.look(name[:i]).tells(legal) || c.look(name[i:]).tells(legal)) {
			return true
		}
	}
	return false
}

// legalForm reports whether two letters at the end are a legal form: written large, and not the initials or the family
// name that they may be in a country.
func (c *culture) legalForm(tail string) bool {
	return tail == strings.ToUpper(tail) && !c.initialsLast() && !(c.speaks("pt") && tail == "SA")
}

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
