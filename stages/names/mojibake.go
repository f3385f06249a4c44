package names

import (
	"errors"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Mender repairs text that was read in the wrong encoding. It must see a record before anything tidies it, since the
// marks that tell are soft hyphens and controls too. It is safe for concurrent use.
type Mender struct{ *alphabets }

// NewMender makes a mender.
func NewMender(o Options) *Mender { return &Mender{&o.lists().alphabets} }

var mangled = [...]record.Field{
	record.FullName, record.Title, record.GivenName, record.MiddleName, record.FamilyName, record.Suffix, record.Company,
	record.Street, record.Street2, record.City, record.Region, record.Country,
}

// Clean repairs names and addresses.
func (m *Mender) Clean(r *record.Record) error {
	for _, f := range mangled {
		v := r.Text[f]
		if v == "" {
			continue
		}
		if strings.IndexByte(v, '&') >= 0 && strings.IndexByte(v, ';') > 0 {
			tidy := text.Tidy(v) // a control inside hides an entity
			if plain := html.UnescapeString(tidy); plain != tidy && !strings.ContainsAny(plain, "<>") {
				r.Set(f, plain, "names.entities", 0.99)
				v = plain
			}
		}
		if !ascii(v) {
			v = accented(v)
			r.Set(f, v, "names.accents", 1)
			r.Set(f, m.settled(v), "names.mojibake", 0.99)
		}
	}
	return nil
}

// Map is [Mender.Clean] of a copy.
func (m *Mender) Map(r record.Record) (record.Record, error) {
	err := m.Clean(&r)
	return r, err
}

// accented composes the words that have an accent of their own. Others are left, since NFC would write some Han characters
// in another form.
func accented(v string) string {
	if strings.IndexFunc(v, isAccent) < 0 {
		return v
	}
	words := strings.Split(v, " ")
	for i, w := range words {
		if strings.IndexFunc(w, isAccent) >= 0 {
			words[i] = norm.NFC.String(w)
		}
	}
	return strings.Join(words, " ")
}

// isAccent reports whether a mark is one that Latin, Greek and Cyrillic letters bear.
func isAccent(r rune) bool { return r >= 0x300 && r < 0x370 }

// settled is text mended so that mending it again, when it has been tidied, changes nothing.
func (a *alphabets) settled(s string) string {
	for range readings {
		next := accented(a.unmangle(s))
		if next == s {
			tidy := text.Tidy(s)
			if tidy == s {
				break
			}
			if next = accented(a.unmangle(tidy)); next == tidy {
				break
			}
		}
		s = next
	}
	return s
}

// misread reports whether any of the values looks as if it was read in the wrong encoding.
func (l *Lists) misread(values ...string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return l.alphabets.unmangle(v) != v })
}

// unmangle repairs text that was UTF-8 and read as something else ("JosÃ©" for "José"), up to three times over. It does so
// word by word, and only where a word has signs or letters together that no language writes and the repaired word has
// none: then it is surely better.
func (a *alphabets) unmangle(s string) string {
	if len(s) > longest || a.plausible(s) {
		return s
	}
	if better := a.mend(s, readings); better != "" {
		return likeCase(s, better)
	}
	var b strings.Builder
	from := 0
	for i := 0; i <= len(s); i++ { // a name can be joined of a field that was mangled and one that was not
		if i < len(s) && strings.IndexByte(" -,;/.()\"", s[i]) < 0 {
			continue
		}
		b.WriteString(a.mendWord(s[from:i]))
		if i < len(s) {
			b.WriteByte(s[i])
		}
		from = i + 1
	}
	return b.String()
}

const (
	readings = 3
	longest  = 400 // bytes; what is longer is no name and no street, and every way to read it takes time
)

func (a *alphabets) mendWord(w string) string {
	if ascii(w) || a.plausible(w) {
		return w
	}
	if better := a.mend(w, readings); better != "" {
		return likeCase(w, better)
	}
	if better := a.mend(strings.Map(raised, w), readings); better != "" { // somebody wrote it small after it was mangled
		return better
	}
	return lostHyphen(w)
}

// mend gives the most plausible word that was read wrongly at most depth times, and as few times as can be; empty where
// there is none. Of several, what more people write and what is misread more often is more plausible.
func (a *alphabets) mend(w string, depth int) string {
	best, most := "", 0
	var again [len(encodings)]string
	for i := range encodings {
		t, ok := encodings[i].reread(w)
		if !ok || slices.Contains(again[:i], t) {
			continue
		}
		again[i] = t
		if n := a.likely(t) * encodings[i].usual; n > most && !oddCase(t) {
			best, most = t, n
		}
	}
	if best != "" || depth == 1 {
		return best
	}
	for _, t := range again {
		if t != "" && best == "" {
			best = a.mend(t, depth-1)
		}
	}
	return best
}

// likely weighs a mended word: few names begin with a small letter that is not plain, and no ß follows a consonant.
func (a *alphabets) likely(t string) int {
	n := 8 * a.weight(t)
	if r, _ := utf8.DecodeRuneInString(t); r >= utf8.RuneSelf && unicode.IsLower(r) {
		n /= 8
	}
	if i := strings.Index(t, "ß"); i > 0 && strings.IndexByte("bcdfghjklmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ", t[i-1]) >= 0 {
		n /= 8
	}
	return n
}

// oddCase reports whether a letter that is not plain is large inside of a word that is small, as in no name that is well:
// "ZoÍ", "JÜrg".
func oddCase(s string) bool {
	before, prev := ' ', ' '
	for _, r := range s {
		if prev >= utf8.RuneSelf && unicode.IsUpper(prev) && unicode.IsLetter(before) && (unicode.IsLower(before) || unicode.IsLower(r)) {
			return true
		}
		before, prev = prev, r
	}
	return prev >= utf8.RuneSelf && unicode.IsUpper(prev) && unicode.IsLower(before)
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
	return lostHyphen(w[:i] + "í" + w[i+2:])
}

// encoding is a way in which UTF-8 is read wrongly.
type encoding struct {
	bytes map[rune]byte
	usual int
}

const often = 12

// encodings and how usual it is to take UTF-8 for them, by judgement; their order decides between equals.
var encodings = func() (out [15]encoding) {
	for i, e := range [...]struct {
		*charmap.Charmap
		usual int
	}{
		{charmap.Windows1252, often},
		{charmap.Macintosh, 6},
		{charmap.CodePage437, 4},
		{charmap.CodePage850, 4},
		{charmap.Windows1250, 9},
		{charmap.ISO8859_2, 1},
		{charmap.Windows1251, 6},
		{charmap.Windows1254, 2},
		{charmap.Windows1253, 2},
		{charmap.Windows1257, 2},
		{charmap.ISO8859_15, 2},
		{charmap.CodePage852, 1},
		{charmap.CodePage858, 1},
		{charmap.CodePage866, 1},
		{charmap.KOI8R, 1},
	} {
		out[i] = encoding{make(map[rune]byte), e.usual}
		for b := 0x80; b <= 0xff; b++ {
			r := e.DecodeByte(byte(b))
			if r == utf8.RuneError {
				r = rune(b) // what it leaves out comes through as it is
			}
			out[i].bytes[r] = byte(b)
		}
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
		case r <= 0x9f && e.usual == often: // Latin-1 and Windows-1252 are mixed up
			b = byte(r)
		default:
			return "", false
		}
		raw = append(raw, b)
	}
	return string(raw), utf8.Valid(raw)
}

// plausible reports whether no word has letters together that no one language writes, a sign among its letters, or a
// large letter inside of a small word.
func (a *alphabets) plausible(s string) bool {
	for s != "" {
		word := s
		if i := strings.IndexAny(s, " -"); i >= 0 {
			word, s = s[:i], s[i+1:]
		} else {
			s = ""
		}
		if !ascii(word) && (a.writers(word) == 0 || oddCase(word)) {
			return false
		}
	}
	return true
}

// weight is that of the languages that write a word.
func (a *alphabets) weight(word string) int {
	all, n := a.writers(word), 0
	for i, w := range a.weights {
		if all>>i&1 == 1 {
			n += w
		}
	}
	if all&other != 0 {
		return 1
	}
	return n
}

// writers has a bit for each language that writes all the letters of a word; none where signs stand among them.
func (a *alphabets) writers(word string) uint64 {
	all := ^uint64(0)
	prev := ' '
	for _, r := range word {
		switch {
		case r < utf8.RuneSelf:
			if r|0x20 >= 'a' && r|0x20 <= 'z' {
				all &= a.latin
			}
		case prev < utf8.RuneSelf && strings.ContainsRune("’‘´“”„ªº–", r): // behind others they may be the second half of a letter
		default:
			all &= a.languagesOf(r)
		}
		prev = r
	}
	return all
}

// languagesOf has a bit for each language that a letter is written in; one for all the scripts that have no table.
func (a *alphabets) languagesOf(r rune) uint64 {
	switch {
	case int(r) < len(a.letters):
		return a.letters[r]
	case r >= 0x1e00 && r < 0x1f00:
		return a.above[r-0x1e00]
	case r != '\ufb01' && r != '\ufb02' && (unicode.IsLetter(r) || unicode.IsMark(r)) || r == '\u200d' || r == '\u200c' || r == '・':
		return other
	}
	return 0
}

// other stands for all languages whose letters are in no table.
const other = 1 << 63

// alphabets has a bit for each language that writes a letter.
type alphabets struct {
	letters   [0x590]uint64
	above     [0x100]uint64 // from U+1E00 on
	weights   [63]int
	latin     uint64 // the languages that are written in Latin letters
	languages int
}

// forget leaves the letters that are in no table.
func (a *alphabets) forget() {
	*a = alphabets{latin: other}
	for r := rune(0x300); int(r) < len(a.letters); r++ {
		switch {
		case r < 0x370: // accents that came apart from their letters
			a.letters[r] = ^uint64(0)
		case r >= 0x530 && unicode.IsLetter(r):
			a.letters[r] = other
		}
	}
}

// add takes the letters of a language.
func (a *alphabets) add(row []string) (err error) {
	i := a.languages
	if i == len(a.weights) {
		return fmt.Errorf("there are more than %d languages", i)
	}
	if a.weights[i], err = strconv.Atoi(row[2]); err != nil || a.weights[i] < 0 {
		return errors.New("weight is not a number from 0")
	}
	for _, r := range row[1] + strings.ToUpper(row[1]) {
		switch {
		case int(r) < len(a.letters):
			a.letters[r] |= 1 << i
		case r >= 0x1e00 && r < 0x1f00:
			a.above[r-0x1e00] |= 1 << i
		default:
			return errors.New("letters beyond a to z has one that is not Latin, Greek, Cyrillic or Armenian")
		}
	}
	if first, _ := utf8.DecodeRuneInString(row[1]); first < 0x370 || first >= 0x1e00 {
		a.latin |= 1 << i
	}
	a.languages++
	return nil
}
