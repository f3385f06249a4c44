package names

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// oneCase reports whether all letters that have a case have the same, and there are at least two of them.
func oneCase(s string) bool {
	upper, lower := 0, 0
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			switch {
			case r >= 'A' && r <= 'Z':
				upper++
			case r >= 'a' && r <= 'z':
				lower++
			}
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r) && unicode.ToUpper(r) != r: // ß stands among capitals too
			lower++
		}
		if upper > 0 && lower > 0 {
			return false
		}
	}
	return upper+lower > 1
}

// caser gives names their capitals. What it can't be sure of makes it unsure, and then the name is left alone.
type caser struct {
	home   *culture
	caps   bool // the name came in capitals
	dotted bool // with an İ inside a word: a Turkish system wrote it
	unsure bool
}

// name cases one field. family names may begin with particles; first is false where another name stands in front.
func (c *caser) name(s string, family, first bool) string {
	var room [maxWords]span
	at := spans(room[:0], s)
	var out strings.Builder
	out.Grow(len(s) + 2)
	end := 0
	for i := 0; i < len(at); i++ {
		w := at[i].of(s)
		out.WriteString(s[end:at[i].from])
		end = at[i].to
		if i+1 < len(at) && (family || i > 0) && c.home.isParticle(w) {
			n := i + 1
			for n+1 < len(at) && c.home.isParticle(at[n].of(s)) {
				n++
			}
			if c.particles(&out, s[at[i].from:at[n].to], s, at[i:n]) {
				end = at[n].to
				i = n
			} else {
				end = at[n-1].to
				i = n - 1
			}
			continue
		}
		if (i > 0 || !first && family) && i+1 < len(at) && (isJoiner(w) || w == "ı") { // ı is I in capitals, and so is the joiner i

			out.WriteString(strings.ToLower(w))
			continue
		}
		c.write(&out, w, i == len(at)-1 && i > 0 && family, !family && i == 0, !family || !first || c.home.initialsLast())
	}
	out.WriteString(s[end:])
	return out.String()
}

func (c *culture) isParticle(w string) bool {
	for _, p := range c.look(w).particles {
		if p.kind != "bound" {
			return true
		}
	}
	return false
}

// particles writes the particles before a name as its culture does, and else as the family is known to. It reports
// whether it wrote the name behind them too.
func (c *caser) particles(out *strings.Builder, phrase, s string, at []span) (all bool) {
	letters := make([]string, 0, 4)
	sure, unsure := true, false
	for _, w := range at {
		l, home := c.home.particle(w.of(s))
		sure = sure && home
		unsure = unsure || l == "keep"
		letters = append(letters, l)
	}
	if !sure {
		if form := c.home.lists.families[strings.ToLower(phrase)]; form != "" && !c.home.speaks("fr") {
			out.WriteString(form)
			return true
		}
	}
	if unsure && len(at) > 1 && !c.home.speaks("nl-be") && c.home.country != "US" && dutch(s, at) {
		unsure = false // van der, von dem: small wherever they went
		for i := range letters {
			letters[i] = "lower"
		}
	}
	c.unsure = c.unsure || unsure
	for i, w := range at {
		if i > 0 {
			out.WriteString(s[at[i-1].to:w.from])
		}
		switch {
		case strings.HasPrefix(w.of(s), "'"), letters[i] != "capital":
			out.WriteString(strings.ToLower(w.of(s)))
		default:
			c.title(out, w.of(s))
		}
	}
	return false
}

// dutch reports whether particles are Dutch or German ones of several words.
func dutch(s string, at []span) bool {
	switch strings.ToLower(s[at[0].from:at[1].to]) {
	case "van der", "van den", "van de", "van 't", "von der", "von dem", "von den", "op den", "op de":
		return true
	}
	return false
}

// particle is how a particle is written in the culture: lower, capital or keep, and whether a language of the culture
// says so. Where no culture is known it is as all have it; elsewhere people who came from abroad write it either way.
func (c *culture) particle(w string) (letters string, home bool) {
	for _, p := range c.look(w).particles {
		local := slices.Contains(p.languages, "en") || slices.Contains(p.languages, "nl-be") // habits of their own country alone
		switch speaks := c.speaks(p.languages...); {
		case speaks && !home:
			letters, home = p.letters, true
		case home && !speaks || !speaks && (!c.anywhere() || local):
		case letters == "":
			letters = p.letters
		case letters != p.letters:
			letters = "keep"
		}
	}
	if letters == "" {
		letters = "keep"
	}
	return letters, home
}

// write cases one word that is no particle. last words can be numbers; short ones can be initials where short is true.
func (c *caser) write(out *strings.Builder, w string, last, lead, short bool) {
	if last && roman[strings.ToLower(w)] {
		out.WriteString(strings.ToUpper(w))
		return
	}
	if short && c.initials(w, lead) {
		out.WriteString(strings.ToUpper(w))
		return
	}
	for joined := false; ; joined = true {
		part, rest, more := strings.Cut(w, "-")
		c.part(out, part, more || joined, lead)
		if !more {
			return
		}
		if c.home.speaks("ko", "zh") && lead {
			c.unsure = true // Min-jun or Min-Jun
		}
		out.WriteByte('-')
		w = rest
	}
}

// part cases a word, or one of the words that hyphens join.
func (c *caser) part(out *strings.Builder, w string, hyphen, given bool) {
	if hyphen && c.home.isParticle(w) {
		if l, _ := c.home.particle(w); l != "capital" {
			c.unsure = true // al-Rashid or Al-Rashid
		}
	}
	var room [48]byte
	lower := w
	if len(w) <= len(room) {
		if form, ok := c.home.lists.families[string(keyOf(room[:0], w))]; ok && !(given && strings.HasPrefix(form, "Mac")) { // Mackenzie Smith, Ann MacKenzie
			c.unsure = c.unsure || form == ""
			out.WriteString(form)
			return
		}
	}
	if len(w) > 2 && (w[0]|0x20 == 'm' || w[0]|0x20 == 'i') {
		lower = strings.ToLower(w)
	}
	switch {
	case strings.HasPrefix(lower, "mc") && utf8.RuneCountInString(lower) > 4:
		out.WriteString("Mc")
		c.title(out, w[2:])
		return
	case strings.HasPrefix(lower, "mac") && len(lower) > 5 && !given && (c.home.anywhere() || c.home.speaks("en", "ga")):
		c.unsure = true
	case strings.HasPrefix(lower, "ij") && len(lower) > 2 && c.home.speaks("nl", "nl-be"):
		out.WriteString("IJ" + lower[2:])
		return
	}
	c.title(out, w)
}

// title writes a word with a capital in front, behind points and slashes, and behind the apostrophes that want one.
func (c *caser) title(out *strings.Builder, w string) {
	if strings.ContainsRune(w, '/') && c.home.isParticle(w) { // a/l, s/o
		out.WriteString(strings.ToLower(w))
		return
	}
	if c.caps && greek(w) {
		c.unsure = true // capitals have no accents
	}
	turkish := c.home.speaks("tr", "az")
	if turkish { // not every system knows that I is ı and İ is i
		c.unsure = c.unsure || c.caps && !c.dotted && strings.Contains(w, "I") || !c.caps && strings.HasPrefix(w, "i")
	}
	start := true
	for i, r := range w {
		lower := unicode.ToLower(r)
		if turkish {
			lower = unicode.TurkishCase.ToLower(r)
		}
		switch {
		case start && turkish && lower == 'i':
			out.WriteRune('İ')
		case start:
			out.WriteRune(unicode.ToTitle(lower))
		default:
			out.WriteRune(lower)
		}
		switch r {
		case '.', '/', '(', '"', '“':
			start = true
		case '\'', '’', '`', '´':
			start = c.capitalBehind(strings.ToLower(w[:i]))
		default:
			start = start && !unicode.IsLetter(r)
		}
	}
}

// capitalBehind reports whether a capital follows an apostrophe behind these letters: O'Neill, D'Angelo, Dell'Acqua; not
// Sha'ban.
func (c *caser) capitalBehind(before string) bool {
	switch before {
	case "d":
		c.unsure = c.unsure || c.home.speaks("fr") // d'Ormesson, D'Hondt
		return true
	case "o", "l", "n", "m", "k", "dell", "dall", "nell", "degl", "dagl", "sant", "all", "coll":
		return true
	}
	return false
}

func greek(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Greek, r) {
			return true
		}
	}
	return false
}

var roman = map[string]bool{"ii": true, "iii": true, "iv": true, "vi": true, "vii": true, "viii": true}

// initials are up to three letters without a vowel, or two of which the last is a J: JR, TJ, AJ. Ng is a name.
func (c *caser) initials(w string, lead bool) bool {
	if len(w) > 3 || len(w) < 2 || strings.EqualFold(w, "ng") || !c.caps && !lead {
		return false
	}
	for i := 0; i < len(w); i++ {
		if w[i] >= utf8.RuneSelf || w[i] < 'A' {
			return false
		}
	}
	return !strings.ContainsAny(w, "AEIOUYaeiouy") || lead && len(w) == 2 && (w[1] == 'J' || w[1] == 'j')
}
