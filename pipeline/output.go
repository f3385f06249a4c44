package pipeline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/rollcall-data/rollcall/pipeline/atomic"
)

// ErrBusy means that another run holds the output.
var ErrBusy = errors.New("another run holds the output; try again when it has ended")

const (
	runPrefix   = "run-"
	latestFile  = "latest"
	successFile = "_SUCCESS"
	cacheDir    = ".cache"
	failedDir   = "failed"
)

// output is the folder that published runs stand in.
type output struct {
	dir  string
	lock *flock.Flock
}

// openOutput makes the folder where it is missing and takes its lock; [ErrBusy] when another run has it. The lock goes
// with the process, however that ends.
func openOutput(dir string) (*output, error) {
	if err := os.MkdirAll(filepath.Join(dir, cacheDir), 0o700); err != nil {
		return nil, fmt.Errorf("output folder: %w", err)
	}
	lock := flock.New(filepath.Join(dir, cacheDir, "lock"), flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the output: %w", err)
	}
	if !got {
		return nil, ErrBusy
	}
	return &output{dir, lock}, nil
}

func (o *output) close() { _ = o.lock.Unlock() } // the process's end frees it as well

func (o *output) cache(parts ...string) string {
	return filepath.Join(append([]string{o.dir, cacheDir}, parts...)...)
}

func (o *output) run(id string) string { return filepath.Join(o.dir, runPrefix+id) }

// published reports whether the run is there, whole.
func (o *output) published(id string) bool {
	_, err := os.Stat(filepath.Join(o.run(id), successFile))
	return err == nil
}

// publish moves a finished folder into place and points latest to it. Every file in it is on disk already; the folder
// appears under its name in one rename, so that a crash leaves either all of it or nothing.
func (o *output) publish(from, id string) error {
	if err := syncTree(from); err != nil {
		return err
	}
	to := o.run(id)
	if _, err := os.Stat(to); err == nil && !o.published(id) {
		if err := os.RemoveAll(to); err != nil { // no run of ours leaves one; a copied or damaged folder does
			return fmt.Errorf("replace a damaged run: %w", err)
		}
	}
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := atomic.SyncDir(o.dir); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return o.point(id)
}

// point makes latest name the run.
func (o *output) point(id string) error {
	if err := atomic.WriteFile(filepath.Join(o.dir, latestFile), []byte(runPrefix+id+"\n"), 0o600); err != nil {
		return fmt.Errorf("latest: %w", err)
	}
	return nil
}

// syncTree makes the entries of a folder and of all folders under it durable.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("sync: %w", err)
		}
		if d.IsDir() {
			if err := atomic.SyncDir(path); err != nil {
				return fmt.Errorf("sync: %w", err)
			}
		}
		return nil
	})
}

// Published is one finished run in an output folder.
type Published struct {
	ID   string
	Dir  string
	At   time.Time // when it was published
	Lead bool      // latest points to it
}

// Runs lists the published runs of an output folder, the newest first. A folder without _SUCCESS is not a run.
func Runs(dir string) ([]Published, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read output: %w", err)
	}
	latest, err := Latest(dir)
	if err != nil {
		return nil, err
	}
	var runs []Published
	for _, e := range entries {
		id, ok := strings.CutPrefix(e.Name(), runPrefix)
		if !ok || !e.IsDir() {
			continue
		}
		info, err := os.Stat(filepath.Join(dir, e.Name(), successFile))
		if err != nil {
			continue
		}
		runs = append(runs, Published{id, filepath.Join(dir, e.Name()), info.ModTime(), e.Name() == latest})
	}
	slices.SortFunc(runs, func(a, b Published) int {
		switch {
		case a.Lead != b.Lead && a.Lead:
			return -1
		case a.Lead != b.Lead:
			return 1
		case !a.At.Equal(b.At):
			return b.At.Compare(a.At)
		}
		return strings.Compare(a.ID, b.ID)
	})
	return runs, nil
}

// Latest is the folder name that an output's pointer holds; empty when there is none yet.
func Latest(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, latestFile))
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("latest: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// Resolve finds the run that a path means: a run's own folder, or the newest published run of an output folder.
func Resolve(path string) (string, error) {
	if _, err := os.Stat(filepath.Join(path, manifestFile)); err == nil {
		return path, nil
	}
	name, err := Latest(path)
	if err != nil {
		return "", err
	}
	if name == "" {
		return "", fmt.Errorf("%s: no published run here (neither %s nor %s)", path, manifestFile, latestFile)
	}
	dir := filepath.Join(path, name)
	if _, err := os.Stat(filepath.Join(dir, manifestFile)); err != nil {
		return "", fmt.Errorf("%s: latest names %s, which has no %s", path, name, manifestFile)
	}
	return dir, nil
}

// Prune removes all but the newest keep published runs, the one that latest names always among those kept, and says
// which it removed. A run being removed first loses its _SUCCESS, so that no reader takes a part for the whole.
func Prune(dir string, keep int) ([]Published, error) {
	o, err := openOutput(dir)
	if err != nil {
		return nil, err
	}
	defer o.close()
	runs, err := Runs(dir)
	if err != nil {
		return nil, err
	}
	if keep >= len(runs) {
		return nil, nil
	}
	gone := runs[keep:]
	for _, r := range gone {
		if err := os.Remove(filepath.Join(r.Dir, successFile)); err != nil {
			return nil, fmt.Errorf("prune %s: %w", r.ID, err)
		}
		if err := os.RemoveAll(r.Dir); err != nil {
			return nil, fmt.Errorf("prune %s: %w", r.ID, err)
		}
	}
	return gone, nil
}
