package report

import (
	"encoding/xml"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJUnit(t *testing.T) {
	type message struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	type suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Skipped  int `xml:"skipped,attr"`
			Cases    []struct {
				Name    string   `xml:"name,attr"`
				Class   string   `xml:"classname,attr"`
				Failure *message `xml:"failure"`
				Skipped *message `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	gates := []GateResult{{"a <= 1", true, false, "is 0"}, {"b[<x>\x00] >= 1", false, false, "is 0"}, {"c >= 1", false, true, "is 0"}}
	for failOn, want := range map[string]string{"error": ". . F S", "warn": ". . F F", "never": ". . S S"} {
		b, err := JUnit(&Report{Gates: gates}, func(g GateResult) bool { return failOn == "warn" || failOn == "error" && !g.Warn })
		if err != nil {
			t.Fatal(err)
		}
		var got suites
		if err := xml.Unmarshal(b, &got); err != nil || len(got.Suites) != 1 {
			t.Fatalf("%v\n%s", err, b)
		}
		var marks []string
		s := got.Suites[0]
		for _, c := range s.Cases {
			switch {
			case c.Failure != nil:
				marks = append(marks, "F")
				if c.Failure.Message != "is 0" || c.Failure.Text != c.Name+" is 0" {
					t.Errorf("%+v", c)
				}
			case c.Skipped != nil:
				marks = append(marks, "S")
			default:
				marks = append(marks, ".")
			}
			if !strings.HasPrefix(c.Class, "rollcall.") {
				t.Errorf("%+v", c)
			}
		}
		if diff := cmp.Diff(want, strings.Join(marks, " ")); diff != "" || s.Tests != 4 || got.Tests != 4 || s.Failures != strings.Count(want, "F") || got.Failures != s.Failures || s.Skipped != strings.Count(want, "S") || s.Cases[2].Name != "b[<x>\ufffd] >= 1" {
			t.Errorf("%s: %s\n%s", failOn, diff, b)
		}
	}
	if b, err := JUnit(&Report{}, nil); err != nil || strings.Count(string(b), "<testcase") != 1 {
		t.Errorf("without gates there is one case: %v\n%s", err, b)
	}
}

// Every line is one of the text format: https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
func TestPrometheus(t *testing.T) {
	tl := counted()
	for _, nasty := range []string{"a\\b", `a"b`, "a\nb", "a\u202eb", "é\x00", "\xff", `{x="y"} 1`} {
		tl.By("customers", "segment", nasty, 2)
		tl.By("contactable", "segment", nasty, 1)
	}
	r := Build(tl, facts())
	r.Gates = []GateResult{{"a", true, false, ""}, {"b", false, true, ""}, {"c", false, true, ""}}
	text := string(Prometheus(r))
	for _, want := range []string{
		"# TYPE rollcall_contactable_rate gauge\nrollcall_contactable_rate 0.66", `rollcall_contactable_rate{segment="gold"} `, `{segment="a\\b"} 0.5`, `{segment="a\"b"} 0.5`, `{segment="a\nb"} 0.5`,
		"{segment=\"a\u202eb\"} 0.5", "{segment=\"\ufffd\"} 0.5", "rollcall_published 1\n", `rollcall_gates_failed{level="error"} 0`, `rollcall_gates_failed{level="warn"} 2`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	line := regexp.MustCompile(`^rollcall_[a-z_]+(\{[a-z_]+="([^"\\]|\\[\\"n])*"\})? -?[0-9.e+-]+$`)
	help := regexp.MustCompile(`^# (HELP|TYPE) (rollcall_[a-z_]+) .+$`)
	seen, open := make(map[string]bool), ""
	for l := range strings.Lines(text) {
		l = strings.TrimSuffix(l, "\n")
		if m := help.FindStringSubmatch(l); m != nil {
			if seen[m[1]+m[2]] {
				t.Errorf("%s is told twice", l)
			}
			seen[m[1]+m[2]], open = true, m[2]
			continue
		}
		series := l[:strings.LastIndexByte(l, ' ')]
		if !line.MatchString(l) || seen[series] || !strings.HasPrefix(series, open) {
			t.Errorf("not a line of a textfile, or one more of a series: %q", l)
		}
		seen[series] = true
	}
	r.Published = false
	if !strings.Contains(string(Prometheus(r)), "rollcall_published 0\n") {
		t.Error("a run that was stopped says that it was published")
	}
}
