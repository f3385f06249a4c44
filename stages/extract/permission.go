package extract

import (
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// permission finds the field of a column whose plain name is made of a word for permission and a channel: optin sms,
// einwilligung fur telefon. One that names no channel is of email, as newsletters are, and forbids all where it denies.
func permission(name string) (record.Field, bool) {
	words := strings.Fields(name)
	words = slices.DeleteFunc(words, func(w string) bool { return marks["permission, filler"][w] })
	rest := strings.Join(words, " ")
	switch {
	case marks["permission"][rest]:
		return record.ConsentEmail, true
	case marks["permission, denies"][rest]:
		return record.DoNotContact, true
	}
	for i := 1; i < len(words); i++ {
		first, last := strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		for _, f := range []record.Field{record.ConsentEmail, record.ConsentSMS, record.ConsentVoice, record.ConsentPost} {
			by := marks["channel "+f.String()]
			if by[first] && permits(last) || by[last] && permits(first) {
				return f, true
			}
		}
	}
	return 0, false
}

// permits reports whether words speak of permission where a channel stands beside them.
func permits(words string) bool {
	return marks["permission"][words] || marks["permission, denies"][words] || marks["permission, of a channel"][words] || marks["permission, denies a channel"][words]
}

// marks are the sets of words that [permission] and [looksPermitting] go by.
var marks = func() map[string]map[string]bool {
	m := make(map[string]map[string]bool)
	for kind, words := range denials {
		m[kind] = make(map[string]bool)
		for _, w := range words {
			m[kind][w] = true
		}
	}
	return m
}()

// looksPermitting reports whether the name of a column that is not known has a word that mostly tells of permission, and
// none that tells of something beside it (its date, its source).
func looksPermitting(header string) bool {
	looks := false
	for w := range strings.FieldsSeq(plainName(header)) {
		if marks["looks, not"][w] {
			return false
		}
		looks = looks || marks["looks, is"][w] ||
			slices.ContainsFunc(denials["looks, begins"], func(stem string) bool { return strings.HasPrefix(w, stem) }) ||
			slices.ContainsFunc(denials["looks, holds"], func(stem string) bool { return strings.Contains(w, stem) })
	}
	return looks
}
