package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// workspace is the folder under the cache where one run's rows rest between its steps. What is in it is private to this
// version of the program and to the run's id, so that a run can only go on where the same run left off.
type workspace struct {
	dir   string
	state state
}

// state says which steps are whole.
type state struct {
	Run   string         `json:"run"`
	AsOf  string         `json:"as_of"`
	Steps []finishedStep `json:"steps"`
}

type finishedStep struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
}

const stateFile = "state.json"

// openWorkspace makes the run's folder. Where resume is asked for, a folder that the same run left is taken over with
// its finished steps; else one that is there is emptied.
func openWorkspace(o *output, id, asOf string, resume bool) (*workspace, error) {
	w := &workspace{dir: o.cache(runPrefix + id), state: state{Run: id, AsOf: asOf}}
	if resume {
		s, err := readState(w.dir)
		if err == nil && s.Run == id {
			w.state = s
			return w, nil
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("resume: %w", err)
		}
	}
	if err := os.RemoveAll(w.dir); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	return w, w.save()
}

func readState(dir string) (state, error) {
	var s state
	b, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("%s: %w", stateFile, err)
	}
	return s, nil
}

func (w *workspace) save() error { return writeJSON(w.path(stateFile), &w.state) }

func (w *workspace) path(name string) string { return filepath.Join(w.dir, name) }

// finished reports whether a step is whole, with the rows it left.
func (w *workspace) finished(step string) (rows int64, ok bool) {
	for _, s := range w.state.Steps {
		if s.Name == step {
			return s.Rows, true
		}
	}
	return 0, false
}

func (w *workspace) finish(step string, rows int64) error {
	w.state.Steps = append(w.state.Steps, finishedStep{step, rows})
	return w.save()
}

// keep writes what a step found, beside its rows; recall reads it in a later step or a resumed run.
func (w *workspace) keep(name string, v any) error { return writeJSON(w.path(name), v) }

func (w *workspace) recall(name string, v any) error {
	b, err := os.ReadFile(w.path(name))
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("cache: %s: %w", name, err)
	}
	return nil
}

func (w *workspace) remove() error {
	if err := os.RemoveAll(w.dir); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}

// unfinished lists the as-of dates of the runs that were stopped in this output, the latest first.
func unfinished(o *output) ([]string, error) {
	entries, err := os.ReadDir(o.cache())
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	var dates []string
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), runPrefix) {
			continue
		}
		if s, err := readState(o.cache(e.Name())); err == nil {
			dates = append(dates, s.AsOf)
		}
	}
	slices.Sort(dates)
	slices.Reverse(dates)
	return slices.Compact(dates), nil
}
