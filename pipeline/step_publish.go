package pipeline

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/reach"
	"github.com/rollcall-data/rollcall/stages/report"
)

// publisher writes the tables of a run into a folder that is not yet its own.
type publisher struct {
	*run
	dir         string
	extra       []string
	schemas     map[string]*arrow.Schema
	tables      map[string]*tableQueue
	judge       *reach.Judge
	corrections *corrections
	forgotten   map[string]bool // keyed hashes of all who were ever erased
	before      *standings      // nil: there was no previous run
	ties        ties
	clusters    []int32
	ids         []merge.ID // of clusters, at their lowest row
	keys        keyring
	kept        []bool        // rows that count as kept
	rejected    *spool.Sorter // rows that could not be read: of feeds, then of extracts too
	erased      map[merge.ID]bool
	traces      map[string]bool // of erased people, in rows that could not be read
	tally       *report.Tally
	rows        map[string]int64

	once   sync.Once
	sorted []merge.ID
}

var nan = math.NaN()

// customerTables are those that are written customer by customer.
var customerTables = []string{"contactable", "customers", "contact_points", "evidence", "changes", "repairs"}

// publish judges every customer, writes all tables, the report and the manifest, and moves them into place.
func (r *run) publish(ctx context.Context) (*report.Report, error) {
	merged, _ := r.work.finished("merge")
	p := &publisher{
		run: r, dir: r.work.path("publish"), schemas: make(map[string]*arrow.Schema), tables: make(map[string]*tableQueue),
		erased: make(map[merge.ID]bool), traces: make(map[string]bool), tally: report.NewTally(), rows: make(map[string]int64),
		rejected: spool.NewSorter(r.work.dir, "rejected", r.memory/32),
	}
	defer p.rejected.Close()
	if err := os.RemoveAll(p.dir); err != nil {
		return nil, err
	}
	defer p.abort()
	if err := p.open(); err != nil {
		return nil, err
	}
	before, days, err := r.erasedBefore()
	if err != nil {
		return nil, err
	}
	feeds, err := p.prepare(ctx, before)
	if err != nil {
		return nil, err
	}
	now, err := p.customers(ctx)
	if err != nil {
		return nil, err
	}
	p.end(customerTables...)
	for _, do := range []func(context.Context) error{p.records, p.links, p.review, p.rejects, p.changedIDs} {
		if err := do(ctx); err != nil {
			return nil, err
		}
	}
	if err := p.erasures(now, before, days); err != nil {
		return nil, err
	}
	m, err := p.close()
	if err != nil {
		return nil, err
	}
	if what := p.tally.Conservation(); what != "" {
		return nil, &ConservationError{what}
	}
	rep, err := p.report(feeds)
	if err != nil {
		return nil, err
	}
	if !rep.Sums() {
		return nil, &ConservationError{"the report's waterfall does not sum"}
	}
	r.watch.done(merged, false)
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	return rep, p.finish(m, rep)
}

// open makes the folder and all tables.
func (p *publisher) open() error {
	p.extra = table.ExtraNames(p.plan.kept)
	for _, name := range table.Names() {
		schema, err := table.Schema(name, p.extra)
		if err != nil {
			return err
		}
		p.schemas[name] = schema
		if err := p.openTable(name); err != nil {
			return err
		}
	}
	var err error
	p.corrections, err = p.openCorrections()
	return err
}

// prepare recalls what the steps before found, reads the feeds and makes the judge.
func (p *publisher) prepare(ctx context.Context, erasedBefore map[string]string) ([]feedFacts, error) {
	if err := p.work.recall(tiesFile, &p.ties); err != nil {
		return nil, err
	}
	var err error
	if p.clusters, err = readClusters(p.work.path(clustersFile)); err != nil {
		return nil, err
	}
	if p.ids, err = p.customerIDs(ctx, p.clusters); err != nil {
		return nil, err
	}
	if err := p.eachKey(ctx, func(k record.Key) error { p.keys.add(k); return nil }); err != nil {
		return nil, err
	}
	p.kept = make([]bool, p.keys.rows())
	if p.before, err = p.standingsBefore(); err != nil {
		return nil, fmt.Errorf("previous run: %w", err)
	}
	former, err := p.formerPoints(ctx)
	if err != nil {
		return nil, fmt.Errorf("previous run: %w", err)
	}
	all, err := p.look(ctx, former)
	if err != nil {
		return nil, err
	}
	opts, err := p.reachOptions()
	if err != nil {
		return nil, err
	}
	if len(former) > 0 {
		opts.Former = func(k record.Key) []record.ContactPoint { return former[k] }
	}
	opts.ErasedBefore = make(map[string]bool, len(erasedBefore))
	for h := range erasedBefore {
		opts.ErasedBefore[h] = true
	}
	merged, _ := p.work.finished("merge")
	state, feeds, err := p.readFeeds(ctx, all.holds, p.keys.has, p.rejected)
	if err != nil {
		return nil, err
	}
	p.watch.step("publish", merged, "customers")
	p.judge = reach.New(opts, state)
	if err := p.forget(ctx, all); err != nil {
		return nil, err
	}
	opts.TierCuts = p.tierCuts(all.values)
	opts.SeenAs = all.alike.Seen(func(id string) bool {
		customer, _ := merge.ParseID(id) // it is one of ours
		return p.erased[customer]
	})
	p.judge = reach.New(opts, state)
	return feeds, nil
}

// close finishes all tables and begins the manifest.
func (p *publisher) close() (*Manifest, error) {
	m := &Manifest{
		Run: p.plan.id, Job: p.plan.job, Version: p.job.Version, SchemaVersion: SchemaVersion, AsOf: p.plan.asOf, Previous: p.plan.prevID,
		Config: p.plan.config, Rules: p.plan.rules, References: p.plan.references, Inputs: p.plan.inputs, Rows: p.rows,
	}
	var err error
	if m.Files, err = p.closeTables(); err != nil {
		return nil, err
	}
	rows, err := p.corrections.close()
	if err != nil {
		return nil, err
	}
	for _, path := range slices.Sorted(maps.Keys(rows)) {
		sum, size, err := digestFile(filepath.Join(p.dir, filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		n := rows[path]
		m.Files = append(m.Files, ManifestFile{Path: path, SHA256: sum, Bytes: size, Rows: &n})
	}
	return m, nil
}
