package extract

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// File is one file to read.
type File struct {
	Path  string // where it is
	Shown string // as tables and errors name it: relative to the config, with slashes
}

// InputError is an input that cannot be read. It names the file and says how to mend it, never a value.
type InputError struct {
	File string
	What string
}

func (e *InputError) Error() string { return e.File + ": " + e.What }

// UsageError is a job that asks for what the inputs do not have.
type UsageError struct {
	File string
	What string
}

func (e *UsageError) Error() string { return e.File + ": " + e.What }

var remote = []string{"s3://", "gs://", "azblob://", "http://", "https://"}

// Expand lists the files that a path or glob means, sorted, relative paths starting from root.
func Expand(root, pattern string) ([]File, error) {
	for _, r := range remote {
		if strings.HasPrefix(pattern, r) {
			return nil, &UsageError{pattern, "remote files come in a later version; copy the file here, or pipe it in and read -"}
		}
	}
	full := pattern
	if !filepath.IsAbs(full) {
		full = filepath.Join(root, pattern)
	}
	var paths []string
	if !strings.ContainsAny(pattern, "*?[") {
		paths = []string{full}
	} else {
		var err error
		if paths, err = filepath.Glob(full); err != nil {
			return nil, &UsageError{pattern, "is not a glob: " + err.Error()}
		}
		paths = slices.DeleteFunc(paths, func(p string) bool {
			info, err := os.Stat(p)
			return err == nil && info.IsDir()
		})
		if len(paths) == 0 {
			return nil, &InputError{pattern, "no file has this name; is the folder right?"}
		}
	}
	slices.Sort(paths)
	files := make([]File, len(paths))
	for i, p := range paths {
		shown := shownAs(root, p)
		if err := readable(p, shown); err != nil {
			return nil, err
		}
		files[i] = File{p, shown}
	}
	return files, nil
}

func shownAs(root, path string) string {
	if rel, err := filepath.Rel(root, path); err == nil && !strings.HasPrefix(rel, "..") {
		path = rel
	}
	return filepath.ToSlash(path)
}

func readable(path, shown string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return &InputError{shown, "there is no such file"}
	case errors.Is(err, syscall.ELOOP):
		return &InputError{shown, "is a cycle of symbolic links"}
	case err != nil:
		return &InputError{shown, "cannot be read: " + cause(err)}
	case info.IsDir():
		return &InputError{shown, "is a folder; name its files, as " + shown + "/*.csv"}
	case info.Size() == 0 && info.Mode().IsRegular():
		return &InputError{shown, "is empty"}
	}
	f, err := os.Open(path)
	if err != nil {
		return &InputError{shown, "cannot be read: " + cause(err)}
	}
	return f.Close()
}

// cause is an error's own words without the path in front.
func cause(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func inputErrorf(file, format string, args ...any) error {
	return &InputError{file, fmt.Sprintf(format, args...)}
}
