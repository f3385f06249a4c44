package names

import (
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/text"
)

// parts of a name.
type parts struct{ title, given, middle, family, suffix string }

// split takes a whole name apart. country tells cultures with two family names.
func split(name, country string) parts {
	var p parts
	if left, right, ok := strings.Cut(name, ","); ok {
		left, right = strings.TrimSpace(left), strings.TrimSpace(right)
		if rest, suffix := endSuffixes(strings.Fields(right)); len(rest) == 0 && suffix != "" {
			name, p.suffix = left, suffix // "John Smith, Jr."
		} else if right != "" && !strings.Contains(right, ",") {
			return inverted(left, right, country) // "Smith, John"
		}
	}
	words := strings.Fields(strings.ReplaceAll(name, ",", " "))
	p.title, words = startTitles(words, country)
	if rest, suffix := endSuffixes(words); len(rest) >= 2 && suffix != "" {
		words, p.suffix = rest, strings.TrimSpace(suffix+" "+p.suffix)
	}
	if given, family, ok := couple(words); ok {
		p.given, p.family = given, family
		return p
	}
	switch len(words) {
	case 0:
		return p
	case 1:
		if p.title != "" {
			p.family = words[0] // "Mr Smith"
		} else {
			p.given = words[0]
		}
		return p
	}
	at := familyStart(words, country)
	p.given, p.middle, p.family = words[0], strings.Join(words[1:at], " "), strings.Join(words[at:], " ")
	return p
}

// inverted reads "Smith, John Paul" and "Smith Jr, Dr John".
func inverted(family, rest, country string) parts {
	var p parts
	words := strings.Fields(rest)
	p.title, words = startTitles(words, country)
	fam, suffix := endSuffixes(strings.Fields(family))
	if len(fam) == 0 {
		fam, suffix = strings.Fields(family), ""
	}
	p.family, p.suffix = strings.Join(fam, " "), suffix
	if len(words) > 0 {
		p.given, p.middle = words[0], strings.Join(words[1:], " ")
	}
	return p
}

// startTitles takes titles from the front, as long as a name is left.
func startTitles(words []string, country string) (string, []string) {
	var found []string
	for len(words) > 1 {
		n := 0
		for k := min(3, len(words)-1); k > 0; k-- {
			if isTitle(strings.Join(words[:k], " "), country) {
				n = k
				break
			}
		}
		if n == 0 {
			break
		}
		found = append(found, strings.Join(words[:n], " "))
		words = words[n:]
	}
	return strings.Join(found, " "), words
}

// isTitle reports whether words are a title. "M." is Monsieur for the French, an initial for everybody else.
func isTitle(s, country string) bool {
	k := text.Fold(s)
	list, ok := titles[k]
	if !ok {
		return false
	}
	if len(k) == 1 {
		return k == "m" && country == "FR"
	}
	if !strings.Contains(s, ".") && (list[0].kind == "office" || list[0].kind == "honour" || list[0].language == "en" && len(k) > 9) {
		return false // "King", "Pope", "Baron" and their like are names too
	}
	return !nameToo[k]
}

// nameToo are titles that are given or family names as well.
var nameToo = map[string]bool{"master": true, "major": true, "misc": true, "ind": true, "an": true, "ba": true, "don": true, "dona": true, "frei": true, "judge": true, "sri": true, "shri": true, "bishop": true, "abbe": true, "pan": true, "pani": true, "ong": true}

// endSuffixes takes suffixes from the end.
func endSuffixes(words []string) (rest []string, suffix string) {
	var found []string
	for len(words) > 0 {
		w := strings.Trim(words[len(words)-1], ",")
		s, ok := suffixes[key(w)]
		if !ok || len(key(w)) < 2 || (s[1] != "generational" && w != strings.ToUpper(w) && !strings.Contains(w, ".") && w != s[0]) || suffixNames[strings.ToLower(w)] {
			break
		}
		found = append(found, s[0])
		words = words[:len(words)-1]
	}
	slices.Reverse(found)
	return words, strings.Join(found, " ")
}

// suffixNames are suffixes that are family names as well, so they are only taken from a comma on.
var suffixNames = map[string]bool{"ba": true, "ma": true, "do": true, "senior": true, "so": true}

var joiners = map[string]bool{"and": true, "&": true, "und": true, "et": true, "e": true, "y": true, "en": true, "+": true}

// couple reads "John and Mary Smith" and "Mr and Mrs John Smith": one customer with both named.
func couple(words []string) (given, family string, ok bool) {
	i := slices.IndexFunc(words, func(w string) bool { return joiners[strings.ToLower(w)] })
	if i != 1 || len(words) < 4 {
		return "", "", false
	}
	if w := strings.ToLower(words[1]); w == "y" || w == "e" { // joins two family names too
		return "", "", false
	}
	return strings.Join(words[:3], " "), strings.Join(words[3:], " "), true
}

// twoFamilyNames are the countries where people bear their father's and their mother's family name.
var twoFamilyNames = map[string]bool{
	"ES": true, "MX": true, "CO": true, "PE": true, "CL": true, "VE": true, "EC": true, "GT": true, "CU": true, "BO": true, "DO": true, "HN": true,
	"PY": true, "SV": true, "NI": true, "CR": true, "PA": true, "UY": true,
}

// familyStart is where the family name begins: with the particles in front of its last word, or in front of the last but
// one where people have two.
func familyStart(words []string, country string) int {
	at := len(words) - 1
	if twoFamilyNames[country] && len(words) >= 3 {
		at = back(words, at)
		if at >= 2 {
			at--
		}
	}
	return max(back(words, at), 1)
}

// back moves from a family name's last word to the particles before it.
func back(words []string, at int) int {
	for at > 1 && prefixes[strings.ToLower(words[at-1])] {
		at--
	}
	return at
}
