package names

import (
	_ "embed"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/text"
)

var (
	//go:embed data/titles.psv
	titlesFile string
	//go:embed data/suffixes.psv
	suffixesFile string
	//go:embed data/particles.psv
	particlesFile string
	//go:embed data/mac_names.psv
	macFile string
	//go:embed data/salutations.psv
	salutationsFile string
	//go:embed data/placeholders.psv
	placeholdersFile string
	//go:embed data/company_words.psv
	companyFile string
)

// rows gives the cells of a table behind its header.
func rows(file string) [][]string {
	var out [][]string
	for i, line := range strings.Split(strings.TrimSpace(file), "\n") {
		if i > 0 {
			out = append(out, strings.Split(line, "|"))
		}
	}
	return out
}

type title struct{ canonical, language, kind, gender string }

var titles = func() map[string][]title {
	m := make(map[string][]title)
	for _, c := range rows(titlesFile) {
		k := text.Fold(c[0])
		m[k] = append(m[k], title{c[1], c[2], c[3], c[4]})
	}
	return m
}()

var suffixes = func() map[string][2]string { // canonical, kind
	m := make(map[string][2]string)
	for _, c := range rows(suffixesFile) {
		if k := key(c[0]); m[k][0] == "" {
			m[k] = [2]string{c[1], c[2]}
		}
	}
	return m
}()

// key is a word without its points: "Ph.D." and "PhD" are alike.
func key(s string) string {
	return strings.ReplaceAll(text.Fold(strings.ReplaceAll(s, ".", "")), " ", "")
}

// prefixes are the words that belong to the family name behind them.
var prefixes = func() map[string]bool {
	m := make(map[string]bool)
	for _, c := range rows(particlesFile) {
		if (c[2] == "prefix" || c[2] == "patronymic" || c[2] == "article") && c[4] == "space" {
			for _, w := range strings.Fields(c[0]) {
				m[strings.ToLower(w)] = true
			}
		}
	}
	for _, not := range []string{"st", "san", "santa", "ben", "bar", "bat", "al", "am", "ap", "ab", "und", "abu"} {
		delete(m, not)
	}
	m["st"], m["santa"], m["al"], m["el"], m["und"] = true, true, true, true, true
	return m
}()

// lowered are the prefixes that are written small in every culture that has them, so that casing them is safe.
var lowered = map[string]bool{
	"van": true, "der": true, "den": true, "von": true, "vom": true, "zu": true, "zum": true, "zur": true, "und": true, "ter": true, "ten": true,
	"dos": true, "das": true, "do": true, "y": true, "bin": true, "binti": true, "ibn": true,
}

var macs = func() map[string]string {
	m := make(map[string]string)
	for _, c := range rows(macFile) {
		m[c[0]] = c[1]
	}
	return m
}()

var placeholders = func() map[string]bool {
	m := make(map[string]bool)
	for _, c := range rows(placeholdersFile) {
		if c[1] == "placeholder" {
			m[strings.ToLower(c[0])] = true
		}
	}
	return m
}()

var companyWords = func() map[string]bool {
	m := make(map[string]bool)
	for _, c := range rows(companyFile) {
		m[c[0]] = true
	}
	return m
}()
