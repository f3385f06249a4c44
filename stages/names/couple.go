package names

import "strings"

// joiners stand between the names of two people.
var joiners = map[string]bool{"and": true, "&": true, "+": true, "und": true, "et": true, "en": true, "y": true, "e": true, "och": true, "og": true, "ja": true, "i": true, "u.": true}

func isJoiner(w string) bool { return len(w) < 4 && joiners[strings.ToLower(w)] }

// couple reads two people as one customer with both named: "John and Mary Smith", "Mr & Mrs John Smith", "John Smith and
// Mary Jones".
func (s *splitter) couple(at []span) (parts, bool) {
	var p parts
	j := -1
	for i, w := range at {
		if isJoiner(s.word(w)) {
			if j >= 0 {
				return p, false
			}
			j = i
		}
	}
	if j < 1 || j == len(at)-1 || s.isPrefix(at[j-1]) { // von und zu
		return p, false
	}
	word := s.word(at[j])
	leftTitle, left := s.titles(at[:j], 0)
	rightTitle, right := s.titles(at[j+1:], 0)
	if len(word) == 1 && word != "&" && word != "+" && !(rightTitle != "" || len(left) == 1 && len(right) > 1 && leftTitle == "") {
		return p, false // y, e and i join two family names too
	}
	if leftTitle != "" && rightTitle != "" {
		p.title = s.words(at[:len(at)-len(right)])
		if len(left) > 0 {
			p.title = leftTitle + " " + word + " " + rightTitle
		}
	} else {
		p.title = joined(leftTitle, rightTitle)
	}
	var suffix string
	if rest, found := s.suffixes(right, false, 0); len(rest) > 0 {
		right, suffix = rest, found
	}
	switch {
	case len(right) == 0:
		return p, false
	case len(left) == 0 && leftTitle == "":
		return p, false
	case len(left) == 0 && (len(right) == 1 || s.isPrefix(right[0]) && s.surelyPrefix(right[0])):
		p.family = s.words(right)
	case len(left) == 1 && len(right) == 1 && leftTitle != "" && rightTitle != "" && s.firstNameTitle(leftTitle): // Sir John and Lady Smith
		p.given, p.family = s.word(left[0]), s.word(right[0])
	case len(left) == 0:
		both := s.straight(right)
		p.given, p.middle, p.family = both.given, both.middle, both.family
	case len(left) == 1 && len(right) == 1 && p.title != "":
		p.family = s.word(left[0]) + " " + word + " " + s.word(right[0]) // Mr Smith and Mrs Jones
	case len(left) == 1 && len(right) == 1:
		p.given = s.words(at)
	case len(left) == 1:
		both := s.straight(right)
		if both.given == "" {
			return parts{}, false
		}
		p.given, p.middle, p.family = s.word(left[0])+" "+word+" "+both.given, both.middle, both.family
	case len(right) == 1: // John Smith and Mary
		one := s.straight(left)
		if one.given == "" || one.title != "" {
			return parts{}, false
		}
		p.given, p.middle, p.family = one.given+" "+word+" "+s.word(right[0]), one.middle, one.family
	default:
		a, b := s.straight(left), s.straight(right)
		if a.given == "" || b.given == "" {
			return parts{}, false
		}
		p.title = joined(p.title, joined(a.title, b.title))
		p.given = joined(a.given, a.middle) + " " + word + " " + joined(b.given, b.middle)
		if p.family = a.family; !strings.EqualFold(a.family, b.family) {
			p.family = a.family + " " + word + " " + b.family
		}
	}
	p.suffix = suffix
	return p, true
}

// coupleGiven reads the given names of a couple behind their family name: "Smith, John and Mary".
func (s *splitter) coupleGiven(at []span) (string, bool) {
	for i := 1; i+1 < len(at); i++ {
		if isJoiner(s.word(at[i])) {
			return s.words(at), true
		}
	}
	return "", false
}

// couplesTitles takes titles from the front, those of two people too: "Mr and Mrs John".
func (s *splitter) couplesTitles(at []span) (string, []span) {
	front, rest := s.titles(at, 0)
	if front != "" && len(rest) > 1 && isJoiner(s.word(rest[0])) {
		if second, left := s.titles(rest[1:], 0); second != "" {
			return s.words(at[:len(at)-len(left)]), left
		}
	}
	return front, rest
}
