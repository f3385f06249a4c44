package pipeline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/reference"
	"github.com/rollcall-data/rollcall/stages/addresses"
	"github.com/rollcall-data/rollcall/stages/dates"
	"github.com/rollcall-data/rollcall/stages/emails"
	"github.com/rollcall-data/rollcall/stages/match"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/names"
	"github.com/rollcall-data/rollcall/stages/phones"
	"github.com/rollcall-data/rollcall/stages/reach"
	"github.com/rollcall-data/rollcall/stages/values"
)

// lists are those that the rules of all stages go by.
type lists struct {
	dates     *dates.Lists
	names     *names.Lists
	values    *values.Lists
	addresses *addresses.Lists
	emails    *emails.Lists
	phones    *phones.Lists
	match     *match.Lists
	merge     *merge.Lists
	reach     *reach.Lists
}

// room is a stage's lists.
type room interface {
	Has(name string) bool
	Header(name string) []string
	Load(name string, r io.Reader, extend bool) error
	Cards() []reference.Card
}

func newLists() *lists {
	return &lists{
		dates: dates.DefaultLists(), names: names.DefaultLists(), values: values.DefaultLists(), addresses: addresses.DefaultLists(), emails: emails.DefaultLists(),
		phones: phones.DefaultLists(), match: match.DefaultLists(), merge: merge.DefaultLists(), reach: reach.DefaultLists(),
	}
}

func (l *lists) rooms() []room {
	return []room{l.dates, l.names, l.values, l.addresses, l.emails, l.phones, l.match, l.merge, l.reach}
}

// cards are the name cards of all lists. One that several stages read, each its own rows, is one list.
func (l *lists) cards() (all []reference.Card) {
	for _, room := range l.rooms() {
		for _, c := range room.Cards() {
			if at := slices.IndexFunc(all, func(x reference.Card) bool { return x.Name == c.Name }); at >= 0 {
				all[at].Rows += c.Rows
			} else {
				all = append(all, c)
			}
		}
	}
	return all
}

// List is a list that a job may replace or extend.
type List struct {
	reference.Card
	Columns []string `json:"columns"` // of its file, in any order and among others; those that end in ? may be missing; none: one value a line, no header
}

// Lists are the lists that a job may replace or extend, as they come with the program, by name.
func Lists() []List { return newLists().all() }

func (l *lists) all() (all []List) {
	for _, c := range l.cards() {
		x, loads := List{Card: c}, false
		for _, room := range l.rooms() {
			if !room.Has(c.Name) {
				continue
			}
			loads = true
			for _, column := range room.Header(c.Name) {
				if !slices.Contains(x.Columns, column) {
					x.Columns = append(x.Columns, column)
				}
			}
		}
		if loads {
			all = append(all, x)
		}
	}
	slices.SortFunc(all, func(a, b List) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// loadRules takes the built-in lists, and the user's own in their place or beside them.
func (r *run) loadRules(p *plan) error {
	p.lists = newLists()
	own := r.job.Config.Reference
	for _, name := range slices.Sorted(maps.Keys(own)) {
		path, extends := config.Extends(own[name])
		known := false
		for _, room := range p.lists.rooms() {
			if !room.Has(name) {
				continue
			}
			known = true
			if err := load(path, func(f io.Reader) error { return room.Load(name, f, extends) }); err != nil {
				return underKey("reference."+name, err)
			}
		}
		if !known {
			return &UsageError{fmt.Errorf("reference: there is no list %q; %s", name, p.lists.near(name))}
		}
	}
	p.references = p.lists.cards()
	h := sha256.New()
	for _, x := range p.references {
		fmt.Fprintf(h, "%s|%s|%d\n", x.Name, x.Date, x.Rows)
	}
	p.rules = hex.EncodeToString(h.Sum(nil))
	return nil
}

// near says which list was probably meant, or which there are.
func (l *lists) near(wrong string) string {
	var names []string
	for _, x := range l.all() {
		names = append(names, x.Name)
	}
	near := slices.MinFunc(names, func(a, b string) int {
		return cmp.Compare(levenshtein.ComputeDistance(wrong, a), levenshtein.ComputeDistance(wrong, b))
	})
	if levenshtein.ComputeDistance(wrong, near) <= max(2, len(wrong)/3) {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "there are " + strings.Join(names, ", ")
}
