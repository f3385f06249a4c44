// Package text tidies and folds text, for every room alike: [Tidy] for values that people read, [Fold] for values that
// are only compared.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Tidy trims white space of every kind, collapses inner runs to one space, and drops control and zero-width characters.
// Text that is tidy comes back as it is, without an allocation.
func Tidy(s string) string {
	if tidy(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r == '\u2060' || r == '\u3164':
			space = b.Len() > 0
		case dropped(r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// dropped are characters that show nothing: controls, zero-width ones (but for the joiners that some scripts spell
// with), byte order marks and marks of direction.
func dropped(r rune) bool {
	switch r {
	case '\u200b', '\ufeff', '\u200e', '\u200f', '\u00ad':
		return true
	}
	return unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

func tidy(s string) bool {
	if s == "" {
		return true
	}
	last := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c == 0x7f || c >= utf8.RuneSelf || c == ' ' && last == ' ' {
			if c >= utf8.RuneSelf {
				return tidyRunes(s)
			}
			return false
		}
		last = c
	}
	return last != ' '
}

func tidyRunes(s string) bool {
	last := ' '
	for _, r := range s {
		if r != ' ' && unicode.IsSpace(r) || r == ' ' && last == ' ' || dropped(r) || r == '\u2060' || r == '\u3164' {
			return false
		}
		last = r
	}
	return last != ' '
}

// Fold makes text that is compared: lower case, without accents, letters of the Latin script in their plain form
// (ß to ss, ø to o, ł to l), everything that is neither letter nor digit as one space. Text that is folded comes back as
// it is, without an allocation.
func Fold(s string) string {
	if folded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	write := func(r rune) {
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			switch {
			case r >= 'A' && r <= 'Z':
				write(r + 'a' - 'A')
			case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
				write(r)
			case r == '\'':
				// O'Neill is one word
			default:
				space = true
			}
		case apostrophe(r):
		default:
			foldRune(r, write, &space)
		}
	}
	return b.String()
}

// apostrophe reports whether a character joins: O’Neill is one word.
func apostrophe(r rune) bool { return r == '’' || r == 'ʼ' || r == '`' || r == '´' }

func foldRune(r rune, write func(rune), space *bool) {
	if plain, ok := plainLetters[unicode.ToLower(r)]; ok {
		for _, p := range plain {
			write(p)
		}
		return
	}
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], r)
	for _, d := range norm.NFKD.String(string(buf[:n])) {
		switch {
		case unicode.Is(unicode.Mn, d) || apostrophe(d): // ŉ is one letter of two
		case unicode.IsLetter(d) || unicode.IsDigit(d):
			d = unicode.ToLower(d)
			if plain, ok := plainLetters[d]; ok {
				for _, p := range plain {
					write(p)
				}
				continue
			}
			write(d)
		default:
			*space = true
		}
	}
}

// plainLetters are those that Unicode does not decompose.
var plainLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ŋ': "n", 'ħ': "h", 'ŧ': "t", 'ĸ': "k",
}

func folded(s string) bool {
	last := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && (c != ' ' || last == ' ') {
			return false
		}
		last = c
	}
	return s == "" || last != ' '
}
