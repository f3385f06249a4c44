package report

import (
	"encoding/xml"
	"fmt"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitMessage `xml:"failure,omitempty"`
	Skipped *junitMessage `xml:"skipped,omitempty"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit is the gates as a test report, in the form that Jenkins, GitLab, GitHub's actions, Azure and CircleCI read: a failed
// gate is a failure if stops says that it stops the run, and else skipped, so that it is seen and breaks nothing. There is
// always one case, that the rows add up (no report is made where they do not), for some systems take a report without a
// case as broken. Times are 0: the same report gives the same bytes.
func JUnit(r *Report, stops func(GateResult) bool) ([]byte, error) {
	s := junitSuite{Name: "rollcall gates", Time: "0", Cases: []junitCase{{Name: "every row that was read is accounted for", Class: "rollcall.rows", Time: "0"}}}
	for _, g := range r.Gates {
		c := junitCase{Name: g.Gate, Class: "rollcall.gates", Time: "0", Out: g.Why}
		switch {
		case g.Passed:
		case stops(g):
			c.Failure = &junitMessage{g.Why, "gate", g.Gate + " " + g.Why}
			s.Failures++
		default:
			c.Skipped = &junitMessage{Message: "warning: " + g.Why}
			s.Skipped++
		}
		s.Cases = append(s.Cases, c)
	}
	s.Tests = len(s.Cases)
	b, err := xml.MarshalIndent(junitSuites{Name: "rollcall", Tests: s.Tests, Failures: s.Failures, Time: "0", Suites: []junitSuite{s}}, "", " ")
	if err != nil {
		return nil, fmt.Errorf("junit: %w", err)
	}
	return append([]byte(xml.Header), append(b, '\n')...), nil
}
