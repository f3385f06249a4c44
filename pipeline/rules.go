package pipeline

import (
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

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/overrides"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages"
	"github.com/rollcall-data/rollcall/stages/dates"
	"github.com/rollcall-data/rollcall/stages/emails"
	"github.com/rollcall-data/rollcall/stages/match"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/names"
	"github.com/rollcall-data/rollcall/stages/phones"
)

// loadRules takes the built-in lists, and the user's own in their place or beside them.
func (r *run) loadRules(p *plan) error {
	p.emails, p.phones = emails.DefaultLists(), phones.DefaultLists()
	var names []string
	for name := range r.job.Config.Reference {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		path, extends := config.Extends(r.job.Config.Reference[name])
		known := false
		for _, l := range []interface {
			Has(string) bool
			Load(string, io.Reader, bool) error
		}{p.emails, p.phones} {
			if !l.Has(name) {
				continue
			}
			known = true
			if err := load(path, func(f io.Reader) error { return l.Load(name, f, extends) }); err != nil {
				return err
			}
		}
		if !known {
			return &UsageError{fmt.Errorf("reference: there is no list %q; there are: %s", name, strings.Join(p.listNames(), ", "))}
		}
	}
	h := sha256.New()
	for _, x := range p.emails.References() {
		p.references = append(p.references, stages.Reference(x))
	}
	for _, x := range p.phones.References() {
		p.references = append(p.references, stages.Reference(x))
	}
	for _, x := range p.references {
		fmt.Fprintf(h, "%s|%s|%d\n", x.Name, x.Date, x.Rows)
	}
	p.rules = hex.EncodeToString(h.Sum(nil))
	return nil
}

// listNames are the names under which lists can be replaced or extended.
func (p *plan) listNames() (names []string) {
	for _, x := range p.emails.References() {
		names = append(names, x.Name)
	}
	for _, x := range p.phones.References() {
		names = append(names, x.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
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
	var s survey
	if err := r.work.recall(surveyFile, &s); err != nil {
		return nil, err
	}
	asOf := config.Day(r.plan.asOf).Time()
	sources := make(map[string]dates.Source)
	for i := range r.plan.extracts {
		x := &r.plan.extracts[i]
		loc, err := time.LoadLocation(x.source.Timezone) // the config has checked it
		if err != nil {
			return nil, &UsageError{err}
		}
		sources[x.source.Name] = dates.Source{Location: loc, Order: x.source.DateOrder, Country: x.extract.DefaultCountry}
	}
	refuses, err := r.refusals()
	if err != nil {
		return nil, err
	}
	return stages.Clean(stages.Options{
		Dates:  dates.Options{AsOf: asOf, Orders: s.Orders, Sources: sources},
		Emails: emails.Options{AsOf: record.At(asOf), Lists: r.plan.emails, Common: s.Domains, Refuses: refuses},
		Phones: phones.Options{Lists: r.plan.phones},
	})
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
		p.match.Unique[c.Sources[i].Name] = c.Sources[i].Unique
		p.merge.Trust[c.Sources[i].Name] = c.Sources[i].Trust
	}
	for _, also := range c.Match.Also {
		at := slices.Index(p.kept, also)
		if at < 0 {
			return &UsageError{fmt.Errorf("match.also: %q is no kept column; list it under sources[].keep", also)}
		}
		p.match.Also, p.match.AlsoNames = append(p.match.Also, at), append(p.match.AlsoNames, also)
	}
	if c.Match.Model != "" {
		if err := load(c.Match.Model, func(f io.Reader) (err error) {
			p.match.Model, err = io.ReadAll(f)
			return err
		}); err != nil {
			return err
		}
	}
	if len(c.Match.Comparisons) > 0 {
		return &UsageError{errors.New("match.comparisons: choosing comparisons by hand comes in a later version; leave it out")}
	}
	if c.Match.Overrides == "" {
		return nil
	}
	return load(c.Match.Overrides, func(f io.Reader) (err error) {
		p.match.Overrides, err = readOverrides(f)
		return err
	})
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
