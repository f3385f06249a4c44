package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

// visitor is a browser at the page of a running review.
type visitor struct {
	t    *testing.T
	c    *exec.Cmd
	out  *bufio.Reader
	url  string
	http http.Client
}

func visit(t *testing.T, dir string, args ...string) *visitor {
	t.Helper()
	v := &visitor{t: t, c: command(t, dir, append([]string{"review", "--run", "out"}, args...)...)}
	v.c.Stderr = os.Stderr
	pipe, err := v.c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := v.c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.c.Process.Kill() }) // has ended, if all went well
	v.out = bufio.NewReader(pipe)
	for v.url == "" {
		line, err := v.out.ReadString('\n')
		if err != nil {
			t.Fatalf("no address: %v", err)
		}
		if u, ok := strings.CutPrefix(line, "open "); ok {
			v.url = strings.TrimSpace(u)
		}
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v.http = http.Client{Jar: jar, Timeout: 20 * time.Second}
	return v
}

var (
	pairNumber = regexp.MustCompile(`name="n" value="(\d+)"`)
	recordKey  = regexp.MustCompile(`class="key"><bdi>([^<]+)</bdi>`)
)

// read gives a page's number of the pair and the two records; no number where no pair is left.
func (v *visitor) read(r *http.Response, err error) (n, a, b string) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err := r.Body.Close(); err != nil || r.StatusCode != 200 {
		v.t.Fatalf("%s: %v\n%s", r.Status, err, body)
	}
	if err != nil {
		v.t.Fatal(err)
	}
	keys := recordKey.FindAllSubmatch(body, -1)
	number := pairNumber.FindSubmatch(body)
	if number == nil {
		return "", "", ""
	}
	return string(number[1]), string(keys[0][1]), string(keys[1][1])
}

func (v *visitor) start() (n, a, b string) {
	v.t.Helper()
	return v.read(v.http.Get(v.url))
}

func (v *visitor) post(path string, form url.Values) (n, a, b string) {
	v.t.Helper()
	r, err := http.NewRequest(http.MethodPost, v.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	at, _ := url.Parse(v.url)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://"+at.Host)
	return v.read(v.http.Do(r))
}

func (v *visitor) decide(n, what string) (next, a, b string) {
	v.t.Helper()
	return v.post("decide", url.Values{"n": {n}, "decision": {what}})
}

// ended waits for the command's end: what it said last, and how it ended.
func (v *visitor) ended() (string, error) {
	rest, _ := io.ReadAll(v.out)
	return string(rest), v.c.Wait()
}

func customersOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	of := make(map[string]string)
	eachRow(t, dir, "records", func(r table.Row) { of[r.Text("source")+":"+r.Text("record_id")] = r.Text("customer_id") })
	return of
}

func eachRow(t *testing.T, dir, name string, visit func(table.Row)) {
	t.Helper()
	run, err := pipeline.Resolve(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	err = table.Scan(filepath.Join(run, "tables"), name, nil, func(r table.Row) error { visit(r); return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// What a person decides on the page is in the file at once, survives a kill, and holds in the next run.
func TestReviewHoldsInTheNextRun(t *testing.T) {
	t.Parallel()
	dir := generated(t, 1500)
	conf, err := os.ReadFile(filepath.Join(dir, "run.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "reviewed.yaml"), append(conf, "\nmatch: {overrides: decisions.csv}\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, command(t, dir, "run", "--config", "run.yaml", "--out", "out"))
	before := files(t, filepath.Join(dir, "out"))

	v := visit(t, dir)
	one, other := make(map[[2]string]bool), make(map[[2]string]bool)
	n, a, b := v.start()
	for i := 0; i < 4 && n != ""; i++ {
		what, into := "same", one
		if i%2 == 1 {
			what, into = "different", other
		}
		into[[2]string{a, b}] = true
		n, a, b = v.decide(n, what)
		text, err := os.ReadFile(filepath.Join(dir, "decisions.csv"))
		if err != nil || strings.Count(string(text), "\n") != i+2 {
			t.Fatalf("after %d decisions the file is %q, %v", i+1, text, err)
		}
	}
	if err := v.c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _ = v.ended() // killed

	v = visit(t, dir, "--config", "reviewed.yaml")
	for n, a, b = v.start(); n != ""; n, a, b = v.decide(n, "different") {
		if one[[2]string{a, b}] || other[[2]string{a, b}] {
			t.Fatal("a decided pair is asked again")
		}
		other[[2]string{a, b}] = true
	}
	v.post("done", nil)
	if said, err := v.ended(); err != nil || !strings.Contains(said, "not looked at") {
		t.Errorf("%q, %v", said, err)
	}
	same(t, "the run that was reviewed", files(t, filepath.Join(dir, "out")), before)

	must(t, command(t, dir, "run", "--config", "reviewed.yaml", "--out", "out"))
	of := customersOf(t, dir)
	for p := range one {
		if of[p[0]] != of[p[1]] {
			t.Errorf("%v were decided to be one", p)
		}
	}
	for p := range other {
		if of[p[0]] == of[p[1]] {
			t.Errorf("%v were decided to be two", p)
		}
	}
	if len(one) < 2 || len(other) < 2 {
		t.Errorf("only %d and %d decisions", len(one), len(other))
	}
	eachRow(t, dir, "links", func(r table.Row) {
		if p := [2]string{r.Text("source_a") + ":" + r.Text("record_id_a"), r.Text("source_b") + ":" + r.Text("record_id_b")}; r.Text("decided_by") == "override" {
			if !one[p] {
				t.Errorf("%v are linked by a decision that nobody took", p)
			}
			delete(one, p)
		}
	})
	if len(one) > 0 {
		t.Errorf("no links by decision for %v", one)
	}
	eachRow(t, dir, "review", func(r table.Row) {
		if p := [2]string{r.Text("source_a") + ":" + r.Text("record_id_a"), r.Text("source_b") + ":" + r.Text("record_id_b")}; other[p] {
			t.Errorf("%v are up for review again", p)
		}
	})
}

func TestReviewEndsByInterrupt(t *testing.T) {
	t.Parallel()
	dir := generated(t, 1000)
	must(t, command(t, dir, "run", "--config", "run.yaml", "--out", "out"))
	v := visit(t, dir, "--overrides", "mine.csv")
	n, _, _ := v.start()
	v.decide(n, "same")
	if err := v.c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if said, err := v.ended(); err != nil || !strings.HasPrefix(said, "end with") || !strings.Contains(said, "1 the same person, 0 not") {
		t.Errorf("%q, %v", said, err)
	}
	for what, args := range map[string][]string{
		"no run":            {"review"},
		"a file in the run": {"review", "--run", "out", "--overrides", "out/run-0/x.csv"},
	} {
		c := command(t, dir, args...)
		if what == "a file in the run" {
			run, err := pipeline.Resolve(filepath.Join(dir, "out"))
			if err != nil {
				t.Fatal(err)
			}
			c.Args[len(c.Args)-1] = filepath.Join(run, "x.csv")
		}
		if err := c.Run(); fmt.Sprint(err) != "exit status 2" {
			t.Errorf("%s: %v", what, err)
		}
	}
}
