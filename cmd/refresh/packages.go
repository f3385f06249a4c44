package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

const (
	npm  = "npm"
	pypi = "PyPI"
)

// source is a package of a registry.
type source struct{ registry, name string }

// unpacked is a package on disk.
type unpacked struct{ dir, version string }

// registries fetches packages by their registries' own clients, each once.
type registries struct {
	dir string
	got map[source]unpacked
}

func (r *registries) get(s source) (unpacked, error) {
	if p, ok := r.got[s]; ok {
		return p, nil
	}
	dir, err := os.MkdirTemp(r.dir, "package")
	if err != nil {
		return unpacked{}, err
	}
	client := exec.Command("npm", "pack", "--silent", "--pack-destination", dir, s.name+"@latest")
	if s.registry == pypi {
		client = exec.Command("pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", dir, s.name)
	}
	client.Stderr = os.Stderr
	if err := client.Run(); err != nil {
		return unpacked{}, fmt.Errorf("%s %s: %w", s.registry, s.name, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 {
		return unpacked{}, fmt.Errorf("%s %s gave %d files, not one", s.registry, s.name, len(files))
	}
	p := unpacked{dir: filepath.Join(dir, "files"), version: versionOf(filepath.Base(files[0]))}
	unpack := untar
	if strings.HasSuffix(files[0], ".whl") {
		unpack = unzip
	}
	if err := unpack(files[0], p.dir); err != nil {
		return unpacked{}, fmt.Errorf("%s %s: %w", s.registry, s.name, err)
	}
	r.got[s] = p
	return p, nil
}

var version = regexp.MustCompile(`-(\d+(?:\.\d+)+)`)

func versionOf(file string) string {
	if m := version.FindStringSubmatch(file); m != nil {
		return m[1]
	}
	return "?"
}

func untar(file, dir string) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		_, name, _ := strings.Cut(h.Name, "/") // npm puts all under package/
		if err := write(dir, name, t); err != nil {
			return err
		}
	}
}

func unzip(file, dir string) (err error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	for _, x := range z.File {
		if x.FileInfo().IsDir() {
			continue
		}
		in, err := x.Open()
		if err != nil {
			return err
		}
		if err := errors.Join(write(dir, x.Name, in), in.Close()); err != nil {
			return err
		}
	}
	return nil
}

// write puts a packed file into a folder, and never outside it.
func write(dir, name string, in io.Reader) error {
	if !filepath.IsLocal(name) {
		return fmt.Errorf("a package holds a file outside itself")
	}
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, in)
	return errors.Join(err, f.Close())
}
