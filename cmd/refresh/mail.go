package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// texts reads a JSON list of texts.
func texts(dir, file string) ([]string, error) {
	var list []string
	err := read(dir, file, &list)
	return list, err
}

func sorted(list []string) []string {
	for i, s := range list {
		list[i] = strings.ToLower(strings.TrimSpace(s))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func disposable(dirs []string) ([]string, error) {
	list, err := texts(dirs[0], "dist/dict/disposable_email_blocklist.json")
	return sorted(list), err
}

// free are the free mail domains without the disposable ones, which the list as published holds too.
func free(dirs []string) ([]string, error) {
	list, err := texts(dirs[0], "domains.json")
	if err != nil {
		return nil, err
	}
	thrown := make(map[string]bool)
	for i, file := range []string{"dist/dict/disposable_email_blocklist.json", "index.json"} {
		bad, err := texts(dirs[i+1], file)
		if err != nil {
			return nil, err
		}
		for _, d := range bad {
			thrown[strings.ToLower(d)] = true
		}
	}
	return slices.DeleteFunc(sorted(list), func(d string) bool { return thrown[d] }), nil
}

var quoted = regexp.MustCompile(`(?m)^\s*["']([^"'\n]+)["'],?\s*$`)

// strung lists the texts that stand alone on a line of a program.
func strung(dir, file string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		return nil, err
	}
	var list []string
	for _, m := range quoted.FindAllSubmatch(b, -1) {
		list = append(list, string(m[1]))
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s lists nothing", file)
	}
	return sorted(list), nil
}

func roles(dirs []string) ([]string, error) { return strung(dirs[0], "src/index.js") }

func tlds(dirs []string) ([]string, error) { return strung(dirs[0], "dist/index.mjs") }

func nicknames(dirs []string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(dirs[0], "nicknames", "names.csv"))
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n")), "\n"), nil
}
