package addresses

import (
	_ "embed"
	"encoding/csv"
	"regexp"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/text"
)

var (
	//go:embed data/postcodes.csv
	postcodesFile string
	//go:embed data/countries.psv
	countriesFile string
	//go:embed data/abbreviations.psv
	abbreviationsFile string
	//go:embed data/placeholders.psv
	placeholdersFile string
)

// rule is what one country asks of an address.
type rule struct {
	postcode *regexp.Regexp // whole postcode; nil where the country has none
	required bool           // a postcode is
	needs    string         // letters of the required fields: A street, C city, S region, Z postcode
}

var rules = func() map[string]rule {
	rows, err := csv.NewReader(strings.NewReader(postcodesFile)).ReadAll()
	if err != nil {
		panic("addresses: postcodes.csv: " + err.Error()) // the file is part of the program
	}
	m := make(map[string]rule)
	for _, c := range rows[1:] {
		r := rule{required: c[3] == "yes", needs: c[7]}
		if c[1] != "" {
			r.postcode = regexp.MustCompile("^(?:" + c[1] + ")$")
		}
		m[c[0]] = r
	}
	return m
}()

func psv(file string) [][]string {
	var out [][]string
	for i, line := range strings.Split(strings.TrimSpace(file), "\n") {
		if i > 0 {
			out = append(out, strings.Split(line, "|"))
		}
	}
	return out
}

var countries = func() map[string]string {
	m := make(map[string]string)
	for code := range rules {
		m[strings.ToLower(code)] = code
	}
	for _, c := range psv(countriesFile) {
		for _, n := range strings.Split(c[1], ";") {
			m[text.Fold(n)] = c[0]
		}
	}
	m["u s"], m["u s a"] = "US", "US"
	return m
}()

var abbreviations = func() map[string]string {
	m := make(map[string]string)
	for _, c := range psv(abbreviationsFile) {
		m[c[0]] = c[1]
	}
	return m
}()

var placeholders = func() map[string]bool {
	m := make(map[string]bool)
	for _, c := range psv(placeholdersFile) {
		if c[2] == "placeholder" && compact(c[1]) != "" {
			m[c[0]+"/"+compact(c[1])] = true
		}
	}
	return m
}()

// compact is a code without spaces and marks, in capitals.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == ' ' || r == '-' || r == '.' || r == '\u00a0':
			return -1
		}
		return r
	}, s)
}

// CountryCode finds the ISO 3166-1 alpha-2 code of a country's name or code; ok is false when it is not known.
func CountryCode(s string) (code string, ok bool) {
	code, ok = countries[text.Fold(s)]
	return code, ok
}
