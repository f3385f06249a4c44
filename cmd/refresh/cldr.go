package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rollcall-data/rollcall/pipeline/text"
)

// locales are those whose names of countries, languages and months are taken, English first: where two disagree about a
// name, the earlier one wins.
var locales = strings.Fields("en es fr de pt it nl ru pl tr sv da nb nn fi is cs sk sl hr sr sr-Latn bs mk bg ro hu el uk be lt lv et ga cy ca eu gl sq mt lb af sw id ms fil vi th hi bn ta te mr gu ur fa ar he ja ko zh zh-Hant")

// read decodes one file of a package.
func read(dir, file string, into any) error {
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

// display are the names that a locale has for codes; codes of variants ("US-alt-short") are those of what they vary.
func display(dir, locale, what string) (map[string][]string, error) {
	var f struct {
		Main map[string]struct {
			LocaleDisplayNames map[string]json.RawMessage
		}
	}
	if err := read(dir, "main/"+locale+"/"+what+".json", &f); err != nil {
		return nil, err
	}
	var names map[string]string
	if err := json.Unmarshal(f.Main[locale].LocaleDisplayNames[what], &names); err != nil {
		return nil, fmt.Errorf("%s %s: %w", locale, what, err)
	}
	out := make(map[string][]string)
	for key, name := range names {
		code, _, _ := strings.Cut(key, "-alt-")
		out[code] = append(out[code], name)
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out, nil
}

// gather collects the folded names of the wanted codes over all locales. A name that two codes have, of two locales or of
// one, belongs to the earlier; in one locale to none. Short forms of two and three letters could be codes: only English's
// are taken.
func gather(dir, what string, wanted func(code string) bool) (map[string][]string, error) {
	out := make(map[string][]string)
	owner := make(map[string]string)
	for _, locale := range locales {
		names, err := display(dir, locale, what)
		if err != nil {
			return nil, err
		}
		here := make(map[string]string)
		for code, list := range names {
			for _, n := range list {
				if n = text.Fold(n); here[n] != "" && here[n] != code {
					here[n] = "two"
				} else {
					here[n] = code
				}
			}
		}
		for n, code := range here {
			short := len(n) <= 3 && locale != "en" // RU is Russia, not the Reino Unido
			if _, taken := owner[n]; !taken && n != "" && !short && wanted(code) {
				owner[n] = code
				out[code] = append(out[code], n)
			}
		}
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out, nil
}

// countries are the codes of ISO 3166-1 with their names.
func countries(dirs []string) ([]string, error) {
	var f struct {
		Supplemental struct {
			CodeMappings map[string]struct {
				Alpha3  string `json:"_alpha3"`
				Numeric string `json:"_numeric"`
			}
		}
	}
	if err := read(dirs[1], "supplemental/codeMappings.json", &f); err != nil {
		return nil, err
	}
	codes := f.Supplemental.CodeMappings
	for code, c := range codes {
		user := code[0] == 'X' || code[0] == 'Q' && len(code) == 2 && code[1] >= 'M' || code == "AA" || code == "ZZ" || code == "EU" || code == "UN" // not of ISO 3166-1
		if code != "XK" && (user || len(code) != 2 || c.Alpha3 == "" || c.Numeric == "") {
			delete(codes, code)
		}
	}
	names, err := gather(dirs[0], "territories", func(code string) bool { _, ok := codes[code]; return ok })
	if err != nil {
		return nil, err
	}
	var out []string
	for code, list := range names {
		out = append(out, strings.Join([]string{code, codes[code].Alpha3, codes[code].Numeric, strings.Join(list, ";")}, "|"))
	}
	slices.Sort(out)
	return append([]string{"country|alpha3|numeric|names"}, out...), nil
}

// languages are those with a code of two letters, and the few others that have many speakers, with their names.
func languages(dirs []string) ([]string, error) {
	var f struct {
		Supplemental struct {
			Metadata struct {
				Alias struct {
					LanguageAlias map[string]struct {
						Replacement string `json:"_replacement"`
					}
				}
			}
		}
	}
	if err := read(dirs[1], "supplemental/aliases.json", &f); err != nil {
		return nil, err
	}
	aliases := f.Supplemental.Metadata.Alias.LanguageAlias
	names, err := gather(dirs[0], "languages", func(code string) bool {
		_, old := aliases[code]
		return !old && (len(code) == 2 || code == "fil" || code == "yue" || code == "gsw" || code == "zh-Hans" || code == "zh-Hant" || code == "es-MX" || code == "es-ES" || code == "pt-BR" || code == "pt-PT" || code == "en-GB" || code == "en-US" || code == "fr-CA" || code == "nl-BE")
	})
	if err != nil {
		return nil, err
	}
	for old, x := range aliases { // three letters: of ISO 639-2, both kinds
		if _, ok := names[x.Replacement]; ok && len(old) == 3 {
			names[x.Replacement] = append(names[x.Replacement], old)
		}
	}
	var out []string
	for code, list := range names {
		out = append(out, code+"|"+strings.Join(list, ";"))
	}
	slices.Sort(out)
	return append([]string{"language|names"}, out...), nil
}

// months are the words for months, 1 to 12, and weekdays those for the days of a week, Sunday 0: in their full and short
// forms of three letters and more. A word that is two of them in two languages (listopad) is left out.
func months(dirs []string) ([]string, error) {
	return words(dirs[0], "month", func(f calendar) map[string]map[string]map[string]string { return f.Months }, strconv.Atoi)
}

func weekdays(dirs []string) ([]string, error) {
	return words(dirs[0], "weekday", func(f calendar) map[string]map[string]map[string]string { return f.Days }, func(key string) (int, error) {
		return slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, key), nil
	})
}

// calendar holds words by use (format, stand-alone), width and key.
type calendar struct {
	Months, Days map[string]map[string]map[string]string
}

func words(dir, what string, kind func(calendar) map[string]map[string]map[string]string, number func(key string) (int, error)) ([]string, error) {
	meaning := make(map[string]map[string]bool)
	spoken := make(map[string][]string)
	for _, locale := range locales {
		var f struct {
			Main map[string]struct {
				Dates struct {
					Calendars struct{ Gregorian calendar }
				}
			}
		}
		if err := read(dir, "main/"+locale+"/ca-gregorian.json", &f); err != nil {
			return nil, err
		}
		forms := kind(f.Main[locale].Dates.Calendars.Gregorian)
		for _, use := range []string{"format", "stand-alone"} {
			for _, width := range []string{"wide", "abbreviated"} {
				for key, word := range forms[use][width] {
					word = text.Fold(word)
					if !strings.ContainsFunc(word, unicode.IsLetter) || strings.ContainsFunc(word, unicode.IsDigit) || strings.Contains(word, " ") || utf8.RuneCountInString(word) < 3 {
						continue // 1月, thg 1: numbers
					}
					if meaning[word] == nil {
						meaning[word] = make(map[string]bool)
					}
					meaning[word][key] = true
					if !slices.Contains(spoken[word], locale) {
						spoken[word] = append(spoken[word], locale)
					}
				}
			}
		}
	}
	var out []string
	for word, keys := range meaning {
		for key := range keys {
			n, err := number(key)
			if err != nil {
				return nil, err
			}
			if len(keys) == 1 {
				out = append(out, fmt.Sprintf("%02d|%s|%s", n, word, strings.Join(spoken[word], " ")))
			}
		}
	}
	slices.Sort(out)
	return append([]string{what + "|word|languages"}, out...), nil
}
