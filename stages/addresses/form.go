package addresses

import (
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

func fold(s string) string { return text.Fold(s) }

// appendForm writes an address in one spelling, for comparing alone: folded, abbreviations written out, the house number first,
// parts of the building last, wherever they stood. The region is left out: the postcode says more.
func (l *Lists) appendForm(out []byte, a *record.Address, code string) []byte {
	var buf [256]byte
	folded := text.AppendFold(buf[:0], numbered(a.Street))
	street := len(folded)
	folded = text.AppendFold(folded, numbered(a.Street2))
	street2 := len(folded)
	all := string(text.AppendFold(folded, a.City))
	var words [40]string
	w := fields(fields(words[:0], all[:street]), all[street:street2])
	known := l.known(a.Country)
	out = known.appendStreet(out, w, a.Country)
	out = append(append(out, '|'), code...)
	out = append(out, '|')
	out = known.appendTown(out, fields(words[:0], all[street2:]))
	return append(append(out, '|'), a.Country...)
}

// numbered says in a word what a # says.
func numbered(s string) string {
	if strings.IndexByte(s, '#') < 0 {
		return s
	}
	return strings.ReplaceAll(s, "#", " unit ")
}

// fields appends the words of folded text.
func fields(dst []string, s string) []string {
	for s != "" {
		i := strings.IndexByte(s, ' ')
		if i < 0 {
			return append(dst, s)
		}
		dst, s = append(dst, s[:i]), s[i+1:]
	}
	return dst
}

func digit(w string) bool { return w != "" && w[0] >= '0' && w[0] <= '9' }

// houseNumber is a number with at most one letter behind it; "5th" is none.
func houseNumber(w string) bool {
	n := 0
	for n < len(w) && w[n] >= '0' && w[n] <= '9' {
		n++
	}
	return n > 0 && len(w)-n <= 1
}

// joins are the countries that write a street's kind and its name as one word or as two.
var joins = map[string]string{"DE": "strasse", "AT": "strasse", "CH": "strasse", "LU": "strasse", "NL": "straat", "BE": "straat"}

func (v vocabulary) appendStreet(out []byte, w []string, country string) []byte {
	var mainWords [40]string
	var unitWords [8]string
	street, units := mainWords[:0], unitWords[:0]
	join, saintFirst := joins[country], !numberFirst[country]
	var termRoom [40]*term
	terms := termRoom[:0]
	lastType := -1
	for i, x := range w {
		terms = append(terms, v.term(x))
		if terms[i].kind == "type" {
			lastType = i
		}
	}
	for i := 0; i < len(w); i++ {
		x := w[i]
		k := terms[i]
		if means, n := k.phrase(w[i:]); n > 0 {
			street = append(street, means)
			i += n - 1
			continue
		}
		next, behind := "", noTerm
		if i+1 < len(w) {
			next, behind = w[i+1], terms[i+1]
		}
		begins := len(street) == 0 || len(street) == 1 && digit(street[0])
		switch {
		case digit(x) && len(next) == 1 && !digit(next) && houseNumber(x) && behind.kind != "way" && behind.front == "":
			street = append(street, x+next)
			i++
		case k.kind == "number" && digit(next):
		case k.kind == "unit" && (digit(next) || len(next) == 1):
			units = append(units, k.means, next)
			i++
		case k.kind == "floor" && len(street) > 1 && digit(street[len(street)-1]):
			units = append(units, k.means, strings.TrimRight(street[len(street)-1], "dehnorst"))
			street = street[:len(street)-1]
		case k.front != "" && begins && next != "":
			street = append(street, k.front)
		case k.saint != "" && next != "" && (begins || i < lastType || saintFirst):
			street = append(street, k.saint)
		case join != "" && !begins && (x == "str" || x == join) && !digit(street[len(street)-1]):
			street[len(street)-1] += join
		case join != "" && len(x) > 6 && strings.HasSuffix(x, "str"):
			street = append(street, x[:len(x)-3]+join)
		case k.kind == "type" && !begins:
			street = append(street, k.means)
		case k.kind == "way" && (next != "" && begins || len(street) > 1):
			street = append(street, k.means)
		default:
			street = append(street, x)
		}
	}
	at := 0
	if len(street) > 0 && !houseNumber(street[0]) {
		at = max(slices.IndexFunc(street, houseNumber), 0)
	}
	write := func(x string) {
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, x...)
	}
	if at > 0 {
		write(street[at])
	}
	for i, x := range street {
		if at == 0 || i != at {
			write(x)
		}
	}
	for done := 0; done < len(units); done += 2 { // smallest first, so that their order says nothing
		least := done
		for j := done + 2; j < len(units); j += 2 {
			if units[j]+units[j+1] < units[least]+units[least+1] {
				least = j
			}
		}
		units[done], units[done+1], units[least], units[least+1] = units[least], units[least+1], units[done], units[done+1]
		write(units[done])
		write(units[done+1])
	}
	return out
}

// appendTown writes a town without what mail sorting adds to it.
func (v vocabulary) appendTown(out []byte, w []string) []byte {
	for i, x := range w {
		if x == "cedex" && i > 0 {
			break
		}
		if i > 0 {
			out = append(out, ' ')
		}
		if s := v.term(x).saint; s != "" && i+1 < len(w) {
			x = s
		}
		out = append(out, x...)
	}
	return out
}

func (l *Lists) is(country, w, kind string) bool { return l.term(country, w).kind == kind }

// phrase finds the longest expression at the front of w that begins with the term: "p o box", "apartado de correos".
func (t *term) phrase(w []string) (means string, n int) {
	for _, p := range t.phrases {
		if len(p.words) > n && len(p.words) <= len(w) && slices.Equal(p.words, w[:len(p.words)]) {
			means, n = p.means, len(p.words)
		}
	}
	return means, n
}
