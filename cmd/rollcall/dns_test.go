package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/fixtures/nameserver"
)

// dnsJob writes an extract and a run file that asks the given resolver for mail servers.
func dnsJob(t *testing.T, resolver string, emails ...string) string {
	t.Helper()
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("record_id,full_name,email\n")
	for i, e := range emails {
		fmt.Fprintf(&b, "%d,Ann Lee %d,%s\n", i, i, e)
	}
	config := "as_of: 2026-11-21\ndns: true\nresolver: {address: \"" + resolver + "\", timeout: 150ms}\nsources: [{name: crm, path: crm.csv}]\n"
	for name, text := range map[string]string{"crm.csv": b.String(), "run.yaml": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func shown(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), filepath.Join(bin, "show"), args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func exitOf(t *testing.T, c *exec.Cmd) (code int, said string) {
	t.Helper()
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), string(out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, string(out)
}

func TestDNS(t *testing.T) {
	s, err := nameserver.Start(nameserver.Zone{
		"alive.com": {"mx"}, "host.com": {"a"}, "null.com": {"null", "a"}, "bare.com": {"none"}, "shaky.com": {"fail"}, "quiet.com": {"silent"},
		"fsnet.co.uk": {"null"}, "gmaill.com": {"null"}, "xn--bcher-kva.de": {"mx"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dir := dnsJob(t, s.Address, "a@alive.com", "b@host.com", "c@null.com", "d@bare.com", "e@gone.com", "f@shaky.com", "g@quiet.com", "h@x.example", "i@firm.nosuchtld",
		"j@fsnet.co.uk", "k@gmaill.com", "l@bücher.de", "C2@NULL.com")
	run := func() string { return must(t, command(t, dir, "run", "--config", "run.yaml")) }
	run()
	points := shown(t, dir, "contact_points", "value,status,reasons")
	for _, want := range []string{
		"a@alive.com,valid,", "b@host.com,valid,", "c@null.com,invalid,no_mail_server", "c2@null.com,invalid,no_mail_server",
		"d@bare.com,invalid,no_mail_server", "e@gone.com,invalid,no_mail_server", "f@shaky.com,valid,", "g@quiet.com,valid,",
		"h@x.example,invalid,reserved_domain", "i@firm.nosuchtld,invalid,unknown_tld", "l@xn--bcher-kva.de,valid,",
	} {
		if !strings.Contains(points, want+"\n") {
			t.Errorf("no %s in\n%s", want, points)
		}
	}
	for value, want := range map[string]string{"j@fsnet.co.uk": "provider_closed", "k@gmaill.com": "typo_domain"} {
		if _, rest, _ := strings.Cut(points, value); !strings.Contains(strings.SplitN(rest, "\n", 2)[0], want) {
			t.Errorf("%s is not %s:\n%s", value, want, points)
		}
	}
	if s.Asked("x.example")+s.Asked("firm.nosuchtld") > 0 {
		t.Error("asked for domains that cannot take mail")
	}
	if evidence := shown(t, dir, "evidence", "value,code,detail"); !strings.Contains(evidence, "c@null.com,no_mail_server,dns: null MX") {
		t.Errorf("no evidence of the null MX:\n%s", evidence)
	}
	report, err := os.ReadFile(filepath.Join(dir, "out", "latest"))
	if err != nil {
		t.Fatal(err)
	}
	first := string(report)
	published := files(t, filepath.Join(dir, "out"))
	if !strings.Contains(published["/report/report.json"], "The mail servers of 2 of 10 domains could not be looked up") {
		t.Error("the report does not say what could not be looked up")
	}

	// The same answers are the same run, and only what nobody could tell is asked again.
	before := s.Asked("alive.com")
	if out := run(); !strings.Contains(out, "nothing to do") {
		t.Errorf("the same run again: %s", out)
	}
	if s.Asked("alive.com") != before || s.Asked("shaky.com") < 2 {
		t.Error("what is remembered was asked again, or what is not known was not")
	}
	must(t, command(t, dir, "verify", "out"))

	// Another answer is another run, also for the same files.
	s.Set("shaky.com", "null")
	run()
	latest, err := os.ReadFile(filepath.Join(dir, "out", "latest"))
	if err != nil || string(latest) == first {
		t.Errorf("an answer changed and the run did not: %v", err)
	}
	if points := shown(t, dir, "contact_points", "value,status,reasons"); !strings.Contains(points, "f@shaky.com,invalid,no_mail_server\n") {
		t.Errorf("shaky.com:\n%s", points)
	}

	// Without the question nothing is asked and nothing is said.
	n := s.Asked("")
	if points := must(t, command(t, dir, "run", "crm.csv", "--out", "plain")); strings.Contains(points, "no_mail_server") || s.Asked("") != n {
		t.Error("asked without being told to")
	}
}

// A check that could not be made has failed: nothing is published.
func TestDNSWithoutResolver(t *testing.T) {
	s, err := nameserver.Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Close() // nobody listens there now
	dir := dnsJob(t, s.Address, "a@alive.com")
	code, said := exitOf(t, command(t, dir, "run", "--config", "run.yaml"))
	if code != exitFailed || !strings.Contains(said, "answered none of the questions") {
		t.Errorf("%d: %s", code, said)
	}
	if _, err := os.Stat(filepath.Join(dir, "out", "latest")); err == nil {
		t.Error("published")
	}
	dir = dnsJob(t, "a:b:c", "a@alive.com")
	if code, said := exitOf(t, command(t, dir, "run", "--config", "run.yaml")); code != exitUsage || !strings.Contains(said, "resolver") {
		t.Errorf("%d: %s", code, said)
	}
}
