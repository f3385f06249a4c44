package pipeline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/overrides"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages"
	"github.com/rollcall-data/rollcall/stages/addresses"
	"github.com/rollcall-data/rollcall/stages/dates"
	"github.com/rollcall-data/rollcall/stages/emails"
	"github.com/rollcall-data/rollcall/stages/match"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/names"
	"github.com/rollcall-data/rollcall/stages/phones"
	"github.com/rollcall-data/rollcall/stages/values"
)

// loadRules takes the built-in lists, and the user's own in their place or beside them.
func (r *run) loadRules(p *plan) error {
	p.addresses, p.dates, p.emails = addresses.DefaultLists(), dates.DefaultLists(), emails.DefaultLists()
	p.phones, p.values = phones.DefaultLists(), values.DefaultLists()
	p.cards()
	rooms := []room{p.addresses, p.dates, p.emails, p.phones, p.values}
	var names []string
	for name := range r.job.Config.Reference {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		path, extends := config.Extends(r.job.Config.Reference[name])
		known := false
		for _, l := range rooms { // a list of placeholders is of several rooms
			if !l.Has(name) {
				continue
			}
			known = true
			if err := load(path, func(f io.Reader) error { return l.Load(name, f, extends) }); err != nil {
				return underKey("reference."+name, err)
			}
		}
		if !known {
			return &UsageError{fmt.Errorf("reference: there is no list %q; %s", name, p.listNames(name, rooms))}
		}
	}
	p.cards()
	h := sha256.New()
	for _, x := range p.references {
		fmt.Fprintf(h, "%s|%s|%d\n", x.Name, x.Date, x.Rows)
	}
	p.rules = hex.EncodeToString(h.Sum(nil))
	return nil
}

// cards gathers the name cards of all lists.
func (p *plan) cards() {
	p.references = nil
	for _, x := range slices.Concat(p.addresses.References(), p.dates.References(), p.values.References()) {
		p.references = append(p.references, stages.Reference(x))
	}
	for _, x := range p.emails.References() {
		p.references = append(p.references, stages.Reference(x))
	}
	for _, x := range p.phones.References() {
		p.references = append(p.references, stages.Reference(x))
	}
}

// room is where lists are read.
type room interface {
	Has(name string) bool
	Load(name string, r io.Reader, extend bool) error
}

// listNames says which list was probably meant, or which there are.
func (p *plan) listNames(wrong string, rooms []room) string {
	var names []string
	for _, x := range p.references {
		if slices.ContainsFunc(rooms, func(l room) bool { return l.Has(x.Name) }) {
			names = append(names, x.Name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	near := slices.MinFunc(names, func(a, b string) int {
		return cmp.Compare(levenshtein.ComputeDistance(wrong, a), levenshtein.ComputeDistance(wrong, b))
	})
	if levenshtein.ComputeDistance(wrong, near) <= max(2, len(wrong)/3) {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "there are " + strings.Join(names, ", ")
}

// underKey names the key of the config that an error is about.
func underKey(key string, err error) error {
	if err == nil {
		return nil
	}
	return &UsageError{fmt.Errorf("%s: %w", key, err)}
}

func load(path string, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return &UsageError{fmt.Errorf("%s: %w", path, errors.Unwrap(err))}
	}
	defer func() { _ = f.Close() }() // only read
	if err := read(f); err != nil {
		return &UsageError{fmt.Errorf("%s: %w", path, err)}
	}
	return nil
}

// mappers makes the clean stages of what the read step learned.
func (r *run) mappers() ([]stages.Mapper, error) {
	o, err := r.cleanOptions()
	if err != nil {
		return nil, err
	}
	return stages.Clean(o)
}

func (r *run) cleanOptions() (stages.Options, error) {
	var s survey
	if err := r.work.recall(surveyFile, &s); err != nil {
		return stages.Options{}, err
	}
	asOf := config.Day(r.plan.asOf).Time()
	sources, err := r.plan.dateSources()
	if err != nil {
		return stages.Options{}, err
	}
	refuses, err := r.refusals()
	if err != nil {
		return stages.Options{}, err
	}
	return stages.Options{
		Addresses: addresses.Options{Lists: r.plan.addresses},
		Dates:     dates.Options{AsOf: asOf, Orders: s.Orders, Sources: sources, Lists: r.plan.dates},
		Emails:    emails.Options{AsOf: record.At(asOf), Lists: r.plan.emails, Common: s.Domains, Refuses: refuses},
		Phones:    phones.Options{Lists: r.plan.phones},
		Values:    values.Options{Lists: r.plan.values, Letters: s.Letters},
	}, nil
}

// dateSources are what the config says of the sources' dates.
func (p *plan) dateSources() (map[string]dates.Source, error) {
	sources := make(map[string]dates.Source)
	for i := range p.extracts {
		x := &p.extracts[i]
		loc, err := time.LoadLocation(x.source.Timezone) // the config has checked it
		if err != nil {
			return nil, &UsageError{err}
		}
		sources[x.source.Name] = dates.Source{Location: loc, Order: x.source.DateOrder, Country: x.extract.DefaultCountry}
	}
	return sources, nil
}

// loadMatch translates the config into matching's and merging's own options.
func (r *run) loadMatch(p *plan) error {
	c := r.job.Config
	p.match = match.Options{
		Threshold: c.Match.Threshold.Value, ReviewFrom: c.Match.Review[0], ReviewTo: c.Match.Review[1], Unique: make(map[string]bool), Workers: r.workers,
		Progress: func(n int64) { r.watch.progress.Add(n) },
	}
	if c.Match.Threshold.BestF1 {
		p.match.ReviewFrom, p.match.ReviewTo = math.Max(c.Match.Threshold.Value-0.2, 0), c.Match.Threshold.Value
	}
	p.merge = merge.Options{Trust: make(map[string]float64), Salutation: names.Salutation}
	for i := range c.Sources {
		if c.Sources[i].Unique {
			p.match.Unique[c.Sources[i].Name] = true
		}
		p.merge.Trust[c.Sources[i].Name] = c.Sources[i].Trust
	}
	for _, also := range c.Match.Also {
		at := slices.Index(p.kept, also)
		if at < 0 {
			return &UsageError{fmt.Errorf("match.also: %q is no kept column; list it under sources[].keep", also)}
		}
		p.match.Also = append(p.match.Also, match.Also{At: at, Name: also})
	}
	if c.Match.Model != "" {
		if err := load(c.Match.Model, func(f io.Reader) (err error) {
			p.match.Model, err = io.ReadAll(f)
			return err
		}); err != nil {
			return underKey("match.model", err)
		}
	}
	for _, x := range c.Match.Comparisons {
		if at := slices.Index(p.kept, x.Field); at >= 0 && !slices.Contains(p.match.Also, match.Also{At: at, Name: x.Field}) {
			p.match.Also = append(p.match.Also, match.Also{At: at, Name: x.Field})
		}
		p.match.Choice = append(p.match.Choice, match.Choice{Field: x.Field, Kind: x.Kind, NoBlock: x.Block != nil && !*x.Block})
	}
	if _, err := match.New(p.match); err != nil {
		return &UsageError{fmt.Errorf("match: %w", err)}
	}
	if c.Match.Overrides == "" {
		return nil
	}
	return underKey("match.overrides", load(c.Match.Overrides, func(f io.Reader) (err error) {
		p.match.Overrides, err = readOverrides(f)
		return err
	}))
}

// readOverrides translates a person's decisions into matching's own.
func readOverrides(f io.Reader) ([]match.Override, error) {
	decisions, err := overrides.Read(f)
	if err != nil {
		return nil, err
	}
	out := make([]match.Override, len(decisions))
	for i, d := range decisions {
		out[i] = match.Override{A: d.A, B: d.B, Same: d.Verdict == overrides.Same}
	}
	return out, nil
}
