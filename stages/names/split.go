package names

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parts of a name. nick is a name in quotes or brackets, as it was written.
type parts struct{ title, given, middle, family, suffix, nick string }

// span is a word: its place in the name.
type span struct{ from, to int }

func (w span) of(s string) string { return s[w.from:w.to] }

// spans appends the words of s, which end at white space; commas are no part of them.
func spans(out []span, s string) []span {
	from := -1
	for i, r := range s {
		if unicode.IsSpace(r) || r == ',' || r == ';' || r == '、' || r == '，' {
			if from >= 0 {
				out = append(out, span{from, i})
			}
			from = -1
		} else if from < 0 {
			from = i
		}
	}
	if from >= 0 {
		out = append(out, span{from, len(s)})
	}
	return out
}

// splitter is a name on its way apart.
type splitter struct {
	name string
	home *culture
	caps bool // capitals or small letters throughout tell nothing
}

// words is text from the first of at to the last, as it stands in the name.
func (s *splitter) words(at []span) string {
	if len(at) == 0 {
		return ""
	}
	return s.name[at[0].from:at[len(at)-1].to]
}

func (s *splitter) word(w span) string { return w.of(s.name) }

// maxWords is more than a person's name has; what is longer is left alone.
const maxWords = 16

// split takes a whole, tidy name apart as people of a culture do. What cannot be told is left out: all parts are empty.
func split(name string, c *culture) parts {
	var p parts
	if len(name) > longest {
		return p
	}
	if name, p.nick = c.nickname(name); p.nick != "" {
		rest := split(name, c)
		if t := c.titleAside(p.nick); t != "" && rest.title == "" { // Smith, John (Mr)
			rest.title = t
			return rest
		}
		rest.nick = p.nick
		return rest
	}
	if native(name) {
		return splitNative(name, c)
	}
	name = c.loosen(name)
	s := splitter{name: name, home: c, caps: oneCase(name)}
	var room [maxWords + 1]span
	at := spans(room[:0], name)
	if len(at) == 0 || len(at) > maxWords {
		return p
	}
	if first, rest, ok := s.inverted(at); ok {
		return s.familyGiven(first, rest)
	}
	if n := s.largeFamily(at); n > 0 {
		return s.familyGiven(at[:n], at[n:])
	}
	return s.straight(at)
}

// inverted cuts "Smith Jr, Dr John, MD" behind the family name. A comma in front of suffixes alone does not count.
func (s *splitter) inverted(at []span) (family, rest []span, ok bool) {
	for i := 1; i < len(at); i++ {
		if strings.ContainsAny(s.name[at[i-1].to:at[i].from], ",，") {
			if left, found := s.suffixes(at[i:], true, i); found != "" && len(left) == 0 && s.back(at[:i], i-1, 0) > 0 {
				return nil, nil, false
			}
			return at[:i], at[i:], true
		}
	}
	return nil, nil, false
}

// familyGiven reads a name whose family name stands before a comma.
func (s *splitter) familyGiven(family, rest []span) parts {
	var p parts
	family, p.suffix = s.suffixes(family, false, 0)
	var front, behind, late string
	front, rest = s.couplesTitles(rest)
	if left, found := s.suffixes(rest, true, 1); len(left) > 0 {
		rest, late = left, found
	}
	p.suffix = joined(p.suffix, late)
	if len(rest) > 1 && s.comma(rest[0], rest[1]) { // "Smith, Jr., John"
		if left, early := s.suffixes(rest[:1], true, 1); len(left) == 0 {
			rest, p.suffix = rest[1:], joined(early, p.suffix)
		}
	}
	p.title, family = s.titles(family, 1)
	for i := len(rest) - 1; i > 0; i-- {
		if s.comma(rest[i-1], rest[i]) { // "Smith, John, Prof. Dr."
			if late, left := s.titles(rest[i:], 0); len(left) == 0 {
				behind, rest = late, rest[:i]
			}
			break
		}
	}
	p.title = joined(joined(p.title, front), behind)
	if n := s.leadingPrefixes(rest); n > 0 && n < len(rest) && s.comma(rest[n-1], rest[n]) { // "Berg, van den, Jan"
		family, rest = append(append([]span{}, rest[:n]...), family...), rest[n:]
		p.family = joined(s.words(family[:n]), s.words(family[n:]))
	}
	cut := len(rest)
	for cut > 1 && s.isPrefix(rest[cut-1]) { // "Berg, Jan van den"
		cut--
	}
	if p.family == "" {
		p.family = joined(s.words(rest[cut:]), s.words(family))
		rest = rest[:cut]
	}
	if given, ok := s.coupleGiven(rest); ok {
		p.given = given
		return p
	}
	if len(rest) > 0 {
		g := min(s.givenEnd(rest, 0), len(rest))
		p.given, p.middle = s.words(rest[:g]), strings.Join(strings.FieldsFunc(s.words(rest[g:]), func(r rune) bool { return r == ',' || r == ' ' }), " ")
	}
	return p
}

func (s *splitter) comma(a, b span) bool { return strings.Contains(s.name[a.to:b.from], ",") }

// straight reads a name in the order of its culture.
func (s *splitter) straight(at []span) parts {
	var p parts
	whole := at
	p.title, at = s.titles(at, 1)
	if rest, suffix := s.suffixes(at, false, 0); len(rest) >= 2 || suffix != "" && len(rest) == 1 && (p.title != "" || s.comma(rest[0], at[1])) {
		at, p.suffix = rest, suffix
	}
	if c, ok := s.couple(whole); ok {
		return c
	}
	if n := len(at) - 1; p.title == "" && n > 1 && s.lateTitle(at[n]) {
		p.title, at = s.word(at[n]), at[:n]
	}
	switch {
	case len(at) == 0:
		return parts{given: s.words(whole)}
	case len(at) == 1 && p.title != "" && !s.firstNameTitle(p.title):
		p.family = s.word(at[0]) // "Mr Smith"
		return p
	case len(at) == 1:
		p.given = s.word(at[0])
		return p
	case s.isPrefix(at[0]) && p.title != "" && s.home.order != "family" && s.surelyPrefix(at[0]): // "Mr van der Berg"
		p.family = s.words(at)
		return p
	}
	if language := s.familyFirst(at); language != "" {
		p.family, p.given = s.word(at[0]), s.words(at[1:])
		switch n := len(at); {
		case n > 2 && language == "vi": // people are called by the last word
			p.given, p.middle = s.word(at[n-1]), s.words(at[1:n-1])
		case n > 2 && language == "hu":
			p.given, p.middle = s.word(at[1]), s.words(at[2:])
		}
		return p
	}
	if s.familyPatronymic(at) {
		p.family, p.given, p.middle = s.word(at[0]), s.word(at[1]), s.words(at[2:])
		return p
	}
	if s.initialsBehind(at) {
		p.family, p.given, p.middle = s.word(at[0]), s.word(at[1]), s.words(at[2:])
		return p
	}
	g := s.givenEnd(at, 1)
	f := max(s.familyStart(at, g), g)
	p.given, p.middle, p.family = s.words(at[:g]), s.words(at[g:f]), s.words(at[f:])
	return p
}

// givenEnd is how many words the first given name has; at least keep words are left for others.
func (s *splitter) givenEnd(at []span, keep int) int {
	has := func(n int) bool { return len(at) >= n+keep }
	first := s.home.look(s.word(at[0]))
	switch {
	case first.kind("bound", s.home) && has(3) && (s.key(at[1]) == "al" || s.key(at[1]) == "el" || s.key(at[1]) == "ul"):
		return 3 // Abd al Rahman
	case first.kind("bound", s.home) && has(2) && !s.isPrefix(at[1]):
		return 2 // Abdul Rahman, Abd al-Rahman
	case has(3) && s.home.look(s.word(at[1])).kind("within", s.home.lists.nowhere) && !s.home.speaks("de"):
		return 3 // Zia ul Haq Khan
	}
	for n := 2; n <= 3 && has(n+1); n++ { // María del Carmen, María de los Ángeles
		if !s.isPrefix(at[n-1]) {
			break
		}
		if s.home.look(s.word(at[n])).devotion {
			return n + 1
		}
	}
	return 1
}

// familyStart is where the family name begins: at its particles, or one name earlier where people have two.
func (s *splitter) familyStart(at []span, from int) int {
	last := len(at) - 1
	if last > from && s.generation(at[last]) { // Silva Filho
		last--
	}
	core := s.back(at, last, from)
	if core-2 >= from && s.isConjunction(at[core-1]) { // Ortega y Gasset
		return s.back(at, core-2, from)
	}
	if s.home.two {
		if core > from && !s.home.look(s.word(at[core-1])).given["es"] { // Juan Carlos Pérez has one
			return s.back(at, core-1, from)
		}
		return core
	}
	for i := from; i < last; i++ {
		if s.isPrefix(at[i]) {
			return s.back(at, i, from)
		}
	}
	return core
}

// lateTitle reports whether a word behind the names is a degree that stands before them elsewhere: Nagy Péter dr.
func (s *splitter) lateTitle(w span) bool {
	word := s.word(w)
	return (strings.HasSuffix(word, ".") || s.home.speaks("hu")) &&
		slices.ContainsFunc(s.home.look(word).titles, func(t title) bool { return t.kind == "academic" && t.use == "" }) && len(word) > 2
}

// back moves from a family name's last word to the particles before it.
func (s *splitter) back(at []span, i, from int) int {
	for i > from && s.leadsOn(at[i-1], at[i]) {
		i--
	}
	return i
}

// leadsOn reports whether a word belongs to the family name that goes on in the next: a particle, what is never a name alone
// (Abd al-Rahman), a rank that its bearers write there (Graf von Wedel), or a first family name before a particle (Jansen-de
// Wit).
func (s *splitter) leadsOn(w, next span) bool {
	word := s.word(w)
	e := s.home.look(word)
	switch {
	case len(e.particles) > 0:
		return s.isPrefix(w) || e.kind("bound", s.home)
	case len(e.titles) > 0:
		return s.home.speaks("de") && s.isPrefix(next) &&
			slices.ContainsFunc(e.titles, func(t title) bool { return t.kind == "honour" && t.language == "de" })
	}
	i := strings.LastIndexByte(word, '-')
	return i > 0 && i+1 < len(word) && (s.caps || unicode.IsLower(rune(word[i+1]))) && s.home.look(word[i+1:]).kind("prefix", s.home)
}

func (s *splitter) key(w span) string { return string(keyOf(nil, s.word(w))) }

// kind reports whether a word is a particle of a kind for a culture.
func (e *entry) kind(kind string, c *culture) bool {
	for _, p := range e.particles {
		if p.kind == kind && (!p.home || c.speaks(p.languages...)) {
			return true
		}
	}
	return false
}

// isPrefix reports whether a word belongs to the family name behind it.
func (s *splitter) isPrefix(w span) bool {
	e := s.home.look(s.word(w))
	return len(e.particles) > 0 && !s.accented(w) && (e.kind("prefix", s.home) || e.kind("within", s.home))
}

// accented reports whether a word has marks that the particle of its letters has not: Văn is no van.
func (s *splitter) accented(w span) bool {
	for _, r := range s.word(w) {
		if r == 'ă' || r == 'Ă' {
			return true
		}
	}
	return false
}

// surelyPrefix reports whether a particle in front is no given name: written small, or in a country of its language.
func (s *splitter) surelyPrefix(w span) bool {
	r, _ := utf8.DecodeRuneInString(s.word(w))
	if unicode.IsLower(r) || s.caps {
		return true
	}
	for _, p := range s.home.look(s.word(w)).particles {
		if s.home.speaks(p.languages...) && !s.home.speaks("en") {
			return true
		}
	}
	return false
}

func (s *splitter) isConjunction(w span) bool {
	return s.home.look(s.word(w)).kind("conjunction", s.home) && (s.caps || unicode.IsLower(rune(s.word(w)[0])))
}

// generation reports whether a word says which of a family it is and belongs to the family name.
func (s *splitter) generation(w span) bool {
	return s.home.speaks("pt") && s.home.look(s.word(w)).suffix.use == "family"
}

// suffixes takes suffixes from the end. Behind a comma more words are suffixes than elsewhere.
// before is how many words stand in front of them all.
func (s *splitter) suffixes(at []span, comma bool, before int) (rest []span, suffix string) {
	for len(at) > 0 {
		last := at[len(at)-1]
		behind := comma && len(at) == 1 || len(at) > 1 && s.comma(at[len(at)-2], last)
		canonical, ok := s.suffix(last, behind || comma && s.allSuffixes(at), before+len(at)-1)
		if !ok {
			break
		}
		suffix = joined(canonical, suffix)
		at = at[:len(at)-1]
	}
	return at, suffix
}

// allSuffixes reports whether every word is one, so that none of them is a name.
func (s *splitter) allSuffixes(at []span) bool {
	for _, w := range at {
		if s.home.look(s.word(w)).suffix.canonical == "" {
			return false
		}
	}
	return true
}

// suffix reads one word as a suffix; before is how many words stand in front of it.
func (s *splitter) suffix(w span, comma bool, before int) (string, bool) {
	word := strings.Trim(s.word(w), "()")
	x := s.home.look(word).suffix
	if x.canonical == "" || x.use == "family" || x.use == "third" && (before < 2 || s.home.initialsLast()) {
		return "", false
	}
	bare := strings.TrimRight(word, ".")
	dotted := strings.Contains(word, ".") && len(bare) > 1
	switch {
	case x.kind == "generational":
		if utf8.RuneCountInString(bare) == 1 && (word != bare || word != strings.ToUpper(word)) { // V. is an initial
			return "", false
		}
		if x.use == "small" && word != strings.ToLower(word) { // Sen. is a senator
			return "", false
		}
		return x.canonical, comma || x.use != "comma" && x.use != "small" || dotted && before >= 2
	case comma || word != s.word(w):
		return x.canonical, len(bare) > 1
	case dotted && strings.Contains(bare, "."): // M.D.; "Ma." is a name cut short
		return x.canonical, !s.home.initialsLast()
	case x.use == "comma" || len(bare) == 2 && s.home.initialsLast():
		return "", false
	case s.caps: // capitals tell nothing
		return x.canonical, len(bare) > 2 || !strings.ContainsAny(bare, "AEIOUaeiou") && word == strings.ToUpper(word)
	}
	return x.canonical, bare == strings.ToUpper(bare) || bare == x.canonical
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// loosen puts a space behind a title that is joined to its name: "Mr.John", "Lt.Col. Smith", "Smith, Dr.Jane".
func (c *culture) loosen(name string) string {
	for from := 0; from < len(name); {
		word, _, _ := strings.Cut(name[from:], " ")
		i := strings.IndexByte(word, '.')
		if i >= 2 && i <= 6 && i+2 < len(word) && len(c.look(word).titles) == 0 && len(c.look(word[:i+1]).titles) > 0 {
			if r, _ := utf8.DecodeRuneInString(word[i+1:]); unicode.IsLetter(r) {
				return name[:from+i+1] + " " + name[from+i+1:]
			}
		}
		comma := strings.IndexByte(name[from:], ',')
		if comma < 0 {
			return name
		}
		from += comma + 1
		from = len(name) - len(strings.TrimLeft(name[from:], " "))
	}
	return name
}

// nickname takes a name in quotes or brackets out of a name: John "Jack" Kennedy, Robert (Bob) Smith.
func (c *culture) nickname(name string) (rest, nick string) {
	if i := c.born(name); i > 0 {
		return strings.TrimRight(name[:i], " ,"), name[i:]
	}
	if !strings.ContainsAny(name, "\"(“”„«'‘[") {
		return name, ""
	}
	for _, pair := range [...][2]string{{"\"", "\""}, {"(", ")"}, {"“", "”"}, {"„", "“"}, {"«", "»"}, {"'", "'"}, {"‘", "’"}, {"[", "]"}} {
		i := strings.Index(name, pair[0])
		if i < 0 || i > 0 && name[i-1] != ' ' { // an apostrophe inside a word
			continue
		}
		n := strings.Index(name[i+len(pair[0]):], pair[1])
		if n <= 0 || strings.IndexFunc(name[i:i+n], unicode.IsLetter) < 0 {
			continue
		}
		end := i + len(pair[0]) + n + len(pair[1])
		if end < len(name) && name[end] != ' ' && name[end] != ',' || c.aside(name[i:end]) {
			continue
		}
		if left := strings.TrimSpace(strings.TrimSpace(name[:i]) + " " + strings.TrimSpace(name[end:])); left != "" && left[0] != ',' {
			return strings.ReplaceAll(left, " ,", ","), name[i:end]
		}
	}
	return name, ""
}

// aside reports whether what stands in brackets is part of a degree or a suffix: (FH), (Hons), (Ret.).
func (c *culture) aside(s string) bool {
	in := strings.Trim(s, "()")
	return c.look(in).suffix.canonical != "" || len(in) < 4 && len(in) > 1 && in == strings.ToUpper(in) || in == "Hons"
}

// titleAside is a form of address in brackets, as in "Smith, John (Mr)"; empty for anything else.
func (c *culture) titleAside(nick string) string {
	if len(nick) < 3 || nick[0] != '(' || nick[len(nick)-1] != ')' {
		return ""
	}
	in := nick[1 : len(nick)-1]
	s := splitter{name: in, home: c}
	if at := spans(nil, in); len(at) > 0 && len(at) < 4 && c.look(s.word(at[0])).leads() && s.wholly(at) {
		return in
	}
	return ""
}

// born is where a note of the name that somebody was born with begins, behind two words at least: "Marie Dupont née Roux".
// 0 where there is none.
func (c *culture) born(name string) int {
	words := 0
	for from := 0; ; words++ {
		n := strings.IndexByte(name[from:], ' ')
		if n < 0 {
			return 0
		}
		if words > 1 && c.bornWord(name[from:]) {
			return from
		}
		from += n + 1
	}
}

// bornWord reports whether text begins with a word such as née, written as a word and not as a name.
func (c *culture) bornWord(s string) bool {
	s = strings.TrimLeft(s, "(")
	if !c.lists.bornStarts[start(s)] {
		return false
	}
	w, _, _ := strings.Cut(s, " ")
	return len(w) > 2 && c.look(w).kind("born", c) && !titleCased(w)
}
