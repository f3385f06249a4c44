package names

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// recase gives a name its capitals where it was written in capitals or small letters throughout; any other is returned as
// it is. Short words in capitals without a vowel stay: they are initials.
func recase(s string) string {
	if !oneCase(s) {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		words[i] = recaseWord(w, i > 0 && i < len(words)-1 || i > 0 && lowered[strings.ToLower(w)])
	}
	return strings.Join(words, " ")
}

// oneCase reports whether all letters that have a case have the same, and there are at least two of them.
func oneCase(s string) bool {
	upper, lower := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return upper+lower > 1 && (upper == 0 || lower == 0)
}

func recaseWord(w string, inside bool) string {
	lower := strings.ToLower(w)
	switch {
	case inside && lowered[lower]:
		return lower
	case roman[lower] && w == strings.ToUpper(w):
		return w
	case initials(w):
		return w
	}
	if s, ok := suffixes[key(w)]; ok && s[1] != "generational" && w == strings.ToUpper(w) && len(w) > 2 && strings.ContainsRune(w, '.') {
		return w
	}
	if form, ok := macs[lower]; ok {
		return form
	}
	var out strings.Builder
	start := true
	for i, r := range lower {
		if start {
			r = unicode.ToTitle(r)
		}
		out.WriteRune(r)
		start = r == '-' || (r == '\'' || r == '’') && apostrophe(lower, i) || r == '.' || r == '/'
	}
	s := out.String()
	if strings.HasPrefix(s, "Mc") && utf8.RuneCountInString(s) > 4 {
		r, n := utf8.DecodeRuneInString(s[2:])
		s = "Mc" + string(unicode.ToTitle(r)) + s[2+n:]
	}
	return s
}

// apostrophe reports whether a capital follows the apostrophe at i: O'Neill, D'Angelo, L'Oreal; not "Ma'am" or "Yusra's".
func apostrophe(s string, i int) bool {
	before := s[:i]
	if j := strings.LastIndexAny(before, "-"); j >= 0 {
		before = before[j+1:]
	}
	return before == "o" || before == "d" || before == "l" || before == "dell" || before == "dall"
}

var roman = map[string]bool{"ii": true, "iii": true, "iv": true, "vi": true, "vii": true, "viii": true}

// initials are up to three capitals without a vowel: JR, TJ, KC.
func initials(w string) bool {
	return len(w) <= 3 && w == strings.ToUpper(w) && !strings.ContainsAny(w, "AEIOUYÄÖÜÁÉÍÓÚÀÈÊÅØ") && len([]rune(w)) == len(w)
}
