package pipeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/atomic"
	"github.com/rollcall-data/rollcall/pipeline/reference"
)

const (
	manifestFile = "manifest.json"
	factsFile    = "run.json"

	// SchemaVersion counts changes to the published tables: a new column after the fixed ones is a minor change.
	SchemaVersion = "1.0"
)

// Manifest names every file of a run but itself, run.json and _SUCCESS, and what the run was made of.
type Manifest struct {
	Run           string           `json:"run_id"`
	Job           string           `json:"job_digest"` // as run_id, but for the previous run: tells a rerun from a new run
	Version       string           `json:"version"`
	SchemaVersion string           `json:"schema_version"`
	AsOf          string           `json:"as_of"`
	Previous      string           `json:"previous_run_id,omitempty"`
	Config        string           `json:"config_digest"`
	Rules         string           `json:"rules_digest"`
	References    []reference.Card `json:"reference_data"` // the lists that the rules read, with their dates
	Inputs        []InputDigest    `json:"inputs"`
	Rows          map[string]int64 `json:"rows"` // by table
	Files         []ManifestFile   `json:"files"`
}

// InputDigest is one file that was read.
type InputDigest struct {
	Kind   string `json:"kind"` // extract, feed, file
	Name   string `json:"name"` // of the source or feed, or the config key that names the file
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// ManifestFile is one file of the run.
type ManifestFile struct {
	Path   string `json:"path"` // relative to the run, with slashes
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Rows   *int64 `json:"rows,omitempty"` // of a table's part
}

// ReadManifest reads a run's manifest.
func ReadManifest(run string) (*Manifest, error) {
	b, err := os.ReadFile(filepath.Join(run, manifestFile))
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	var m Manifest
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	return &m, nil
}

// write sorts the manifest and puts it into the folder.
func (m *Manifest) write(dir string) error {
	slices.SortFunc(m.Files, func(a, b ManifestFile) int { return strings.Compare(a.Path, b.Path) })
	return writeJSON(filepath.Join(dir, manifestFile), m)
}

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	if err := atomic.WriteFile(path, append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}

// Fault is one difference between a run and its manifest.
type Fault struct {
	Path string `json:"path"`
	What string `json:"what"` // missing, changed, extra
}

// unlisted are the files of a run that its manifest doesn't name: itself, the facts that differ between equal runs, and
// the mark that is written last.
var unlisted = map[string]bool{manifestFile: true, factsFile: true, successFile: true}

// Verify compares the files of a run with its manifest, byte for byte. No faults means that the run is as published.
func Verify(run string) ([]Fault, error) {
	m, err := ReadManifest(run)
	if err != nil {
		return nil, err
	}
	var faults []Fault
	named := make(map[string]bool, len(m.Files))
	for _, f := range m.Files {
		named[f.Path] = true
		sum, size, err := digestFile(filepath.Join(run, filepath.FromSlash(f.Path)))
		switch {
		case os.IsNotExist(err):
			faults = append(faults, Fault{f.Path, "missing"})
		case err != nil:
			return nil, fmt.Errorf("verify: %w", err)
		case sum != f.SHA256 || size != f.Bytes:
			faults = append(faults, Fault{f.Path, "changed"})
		}
	}
	for name := range unlisted {
		if _, err := os.Stat(filepath.Join(run, name)); os.IsNotExist(err) {
			faults = append(faults, Fault{name, "missing"})
		}
	}
	err = filepath.WalkDir(run, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(run, path)
		if err != nil {
			return err
		}
		if rel = filepath.ToSlash(rel); !named[rel] && !unlisted[rel] {
			faults = append(faults, Fault{rel, "extra"})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	slices.SortFunc(faults, func(a, b Fault) int { return strings.Compare(a.Path, b.Path) })
	return faults, nil
}

// digestFile is the SHA-256 of a file, in hex, and its size.
func digestFile(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = f.Close() }() // only read
	h := sha256.New()
	size, err = io.CopyBuffer(h, f, make([]byte, 1<<20))
	if err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}
