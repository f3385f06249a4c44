package values

import (
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// What cannot be read of a consent is unknown, never a yes; of a flag that forbids it is a yes, so that no opt-out is lost.
var (
	consents   = [...]record.Field{record.ConsentEmail, record.ConsentSMS, record.ConsentVoice, record.ConsentPost}
	forbidding = [...]record.Field{record.DoNotContact, record.DoNotCall}
)

// said looks an answer up; a letter that means it only in some countries counts there alone.
func (l *Lists) said(folded, country string) (meaning, bool) {
	m, ok := l.answers[folded]
	if ok && len(m.countries) > 0 && !slices.Contains(m.countries, country) {
		return meaning{}, false
	}
	return m, ok
}

// consent reads an answer of yes, no, or that nothing is known. A cell may hold the answers of several columns, and those of
// columns that ask the opposite stand behind a ! and the column's name: one no among them is enough, and what a column that
// asks the opposite leaves open is no yes.
func (m *Mapper) consent(r *record.Record, f record.Field, code record.Reason) {
	v := r.Text[f]
	if v == "" || v == "yes" || v == "no" {
		return
	}
	asked, opposite, _ := strings.Cut(v, "!")
	if opposite == "" {
		asked = v
	}
	a, sure := none, 0.99
	if asked = strings.TrimSpace(asked); asked != "" {
		a, sure = m.lists.read(asked, r.Home())
	}
	for opposite != "" {
		var one string
		one, opposite, _ = strings.Cut(opposite, "!")
		if _, said, ok := strings.Cut(one, ": "); ok {
			said = strings.TrimSpace(said)
			x, _ := m.lists.read(said, r.Home())
			if x == none && dated(said) { // unsubscribed: 2024-03-01
				x = yes
			}
			switch x {
			case yes:
				a, sure = no, 0.99
			case no:
				if m.lists.speaks(said) { // "opted out" under "no email"
					a, sure = no, 0.95
				} else if a == none {
					a = unknown
				}
			default:
				if a != no { // what cannot be read may forbid
					a = none
				}
			}
		}
	}
	switch a {
	case yes, no:
		word := "yes"
		if a == no {
			word = "no"
		}
		rule := "values.answer"
		if sure < 0.9 {
			rule = "values.restrictive"
		}
		r.Set(f, word, rule, sure)
	case unknown:
		r.Set(f, "", "values.unknown", 0.99)
	default:
		r.Findings = append(r.Findings, record.Finding{Code: code, Effect: record.Asks, Value: v, Source: "values", Detail: f.String()})
		r.Set(f, "", "values.unreadable", 0.5)
	}
}

// speaks reports whether an answer is one that can be said of a consent alone.
func (l *Lists) speaks(s string) bool { return l.answers[key(s)].speaks }

// read reads one cell of answers, and how sure that is. Where it is none as a whole, it may be several, or one with a date
// or a courtesy behind it, or a denial: what would be a yes behind a word that negates, or a sentence that holds one. A
// yes that is asked (yes?) is none.
func (l *Lists) read(s, country string) (a answer, sure float64) {
	if strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？") {
		if a, sure = l.read(strings.TrimRight(s, "?？ "), country); a == yes {
			return none, 0
		}
		return a, sure
	}
	folded := key(s)
	if m, ok := l.said(folded, country); ok {
		return m.consent, 0.99
	}
	words := strings.Fields(folded)
	head := words
	for len(head) > 1 && (courtesies[head[len(head)-1]] || strings.Trim(head[len(head)-1], "0123456789") == "") {
		head = head[:len(head)-1]
	}
	if rest := strings.Join(head, " "); rest != folded && len(rest) > 2 || rest == "no" || rest == "ja" || rest == "si" {
		if m, ok := l.said(rest, country); ok {
			return m.consent, 0.95
		}
	}
	all := none
	for _, w := range words { // of several columns
		m, ok := l.said(w, country)
		switch {
		case !ok:
			all = none
		case m.consent == no || all == no:
			all = no
		case m.consent == yes:
			all = yes
		}
		if !ok {
			break
		}
	}
	if all != none {
		return all, 0.95
	}
	if m := l.answers[negated(words)]; m.speaks && m.consent == yes {
		return no, 0.95
	}
	for i := range words { // a denial in a sentence
		for n := min(l.longest, len(words)-i); n > 0; n-- {
			m, ok := l.answers[strings.Join(words[i:i+n], " ")]
			if ok && m.speaks && m.consent == no && (n > 1 || len(words[i]) > 4) && !(i > 0 && negations[words[i-1]]) {
				return no, 0.8
			}
		}
	}
	return none, 0
}

// negated is what one word negates, behind nothing but who and when: has not (consented); empty where none does.
func negated(words []string) string {
	for i, w := range words {
		switch {
		case negations[w]:
			return strings.Join(words[i+1:], " ")
		case !auxiliaries[w]:
			return ""
		}
	}
	return ""
}

var (
	courtesies  = wordSet("please thanks thank you danke bitte merci gracias grazie obrigado obrigada bedankt dank tack tak kiitos gerne graag gjerne")
	negations   = wordSet("not never nicht nie pas no non nao niet nie ikke inte isnt wasnt hasnt didnt havent doesnt dont kein keine keinen nem nu ne ei ej не ні δεν brak nincs")
	auxiliaries = wordSet("i he she they customer client was is were are has have had did does do hat ist wurde war ha a est är er is werd")
)

func wordSet(s string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// forbid reads a flag that forbids. It may hold the answers of several columns: one yes among them is enough. A date, or what
// cannot be read, is taken for a yes; only what says that nothing is known is not.
func (m *Mapper) forbid(r *record.Record, f record.Field) {
	v := r.Text[f]
	if v == "" || v == "yes" || v == "no" {
		return
	}
	word := "no"
	read := func(s string) bool {
		x, ok := m.lists.answers[s]
		if ok && x.flag == yes {
			word = "yes"
		}
		return ok
	}
	folded := key(v)
	if !read(folded) {
		for w := range strings.SplitSeq(folded, " ") {
			if !read(w) {
				r.Findings = append(r.Findings, record.Finding{Code: "flag_unreadable", Effect: record.Asks, Value: v, Source: "values", Detail: f.String()})
				r.Set(f, "yes", "values.restrictive", 0.6)
				return
			}
		}
	}
	r.Set(f, word, "values.answer", 0.99)
}

// died reads whether somebody died; a word for it, a date and a year say that too.
func (m *Mapper) died(r *record.Record) {
	v := r.Text[record.Deceased]
	if v == "" || v == "yes" || v == "no" {
		return
	}
	switch m.lists.death(v) {
	case yes:
		r.Set(record.Deceased, "yes", "values.answer", 0.95)
	case no:
		r.Set(record.Deceased, "no", "values.answer", 0.95)
	default:
		m.consent(r, record.Deceased, "flag_unreadable")
	}
}

// death reads a word for death or life, alone or before its date, behind nothing but who and when; a word that negates before
// a word for death means the other. A date or a year alone is that of a death.
func (l *Lists) death(s string) answer {
	if dated(s) {
		return yes
	}
	words := strings.Fields(key(s))
	if slices.ContainsFunc(words, year) && !slices.ContainsFunc(words, func(w string) bool { return strings.Trim(w, digits) != "" }) {
		return yes
	}
	negated := false
	for i, w := range words {
		for n := min(l.longest, len(words)-i); n > 0; n-- {
			a := l.deaths[strings.Join(words[i:i+n], " ")]
			when := words[i+n:]
			if a == none || len(when) > 4 || len(when) > 0 && !strings.ContainsAny(when[len(when)-1], digits) {
				continue
			}
			switch {
			case !negated:
				return a
			case a == yes:
				return no
			}
			return none // "no, alive" is not "not alive"
		}
		if !negations[w] && !auxiliaries[w] {
			break
		}
		negated = negated || negations[w]
	}
	return none
}

// dated reports whether a text begins as a date does that is none of zeros.
func dated(s string) bool {
	return len(s) >= 8 && s[0] >= '0' && s[0] <= '9' && strings.Trim(s, "0/-.: T") != ""
}

const digits = "0123456789"

// year reports whether a word is a year in which a customer may have died.
func year(s string) bool {
	return len(s) == 4 && (s[:2] == "19" || s[:2] == "20") && strings.Trim(s[2:], digits) == ""
}
