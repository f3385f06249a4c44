package match

import "strings"

// firmName is what is compared of the name of a firm: folded, without the legal form, that is left out or written in many
// ways, and without words that only join others.
func (l *Lists) firmName(s string) string {
	var w []string
	single := false // the word before is a letter, or letters joined: "s. a." is "sa"
	for t := range strings.SplitSeq(folded(s), " ") {
		one := len(t) == 1
		if one && single {
			w[len(w)-1] += t
		} else if t != "" && !joins[t] {
			w = append(w, t)
		}
		single = one
	}
	for len(w) > 1 && (l.legalForms[w[len(w)-1]] || w[len(w)-1] == "de") {
		w = w[:len(w)-1]
	}
	return strings.Join(w, " ")
}

// joins are words of firms that tell nothing.
var joins = map[string]bool{"the": true, "and": true, "und": true, "et": true}
