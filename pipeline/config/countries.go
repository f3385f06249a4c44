package config

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
)

// countries.psv: the codes of ISO 3166-1 alpha-2 and English names, from iso3166.tab of the IANA time zone database 2025b
// (public domain), which follows ISO/TC 46 N1108 of 2023-04-05; XK, user-assigned, is Kosovo's in wide use. Names after the
// first, and codes that other authorities use in a country's place, are the project's own compilation, 2026-11-25.
//
//go:embed countries.psv
var countriesFile string

// countries are the codes by themselves and by what else a person may write for them, all in capitals.
var countries = func() map[string]string {
	m := make(map[string]string)
	for i, line := range strings.Split(strings.TrimSpace(countriesFile), "\n") {
		if code, names, ok := strings.Cut(line, "|"); ok && i > 0 {
			m[code] = code
			for _, n := range strings.Split(names, ";") {
				m[strings.ToUpper(n)] = code
			}
		}
	}
	return m
}()

// checkCountry says what is wrong with a country's code, and which was meant where that is certain.
func checkCountry(text string) error {
	switch code := countries[strings.ToUpper(strings.TrimSpace(text))]; code {
	case text:
		return nil
	case "":
		return errors.New("no country of ISO 3166-1; write two capitals, such as GB")
	default:
		return fmt.Errorf("no country of ISO 3166-1; did you mean %q?", code)
	}
}
