package names

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// denials are what a note says of the person, by its meaning, and the rule that says so.
var denials = map[string]struct {
	field       record.Field
	value, rule string
}{
	"deceased":   {record.Deceased, "yes", "names.deceased"},
	"no_contact": {record.DoNotContact, "yes", "names.no_contact"},
	"no_call":    {record.DoNotCall, "yes", "names.no_contact"},
	"no_email":   {record.ConsentEmail, "no", "names.no_contact"},
	"no_sms":     {record.ConsentSMS, "no", "names.no_contact"},
	"no_post":    {record.ConsentPost, "no", "names.no_contact"},
}

var marked = [...]record.Field{record.Title, record.GivenName, record.MiddleName, record.FamilyName, record.Suffix, record.FullName, record.Company}

// markedIn is what notes are looked for in.
func markedIn(r *record.Record) (values [len(marked)]string) {
	for i, f := range marked {
		values[i] = r.Text[f]
	}
	return values
}

// takeMarks takes notes out of the names: what forbids goes to the field that forbids, so that no opt-out is lost, and where
// no name is left that is a finding. It reports whether there was one.
func takeMarks(r *record.Record, c *culture) (found bool) {
	if !slices.ContainsFunc(marked[:], func(f record.Field) bool { return c.lists.mayBeMarked(r.Text[f]) }) {
		return false
	}
	var gone []record.Finding
	take := func(f record.Field, rest string, meanings []string) {
		rule := "names.note"
		for _, m := range meanings {
			if d, ok := denials[m]; ok {
				rule = d.rule
				r.Set(d.field, d.value, d.rule, 0.95)
			}
		}
		if v := r.Text[f]; rest != v {
			found = true
			if rest == "" {
				gone = append(gone, record.Finding{Code: "placeholder_name", Effect: record.Asks, Value: v, Source: "names", Detail: f.String()})
			}
			r.Set(f, rest, rule, 0.95)
		}
	}
	if g, f := r.Text[record.GivenName], r.Text[record.FamilyName]; g != "" && f != "" && r.Text[record.MiddleName] == "" { // "Do not", "Contact"
		n := marking{home: c, field: record.FullName}
		if n.strip(g+" "+f) == "" && (r.Text[record.FullName] == "" || n.strip(r.Text[record.FullName]) == "") {
			take(record.GivenName, "", n.meanings)
			take(record.FamilyName, "", n.meanings)
		}
	}
	for _, f := range marked {
		if v := r.Text[f]; v != "" && c.lists.mayBeMarked(v) && !(f == record.FullName && composedOf(v, r)) {
			n := marking{home: c, field: f, beside: f == record.GivenName && r.Text[record.FamilyName] != ""}
			n.firm = f == record.Company || f == record.FullName && c.isCompany(v)
			rest := n.strip(v)
			take(f, rest, n.meanings)
		}
	}
	if !slices.ContainsFunc(nameFields[:], func(f record.Field) bool { return r.Text[f] != "" }) {
		for _, x := range gone {
			if x.Detail != record.Title.String() && x.Detail != record.Suffix.String() && x.Detail != record.Company.String() {
				r.Findings = append(r.Findings, x)
			}
		}
	}
	return found
}

// composedOf reports whether a full name has no word but those of the parts, which tell what is a note.
func composedOf(full string, r *record.Record) bool {
	parts := strings.Fields(r.Text[record.GivenName] + " " + r.Text[record.MiddleName] + " " + r.Text[record.FamilyName] + " " + r.Text[record.Suffix])
	for w := range strings.FieldsSeq(full) {
		if !slices.Contains(parts, w) {
			return false
		}
	}
	return true
}

// marking takes the notes out of one field.
type marking struct {
	home     *culture
	field    record.Field
	firm     bool // firms do not die, and their names have words that are notes elsewhere
	beside   bool // a name stands behind the field
	name     string
	pieces   []span // of the name, between what sets text apart
	meanings []string
}

func (n *marking) strip(name string) string {
	for {
		n.name, n.pieces = name, apart(name)
		rest := n.once()
		if rest == name {
			n.denied()
			return name
		}
		name = rest
	}
}

// once takes out what is a note as it stands.
func (n *marking) once() string {
	kept := slices.Clone(n.pieces)
	removed := false
	for i := range kept {
		if p, ok := n.piece(i); ok {
			kept[i], removed = p, true
		}
	}
	if !removed {
		return n.name
	}
	for i := range kept { // numbers and dates that belong to the note
		if p := kept[i]; p.from < p.to && strings.IndexFunc(p.of(n.name), unicode.IsLetter) < 0 && i > 0 && kept[i-1].from == kept[i-1].to {
			kept[i] = span{p.from, p.from}
		}
	}
	var out strings.Builder
	end := 0
	whole := true // all from end on is as it was
	between := ""
	for i, p := range kept {
		between += n.name[end:n.pieces[i].from]
		end = n.pieces[i].to
		if p.from == p.to {
			whole = false
			continue
		}
		if !whole || p.from > n.pieces[i].from {
			between = glue(between)
		}
		out.WriteString(between)
		out.WriteString(p.of(n.name))
		between, whole = "", p.to == n.pieces[i].to
	}
	if between += n.name[end:]; !whole {
		between = glue(between)
	}
	out.WriteString(between)
	rest := strings.TrimRight(strings.TrimLeft(text.Tidy(out.String()), " ,)]}>）”"), " ,([{<（“")
	if strings.IndexFunc(rest, unicode.IsLetter) < 0 {
		return ""
	}
	return rest
}

// piece is what is left of a piece; false where it holds no note.
func (n *marking) piece(i int) (span, bool) {
	p := n.pieces[i]
	var room [maxWords]span
	at := spans(room[:0], p.of(n.name))
	if len(at) > maxWords {
		return p, false
	}
	for k := range at {
		at[k].from += p.from
		at[k].to += p.from
	}
	if n.note(at, func(m mark) bool { return n.alone(i, m) }) {
		return span{p.from, p.from}, true
	}
	if last := len(at) - 1; last > 0 && year(n.name[at[last].from:at[last].to]) {
		for k := max(0, last-n.home.lists.longestMark); k < last; k++ { // d. 2019
			if n.note(at[k:last], func(m mark) bool { return m.where == "dated" || m.where == "any" && m.means == "deceased" }) {
				if k == 0 {
					return span{p.from, p.from}, true
				}
				return span{p.from, at[k-1].to}, true
			}
		}
	}
	for k := min(n.home.lists.longestMark, len(at)-1); k > 0; k-- {
		if n.note(at[:k], func(m mark) bool { return n.front(m, at[k]) || n.standsOut(m, at[:k], at[k:]) }) {
			m := n.meanings[len(n.meanings)-1]
			if (m == "deceased" || m == "unusable") && dated(n.name, at[k:]) {
				return span{p.from, p.from}, true
			}
			if m == "deceased" && i > 0 && strings.ContainsAny(n.name[n.pieces[i-1].to:p.from], "([") { // (deceased wife of)
				n.meanings = n.meanings[:len(n.meanings)-1]
				return p, false
			}
			return span{at[k].from, p.to}, true
		}
		if n.note(at[len(at)-k:], func(m mark) bool {
			return m.where == "any" && (!n.firm || forbids(m)) || n.standsOut(m, at[len(at)-k:], at[:len(at)-k])
		}) {
			return span{p.from, at[len(at)-k-1].to}, true
		}
	}
	return p, false
}

// note reports whether words are a note that fits.
func (n *marking) note(at []span, fits func(mark) bool) bool {
	if len(at) == 0 || len(at) > n.home.lists.longestMark || !n.home.lists.begins(n.name[at[0].from:]) {
		return false
	}
	for _, m := range n.home.lists.marks[markKey(n.name[at[0].from:at[len(at)-1].to])] {
		if fits(m) && !(n.firm && m.means == "deceased") {
			n.meanings = append(n.meanings, m.means)
			return true
		}
	}
	return false
}

func forbids(m mark) bool { return m.means != "deceased" && m.means != "unusable" }

// front reports whether a note can stand before a name that goes on with a word.
func (n *marking) front(m mark, next span) bool {
	switch m.where {
	case "any":
		return !n.firm || forbids(m)
	case "front":
		return true
	case "title":
		return len(n.home.look(next.of(n.name)).titles) > 0
	case "home":
		return n.home.speaks(m.languages...)
	}
	return false
}

// standsOut reports whether a note beside the words of a whole name is written otherwise than they are: small beside
// capitalised words (late John Smith), or in capitals beside small letters or without a vowel (John Smith RIP, JOHN SMITH
// DNC). Two words at least must be left, since fewer may be initials and a name, or the half of a name before the note.
func (n *marking) standsOut(m mark, note, rest []span) bool {
	front := note[0].from < rest[0].from
	if n.firm || n.field == record.Title || n.field == record.Suffix || len(rest) < 2 && (front || n.field == record.FullName) {
		return false
	}
	word, names := n.name[note[0].from:note[len(note)-1].to], n.name[rest[0].from:rest[len(rest)-1].to]
	switch m.where {
	case "small":
		return word == strings.ToLower(word) && titleCased(names)
	case "large":
		return word == strings.ToUpper(word) && (!strings.ContainsAny(word, "AEIOUY") || strings.IndexFunc(names, unicode.IsLower) >= 0)
	}
	return false
}

// year reports whether a word is a year that somebody alive remembers.
func year(s string) bool {
	return len(s) == 4 && (s[:2] == "19" || s[:2] == "20") && s[2] >= '0' && s[2] <= '9' && s[3] >= '0' && s[3] <= '9'
}

// alone reports whether a note can stand alone as the piece it is: what may be a name only in brackets, between stars or,
// in a whole name, in capitals that nothing else has behind a dash.
func (n *marking) alone(i int, m mark) bool {
	cell := len(n.pieces) == 1
	switch m.where {
	case "any":
		return true
	case "front":
		return !cell || n.beside || n.field == record.Title || n.field == record.FullName && strings.Contains(n.name, " ")
	case "home":
		return (!cell || n.beside || n.field == record.Title) && n.home.speaks(m.languages...)
	}
	if n.firm || m.where == "dated" || m.where == "small" || m.where == "large" {
		return false
	}
	if cell && (n.field == record.Title || n.field == record.Suffix) {
		return true
	}
	p := n.pieces[i]
	word := p.of(n.name)
	large := word == strings.ToUpper(word)
	before, after := n.name[:p.from], n.name[p.to:]
	if i > 0 {
		before = n.name[n.pieces[i-1].to:p.from]
	}
	if i+1 < len(n.pieces) {
		after = n.name[p.to:n.pieces[i+1].from]
	}
	if m.where == "capitals" && !large {
		return false
	}
	if !cell && (strings.ContainsAny(before+after, "()[]{}<>*#!=~|") || strings.Contains(after, ":")) {
		return true
	}
	rest := n.name[:p.from] + n.name[p.to:]
	return large && n.field == record.FullName && strings.ContainsAny(before+after, "-–—") &&
		!slices.ContainsFunc(strings.Fields(rest), func(w string) bool { return oneCase(w) && w == strings.ToUpper(w) })
}

// dated reports whether words tell when: the last has a digit, and they are few.
func dated(s string, at []span) bool {
	return len(at) < 5 && strings.ContainsAny(at[len(at)-1].of(s), "0123456789")
}

// denied adds what a sentence forbids that could not be taken out.
func (n *marking) denied() {
	at := spans(nil, n.name)
	for i := range at {
		for k := 2; k <= min(n.home.lists.longestMark, len(at)-i); k++ {
			n.note(at[i:i+k], func(m mark) bool { return m.where == "any" && forbids(m) })
		}
	}
}

// apart cuts a name at what sets text apart: brackets, stars, commas, dashes with a space beside them, and around signs.
func apart(name string) []span {
	var out []span
	from, joined := 0, false
	cut := func(to, next int) {
		if s := strings.TrimSpace(name[from:to]); s != "" {
			at := from + strings.Index(name[from:to], s)
			out = append(out, span{at, at + len(s)})
		}
		from = next
	}
	last := ' '
	for i, next := 0, 0; i < len(name); i = next {
		r, size := utf8.DecodeRuneInString(name[i:])
		next = i + size
		switch r {
		case '†', '✝', '✞', '⚰', '🕇':
			cut(i, i)
			cut(next, next)
		case '(':
			if joined = unicode.IsLetter(last); !joined { // fallecido(a)
				cut(i, next)
			}
		case ')':
			if !joined {
				cut(i, next)
			}
			joined = false
		case '*', '#', '!', '=', '~', '|', ';', ':', '[', ']', '{', '}', '<', '>', '_', '"', '“', '”', ',', '，', '（', '）':
			cut(i, next)
		case '/':
			if rest := name[next:]; len(rest) > 1 && !(unicode.IsLetter(last) && !unicode.IsLetter(rune(rest[1]))) && !(i > 1 && name[i-2] == ' ') { // a/l, fallecido/a
				cut(i, next)
			}
		case '-', '–', '—':
			if after, _ := utf8.DecodeRuneInString(name[next:]); last == ' ' || last == r || next == len(name) || after == ' ' || after == r {
				cut(i, next)
			}
		}
		last = r
	}
	cut(len(name), len(name))
	return out
}

// glue is what stays of what stood around a note: a comma, and brackets whose other half is elsewhere.
func glue(s string) string {
	closers, openers, comma := "", "", ""
	for _, r := range s {
		switch r {
		case '(', '[', '{', '<', '（', '“':
			openers += string(r)
		case ')', ']', '}', '>', '）', '”':
			if openers == "" {
				closers += string(r)
			} else {
				_, size := utf8.DecodeLastRuneInString(openers)
				openers = openers[:len(openers)-size]
			}
		case '"':
			if rest, ok := strings.CutSuffix(openers, `"`); ok {
				openers = rest
			} else {
				openers += `"`
			}
		case ',', '，':
			comma = ","
		}
	}
	return closers + comma + " " + openers
}
