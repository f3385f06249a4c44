package names

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rollcall-data/rollcall/pipeline/reference"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// mark is a note that people type into a name. where it stands tells a note from a name: see data/README.md.
type mark struct {
	means, where string
	languages    []string
}

// courtesies do not count.
var courtesies = [...]string{"please", "pls", "bitte", "again", "ever", "anymore", "any more"}

// starts is how many beginnings of words [start] and [firstWord] tell apart.
const starts = 1 << 15

// addMark takes a note.
func (l *Lists) addMark(row []string) error {
	if _, denies := denials[row[1]]; !denies && row[1] != "unusable" {
		return errors.New("means is none of deceased, no_contact, no_call, no_email, no_sms, no_post, unusable")
	}
	if err := reference.OneOf("where", row[2], "any", "front", "home", "title", "apart", "capitals", "dated", "small", "large"); err != nil {
		return err
	}
	k := markKey(row[0])
	if k == "" {
		return errNoWord("mark")
	}
	l.marks[k] = append(l.marks[k], mark{row[1], row[2], strings.Fields(row[3])})
	l.longestMark = max(l.longestMark, strings.Count(k, " ")+3) // with a courtesy
	l.noteStart(row[0])
	l.noteStart(k)
	return nil
}

// forgetMarks leaves the courtesies, with which a note may begin.
func (l *Lists) forgetMarks() {
	l.marks, l.longestMark, l.markStarts, l.markWords = make(map[string][]mark), 1, [starts]bool{}, [starts]bool{}
	for _, w := range courtesies {
		l.noteStart(w)
	}
}

func (l *Lists) noteStart(s string) {
	l.markStarts[start(s)] = true
	if h, plain := firstWord(s); plain {
		l.markWords[h] = true
	}
}

// begins reports whether text may begin as a note does: few names do by their whole first word, more by three letters.
func (l *Lists) begins(s string) bool {
	if h, plain := firstWord(s); plain {
		return l.markWords[h]
	}
	return l.markStarts[start(s)]
}

// firstWord is a number for the first word, but for marks inside it; a letter over and over is three of it. plain is false
// where it has letters beyond a to z.
func firstWord(s string) (h uint32, plain bool) {
	letters, same, three := 0, true, uint32(0)
	for i := 0; i < len(s); i++ {
		b := s[i]
		if b >= utf8.RuneSelf {
			return 0, false
		}
		if b == '.' || b == '\'' {
			continue
		}
		if b |= 0x20; b < 'a' || b > 'z' {
			break
		}
		h = h*31 + uint32(b)
		same = same && b == s[0]|0x20
		if letters++; letters == 3 {
			three = h
		}
	}
	if same && letters > 3 {
		h = three
	}
	return (h ^ h>>15) & (starts - 1), true
}

// markKey is a note as the table knows it. A letter over and over is three of it, and courtesy does not
// count.
func markKey(s string) string {
	k := text.Fold(s)
	switch {
	case k == "":
		return s // a sign
	case len(k) > 3 && repeated(k):
		return k[:3]
	}
	for again := true; again; {
		again = false
		for _, w := range courtesies {
			rest, ok := strings.CutSuffix(k, " "+w)
			if !ok {
				rest, ok = strings.CutPrefix(k, w+" ")
			}
			if ok {
				k, again = rest, true
			}
		}
	}
	return k
}

// start is a number for the first three letters of a word.
func start(s string) (n int) {
	if len(s) > 2 { // nearly always plain letters
		a, b, c := s[0]|0x20, s[1]|0x20, s[2]|0x20
		if a-'a' < 26 && b-'a' < 26 && c-'a' < 26 {
			return int(a&31)<<10 | int(b&31)<<5 | int(c&31)
		}
	}
	letters := 0
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z':
		case r >= 'A' && r <= 'Z':
		case r >= utf8.RuneSelf && !apostrophe(r):
			r = unicode.ToLower(r)
		case r == '.' || r == '\'' || apostrophe(r):
			continue
		default:
			return n
		}
		n = n<<5 | int(r&31)
		if letters++; letters == 3 {
			break
		}
	}
	return n & (starts - 1)
}

func apostrophe(r rune) bool { return r == '’' || r == '‘' || r == 'ʼ' || r == '´' }

// mayBeMarked is a quick look whether a word begins as a note does.
func (l *Lists) mayBeMarked(s string) bool {
	inside := false
	for i := 0; i < len(s); i++ {
		b := s[i]
		if b == '+' && i > 0 {
			return true
		}
		letter := b|0x20 >= 'a' && b|0x20 <= 'z' || b >= utf8.RuneSelf
		if letter && !inside && l.begins(s[i:]) {
			return true
		}
		inside = letter || inside && (b == '.' || b == '\'')
	}
	return false
}
