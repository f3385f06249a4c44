package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

var update = flag.Bool("update", false, "write the golden cases again from what the binary does now")

// bin is a folder with the real binary and, beside it, this test binary under the name of "show", which prints a
// published table as CSV.
var bin string

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "show" {
		if err := show(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "show:", err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "rollcall-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, filepath.Join(dir, "show"))
	}
	if err == nil {
		args := []string{"build", "-ldflags", "-X main.version=test", "-o", filepath.Join(dir, "rollcall")}
		if os.Getenv("BINARY_COVERAGE") != "" { // the runs of the binary count as tests: see make cover
			args = append(args, "-cover", "-coverpkg=github.com/rollcall-data/rollcall/...")
		}
		build := exec.Command("go", append(args, ".")...)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		build.Stderr = os.Stderr
		err = build.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build the binary:", err)
		return 1
	}
	bin = dir
	return m.Run()
}

// TestCases runs every folder of fixtures/cases: the lines of its file cmd, each by a shell in a fresh copy of the folder,
// with the real binary. The transcript must be the one in want. -update writes the transcripts again.
func TestCases(t *testing.T) {
	root := filepath.Join("..", "..", "fixtures", "cases")
	cases, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 25 {
		t.Errorf("%d cases; at least 25 are promised", len(cases))
	}
	for _, c := range cases {
		if !c.IsDir() {
			continue
		}
		t.Run(c.Name(), func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(root, c.Name())
			got := transcript(t, dir)
			want := filepath.Join(dir, "want")
			if *update {
				if err := os.WriteFile(want, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			b, err := os.ReadFile(want)
			if err != nil {
				t.Fatalf("%v; write it with -update, then read it", err)
			}
			if diff := cmp.Diff(strings.Split(string(b), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("%s: the transcript is not the expected one (-want +got); if it should be, run with -update\n%s", c.Name(), diff)
			}
		})
	}
}

// transcript copies a case's folder and runs its lines.
func transcript(t *testing.T, dir string) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(dir, "cmd"))
	if err != nil {
		t.Fatal(err)
	}
	work := filepath.Join(t.TempDir(), "case")
	if err := os.CopyFS(work, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(script)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fmt.Fprintf(&out, "$ %s\n", line)
		code, text := shell(t, work, line)
		out.WriteString(steady(text, work))
		if code != 0 {
			fmt.Fprintf(&out, "exit %d\n", code)
		}
	}
	return out.String()
}

// shell runs one line in the case's folder: standard output and error together, as a person sees them.
func shell(t *testing.T, dir, line string) (code int, text string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "sh", "-c", line)
	c.Dir = dir
	c.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + dir, "ROLLCALL_AS_OF=2026-11-21"}
	if to := os.Getenv("BINARY_COVERAGE"); to != "" {
		c.Env = append(c.Env, "GOCOVERDIR="+to)
	}
	var buf bytes.Buffer
	c.Stdout, c.Stderr = &buf, &buf
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", line, err)
	}
	return c.ProcessState.ExitCode(), buf.String()
}

var unsteady = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`(?m)^error: coverage .*\n+`), ""},     // an instrumented binary on a full disk
	{regexp.MustCompile(`(^|[^.\w])[0-9a-f]{16}\b`), "${1}ID"}, // of a run
	{regexp.MustCompile(`\.json-\d+`), ".json-N"},              // being written
	{regexp.MustCompile(`\b\d+(\.\d+)? (s|ms|MB|MiB|GiB)\b`), "N $2"},
	{regexp.MustCompile(`\b\d{1,2}:\d{2}(AM|PM)\b`), "TIME"},
}

// steady replaces what may differ between two equal runs, and the run's id, which every change of the rules changes.
func steady(text, work string) string {
	text = strings.ReplaceAll(text, work, "CASE")
	for _, u := range unsteady {
		text = u.pattern.ReplaceAllString(text, u.instead)
	}
	return text
}

// show prints columns of a published table: show TABLE [COLUMN,COLUMN ...] [DIR].
func show(args []string) error {
	if len(args) == 0 {
		return errors.New("show TABLE [COLUMNS] [DIR]")
	}
	dir := "out"
	if len(args) > 2 {
		dir = args[2]
	}
	run, err := pipeline.Resolve(dir)
	if err != nil {
		return err
	}
	var columns []string
	if len(args) > 1 {
		columns = strings.Split(args[1], ",")
	}
	w := csv.NewWriter(os.Stdout)
	err = table.Scan(filepath.Join(run, "tables"), args[0], columns, func(row table.Row) error {
		return w.Write(row.Texts())
	})
	w.Flush()
	return errors.Join(err, w.Error())
}
