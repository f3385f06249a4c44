package names

import (
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// compose makes the full name of its parts. One that has the same words in the order of its culture, or that names two
// people, keeps its order.
func compose(r *record.Record, c *culture) {
	g, m, f, x := r.Text[record.GivenName], r.Text[record.MiddleName], r.Text[record.FamilyName], r.Text[record.Suffix]
	if g == "" && f == "" {
		return
	}
	before := r.Text[record.FullName]
	if before == "" {
		r.Text[record.FullName] = inOrder(g, m, f, x, c) // nothing was there that could change
		return
	}
	if same(before, g, m, f, x) {
		return
	}
	usual := inOrder(g, m, f, x, c)
	after := composed(before, usual, r, c)
	if after != usual && composed(after, usual, r, c) != after { // brackets and quotes that are no pair
		after = usual
	}
	r.Set(record.FullName, after, "names.compose", 0.95)
}

// composed writes the parts in the order of the full name, or else as usual, with the nickname before the family name.
func composed(full, usual string, r *record.Record, c *culture) string {
	if full == usual {
		return full
	}
	f := r.Text[record.FamilyName]
	plain, nick := c.nickname(full)
	if c.titleAside(nick) != "" {
		nick = ""
	}
	out, ok := rewritten(plain, r, c)
	if !ok {
		out = usual
	}
	switch at := strings.LastIndex(out, f); {
	case nick == "":
		return out
	case c.bornWord(nick):
		return joined(out, nick)
	case f != "" && at > 0:
		return out[:at] + nick + " " + out[at:]
	}
	return joined(out, nick)
}

// same reports whether the full name is its parts, one after the other.
func same(full string, parts ...string) bool {
	for _, p := range parts {
		if p == "" {
			continue
		}
		rest, ok := strings.CutPrefix(full, p)
		if !ok || rest != "" && rest[0] != ' ' {
			return false
		}
		full = strings.TrimPrefix(rest, " ")
	}
	return full == ""
}

// inOrder puts the parts in the order of the culture.
func inOrder(g, m, f, x string, c *culture) string {
	if native(g) && native(f) {
		return f + g
	}
	order := [...]string{g, m, f, x}
	switch {
	case c.order == "family" && c.speaks("vi"):
		order = [...]string{f, m, g, x}
	case c.order == "family":
		order = [...]string{f, g, m, x}
	}
	var b strings.Builder
	b.Grow(len(g) + len(m) + len(f) + len(x) + 3)
	for _, p := range order {
		if p != "" {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(p)
		}
	}
	return b.String()
}

// rewritten is a full name in its own order, each word as the parts have it; false where another order is usual, or where
// the parts have other words.
func rewritten(full string, r *record.Record, c *culture) (string, bool) {
	parts := [...]string{r.Text[record.GivenName], r.Text[record.MiddleName], r.Text[record.FamilyName], r.Text[record.Suffix]}
	if native(full) {
		plain := strings.ReplaceAll(full, " ", "")
		return full, plain == parts[2]+parts[0]
	}
	if strings.ContainsAny(full, ",，") {
		return "", false
	}
	s := splitter{name: full, home: c, caps: oneCase(full)}
	var room [maxWords]span
	at := spans(room[:0], full)
	if len(at) == 0 || len(at) > maxWords {
		return "", false
	}
	couple := hasJoiner(parts[0]) || hasJoiner(parts[2])
	if _, at = s.titles(at, 1); !couple && (len(at) == 0 || s.familyFirst(at) == "") {
		return "", false
	}
	var words []string
	for _, p := range parts {
		words = append(words, strings.Fields(p)...)
	}
	used := make([]bool, len(words))
	var out []string
	for _, w := range at {
		found := ""
		for i, p := range words {
			if string(keyOf(nil, p)) == s.key(w) {
				found, used[i] = p, true
			}
		}
		if found == "" && !(couple && (isJoiner(s.word(w)) || len(c.look(s.word(w)).titles) > 0)) {
			return "", false
		}
		if found != "" {
			out = append(out, found)
		}
	}
	for _, u := range used {
		if !u {
			return "", false
		}
	}
	return strings.Join(out, " "), true
}

// hasJoiner reports whether two people share a field.
func hasJoiner(s string) bool {
	if strings.IndexByte(s, ' ') < 0 {
		return false
	}
	var room [maxWords]span
	at := spans(room[:0], s)
	for i := 1; i+1 < len(at); i++ {
		if isJoiner(at[i].of(s)) {
			return true
		}
	}
	return false
}
