package names

import (
	"strings"
	"unicode"
)

// titles takes titles from the front, as long as keep words are left.
func (s *splitter) titles(at []span, keep int) (string, []span) {
	from := 0
	for from+keep < len(at) {
		n := s.title(at[from:], len(at)-from-keep, 1-keep)
		if n == 0 && from > 0 && s.degree(at[from]) {
			n = 1
		}
		if n == 0 {
			break
		}
		from += n
	}
	return s.words(at[:from]), at[from:]
}

// title is how many of the first words, up to most, are one title; more names stand elsewhere.
func (s *splitter) title(at []span, most, more int) int {
	first := s.home.look(s.word(at[0]))
	if first.longer {
		for n := min(4, most); n > 1; n-- {
			if phrase := s.words(at[:n]); s.isTitle(phrase, s.home.look(phrase), len(at)-n+more, false) {
				return n
			}
		}
	}
	if s.isTitle(s.word(at[0]), first, len(at)-1+more, len(at) > 1 || !s.comma(span{0, 0}, at[0])) {
		return 1
	}
	return 0
}

// degree reports whether a word goes on with the title before it: med., rer., nat., h.c., (FH).
func (s *splitter) degree(w span) bool {
	word := s.word(w)
	return !s.caps && len(word) > 3 && strings.HasSuffix(word, ".") && word == strings.ToLower(word) || word == "(FH)" || word == "(TU)"
}

// isTitle reports whether words are a title. What is a name or an initial as well counts only where its language is
// spoken ("M." is Monsieur for the French, an initial for everybody else) or with its point. One letter can be a title only
// where lonely is true.
func (s *splitter) isTitle(word string, e *entry, after int, lonely bool) bool {
	for _, t := range e.titles {
		switch t.use {
		case "home":
			lone := len(strings.TrimRight(word, ".")) == 1
			if s.home.speaks(t.language) && (!lone || lonely && !initial(word, t)) {
				return true
			}
		case "small": // Dutch mr. is a lawyer, Mr. is not
			if s.home.speaks(t.language) && unicode.IsLower(rune(word[0])) {
				return true
			}
		case "never":
		case "two":
			if strings.Contains(word, ".") || after > 1 && (s.home.anywhere() || s.home.speaks(t.language)) {
				return true
			}
		case "point":
			if strings.Contains(word, ".") && len(word) > 2 {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// initial reports whether one letter is rather an initial: where names begin with initials often, or without the point
// that a title has.
func initial(word string, t title) bool {
	switch t.language {
	case "fr", "ar", "el":
		return false
	case "es":
		return !strings.Contains(word, ".")
	}
	return true
}

// firstNameTitle reports whether one name behind the title is a given name: Sir Elton, Sister Mary.
func (s *splitter) firstNameTitle(titles string) bool {
	switch strings.ToLower(titles) {
	case "sir", "dame", "sister", "brother", "mother", "father", "pope", "queen", "king", "prince", "princess", "aunt", "auntie", "uncle", "sheikh", "sheikha", "don", "doña", "dona", "d.", "bey", "hanım":
		return true
	}
	return s.home.speaks("id", "ms", "th", "vi", "is")
}

// canonicalTitle gives each title its usual form in the culture; one that is not known stays as it is.
func canonicalTitle(t string, c *culture) string {
	var room [maxWords]span
	at := spans(room[:0], t)
	if len(at) == 1 { // nearly always
		return usualTitle(t, c)
	}
	out, known := "", false
	for i := 0; i < len(at); {
		n := min(4, len(at)-i)
		for n > 1 && len(c.look(t[at[i].from:at[i+n-1].to]).titles) == 0 {
			n--
		}
		word := t[at[i].from:at[i+n-1].to]
		if isJoiner(word) && i > 0 && i+1 < len(at) { // two people's titles
			out = joined(out, word)
			i++
			continue
		}
		known = known || len(c.look(word).titles) > 0
		out = joined(out, usualTitle(word, c))
		i += n
	}
	if !known {
		return t
	}
	return out
}

// usualTitle prefers the title of a language of the culture, written alike; then any written alike; then the first.
func usualTitle(word string, c *culture) string {
	best, score := word, 0
	for _, t := range c.look(word).titles {
		n := 1
		if c.speaks(t.language) && (t.use != "small" || unicode.IsLower(rune(word[0]))) {
			n += 4
		}
		if t.written == word {
			n += 2
		}
		if n > score {
			best, score = t.canonical, n
		}
	}
	if score > 0 && best != word && c.look(best).titles == nil {
		return word // the canonical form must know itself
	}
	return best
}

// titleGender is male or female where the titles say so: forms of address, and degrees that have a form for women. One
// that means different people in different languages tells only where its language is spoken.
func titleGender(t string, c *culture) string {
	var room [maxWords]span
	gender := ""
	at := spans(room[:0], t)
	for i := range at {
		g := wordGender(at[i].of(t), c)
		if g == "" {
			continue
		}
		if gender != "" && g != gender {
			return "" // a couple
		}
		gender = g
	}
	return gender
}

func wordGender(word string, c *culture) string {
	gender := ""
	for pass := range 2 {
		for _, t := range c.look(word).titles {
			if pass == 0 && !(c.speaks(t.language) && t.use != "small") {
				continue
			}
			g := t.gender
			if t.kind == "academic" && g == "male" {
				g = "neutral"
			}
			if gender != "" && g != gender {
				return ""
			}
			gender = g
		}
		if gender != "" {
			break
		}
	}
	if gender == "neutral" {
		return ""
	}
	return gender
}
