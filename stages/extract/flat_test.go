package extract

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var flatLines = map[string]bool{ // whether the short way takes them
	`{"a":"x","b":1.50,"c":true,"d":null}`:  true,
	` { "a" : "é" , "b" : -0.5 } ` + "\r\n": true,
	`{}`:                                    true,
	`{"a":"1","a":"2"}`:                     true,
	`{"a":"\u00e9"}`:                        false,
	`{"a":{"b":1}}`:                         false,
	`{"a":[1]}`:                             false,
	`{"a":01}`:                              false,
	`{"a":1e9}`:                             false,
	`{"a":1} x`:                             false,
	`{"a":"x"`:                              false,
	`{"a" "x"}`:                             false,
	`{"a":"x",}`:                            false,
	`{"a":truely}`:                          false,
	`["a"]`:                                 false,
	"{\"a\":\"x\ty\"}":                      false,
	``:                                      false,
}

func TestFlat(t *testing.T) {
	for line, want := range flatLines {
		if got := scanFlat(line, func(string, string) {}); got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}

// FuzzFlat holds the short way of reading a line against the decoder.
func FuzzFlat(f *testing.F) {
	for line := range flatLines {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		got := make(map[string]string)
		if !utf8.ValidString(line) || !scanFlat(line, func(name, value string) { got[name] = value }) {
			return
		}
		names, values, err := flatten([]byte(line))
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		want := make(map[string]string)
		for i, n := range names {
			want[n] = values[i]
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-decoder +scan):\n%s", line, d)
		}
	})
}
