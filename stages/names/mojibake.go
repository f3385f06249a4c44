package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// unmangle repairs text that was UTF-8 and read as Windows-1252 ("JosÃ©" for "José"), once or twice over. It does so
// only where the whole text is valid the other way round, which needs the tell-tale pairs, and where what comes out are
// letters: then it is surely better.
func unmangle(s string) string {
	if !strings.ContainsAny(s, telltale) {
		return s
	}
	words := strings.Split(s, " ") // a name can be joined of a field that was mangled and one that was not
	for i, w := range words {
		words[i] = unmangleWord(w)
	}
	return strings.Join(words, " ")
}

// telltale are what the first bytes of mangled letters look like.
const telltale = "ÃÂÄÅÐÑâ"

func unmangleWord(s string) string {
	better := s
	for range 2 {
		again, ok := reread(better)
		if !ok {
			return s
		}
		if better = again; believable(better) {
			return unmangleWord(better)
		}
	}
	return s
}

// reread takes text back to the bytes that it was read from, and reads those as UTF-8.
func reread(s string) (string, bool) {
	if !strings.ContainsAny(s, telltale) {
		return s, false
	}
	raw := make([]byte, 0, len(s))
	for _, r := range s {
		b, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			if r < 0x80 || r > 0x9f { // bytes that Windows-1252 leaves out come through as controls
				return s, false
			}
			b = byte(r)
		}
		raw = append(raw, b)
	}
	return string(raw), utf8.Valid(raw) && len(raw) != utf8.RuneCount(raw)
}

// believable reports whether all that is not ASCII are letters, or marks that names are written with.
func believable(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && !unicode.IsLetter(r) && r != '’' && r != '‘' && r != '–' && r != 'º' && r != 'ª' {
			return false
		}
	}
	return true
}
