package phones

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// note is a change of how a number is written.
type note struct{ before, after, rule string }

// A repair that cannot be wrong: it changes how a number is written, never which one it is.
type repair struct {
	rule string
	do   func(string) string
}

// repairs are tried in this order on each number.
var repairs = []repair{
	{"phones.width", narrow},
	{"phones.invisible", dropInvisible},
	{"phones.trim", trim},
	{"phones.excel", exact},
	{"phones.label", dropLabel},
	{"phones.punctuation", dropPunctuation},
}

// tidy applies the repairs until nothing changes. Each only shortens or narrows the text, or turns an exponent into
// digits once, so it ends.
func tidy(s string) (string, []note) {
	var notes []note
	for changed := true; changed; {
		changed = false
		for _, r := range repairs {
			if t := r.do(s); t != s {
				notes = append(notes, note{s, t, r.rule})
				s, changed = t, true
			}
		}
	}
	return s, notes
}

// plain reports whether no repair could touch s and nothing could part it: a number of digits, single blanks and common
// punctuation, that ends in a digit and is not a spreadsheet's quantity.
func plain(s string) bool {
	if len(s) < 5 || s[len(s)-1] < '0' || s[len(s)-1] > '9' || s[0] == ' ' {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case '0' <= c && c <= '9', c == '+', c == '(', c == ')', c == '-':
		case c == '.' && strings.Trim(s[i+1:], "0") != "":
		case c == ' ' && s[i-1] != ' ':
		default:
			return false
		}
	}
	return true
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// narrow writes full-width forms as their ASCII and odd blanks as blanks.
func narrow(s string) string {
	if ascii(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case 0xFF01 <= r && r <= 0xFF5E:
			return r - 0xFEE0
		case r != ' ' && unicode.Is(unicode.Zs, r):
			return ' '
		}
		return r
	}, s)
}

// dropInvisible takes away zero-width characters, directional marks and soft hyphens.
func dropInvisible(s string) string {
	if ascii(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == 0x00AD, r == 0xFEFF, 0x200B <= r && r <= 0x200F, 0x2060 <= r && r <= 0x2064, 0x202A <= r && r <= 0x202E, 0x2066 <= r && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}

// trim takes away blanks around, and all but one between.
func trim(s string) string {
	if !strings.ContainsAny(s, " \t\r\n\v\f") {
		return strings.TrimSpace(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// exact gives back the digits of a number that a spreadsheet wrote as a quantity: 4.47912345678E+11, where all digits
// are still there, or 447912345678.0. A number of which the end is lost stays as it is.
func exact(s string) string {
	if len(s) < 7 || s[0] < '0' || s[0] > '9' || !strings.ContainsAny(s, ".eE") {
		return s
	}
	if m := fraction.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	if m := exponent.FindStringSubmatch(s); m != nil {
		if e, err := strconv.Atoi(m[3]); err == nil && len(m[2]) == e {
			return m[1] + m[2]
		}
	}
	return s
}

var (
	fraction = regexp.MustCompile(`^([0-9]{7,17})\.0+$`)
	exponent = regexp.MustCompile(`^([0-9])[.,]?([0-9]*)[eE]\+?([0-9]{1,2})$`)
)

// dropLabel takes away what says which number it is: "Tel.:", "(home)", a scheme.
func dropLabel(s string) string {
	if !alphabetic(s) && !strings.HasPrefix(s, "'") {
		return s
	}
	s = strings.TrimLeft(s, "'") // a spreadsheet's mark of text
	word := s[:len(s)-len(strings.TrimLeftFunc(s, unicode.IsLetter))]
	if word != "" && slices.Contains(labels, strings.ToLower(word)) {
		rest := strings.TrimLeft(s[len(word):], " .:-")
		if len(rest) < len(s)-len(word) && startsNumber(rest) {
			return rest
		}
		if len(word) > 1 && startsNumber(s[len(word):]) {
			return s[len(word):]
		}
	}
	bare := strings.TrimRight(s, ").]: ")
	word = bare[len(strings.TrimRightFunc(bare, unicode.IsLetter)):]
	if word != "" && slices.Contains(labels, strings.ToLower(word)) {
		rest := bare[:len(bare)-len(word)]
		cut := strings.TrimRight(rest, " ([,:")
		// A word right after a hyphen, or after few digits, may be part of a vanity number: 1-800-555-HOME.
		bracketed := strings.HasSuffix(rest, "(") || strings.HasSuffix(rest, "[")
		if len(word) == 1 && alphabetic(cut) {
			return s
		}
		if len(cut) < len(rest) && cut != "" && '0' <= cut[len(cut)-1] && cut[len(cut)-1] <= '9' && (bracketed || len(only(cut)) >= 8) {
			return cut
		}
	}
	return s
}

func alphabetic(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; 'a' <= c && c <= 'z' || s[i] >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

func startsNumber(s string) bool {
	return s != "" && (s[0] == '+' || s[0] == '(' || '0' <= s[0] && s[0] <= '9')
}

// labels are words beside a number that say which of a customer's it is, in the languages of the header mapping.
var labels = strings.Fields(`
	tel telephone telefon telefono telefone telefoon téléphone teléfono phone phones ph fon fono number
	mobile mobil mob mobiel móvil movil celular cellulare cell cel handy portable gsm
	home work office business private privat privato privé direct main other day evening
	dienstlich geschäftlich zuhause festnetz domicile bureau travail fixe casa oficina trabajo trabalho ufficio thuis werk vast
	t m p h w o d`)

// dropPunctuation takes away what ends or begins an item of a list.
func dropPunctuation(s string) string {
	t := strings.TrimRight(s, `,;/|:" `)
	t = strings.TrimLeft(strings.TrimPrefix(t, `="`), `,;/|:" `) // ="0123": a spreadsheet's way to keep zeros
	if t == "" {
		return s
	}
	return t
}

// pieces takes a cell apart at marks and words that only part numbers. A slash or a comma is often inside a number:
// those are tried by split, which can ask what the parts are.
func pieces(cell string) []string {
	if !strings.ContainsAny(cell, ";|\n\r\t&") && !strings.Contains(cell, " ") {
		return []string{cell}
	}
	marked := sureWords.Replace(cell)
	parts := strings.FieldsFunc(marked, func(r rune) bool { return r == '\x00' || r == '|' || r == '\n' || r == '\r' || r == '\t' })
	var out []string
	for _, p := range parts {
		from := 0
		for i := 0; i < len(p); i++ {
			if p[i] == ';' && !parameter(p[i:]) {
				out = append(out, p[from:i])
				from = i + 1
			}
		}
		out = append(out, p[from:])
	}
	with := slices.DeleteFunc(out, func(p string) bool { return !strings.ContainsFunc(p, unicode.IsDigit) })
	short := func(p string) bool { return len(only(narrow(p))) < shortest }
	if len(with) < 2 || slices.ContainsFunc(with, short) {
		return []string{cell}
	}
	return with
}

// shortest is how many digits a part has at least that is not taken for a piece of a number, or of a remark about it.
const shortest = 5

// parameter reports whether a semicolon begins a parameter of RFC 3966, or an extension that is dialled after a pause.
func parameter(s string) bool {
	for _, p := range []string{";ext=", ";isub=", ";phone-context="} {
		if len(s) >= len(p) && strings.EqualFold(s[:len(p)], p) {
			return true
		}
	}
	return len(strings.TrimRight(s[1:], "#")) <= 5
}

var sureWords = strings.NewReplacer(" or ", "\x00", " OR ", "\x00", " oder ", "\x00", " ou ", "\x00", " and ", "\x00",
	" und ", "\x00", " et ", "\x00", " y ", "\x00", " of ", "\x00", " en ", "\x00", " & ", "\x00")
