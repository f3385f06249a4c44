package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

// command is the real binary, in a folder, with the environment of a clean machine.
func command(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), filepath.Join(bin, "rollcall"), args...)
	c.Dir = dir
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	if to := os.Getenv("BINARY_COVERAGE"); to != "" {
		c.Env = append(c.Env, "GOCOVERDIR="+to)
	}
	return c
}

// must runs a command that has to end well, and gives what it printed.
func must(t *testing.T, c *exec.Cmd) string {
	t.Helper()
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(c.Args[1:], " "), err, errs.String())
	}
	return string(out)
}

// generated makes extracts, feeds and a run file in a new folder.
func generated(t *testing.T, rows int) string {
	t.Helper()
	dir := t.TempDir()
	must(t, command(t, dir, "gen", "--rows", fmt.Sprint(rows), "--seed", "7", "--out", "."))
	return dir
}

// files reads the newest run of an output folder, but for run.json.
func files(t *testing.T, out string) map[string]string {
	t.Helper()
	run, err := pipeline.Resolve(out)
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	err = filepath.WalkDir(run, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "run.json" {
			return err
		}
		b, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, run)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// same compares two runs byte for byte and names the files that differ.
func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %s is not the same (%d and %d bytes)", what, name, len(got[name]), len(want[name]))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %s is not in the other run", what, name)
		}
	}
}

func TestSameBytes(t *testing.T) {
	t.Parallel()
	dir := generated(t, 1500)
	must(t, command(t, dir, "run", "--config", "run.yaml", "--out", "one", "--jobs", "1"))
	want := files(t, filepath.Join(dir, "one"))
	if len(want) < 17 {
		t.Fatalf("only %d files", len(want))
	}
	for _, c := range []struct{ jobs, procs string }{{"2", "1"}, {"8", "2"}, {"3", "8"}} {
		out := "jobs" + c.jobs
		x := command(t, dir, "run", "--config", "run.yaml", "--out", out, "--jobs", c.jobs, "--memory", "512MiB")
		x.Env = append(x.Env, "GOMAXPROCS="+c.procs)
		must(t, x)
		same(t, c.jobs+" jobs", files(t, filepath.Join(dir, out)), want)
	}
	turned := reversedLists(t, filepath.Join(dir, "run.yaml"))
	if err := os.WriteFile(filepath.Join(dir, "turned.yaml"), []byte(turned), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, command(t, dir, "run", "--config", "turned.yaml", "--out", "turned"))
	same(t, "sources in another order", files(t, filepath.Join(dir, "turned")), want)
}

// reversedLists turns the order of a run file's sources and feeds round.
func reversedLists(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out, list []string
	flush := func() {
		for i := len(list) - 1; i >= 0; i-- {
			out = append(out, list[i])
		}
		list = nil
	}
	inList := false
	for line := range strings.Lines(string(b)) {
		switch {
		case strings.HasPrefix(line, "sources:"), strings.HasPrefix(line, "feeds:"):
			flush()
			out = append(out, line)
			inList = true
		case inList && strings.HasPrefix(line, "  - "):
			list = append(list, line)
		case inList && len(list) > 0 && (strings.HasPrefix(line, "    ") || strings.TrimSpace(line) == ""):
			list[len(list)-1] += line
		default:
			flush()
			inList = false
			out = append(out, line)
		}
	}
	flush()
	return strings.Join(out, "")
}

func TestFilesAndArgumentsInAnyOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, command(t, dir, "gen", "--rows", "600", "--plain", "--out", "."))
	lines := strings.SplitAfter(read(t, filepath.Join(dir, "plain.csv")), "\n")
	write := func(name string, rows []string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(lines[0]+strings.Join(rows, "")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rows := lines[1 : len(lines)-1]
	write("a.csv", rows[:300])
	write("b.csv", rows[300:])
	must(t, command(t, dir, "run", "a.csv", "b.csv", "--as-of", "2026-11-21", "--out", "ab"))
	must(t, command(t, dir, "run", "b.csv", "a.csv", "--as-of", "2026-11-21", "--out", "ba"))
	same(t, "arguments turned round", files(t, filepath.Join(dir, "ba")), files(t, filepath.Join(dir, "ab")))

	mixed := append([]string(nil), rows...)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	for name, r := range map[string][]string{"straight": rows, "mixed": mixed} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		write(filepath.Join(name, "all.csv"), r)
		must(t, command(t, filepath.Join(dir, name), "run", "all.csv", "--as-of", "2026-11-21"))
	}
	for _, name := range table.Names() {
		a, b := contents(t, filepath.Join(dir, "straight", "out"), name), contents(t, filepath.Join(dir, "mixed", "out"), name)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("shuffled rows change the table %s:\n%.2000s", name, diff)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// writeRows writes a CSV file.
func writeRows(t *testing.T, file string, rows [][]string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := csv.NewWriter(f).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// contents reads a table, without the column row.
func contents(t *testing.T, out, name string) [][]string {
	t.Helper()
	run, err := pipeline.Resolve(out)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := table.Columns(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range columns {
		if c.Name != "row" {
			names = append(names, c.Name)
		}
	}
	var rows [][]string
	if err := table.Scan(filepath.Join(run, "tables"), name, names, func(r table.Row) error {
		rows = append(rows, r.Texts())
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return rows
}

// started runs a job with JSON logs until it says that a step is done; wait gives the whole log at its end.
func started(t *testing.T, dir, step string) (c *exec.Cmd, wait func() (string, error)) {
	t.Helper()
	c = command(t, dir, "run", "--config", "run.yaml", "--out", "out", "--log-format", "json")
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	buf := make([]byte, 4096)
	ended := regexp.MustCompile(`"step":"` + step + `"[^\n]*"step done"`) // on a loaded machine a step is told of before it ends
	for !ended.MatchString(log.String()) {
		n, err := pipe.Read(buf)
		log.Write(buf[:n])
		if err != nil {
			t.Fatalf("the run ended before %s: %s", step, log.String())
		}
	}
	return c, func() (string, error) {
		if _, err := log.ReadFrom(pipe); err != nil {
			t.Error(err)
		}
		return log.String(), c.Wait()
	}
}

func TestSignalsStopCleanly(t *testing.T) {
	t.Parallel()
	dir := generated(t, 15000)
	for _, x := range []struct {
		signal os.Signal
		after  string
	}{{syscall.SIGINT, "read"}, {syscall.SIGTERM, "clean"}, {syscall.SIGINT, "merge"}} {
		c, wait := started(t, dir, x.after)
		at := time.Now()
		if err := c.Process.Signal(x.signal); err != nil {
			t.Fatal(err)
		}
		log, err := wait()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 130 {
			t.Errorf("%s after %s: %v, want exit 130\n%s", x.signal, x.after, err, log)
		}
		if took := time.Since(at); took > 20*time.Second { // two seconds are promised; a loaded machine is given more
			t.Errorf("%s after %s: it took %s to stop", x.signal, x.after, took)
		}
		unpublished(t, filepath.Join(dir, "out"))
	}
}

// unpublished checks that nothing of a run can be seen.
func unpublished(t *testing.T, out string) {
	t.Helper()
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != ".cache" {
			t.Errorf("%s is left in the output", e.Name())
		}
	}
}

func TestKilledRunResumes(t *testing.T) {
	t.Parallel()
	dir := generated(t, 5000)
	must(t, command(t, dir, "run", "--config", "run.yaml", "--out", "whole"))
	want := files(t, filepath.Join(dir, "whole"))
	c, wait := started(t, dir, "match")
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _ = wait() // killed
	unpublished(t, filepath.Join(dir, "out"))
	again := command(t, dir, "run", "--config", "run.yaml", "--out", "out", "--resume", "--log-format", "json")
	var log bytes.Buffer
	again.Stderr = &log
	if err := again.Run(); err != nil {
		t.Fatalf("%v: %s", err, log.String())
	}
	for _, step := range []string{"read", "clean", "match"} {
		if !regexp.MustCompile(`"step":"` + step + `"[^\n]*"resumed":true`).MatchString(log.String()) {
			t.Errorf("%s was done again: %s", step, log.String())
		}
	}
	same(t, "resumed", files(t, filepath.Join(dir, "out")), want)
}
