package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/mailservers"
	"github.com/rollcall-data/rollcall/pipeline/pool"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/reference"
	"github.com/rollcall-data/rollcall/stages/extract"
	"github.com/rollcall-data/rollcall/stages/match"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/report"
)

// plan is a job with everything found that its run id digests: the files, their bytes, the day, the previous run.
type plan struct {
	id       string
	job      string // digest without the previous run: tells a rerun from a new run
	asOf     string // yyyy-mm-dd
	previous string // folder of the previous run; empty when there is none
	prevID   string
	prevAsOf string // yyyy-mm-dd
	inputs   []InputDigest
	bytes    int64 // of the extracts

	extracts []plannedExtract
	feeds    []plannedFeed
	kept     []string // kept columns of all sources, in the order of the config
	spooled  string   // standard input on disk; empty when it is not read
	config   string   // digest of the config keys that change results
	rules    string   // digest of the lists that the rules read

	lists      *lists
	references []reference.Card
	resolver   string   // host:port, where mail servers are asked for
	warnings   []string // what the report must say before any number
	match      match.Options
	merge      merge.Options
}

type plannedExtract struct {
	source  *config.Source
	extract extract.Source
	keptAt  []int // where each of its kept columns stands in the job's list
}

type plannedFeed struct {
	feed  *config.Feed
	files []extract.File
}

func (r *run) makePlan(ctx context.Context) (*plan, error) {
	p := &plan{}
	ok := false
	defer func() {
		if !ok {
			p.forget()
		}
	}()
	if err := r.checkJob(); err != nil {
		return nil, err
	}
	if err := r.findInputs(p); err != nil {
		return nil, err
	}
	files, err := r.digestInputs(ctx, p)
	if err != nil {
		return nil, err
	}
	p.inputs = files
	keys, err := r.job.Config.Digest()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(keys)
	p.config = hex.EncodeToString(sum[:])
	if err := r.loadRules(p); err != nil {
		return nil, err
	}
	if err := r.loadMatch(p); err != nil {
		return nil, err
	}
	if err := r.findResolver(p); err != nil {
		return nil, err
	}
	for _, asOf := range r.days() {
		if err := r.settle(p, asOf); err != nil {
			return nil, err
		}
		if _, err := os.Stat(r.out.cache(runPrefix + p.id)); err == nil {
			break // this is the run to go on with
		}
	}
	if err := r.checkErased(p); err != nil {
		return nil, err
	}
	ok = true
	return p, nil
}

// checkJob holds the config against what only a run can know.
func (r *run) checkJob() error {
	if err := report.CheckGates(r.gates()); err != nil {
		return &UsageError{err}
	}
	for i := range r.job.Config.Feeds {
		f := &r.job.Config.Feeds[i]
		if f.Hash == "hmac" && len(r.job.HashKey) == 0 {
			return &UsageError{fmt.Errorf("feed %s: a list of keyed hashes cannot be read without the key: give reach.hash_key_file, or ROLLCALL_HASH_KEY", f.Name)}
		}
		if f.Kind == "erasure" && len(r.job.HashKey) == 0 {
			return &UsageError{fmt.Errorf("feed %s: erasing people needs a key, so that they stay out by keyed hashes: give reach.hash_key_file, or ROLLCALL_HASH_KEY", f.Name)}
		}
	}
	return nil
}

// findResolver settles whom to ask for mail servers: whom the config names, else whom this machine asks.
func (r *run) findResolver(p *plan) (err error) {
	if !r.job.Config.DNS {
		return nil
	}
	if address := r.job.Config.Resolver.Address; address != "" {
		p.resolver, err = mailservers.Endpoint(address)
	} else {
		p.resolver, err = mailservers.Local("/etc/resolv.conf")
	}
	if err != nil {
		return &UsageError{fmt.Errorf("dns: %w; give resolver.address in the config", err)}
	}
	return nil
}

// days lists the as-of dates to try: the one that was asked for, else with --resume those of stopped runs, then today.
func (r *run) days() []string {
	if d := string(r.job.Config.AsOf); d != "" {
		return []string{d}
	}
	var days []string
	if r.job.Config.Resume {
		stopped, err := unfinished(r.out)
		if err != nil {
			r.log.Warn().Err(err).Msg("the cache can't be read; nothing to resume")
		}
		days = stopped
	}
	return append(days, r.job.Today)
}

// settle fixes the day, finds the previous run and makes the run id.
func (r *run) settle(p *plan, asOf string) error {
	p.asOf = asOf
	h := sha256.New()
	line := func(parts ...string) {
		for _, s := range parts {
			fmt.Fprintf(h, "%d:%s", len(s), s)
		}
	}
	line("rollcall", r.job.Version, SchemaVersion, p.rules, asOf, p.config)
	line(append([]string{"keep"}, p.kept...)...)
	for _, in := range p.inputs {
		line(in.Kind, in.Name, in.SHA256)
	}
	p.job = hex.EncodeToString(h.Sum(nil)[:8])
	p.previous, p.prevID, p.prevAsOf = "", "", ""
	if prev := r.job.Config.Previous; prev != "" {
		m, dir, err := previousRun(prev, p.job)
		if err != nil {
			return err
		}
		if m != nil {
			p.previous, p.prevID, p.prevAsOf = dir, m.Run, m.AsOf
		}
	}
	line("previous", p.prevID)
	p.id = hex.EncodeToString(h.Sum(nil)[:8])
	return nil
}

// previousRun finds the run that --previous means: the folder of a run, or in an output folder the newest published run
// of another job. An output folder without one is no error: the first run of a schedule has none.
func previousRun(path, job string) (*Manifest, string, error) {
	if m, err := ReadManifest(path); err == nil {
		return m, path, nil
	}
	runs, err := Runs(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", &UsageError{fmt.Errorf("previous: %w", err)}
	}
	for _, run := range runs {
		m, err := ReadManifest(run.Dir)
		if err != nil {
			return nil, "", fmt.Errorf("previous run %s: %w", run.ID, err)
		}
		if m.Job != job {
			return m, run.Dir, nil
		}
	}
	return nil, "", nil
}

// findInputs expands the paths of sources and feeds; standard input is put on disk first.
func (r *run) findInputs(p *plan) error {
	c := r.job.Config
	if len(c.Sources) == 0 {
		return &UsageError{errors.New("nothing to read: name an extract, as in `rollcall run customers.csv`, or a config with sources")}
	}
	for i := range c.Sources {
		s := &c.Sources[i]
		files, err := r.expand(p, s.Path)
		if err != nil && c.Name() != "" { // else the command line names the file, and the source after it
			return fmt.Errorf("source %s: %w", s.Name, err)
		}
		if err != nil {
			return err
		}
		x := plannedExtract{source: s, extract: extract.Source{
			Name: s.Name, Files: files, Keep: s.Keep, DefaultCountry: s.Country, Columns: canonical(s.Columns),
			Format: extract.Format{Format: s.Format, Encoding: s.Encoding, Delimiter: s.Delimiter, Header: s.Header},
		}}
		if x.extract.DefaultCountry == "" {
			x.extract.DefaultCountry = c.DefaultCountry
		}
		for _, k := range s.Keep {
			at := slices.Index(p.kept, k)
			if at < 0 {
				at = len(p.kept)
				p.kept = append(p.kept, k)
			}
			x.keptAt = append(x.keptAt, at)
		}
		p.extracts = append(p.extracts, x)
	}
	slices.SortFunc(p.extracts, func(a, b plannedExtract) int { return strings.Compare(a.source.Name, b.source.Name) })
	for i := range c.Feeds {
		f := &c.Feeds[i]
		files, err := r.expand(p, f.Path)
		if err != nil {
			return fmt.Errorf("feed %s: %w", f.Name, err)
		}
		p.feeds = append(p.feeds, plannedFeed{f, files})
	}
	slices.SortFunc(p.feeds, func(a, b plannedFeed) int { return strings.Compare(a.feed.Name, b.feed.Name) })
	return nil
}

func (r *run) expand(p *plan, path string) ([]extract.File, error) {
	if path != "-" {
		return extract.Expand(r.job.Config.Root(), path)
	}
	if p.spooled != "" {
		return nil, &UsageError{errors.New("standard input (-) can be read by one source only")}
	}
	p.spooled = r.out.cache("stdin")
	f, err := os.OpenFile(p.spooled, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("spool standard input: %w", err)
	}
	_, err = io.Copy(f, r.job.Stdin)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("spool standard input: %w", err)
	}
	return []extract.File{{Path: p.spooled, Shown: "-"}}, nil
}

// forget removes what only this plan needed.
func (p *plan) forget() {
	if p.spooled != "" {
		_ = os.Remove(p.spooled) // in the cache, which is safe to leave
	}
}

// digestInputs takes the digest of every file that the run reads. The files of one source are sorted by digest, so that
// neither their names nor their order count.
func (r *run) digestInputs(ctx context.Context, p *plan) ([]InputDigest, error) {
	type input struct {
		kind, name, path string
	}
	var inputs []input
	for _, x := range p.extracts {
		for _, f := range x.extract.Files {
			inputs = append(inputs, input{"extract", x.source.Name, f.Path})
		}
	}
	for _, x := range p.feeds {
		for _, f := range x.files {
			inputs = append(inputs, input{"feed", x.feed.Name, f.Path})
		}
	}
	for key, path := range r.job.Config.Files() {
		inputs = append(inputs, input{"file", key, path})
	}
	var out []InputDigest
	err := pool.Ordered(ctx, r.workers,
		func(_ context.Context, emit func(input) error) error {
			for _, in := range inputs {
				if err := emit(in); err != nil {
					return err
				}
			}
			return nil
		},
		func(in input) (InputDigest, error) {
			sum, size, err := digestFile(in.path)
			if err != nil {
				return InputDigest{}, inputError(in.kind, in.name, in.path, err)
			}
			return InputDigest{in.kind, in.name, sum, size}, nil
		},
		func(d InputDigest) error {
			out = append(out, d)
			if d.Kind == "extract" {
				p.bytes += d.Bytes
			}
			return nil
		})
	slices.SortFunc(out, func(a, b InputDigest) int { return compareStrings(a.Kind, b.Kind, a.Name, b.Name, a.SHA256, b.SHA256) })
	return out, err
}

// inputError says which file could not be read: data is an input error, a file that the config names a wrong config.
func inputError(kind, name, path string, err error) error {
	if kind == "file" {
		return underKey(name, fmt.Errorf("%s: %w", path, errors.Unwrap(err)))
	}
	return &extract.InputError{File: path, What: errors.Unwrap(err).Error()}
}

// compareStrings compares pairs of strings, the first difference deciding.
func compareStrings(pairs ...string) int {
	for i := 0; i+1 < len(pairs); i += 2 {
		if c := strings.Compare(pairs[i], pairs[i+1]); c != 0 {
			return c
		}
	}
	return 0
}

// canonical gives a mapping by field; the config has checked the names.
func canonical(columns map[string]config.Strings) map[record.Field][]string {
	out := make(map[record.Field][]string, len(columns))
	for name, list := range columns {
		if f, ok := record.FieldByName(name); ok {
			out[f] = list
		}
	}
	return out
}
