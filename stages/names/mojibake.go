package names

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Mender repairs text that was read in the wrong encoding. It must see a record before anything tidies it, since the
// marks that tell are soft hyphens and controls too. It is safe for concurrent use.
type Mender struct{}

// NewMender makes a mender.
func NewMender() *Mender { return &Mender{} }

var mangled = [...]record.Field{
	record.FullName, record.Title, record.GivenName, record.MiddleName, record.FamilyName, record.Suffix, record.Company,
	record.Street, record.Street2, record.City, record.Region, record.Country,
}

// Map repairs names and addresses.
func (m *Mender) Map(r record.Record) (record.Record, error) {
	for _, f := range mangled {
		v := r.Text[f]
		if strings.IndexByte(v, '&') >= 0 && strings.IndexByte(v, ';') > 0 {
			if plain := html.UnescapeString(v); plain != v && !strings.ContainsAny(plain, "<>") {
				r.Set(f, plain, "names.entities", 0.99)
				v = plain
			}
		}
		if !ascii(v) {
			r.Set(f, unmangle(v), "names.mojibake", 0.99)
		}
	}
	return r, nil
}

// unmangle repairs text that was UTF-8 and read as something else ("JosÃ©" for "José"), up to three times over. It does so
// word by word, and only where a word has signs or letters together that no language writes and the repaired word has
// none: then it is surely better.
func unmangle(s string) string {
	if plausible(s) {
		return s
	}
	var b strings.Builder
	from := 0
	for i := 0; i <= len(s); i++ { // a name can be joined of a field that was mangled and one that was not
		if i < len(s) && s[i] != ' ' && s[i] != '-' {
			continue
		}
		b.WriteString(mendWord(s[from:i]))
		if i < len(s) {
			b.WriteByte(s[i])
		}
		from = i + 1
	}
	return b.String()
}

const readings = 3

func mendWord(w string) string {
	if ascii(w) || plausible(w) {
		return w
	}
	if better, ok := mend(w, readings); ok {
		return likeCase(w, better)
	}
	if better, ok := mend(strings.Map(raised, w), readings); ok { // somebody wrote it small after it was mangled
		return better
	}
	return lostHyphen(w)
}

// mend looks for a plausible word that was read wrongly at most depth times.
func mend(w string, depth int) (string, bool) {
	again := make([]string, 0, len(encodings))
	for i := range encodings {
		t, ok := encodings[i].reread(w)
		if !ok {
			continue
		}
		if plausible(t) {
			return t, true
		}
		again = append(again, t)
	}
	if depth > 1 {
		for _, t := range again {
			if better, ok := mend(t, depth-1); ok {
				return better, true
			}
		}
	}
	return "", false
}

// likeCase writes mended letters large where all others of the word are.
func likeCase(before, after string) string {
	upper := 0
	for i := 0; i < len(before); i++ {
		switch c := before[i]; {
		case c >= 'a' && c <= 'z':
			return after
		case c >= 'A' && c <= 'Z':
			upper++
		}
	}
	if upper < 2 || strings.Contains(after, "ß") {
		return after
	}
	return strings.ToUpper(after)
}

// raised undoes the small writing of the letters that mangled text begins with.
func raised(r rune) rune {
	if r >= 'à' && r <= 'ø' && r != '÷' {
		return unicode.ToUpper(r)
	}
	return r
}

// lostHyphen repairs an í of which a tidier took the second half, a soft hyphen: "GarcÃa". The capital in the midst of
// small letters tells; before a vowel of Portuguese (João) it does not.
func lostHyphen(w string) string {
	i := strings.Index(w, "Ã")
	if i < 1 || i+2 >= len(w) || w[i-1] < 'a' || w[i-1] > 'z' || w[i+2] < 'a' || w[i+2] > 'z' || strings.IndexByte("oeiu", w[i+2]) >= 0 {
		return w
	}
	return w[:i] + "í" + w[i+2:]
}

// encoding is a way in which UTF-8 is read wrongly.
type encoding struct {
	bytes    map[rune]byte
	controls bool // bytes that it leaves out come through as controls
}

// encodings are tried in order: the usual mistake first.
var encodings = func() []encoding {
	var out []encoding
	for _, e := range []struct {
		*charmap.Charmap
		controls bool
	}{
		{charmap.Windows1252, true},
		{charmap.Macintosh, false},
		{charmap.CodePage437, false},
		{charmap.CodePage850, false},
		{charmap.Windows1250, true},
		{charmap.ISO8859_2, true},
		{charmap.Windows1251, true},
		{charmap.Windows1254, true},
		{charmap.Windows1253, true},
		{charmap.Windows1257, true},
		{charmap.ISO8859_15, true},
		{charmap.CodePage852, false},
		{charmap.CodePage858, false},
		{charmap.CodePage866, false},
		{charmap.KOI8R, false},
	} {
		x := encoding{make(map[rune]byte), e.controls}
		for b := 0x80; b <= 0xff; b++ {
			if r := e.DecodeByte(byte(b)); r != utf8.RuneError {
				x.bytes[r] = byte(b)
			}
		}
		out = append(out, x)
	}
	return out
}()

// reread takes text back to the bytes that it was read from, and reads those as UTF-8.
func (e *encoding) reread(s string) (string, bool) {
	raw := make([]byte, 0, len(s))
	for _, r := range s {
		b, ok := e.bytes[r]
		switch {
		case r < utf8.RuneSelf:
			b = byte(r)
		case ok:
		case e.controls && r <= 0x9f:
			b = byte(r)
		default:
			return "", false
		}
		raw = append(raw, b)
	}
	return string(raw), utf8.Valid(raw)
}

// plausible reports whether no word has letters together that no one language writes, or a sign among its letters.
func plausible(s string) bool {
	all := ^uint64(0)
	prev := ' '
	for _, r := range s {
		switch {
		case r == ' ' || r == '-':
			all = ^uint64(0)
		case r < utf8.RuneSelf:
			if r|0x20 >= 'a' && r|0x20 <= 'z' {
				all &= latin
			}
		case prev < utf8.RuneSelf && strings.ContainsRune("’‘´“”„ªº–", r): // behind others they may be the second half of a letter
		default:
			all &= languagesOf(r)
		}
		if all == 0 {
			return false
		}
		prev = r
	}
	return true
}

// languagesOf has a bit for each language that a letter is written in; all bits for the letters of scripts without a table.
func languagesOf(r rune) uint64 {
	switch {
	case int(r) < len(alphabets):
		return alphabets[r]
	case r >= 0x1e00 && r < 0x1f00:
		return alphabetsAbove[r-0x1e00]
	case r != '\ufb01' && r != '\ufb02' && (unicode.IsLetter(r) || unicode.IsMark(r)) || r == '\u200d' || r == '\u200c' || r == '・':
		return ^uint64(0)
	}
	return 0
}

var (
	alphabets      [0x590]uint64
	alphabetsAbove [0x100]uint64
	latin          = readAlphabets() // the languages that are written in Latin letters
)

func readAlphabets() (latin uint64) {
	for i, c := range rows(alphabetsFile) {
		for _, r := range c[1] + strings.ToUpper(c[1]) {
			if r < 0x1e00 {
				alphabets[r] |= 1 << i
			} else {
				alphabetsAbove[r-0x1e00] |= 1 << i
			}
		}
		if first, _ := utf8.DecodeRuneInString(c[1]); first < 0x370 || first >= 0x1e00 {
			latin |= 1 << i
		}
	}
	for r := rune(0x300); r < 0x370; r++ { // accents that came apart from their letters
		alphabets[r] = ^uint64(0)
	}
	return latin
}
