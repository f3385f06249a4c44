package pipeline

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"time"

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
		Addresses: addresses.Options{Lists: r.plan.lists.addresses},
		Dates:     dates.Options{AsOf: asOf, Orders: s.Orders, Sources: sources, Lists: r.plan.lists.dates},
		Emails:    emails.Options{AsOf: record.At(asOf), Lists: r.plan.lists.emails, Common: s.Domains, Refuses: refuses},
		Names:     names.Options{Lists: r.plan.lists.names},
		Phones:    phones.Options{Lists: r.plan.lists.phones},
		Values:    values.Options{Lists: r.plan.lists.values, Letters: s.Letters},
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
		Threshold: c.Match.Threshold.Value, ReviewFrom: c.Match.Review[0], ReviewTo: c.Match.Review[1], Unique: make(map[string]bool), Lists: p.lists.match, Workers: r.workers,
		Progress: func(n int64) { r.watch.progress.Add(n) },
	}
	if c.Match.Threshold.BestF1 {
		p.match.ReviewFrom, p.match.ReviewTo = math.Max(c.Match.Threshold.Value-0.2, 0), c.Match.Threshold.Value
	}
	p.merge = merge.Options{Trust: make(map[string]float64), Salutation: p.lists.names.Salutation, Lists: p.lists.merge}
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
