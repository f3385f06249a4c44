package addresses

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// townLike reports whether words can be a town's name: a few words without digits, none of which says that they are a street.
// lax lets the last word be one of streets (Miami Gardens).
func (l *Lists) townLike(words []word, country string, lax bool) bool {
	if len(words) == 0 || len(words) > 7 {
		return false
	}
	for i, w := range words {
		x := w.folded
		k := l.term(country, firstWord(x))
		switch {
		case strings.ContainsAny(w.text, "0123456789") && !(country == "FR" && i > 0):
			return false
		case i == 0 && k.kind == "quarter":
			return false
		case (k.kind == "unit" || k.kind == "floor" || k.kind == "box") && (i > 0 || len(words) == 1) && len(words) <= 2:
			return false
		case k.kind == "type" && i == len(words)-1 && i > 0 && !lax:
			return false
		case i == 0 && k.front != "" && len(words) > 1 && !lax:
			return false
		}
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(words[0].text, "('’"))
	return unicode.IsLetter(first)
}

func firstWord(s string) string {
	s, _, _ = strings.Cut(s, " ")
	return s
}

// streetLike reports whether words are surely those of a street: a number and a word of streets, a word that streets begin
// with, or a post box.
func (l *Lists) streetLike(words []word, country string) bool {
	number, kind := false, false
	for i, w := range words {
		x := firstWord(w.folded)
		number = number || digit(x)
		k := l.term(country, x)
		kind = kind || k.kind == "type" && i > 0 || k.kind == "box" || i <= 1 && k.front != "" ||
			joins[country] != "" && (strings.HasSuffix(x, joins[country]) || strings.HasSuffix(x, "str"))
	}
	return kind && (number || len(words) > 1) || l.boxed(words, country)
}

// boxed reports whether words are a post box.
func (l *Lists) boxed(words []word, country string) bool {
	var names [8]string
	n := 0
	for _, w := range words {
		for f := range strings.FieldsSeq(w.folded) {
			if n < len(names) {
				names[n] = f
				n++
			}
		}
	}
	if n == 0 {
		return false
	}
	_, long := l.term(country, names[0]).phrase(names[:n])
	return long > 0
}

// named reports whether the front of a line holds more than numbers.
func named(front []part) bool {
	return slices.ContainsFunc(front, func(p part) bool {
		return slices.ContainsFunc(p.words, func(w word) bool { return strings.ContainsFunc(w.text, unicode.IsLetter) })
	})
}

// open divides street from town where nothing stands between them: behind the one word of streets that there is, or a part
// of the building or post box with its number.
func (l *Lists) open(ln *oneLine, s *split, country string) bool {
	last := &ln.parts[len(ln.parts)-1]
	end := l.streetWords(last.words, country)
	town := last.words[max(end, 0):]
	if end <= 0 || len(town) == 0 || len(town) > 4 || !l.townLike(town, country, false) || l.is(country, town[0].folded, "way") {
		return false
	}
	if k := l.term(country, town[0].folded); k.kind == "type" && (k.saint == "" || len(town) == 1) {
		return false
	}
	if _, known := l.region(country, town, true); quarters[country] && len(town) > 1 && !known {
		return false
	}
	s.city, s.confidence = ln.words(town), 0.88
	last.words = last.words[:end]
	return true
}

// quarters are the countries where a part of the town stands before it: Bandra West Mumbai.
var quarters = map[string]bool{"BR": true, "IN": true, "MX": true}

// streetWords is how many of the words are surely the street's; 0 where that cannot be told.
func (l *Lists) streetWords(words []word, country string) int {
	number, end := -1, 0
	boxed := l.boxed(words, country)
	for i, w := range words {
		x := firstWord(w.folded)
		if digit(x) && boxed && number < 0 {
			end = i + 1
		}
		if digit(x) && number < 0 {
			number = i
		}
		if !l.is(country, x, "type") || number < 0 || i <= number+1 || boxed {
			continue
		}
		if end == 0 {
			end = i + 1
		} else if l.term(country, x).saint == "" {
			return 0 // two of them: which one ends the street?
		}
	}
	if end > 0 && end < len(words) && len(words[end].text) <= 2 && l.is(country, words[end].folded, "way") { // Main St NW
		end++
	}
	for i := max(end, 1); i+1 < len(words) && (end == i || end == 0 && number >= 0); i++ {
		x, next := words[i], words[i+1].folded
		switch {
		case x.text == "#" || l.is(country, x.folded, "unit") && (digit(next) || len(next) == 1):
			end = i + 2
			i++
		case x.text[0] == '#':
			end = i + 1
		}
	}
	return end
}

// streetEnds is how many parts are the street: up to the one that names it, its number included; the others say more. Where
// the number comes first, a building's name may stand before the street, so that the last part with a number or a word of
// streets ends it; elsewhere the first.
func (l *Lists) streetEnds(front []part, country string) int {
	end := 1
	for i, p := range front {
		number := slices.ContainsFunc(p.words, func(w word) bool { return digit(w.folded) })
		if l.isUnit(p.words, country) || !l.streetLike(p.words, country) && !number {
			continue
		}
		end = i + 1
		if i+1 < len(front) && !l.streetLike(p.words, country) && l.isNumber(p.words, country) && l.streetLike(front[i+1].words, country) {
			continue // 18, place de la République
		}
		if !numberFirst[country] {
			if end < len(front) && l.isNumber(front[end].words, country) &&
				(!digit(p.words[len(p.words)-1].folded) || l.is(country, front[end].words[0].folded, "number")) { // Rua Augusta, 1234
				end++
			}
			break
		}
	}
	return end
}

// numberFirst are the countries where the house number stands before the street.
var numberFirst = map[string]bool{"GB": true, "IE": true, "US": true, "CA": true, "AU": true, "NZ": true, "IN": true, "ZA": true}

// isUnit reports whether a part is but a part of a building: Flat 2, 2nd Floor.
func (l *Lists) isUnit(words []word, country string) bool {
	if len(words) > 2 {
		return false
	}
	k := l.term(country, firstWord(words[0].folded))
	return k.kind == "unit" || k.kind == "floor" || words[0].text[0] == '#' || l.is(country, words[len(words)-1].folded, "floor")
}

// isNumber reports whether a part is but a house number: 1234, s/n, No. 5.
func (l *Lists) isNumber(words []word, country string) bool {
	last := words[len(words)-1].folded
	return len(words) == 1 && (digit(last) || last == "s n" || last == "sn") ||
		len(words) == 2 && (l.is(country, words[0].folded, "number") && digit(last) || digit(words[0].folded) && (len(last) == 1 || last == "bis" || last == "ter"))
}
