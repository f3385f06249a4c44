package emails

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// each hands on the addresses of a cell, tidied, and notes what it changed.
func each(cell string, note func(before, after, rule string), visit func(display string)) {
	if pieces := split(cell); pieces != nil {
		note(cell, strings.Join(pieces, ", "), "emails.split")
		for _, piece := range pieces {
			each(piece, note, visit)
		}
		return
	}
	display := tidy(cell, note)
	switch {
	case display == "":
	case display != cell && split(display) != nil: // brackets or a label hid that there are several
		each(display, note, visit)
	default:
		visit(display)
	}
}

// A repair that cannot be wrong: it changes how an address is written, never which one it is.
type repair struct {
	rule string
	do   func(string) string
}

// repairs are tried in this order on each address; each notes what it changed.
var repairs = []repair{
	{"emails.width", narrow},
	{"emails.invisible", dropInvisible},
	{"emails.trim", trim},
	{"emails.mailto", wholly(dropScheme)},
	{"emails.brackets", wholly(dropBrackets)},
	{"emails.quotes", wholly(dropQuotes)},
	{"emails.punctuation", dropPunctuation},
	{"emails.space", closeUp},
}

// tidy applies the repairs until nothing changes, telling each step to note. They are few, and each only ever shortens
// the text or narrows it, so it ends.
func tidy(s string, note func(before, after, rule string)) string {
	if plain(s) {
		return s
	}
	for changed := true; changed; {
		changed = false
		for _, r := range repairs {
			if t := r.do(s); t != s {
				note(s, t, r.rule)
				s, changed = t, true
			}
		}
	}
	return s
}

// wholly repeats a repair that takes one layer off, so that however many there are make one change.
func wholly(do func(string) string) func(string) string {
	return func(s string) string {
		for {
			t := do(s)
			if t == s {
				return s
			}
			s = t
		}
	}
}

// plain reports whether no repair could touch s: letters, digits and inner punctuation of an ordinary address.
func plain(s string) bool {
	if s == "" || !alphanumeric(s[0]) || !alphanumeric(s[len(s)-1]) {
		return s == ""
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !alphanumeric(c) && c != '@' && c != '.' && c != '-' && c != '_' && c != '+' {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z'
}

// narrow writes full-width and small forms, and the full stops of Chinese and Japanese, as their ASCII; odd blanks as
// blanks.
func narrow(s string) string {
	if ascii(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case 0xFF01 <= r && r <= 0xFF5E:
			return r - 0xFEE0
		case r == 0xFE6B:
			return '@'
		case r == 0xFE52 || r == 0x3002 || r == 0xFF61:
			return '.'
		case r != ' ' && unicode.Is(unicode.Zs, r):
			return ' '
		}
		return r
	}, s)
}

// dropInvisible takes away what is not seen: zero-width spaces, directional marks, soft hyphens, byte order marks. The
// joiners are letters' business in some scripts, so they go only from ASCII.
func dropInvisible(s string) string {
	if ascii(s) {
		return s
	}
	unseen := strings.Map(func(r rune) rune {
		switch {
		case r == 0x00AD, r == 0x200B, r == 0x200E, r == 0x200F, r == 0xFEFF,
			0x2060 <= r && r <= 0x2064, 0x202A <= r && r <= 0x202E, 0x2066 <= r && r <= 0x2069:
			return -1
		}
		return r
	}, s)
	if joined := strings.NewReplacer("\u200C", "", "\u200D", "").Replace(unseen); ascii(joined) {
		return joined
	}
	return unseen
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func trim(s string) string { return strings.TrimSpace(s) }

// dropScheme takes "mailto:" away, with the query that may follow the address (RFC 6068), and a written label; smtp: is
// how directories mark the address that mail goes to.
func dropScheme(s string) string {
	for _, scheme := range []string{"mailto:", "email:", "e-mail:", "mail:", "smtp:"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			s = s[len(scheme):]
			if scheme == "mailto:" {
				s = strings.TrimPrefix(s, "//")
				if address, _, found := strings.Cut(s, "?"); found && strings.Contains(address, "@") {
					s = address
				}
			}
			return s
		}
	}
	return s
}

// dropBrackets takes the address out of brackets around it, and out of name <address>.
func dropBrackets(s string) string {
	if inner := unwrap(s); strings.Count(inner, "@") == 1 && inner != s {
		return inner
	}
	open := strings.LastIndexByte(s, '<')
	if open < 0 || !strings.HasSuffix(s, ">") {
		return s
	}
	inner := s[open+1 : len(s)-1]
	if name := s[:open]; strings.Count(inner, "@") == 1 && (!strings.Contains(name, "@") || namesItself(name, inner)) {
		return inner
	}
	return s
}

// namesItself reports whether a display name is the address over again.
func namesItself(name, inner string) bool {
	return strings.EqualFold(strings.Trim(name, ` "'`), strings.TrimSpace(inner))
}

// dropQuotes takes away quotes around the whole address.
func dropQuotes(s string) string {
	for _, q := range []string{`"`, "'", "`", "\u201C\u201D", "\u2018\u2019", "\u201E\u201C", "\u00AB\u00BB"} {
		first, _ := utf8.DecodeRuneInString(q)
		last, n := utf8.DecodeLastRuneInString(q)
		if strings.HasPrefix(s, string(first)) && strings.HasSuffix(s, string(last)) && len(s) > len(string(first))+n {
			inner := s[len(string(first)) : len(s)-n]
			if strings.Contains(inner, "@") {
				return inner
			}
		}
	}
	return s
}

// dropPunctuation takes away what ends a sentence or a list after the address, and what begins a list before it.
func dropPunctuation(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	return strings.TrimLeft(strings.TrimRight(s, ".,;: "), ",;: ")
}

// closeUp takes blanks away that stand directly beside the @ or a dot of the domain, where one word stands before the
// @ alone: "john @ example. org" can be read one way only.
func closeUp(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || !strings.ContainsAny(s, " \t") || strings.ContainsRune(s, '"') {
		return s
	}
	local, domain := strings.TrimSpace(s[:at]), strings.TrimSpace(s[at+1:])
	if local == "" || strings.ContainsAny(local, " \t@") {
		return s
	}
	labels := strings.Split(domain, ".")
	for i, l := range labels {
		labels[i] = strings.TrimSpace(l)
		if labels[i] == "" || strings.ContainsAny(labels[i], " \t") {
			return s
		}
	}
	return local + "@" + strings.Join(labels, ".")
}

// split takes a cell apart that holds several addresses; nil where it holds one, or cannot surely be divided. Every piece
// holds exactly one @.
func split(cell string) []string {
	at := strings.IndexByte(cell, '@')
	if (at < 0 || strings.IndexByte(cell[at+1:], '@') < 0) && !strings.Contains(cell, "\uFF20") {
		return nil
	}
	if _, bad := parse(cell); bad == "" {
		return nil // one address that has an @ in quotes
	}
	cell = unwrap(strings.TrimSpace(narrow(cell))) // the whole list may stand in brackets
	for _, cut := range []func(string) []string{bracketed, listed, blank} {
		if pieces := cut(cell); len(pieces) > 1 && !slices.ContainsFunc(pieces, notOne) {
			return pieces
		}
	}
	return nil
}

// unwrap takes away one pair of brackets around the whole.
func unwrap(s string) string {
	for _, pair := range []string{"<>", "()", "[]", "{}"} {
		if len(s) > 2 && strings.LastIndexByte(s, pair[0]) == 0 && strings.IndexByte(s, pair[1]) == len(s)-1 {
			return s[1 : len(s)-1]
		}
	}
	return s
}

func notOne(piece string) bool { return strings.Count(piece, "@") != 1 }

// bracketed takes the addresses of "A <a@x>, B <b@y>", where nothing outside the brackets looks like one.
func bracketed(cell string) []string {
	var pieces []string
	rest := cell
	for {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			break
		}
		end := strings.IndexByte(rest[open:], '>')
		if end < 0 || strings.Contains(rest[:open], "@") {
			return nil
		}
		pieces = append(pieces, rest[open+1:open+end])
		rest = rest[open+end+1:]
	}
	if strings.Contains(rest, "@") {
		return nil
	}
	return pieces
}

// listed cuts at the marks and words that part the items of a list.
func listed(cell string) []string {
	cell = lineBreaks.Replace(cell)
	words := strings.Fields(cell)
	for i, w := range words {
		if listWords[strings.ToLower(w)] {
			words[i] = ";"
		}
	}
	if slices.Contains(words, ";") {
		cell = strings.Join(words, " ")
	}
	pieces := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(",;|\\\n\r\t、\u200B", r) })
	if len(pieces) == 1 {
		pieces = strings.Split(cell, "/")
	}
	return slices.DeleteFunc(pieces, func(p string) bool { return strings.TrimSpace(p) == "" })
}

// listWords part the items of a list where they stand alone: and, or, and signs for them.
var listWords = map[string]bool{
	"and": true, "or": true, "und": true, "oder": true, "et": true, "ou": true, "y": true, "o": true, "e": true, "of": true, "en": true,
	"&": true, "/": true, "+": true, "-": true, "–": true, "—": true, "•": true, "·": true, "*": true,
}

var lineBreaks = strings.NewReplacer("<br>", ";", "<br/>", ";", "<br />", ";", "<BR>", ";")

// blank cuts at blanks.
func blank(cell string) []string { return strings.Fields(cell) }
