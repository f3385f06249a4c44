package addresses

import (
	"bytes"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// places finds town, region, postcode and country where they stand in the street's field or the town's, and takes away
// from the street what the other fields say again. What is not sure stays as it is.
// clean is the record's own postcode in its country's form.
func (m *Mapper) places(r *record.Record, clean string) {
	street, city, code := r.Text[record.Street], r.Text[record.City], r.Text[record.Postcode]
	switch {
	case street != "" && (city == "" || code == "" || mentions(street, city) || mentions(street, code) || mentions(street, clean)):
		s, ok := m.lists.split(street, r)
		if ok {
			rule := "addresses.one_line"
			if city != "" && code != "" {
				rule = "addresses.repeated"
			}
			r.Set(record.Street, s.street, rule, s.confidence)
			fill(r, record.Street2, s.street2, rule, s.confidence)
			s.places(r, rule)
			return
		}
		if code != "" || city == "" {
			return
		}
		fallthrough
	case city != "" && code == "":
		if s, ok := m.lists.town(city, r); ok {
			r.Set(record.City, s.city, "addresses.town_line", s.confidence)
			s.places(r, "addresses.town_line")
		}
	}
}

// places fills the fields around the street.
func (s *split) places(r *record.Record, rule string) {
	fill(r, record.City, s.city, rule, s.confidence)
	fill(r, record.Region, s.region, rule, s.confidence)
	fill(r, record.Postcode, s.code, rule, s.confidence)
	fill(r, record.Country, s.country, rule, s.confidence)
}

// fill sets a field that is empty.
func fill(r *record.Record, f record.Field, v, rule string, confidence float64) {
	if r.Text[f] == "" && v != "" {
		r.Set(f, v, rule, confidence)
	}
}

// mentions reports whether a line of several parts may say a value again.
func mentions(line, value string) bool {
	return value != "" && len(line) > len(value) && strings.Contains(line, value) && !strings.HasPrefix(line, value)
}

// split is what a line says.
type split struct {
	street, street2, city, region, code, country string
	confidence                                   float64
}

// split takes an address on one line apart by the habits of its country: where the postcode stands, what regions there are,
// what words a street has. ok is false where that is not sure, or what it says is not what the record's fields say.
func (l *Lists) split(text string, r *record.Record) (split, bool) {
	ln := newLine(text, r.Home())
	s := split{confidence: 0.95}
	if ln == nil || !l.tail(ln, &s, r) {
		return s, false
	}
	if s.city == "" && !l.open(ln, &s, home(&s, r)) {
		return s, false
	}
	s.city = bare(s.city)
	front := ln.parts
	if len(front) == 0 || !l.agrees(&s, r) {
		return s, false
	}
	country := home(&s, r)
	if s.code == "" && s.region == "" && s.country == "" && r.Text[record.City] == "" || !named(front) {
		return s, false
	}
	n := len(front)
	if r.Text[record.Street2] == "" {
		n = l.streetEnds(front, country)
	}
	s.street = ln.text(front[:n])
	s.street2 = ln.text(front[n:])
	return s, s.street != ""
}

// town takes a postcode and a region out of a town's field.
func (l *Lists) town(text string, r *record.Record) (split, bool) {
	ln := newLine(text, r.Home())
	s := split{confidence: 0.96}
	if ln == nil || !l.tail(ln, &s, r) || s.code == "" {
		return s, false
	}
	if s.city == "" && len(ln.parts) == 1 && l.townLike(ln.parts[0].words, home(&s, r), false) {
		s.city, ln.parts = ln.text(ln.parts), nil
	}
	without := *r
	without.Text[record.City] = ""
	return s, s.city != "" && len(ln.parts) == 0 && l.agrees(&s, &without)
}

// bare is a town's name without the full stop that ended it.
func bare(city string) string {
	if rest, ok := strings.CutSuffix(city, "."); ok && strings.LastIndexByte(rest, ' ') < len(rest)-3 && !strings.Contains(rest, ".") {
		return rest
	}
	return city
}

func home(s *split, r *record.Record) string {
	if s.country != "" {
		return s.country
	}
	return r.Home()
}

// agrees reports whether nothing that was found is other than what the record's own fields say.
func (l *Lists) agrees(s *split, r *record.Record) bool {
	same := func(found string, f record.Field) bool {
		own := r.Text[f]
		return found == "" || own == "" || text.Fold(found) == text.Fold(own)
	}
	own := r.Text[record.Postcode]
	return same(s.city, record.City) && same(s.region, record.Region) && same(s.country, record.Country) &&
		(s.code == "" || own == "" || compact(s.code) == compact(own) || s.code == l.postcode(own, home(s, r), r.Text[record.Region]).code)
}

// tail takes country, postcode, region and town off a line, as far as they are there; what is left are the line's parts. The
// town may be left too, where nothing divides it from the street. It is false where the line cannot be one of addresses.
func (l *Lists) tail(ln *oneLine, s *split, r *record.Record) bool {
	l.takeCountry(ln, s, r)
	country := home(s, r)
	if country != r.Home() {
		if again := newLine(ln.text(ln.parts), country); again != nil { // by its habits
			*ln = *again
		}
	}
	forms := l.forms[country]
	if forms == nil || len(ln.parts) == 0 {
		return false
	}
	at, from, to := l.findCode(ln, forms, country)
	if at < 0 {
		if own := r.Text[record.City]; own != "" && len(ln.parts) > 1 && fold(ln.text(ln.parts[len(ln.parts)-1:])) == fold(own) {
			s.city = own
			ln.parts = ln.parts[:len(ln.parts)-1]
			return true
		}
		if l.takeRegion(ln, s, country, s.country != "") || s.country != "" {
			return l.takeTown(ln, s, country, true)
		}
		return false
	}
	s.code = l.postcode(codeText(ln.parts[at].words[from:to]), country, "").code
	part := ln.parts[at]
	before, after := part.words[:from], part.words[to:]
	rest := ln.parts[at+1:]
	_, region := l.region(country, after, true)
	switch {
	case len(after) > 0 && l.rules[country].codeFirst || len(after) > 0 && len(before) == 0 && at > 0 && !region:
		return l.behindCode(ln, s, country, at, before, after, rest)
	case len(after) > 0:
		// only a region may follow: Sydney 2000 NSW
		if key, ok := l.region(country, after, true); !ok || len(rest) > 0 {
			return false
		} else if key != "" {
			s.region = strings.Trim(ln.words(after), "()")
		}
	case (len(rest) == 1 && l.rules[country].codeFirst || len(rest) == 2) && len(before) == 0 && at > 0 && l.townLike(rest[0].words, country, false):
		if len(rest) == 2 { // 06600, Ciudad de México, CDMX
			if _, ok := l.region(country, rest[1].words, true); !ok {
				return false
			}
			s.region = strings.Trim(ln.text(rest[1:]), "()")
		}
		s.city = ln.text(rest[:1])
		ln.parts = ln.parts[:at]
		return true
	case len(rest) == 1:
		if _, ok := l.region(country, rest[0].words, true); !ok {
			return false
		}
		s.region = ln.text(rest)
	case len(rest) > 1:
		return false
	}
	ln.parts = ln.parts[:at]
	if len(before) > 0 {
		part.words = before
		ln.parts = append(ln.parts, part)
	}
	if len(ln.parts) == 0 {
		return false
	}
	if s.country == "" {
		l.takeCountry(ln, s, r) // India - 560001
	}
	if s.region == "" && !l.takeRegion(ln, s, country, false) && l.onlyRegion(ln, country) {
		return false
	}
	return l.takeTown(ln, s, country, false)
}

// behindCode reads what stands behind a postcode that the country writes before the town: the town, then perhaps a region.
func (l *Lists) behindCode(ln *oneLine, s *split, country string, at int, before, after []word, rest []part) bool {
	if len(rest) > 1 && at > 0 {
		return false
	}
	if at == 0 && len(before) == 0 && len(rest) > 0 { // 10115 Berlin, Hauptstraße 5
		if !l.townLike(after, country, false) || !l.rules[country].codeFirst {
			return false
		}
		s.city, s.confidence = ln.words(after), 0.9
		ln.parts = rest
		return true
	}
	if len(rest) == 1 {
		if _, ok := l.region(country, rest[0].words, true); !ok {
			return false
		}
		s.region = strings.Trim(ln.text(rest), "()")
	} else if n := l.regionEnd(country, after); n > 0 && n < len(after) && !goesOn(after[:len(after)-n]) {
		s.region = strings.Trim(ln.words(after[len(after)-n:]), "()")
		after = after[:len(after)-n]
	}
	if !l.townLike(after, country, true) {
		return false
	}
	s.city = ln.words(after)
	ln.parts = ln.parts[:at]
	if len(before) > 0 {
		ln.parts = append(ln.parts, part{words: before})
		s.confidence = 0.9
	}
	return len(ln.parts) > 0 || len(rest) <= 1
}

// takeCountry takes a country's name off the end, and says which it is where the record does not.
func (l *Lists) takeCountry(ln *oneLine, s *split, r *record.Record) {
	last := &ln.parts[len(ln.parts)-1]
	for n := min(len(last.words), 6); n > 0; n-- {
		words := last.words[len(last.words)-n:]
		whole := n == len(last.words)
		name := ln.words(words)
		code, ok := l.Country(name)
		if !ok || len(ln.parts) == 1 && whole {
			continue
		}
		own := r.Home()
		_, isRegion := l.region(own, words, whole)
		short := len(name) <= 3
		switch {
		case isRegion, r.Text[record.Country] != "" && code != r.Text[record.Country]:
			return // Georgia; Delaware's DE
		case short && (strings.ToUpper(name) != name || !whole && code != own || len(name) == 1):
			return
		case !whole && (goesOn(last.words[:len(last.words)-n]) || l.regionEnd(own, last.words) > n): // South Australia
			return
		}
		if r.Text[record.Country] == "" {
			s.country = code
		}
		if whole {
			ln.parts = ln.parts[:len(ln.parts)-1]
		} else {
			last.words = last.words[:len(last.words)-n]
		}
		return
	}
}

// goesOn reports whether what follows words belongs to the same name: Ciudad de México, Palma de Mallorca, Stratford upon Avon.
func goesOn(words []word) bool {
	if len(words) == 0 {
		return false
	}
	switch words[len(words)-1].folded {
	case "de", "del", "da", "do", "la", "el", "sur", "sous", "en", "du", "des", "les", "le", "of", "upon", "on", "am", "an", "in", "new", "nueva", "nuevo", "san", "saint", "st", "port", "lake", "fort", "mount":
		return true
	}
	return false
}

// findCode finds the postcode: the last words that have the country's form, at the edge of a part; inside of one only where
// the country writes the town behind it. -1 where there is none, or the line begins with it and is not of such a country.
func (l *Lists) findCode(ln *oneLine, forms *codeForms, country string) (at, from, to int) {
	first := l.rules[country].codeFirst
	for at = len(ln.parts) - 1; at >= 0; at-- {
		words := ln.parts[at].words
		for to = len(words); to > 0; to-- {
			for n := min(3, to); n > 0; n-- {
				from = to - n
				if at == 0 && from == 0 && !first {
					continue
				}
				if to < len(words) && !first && len(words)-to > 4 {
					continue
				}
				if !l.isCode(forms, words[from:to], country) {
					continue
				}
				if at == 0 && from == 0 && to == len(words) && len(ln.parts) == 1 {
					return -1, 0, 0
				}
				return at, from, to
			}
		}
	}
	return -1, 0, 0
}

// isCode reports whether words are a whole postcode. Letters alone are none, and a label before it (CEP, PIN) belongs to it.
func (l *Lists) isCode(forms *codeForms, words []word, country string) bool {
	var buf [2 * maxCode]byte
	out := buf[:0]
	for _, w := range words {
		out = appendCompact(out, strings.Trim(w.text, "().:;"))
	}
	code := string(out) // does not escape
	if len(code) > maxCode || !strings.ContainsAny(code, "0123456789") {
		return false
	}
	if forms.find(code) != nil {
		return true
	}
	bare := forms.bare(code, country)
	return bare != code && forms.find(bare) != nil && words[0].text != ""
}

func codeText(words []word) string {
	var parts [4]string
	for i, w := range words {
		parts[i] = strings.Trim(w.text, "().:;")
	}
	return strings.Join(parts[:len(words)], " ")
}

// region finds the region that words name. A code counts only in capitals, with a full stop, or where it
// is alone.
func (l *Lists) region(country string, words []word, alone bool) (key string, ok bool) {
	if len(words) > longestRegion || len(words) == 0 {
		return "", false
	}
	var buf [64]byte
	out := buf[:0]
	for i, w := range words {
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(out, w.folded...)
	}
	name := bytes.TrimSpace(out)
	a, ok := l.area(country, name)
	if ok && len(name) <= 3 {
		t := strings.Trim(words[0].text, "().,")
		ok = alone || t == strings.ToUpper(t) || strings.HasSuffix(words[len(words)-1].text, ".")
	}
	return a.key, ok
}

// longestRegion is how many words a region's name has at most.
const longestRegion = 5

// regionEnd is how many words at the end name a region, the most that do.
func (l *Lists) regionEnd(country string, words []word) int {
	for n := min(len(words), longestRegion); n > 0; n-- {
		if _, ok := l.region(country, words[len(words)-n:], false); ok {
			return n
		}
	}
	return 0
}

// takeRegion takes a region off the end: a part of its own behind a town, or words behind one. Where towns are called so too,
// a street must stand before that town. whole says that words behind a town do not count.
func (l *Lists) takeRegion(ln *oneLine, s *split, country string, whole bool) bool {
	last := &ln.parts[len(ln.parts)-1]
	if key, ok := l.region(country, last.words, true); ok {
		if len(ln.parts) == 1 {
			return false
		}
		before := ln.parts[len(ln.parts)-2].words
		if other, double := l.region(country, before, true); !double || other != key { // New York, NY
			name := fold(ln.words(last.words))
			a, _ := l.area(country, []byte(name))
			town := a.town || len(name) > 3 && l.rules[country].codeFirst // provinces bear their capitals' names
			if a.city {
				return false
			}
			behind := l.townLike(before, country, false) && !l.streetLike(before, country)
			if !behind && (town || country == "GB") || town && len(ln.parts) < 3 {
				return false
			}
		}
		s.region = strings.Trim(ln.text(ln.parts[len(ln.parts)-1:]), "()")
		ln.parts = ln.parts[:len(ln.parts)-1]
		return true
	}
	n := l.regionEnd(country, last.words)
	if n == 0 || n == len(last.words) || whole || country == "GB" || goesOn(last.words[:len(last.words)-n]) {
		return false
	}
	name := fold(ln.words(last.words[len(last.words)-n:]))
	if a, _ := l.area(country, []byte(name)); a.town && len(name) > 3 && len(ln.parts) == 1 {
		return false // 1 Main Street New York: nothing says where the town ends
	}
	return l.takeWords(ln, s, n)
}

// onlyRegion reports whether a line ends with a region that is no town, so that the town is missing.
func (l *Lists) onlyRegion(ln *oneLine, country string) bool {
	last := ln.parts[len(ln.parts)-1].words
	_, ok := l.region(country, last, true)
	a, _ := l.area(country, []byte(fold(ln.words(last))))
	return ok && country == "GB" && !a.town
}

func (l *Lists) takeWords(ln *oneLine, s *split, n int) bool {
	last := &ln.parts[len(ln.parts)-1]
	words := last.words[len(last.words)-n:]
	s.region = strings.Trim(ln.words(words), "()")
	last.words = last.words[:len(last.words)-n]
	return true
}

// takeTown takes the town off the end, where it is a part of its own; unsure says that no postcode was there.
func (l *Lists) takeTown(ln *oneLine, s *split, country string, unsure bool) bool {
	if len(ln.parts) == 0 {
		return false
	}
	if len(ln.parts) == 1 {
		return true // the street may stand before it: see open
	}
	last := ln.parts[len(ln.parts)-1]
	full := s.region != "" && country != "GB" && l.streetLike(ln.parts[0].words, country)
	if !l.townLike(last.words, country, full) {
		return !unsure && slices.ContainsFunc(last.words, func(w word) bool { return digit(w.folded) }) // the street and the town: see open
	}
	if unsure && !l.streetLike(ln.parts[0].words, country) {
		return false
	}
	s.city = ln.text(ln.parts[len(ln.parts)-1:])
	ln.parts = ln.parts[:len(ln.parts)-1]
	if unsure {
		s.confidence = 0.88
	}
	return true
}
