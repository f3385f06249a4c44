package mailservers

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/atomic"
)

// Entry is an answer and the day it was given.
type Entry struct {
	Answer Answer
	On     string // yyyy-mm-dd, UTC
}

// Cache remembers answers by domain. The zero Cache is empty.
type Cache map[string]Entry

const header = "domain|answer|asked_on"

// Load reads the answers of a file that are no older than from and no newer than to (yyyy-mm-dd). No file is no answers;
// a row that cannot be read is left out, and asked for again.
func Load(path, from, to string) (Cache, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Cache{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("remembered mail servers: %w", err)
	}
	c := make(Cache)
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) != 3 || f[0] == "" || !Answer(f[1]).known() || f[2] < from || f[2] > to {
			continue
		}
		c[f[0]] = Entry{Answer(f[1]), f[2]}
	}
	return c, nil
}

// Save writes the answers, sorted by domain.
func (c Cache) Save(path string) error {
	domains := make([]string, 0, len(c))
	for d := range c {
		domains = append(domains, d)
	}
	slices.Sort(domains)
	var b bytes.Buffer
	fmt.Fprintln(&b, header)
	for _, d := range domains {
		fmt.Fprintf(&b, "%s|%s|%s\n", d, c[d].Answer, c[d].On)
	}
	if err := atomic.WriteFile(path, b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("remember mail servers: %w", err)
	}
	return nil
}
