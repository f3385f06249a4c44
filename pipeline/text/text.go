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
	var room [128]byte
	return string(AppendFold(room[:0], s))
}

// AppendFold appends what [Fold] makes of s.
func AppendFold(dst []byte, s string) []byte {
	from, space := len(dst), false
	for _, r := range s {
		switch {
		case r >= 'A' && r <= 'Z':
			dst = append(gap(dst, from, &space), byte(r)+'a'-'A')
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			dst = append(gap(dst, from, &space), byte(r))
		case r == '\'': // O'Neill is one word
		case r < utf8.RuneSelf:
			space = true
		case apostrophe(r):
		default:
			dst = foldRune(dst, from, r, &space)
		}
	}
	return dst
}

// gap writes the space that is due between two words; the text begins at from.
func gap(dst []byte, from int, space *bool) []byte {
	if *space && len(dst) > from {
		dst = append(dst, ' ')
	}
	*space = false
	return dst
}

// apostrophe reports whether a character joins: O’Neill is one word.
func apostrophe(r rune) bool { return r == '’' || r == 'ʼ' || r == '`' || r == '´' }

func foldRune(dst []byte, from int, r rune, space *bool) []byte {
	if i := int(r) - latinFirst; i >= 0 && i < len(latin) && latin[i] != "" {
		return append(gap(dst, from, space), latin[i]...)
	}
	return foldAny(dst, from, r, space)
}

// latin are the folded letters of Latin-1 and the first two extensions, worked out once: nearly all that have accents.
const latinFirst = 0xC0

var latin = func() (t [0x250 - latinFirst]string) {
	for i := range t {
		space := false
		if folded := foldAny(nil, 0, rune(latinFirst+i), &space); !space { // L· says that a word may end
			t[i] = string(folded)
		}
	}
	return t
}()

func foldAny(dst []byte, from int, r rune, space *bool) []byte {
	if plain, ok := plainLetters[unicode.ToLower(r)]; ok {
		return append(gap(dst, from, space), plain...)
	}
	var one [utf8.UTFMax]byte
	var room [64]byte
	for apart := norm.NFKD.Append(room[:0], utf8.AppendRune(one[:0], r)...); len(apart) > 0; {
		d, n := utf8.DecodeRune(apart)
		apart = apart[n:]
		switch {
		case unicode.Is(unicode.Mn, d) || apostrophe(d): // ŉ is one letter of two
		case unicode.IsLetter(d) || unicode.IsDigit(d):
			d = unicode.ToLower(d)
			dst = gap(dst, from, space)
			if plain, ok := plainLetters[d]; ok {
				dst = append(dst, plain...)
			} else {
				dst = utf8.AppendRune(dst, d)
			}
		default:
			*space = true
		}
	}
	return dst
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
