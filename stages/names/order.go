package names

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// familyFirst is the language of a name whose first word is the family name, else empty. It is so where people put it
// first, unless the words are known and say otherwise.
func (s *splitter) familyFirst(at []span) string {
	first, last := s.home.look(s.word(at[0])), s.home.look(s.word(at[len(at)-1]))
	c := s.home
	yes := false
	switch language := c.main(); language {
	case "hu":
		yes = !first.given["hu"] || !last.surname["hu"]
	case "zh", "vi", "ko":
		yes = first.surname[language] && (c.order == "family" || !last.surname[language] || len(at) > 2) ||
			c.order == "family" && !last.surname[language]
	case "ja":
		yes = first.surname["ja"] && !last.surname["ja"]
	case "km":
		yes = true
	}
	switch {
	case yes:
		return c.main()
	case first.surname["vi"] && len(at) > 2 && vietnameseMiddle(s.word(at[1])):
		return "vi"
	}
	return ""
}

// main is the language that decides which name comes first.
func (c *culture) main() string {
	switch {
	case c.speaks("zh"):
		return "zh"
	case len(c.languages) > 0:
		return c.languages[0]
	}
	return ""
}

// vietnameseMiddle are the middle names that nearly all bear: with a family name before them they tell the order.
func vietnameseMiddle(w string) bool {
	return w == "Văn" || w == "Thị" || w == "VĂN" || w == "THỊ" || strings.EqualFold(w, "thi")
}

// native reports whether a name is written in Chinese, Japanese or Korean letters.
func native(name string) bool {
	for i := 0; i < len(name); i++ {
		if name[i] >= 0xe3 { // nothing below is CJK
			r, _ := utf8.DecodeRuneInString(name)
			return cjk(r)
		}
	}
	return false
}

func cjk(r rune) bool {
	return r >= 0x1100 && unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
}

// honorifics stand behind a name in its own letters.
var honorifics = [...]string{"先生", "女士", "小姐", "太太", "さま", "さん", "様", "殿", "님", "씨", "귀하"}

// splitNative takes a name in Chinese, Japanese or Korean letters apart: the family name stands first and is one of those
// that are known, or ends at a space. Foreign names have a point between given and family name.
func splitNative(name string, c *culture) parts {
	var p parts
	for _, h := range honorifics {
		if rest, ok := strings.CutSuffix(name, h); ok && utf8.RuneCountInString(strings.TrimSpace(rest)) > 1 {
			name, p.title = strings.TrimSpace(rest), h
			break
		}
	}
	for _, point := range [...]string{"・", "·"} {
		if given, family, ok := strings.Cut(name, point); ok {
			p.given, p.family = given, family
			return p
		}
	}
	if family, given, ok := strings.Cut(name, " "); ok {
		switch {
		case strings.Contains(given, " "):
		case c.look(given).surname["ja"] && !c.look(family).surname["ja"]:
			p.family, p.given = given, family
		default:
			p.family, p.given = family, given
		}
		return p
	}
	if n := familyLetters(name, c); n > 0 {
		p.family, p.given = name[:n], name[n:]
	} else if p.title != "" {
		p.family = name
	}
	return p
}

// familyLetters is how many bytes the family name at the front takes; 0 where it is not known.
func familyLetters(name string, c *culture) int {
	var ends [5]int
	runes := 0
	for i := range name {
		if runes == len(ends) {
			return 0
		}
		ends[runes] = i
		runes++
	}
	language := "zh"
	switch r, _ := utf8.DecodeRuneInString(name); {
	case unicode.Is(unicode.Hangul, r):
		language = "ko"
	case c.speaks("ja"):
		language = "ja"
	}
	for n := min(3, runes-1); n > 0; n-- {
		if c.look(name[:ends[n]]).surname[language] && (n == 1 || runes > n) {
			if n == 2 && language == "ko" && runes < 4 {
				continue
			}
			return ends[n]
		}
	}
	return 0
}

// largeFamily is how many words at the front are a family name written large before names that are not, as in "MARTIN
// Jean-Pierre", where that is usual. 0 where there is none.
func (s *splitter) largeFamily(at []span) int {
	if s.caps || len(at) < 2 || !s.home.speaks("fr", "hu", "ja", "ko", "vi", "zh") {
		return 0
	}
	n, letters := 0, 0
	for n < len(at) && large(s.word(at[n])) && len(s.home.look(s.word(at[n])).titles) == 0 {
		letters = max(letters, utf8.RuneCountInString(s.word(at[n])))
		n++
	}
	if n == 0 || n == len(at) || letters < 3 || s.knownGiven(at[0]) && !s.knownGiven(at[n]) {
		return 0
	}
	for _, w := range at[n:] {
		if !titleCased(s.word(w)) {
			return 0
		}
	}
	return n
}

// knownGiven reports whether a word, or the first half of a double name, is a given name that is known.
func (s *splitter) knownGiven(w span) bool {
	first, _, _ := strings.Cut(s.key(w), "-")
	return s.home.lists.given[first]
}

// large reports whether a word is in capitals throughout, and of letters.
func large(w string) bool {
	return utf8.RuneCountInString(w) > 1 && strings.IndexFunc(w, func(r rune) bool { return unicode.IsLower(r) || r == '.' || unicode.IsDigit(r) }) < 0
}

// titleCased reports whether a word begins with a capital and goes on in small letters.
func titleCased(w string) bool {
	r, size := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(r) && strings.IndexFunc(w[size:], unicode.IsLower) >= 0
}

// familyPatronymic reports whether three words are family name, given name and patronymic, as Russians and Ukrainians
// write them in lists: "Сидоров Иван Петрович".
func (s *splitter) familyPatronymic(at []span) bool {
	return len(at) == 3 && s.isPatronymic(at[2]) && !s.isPatronymic(at[1])
}

// isPatronymic reports whether a word is one by its ending; in Latin letters only where such names are borne.
func (s *splitter) isPatronymic(w span) bool {
	word := strings.ToLower(s.word(w))
	if !ascii(word) {
		return patronymic(word) != ""
	}
	return s.home.speaks("ru", "uk", "be", "kk", "ky", "uz") && slices.ContainsFunc(latinPatronymics[:], func(end string) bool { return strings.HasSuffix(word, end) })
}

var latinPatronymics = [...]string{"ovich", "evich", "ovych", "yovych", "ovna", "evna", "ivna"}

// initialsBehind reports whether a name is followed by two initials or more with their points, as in "Сидоров И. П.": then it
// is the family name. One alone can be that of the family, and where names begin with initials they can stand behind too.
func (s *splitter) initialsBehind(at []span) bool {
	if s.home.initialsLast() || utf8.RuneCountInString(s.word(at[0])) < 3 || strings.Contains(s.word(at[0]), ".") {
		return false
	}
	n := 0
	for _, w := range at[1:] {
		letters := false
		for _, r := range s.word(w) {
			switch {
			case r == '.' && letters:
				n++
				letters = false
			case unicode.IsUpper(r) && !letters:
				letters = true
			case r == '-' && !letters:
			default:
				return false
			}
		}
		if letters {
			return false
		}
	}
	return n > 1
}

// leadingPrefixes is how many words at the front are particles of a family name.
func (s *splitter) leadingPrefixes(at []span) int {
	n := 0
	for n < len(at) && s.isPrefix(at[n]) && s.surelyPrefix(at[n]) {
		n++
	}
	return n
}
