package pipeline

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/pool"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/pipeline/tally"
	"github.com/rollcall-data/rollcall/stages/match"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/reach"
	"github.com/rollcall-data/rollcall/stages/report"
)

// publisher writes the tables of a run into a folder that is not yet its own.
type publisher struct {
	*run
	dir      string
	extra    []string
	schemas  map[string]*arrow.Schema
	writers  map[string]*table.Writer
	judge    *reach.Judge
	ties     ties
	clusters []int32
	ids      []merge.ID // of clusters, at their lowest row
	keys     keyring
	kept     []bool // rows that count as kept
	erased   map[merge.ID]bool
	tally    *report.Tally
	rows     map[string]int64

	once   sync.Once
	sorted []merge.ID
}

var nan = math.NaN()

// customerTables are those that are written customer by customer.
var customerTables = []string{"contactable", "customers", "contact_points", "evidence", "changes", "repairs"}

// publish judges every customer, writes all tables, the report and the manifest, and moves them into place.
func (r *run) publish(ctx context.Context) (*report.Report, error) {
	merged, _ := r.work.finished("merge")
	r.watch.step("publish", merged, "customers")
	p := &publisher{
		run: r, dir: r.work.path("publish"), schemas: make(map[string]*arrow.Schema), writers: make(map[string]*table.Writer),
		erased: make(map[merge.ID]bool), tally: report.NewTally(), rows: make(map[string]int64),
	}
	if err := os.RemoveAll(p.dir); err != nil {
		return nil, err
	}
	state, feeds, err := r.readFeeds(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.open(); err != nil {
		return nil, err
	}
	defer p.abort()
	before, days, err := r.erasedBefore()
	if err != nil {
		return nil, err
	}
	if err := p.prepare(ctx, state, before); err != nil {
		return nil, err
	}
	now, err := p.customers(ctx)
	if err != nil {
		return nil, err
	}
	for _, do := range []func(context.Context) error{p.records, p.links, p.review, func(ctx context.Context) error { return p.rejects(ctx, feeds) }, p.changedIDs} {
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

// open makes the folder and a writer for every table.
func (p *publisher) open() error {
	p.extra = table.ExtraNames(p.plan.kept)
	c := p.job.Config.Output
	for _, name := range table.Names() {
		schema, err := table.Schema(name, p.extra)
		if err != nil {
			return err
		}
		w, err := table.NewWriter(filepath.Join(p.dir, "tables"), name, p.extra, table.Options{Compression: c.Compression, TargetSize: int64(c.TargetFileSize)})
		if err != nil {
			return err
		}
		p.schemas[name], p.writers[name] = schema, w
	}
	return nil
}

func (p *publisher) abort() {
	for _, w := range p.writers {
		w.Abort()
	}
}

// prepare recalls what the steps before found.
func (p *publisher) prepare(ctx context.Context, state *reach.State, erasedBefore map[string]string) error {
	if err := p.work.recall(tiesFile, &p.ties); err != nil {
		return err
	}
	var err error
	if p.clusters, err = readClusters(p.work.path(clustersFile)); err != nil {
		return err
	}
	if p.ids, err = p.customerIDs(ctx, p.clusters); err != nil {
		return err
	}
	if err := p.eachKey(ctx, func(k record.Key) error { p.keys.add(k); return nil }); err != nil {
		return err
	}
	p.kept = make([]bool, p.keys.rows())
	opts, err := p.reachOptions(ctx)
	if err != nil {
		return err
	}
	opts.ErasedBefore = make(map[string]bool, len(erasedBefore))
	for h := range erasedBefore {
		opts.ErasedBefore[h] = true
	}
	p.judge = reach.New(opts, state)
	return nil
}

// reachOptions translates the config into reach's own options.
func (p *publisher) reachOptions(ctx context.Context) (reach.Options, error) {
	c := &p.job.Config.Reach
	asOf := config.Day(p.plan.asOf).Time()
	o := reach.Options{
		AsOf: asOf, PersonScope: c.DenialScope != "point", Expiry: make(map[string]reach.Lifetime), Decay: c.Decay, ChannelOrder: make(map[string][]record.Channel), HashKey: p.job.HashKey,
		Holders: func(kind record.Kind, value string) int32 { return p.ties.Holders[merge.PointHash(kind, value)] },
	}
	for _, s := range []record.Status{record.Valid, record.Unknown, record.Risky, record.Obsolete, record.Invalid} {
		if slices.Contains(c.UsableStatus, s.String()) {
			o.Usable = append(o.Usable, s)
		}
	}
	for basis, span := range c.ConsentExpiry {
		months, days := span.Calendar()
		o.Expiry[basis] = reach.Lifetime{Months: months, Days: days}
	}
	if !c.StaleAfter.IsZero() {
		o.StaleBefore = record.At(c.StaleAfter.Before(asOf))
	}
	if !c.InactiveAfter.IsZero() {
		o.InactiveSince = record.At(c.InactiveAfter.Before(asOf))
	}
	for name, rate := range c.MaxContacts {
		o.MaxContacts[record.ChannelByName(name)] = reach.Rate{N: rate.N, Days: rate.Per.Days()}
	}
	for tier, list := range c.ChannelOrder {
		for _, ch := range list {
			o.ChannelOrder[tier] = append(o.ChannelOrder[tier], record.ChannelByName(ch))
		}
	}
	s, err := p.survey()
	if err != nil {
		return o, err
	}
	for _, ch := range record.Channels {
		o.Require[ch] = requirement(c.RequirePermission, ch, s)
	}
	o.JudgeStale = slices.ContainsFunc(p.plan.feeds, func(f plannedFeed) bool { return f.feed.Kind == "events" }) ||
		s.maps(record.LastSeenAt) || s.maps(record.EmailConfirmedAt) || s.maps(record.PhoneConfirmedAt) || s.maps(record.AddressConfirmedAt)
	if o.Outlets, err = p.readOutlets(); err != nil {
		return o, err
	}
	o.TierCuts, err = p.tierCuts(ctx)
	return o, err
}

func (r *run) survey() (*survey, error) {
	var s survey
	return &s, r.work.recall(surveyFile, &s)
}

// maps reports whether any source fills the field.
func (s *survey) maps(f record.Field) bool {
	for _, list := range s.Mapped {
		if slices.Contains(list, f.String()) {
			return true
		}
	}
	return false
}

// requirement is what a channel needs: as the config says, else a grant for email and SMS where some source maps consent.
func requirement(p config.Permissions, ch record.Channel, s *survey) reach.Requirement {
	if !p.IsAuto() {
		if p.ByChannel[ch.String()] == "granted" {
			return reach.Granted
		}
		return reach.NotDenied
	}
	if ch == record.ByEmail && s.maps(record.ConsentEmail) || ch == record.BySMS && s.maps(record.ConsentSMS) {
		return reach.Granted
	}
	return reach.NotDenied
}

// tierCuts finds the values from which on a customer is of a tier: quantiles over the customers that have a value.
func (p *publisher) tierCuts(ctx context.Context) ([]reach.TierCut, error) {
	q := tally.NewQuantiles()
	n := 0
	err := p.eachCustomer(ctx, func(c *record.Customer) error {
		if v := number(c.Text[record.Value]); v == v {
			q.Add(v)
			n++
		}
		return nil
	})
	if err != nil || n == 0 {
		return nil, err
	}
	var cuts []reach.TierCut
	for tier, share := range p.job.Config.ValueTiers {
		cuts = append(cuts, reach.TierCut{Tier: tier, From: q.At(share)})
	}
	slices.SortFunc(cuts, func(a, b reach.TierCut) int { return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(a.Tier, b.Tier)) })
	return cuts, nil
}

// eachCustomer visits the merged customers in the order of their ids.
func (p *publisher) eachCustomer(ctx context.Context, visit func(*record.Customer) error) error {
	var c record.Customer
	return spool.Frames(ctx, p.work.path(customersSpool), func(packed spool.Packed) error {
		f, err := packed.Unpack()
		if err != nil {
			return err
		}
		return f.Each(func(row []byte) error {
			if err := spool.DecodeCustomer(row, &c); err != nil {
				return err
			}
			return visit(&c)
		})
	})
}

// judged is what a worker makes of a batch of customers.
type judged struct {
	batches  map[string]arrow.Record
	tally    *report.Tally
	kept     []record.Key
	erased   []merge.ID
	erasures []reach.Erasure
	n        int64
}

// customers judges all customers and writes the tables that hold a row for each; it gives the hashes of those erased now.
func (p *publisher) customers(ctx context.Context) ([]reach.Erasure, error) {
	type numbered struct {
		first  int32
		packed spool.Packed
	}
	var erasures []reach.Erasure
	err := pool.Ordered(ctx, p.workers,
		func(ctx context.Context, emit func(numbered) error) error {
			var first int32
			return spool.Frames(ctx, p.work.path(customersSpool), func(packed spool.Packed) error {
				x := numbered{first, packed}
				first += int32(packed.Rows())
				return emit(x)
			})
		},
		func(x numbered) (*judged, error) { return p.judgeBatch(x.first, x.packed) },
		func(j *judged) error {
			p.watch.progress.Add(j.n)
			for _, name := range customerTables {
				if err := p.write(name, j.batches[name]); err != nil {
					return err
				}
			}
			p.tally.Merge(j.tally)
			for _, k := range j.kept {
				p.kept[p.keys.find(k)] = true
			}
			for _, id := range j.erased {
				p.erased[id] = true
			}
			erasures = append(erasures, j.erasures...)
			return nil
		})
	return erasures, err
}

func (p *publisher) write(name string, rec arrow.Record) error {
	p.rows[name] += rec.NumRows()
	return p.writers[name].Write(rec)
}

func (p *publisher) judgeBatch(first int32, packed spool.Packed) (*judged, error) {
	frame, err := packed.Unpack()
	if err != nil {
		return nil, err
	}
	cell := make(map[string]*cells, len(customerTables))
	for _, name := range customerTables {
		cell[name] = &cells{b: table.NewBuilder(p.schemas[name])}
	}
	out := &judged{batches: make(map[string]arrow.Record), tally: report.NewTally(), n: int64(frame.Rows)}
	number := first
	err = frame.Each(func(row []byte) error {
		var c record.Customer
		if err := spool.DecodeCustomer(row, &c); err != nil {
			return err
		}
		if head, ok := p.ties.Households[number]; ok {
			c.HouseholdID = p.customerAt(head)
		}
		number++
		p.judge.Customer(&c)
		if c.Erased {
			id, _ := merge.ParseID(c.ID) // it is one of ours
			out.erased = append(out.erased, id)
			out.erasures = append(out.erasures, p.judge.Erasures(&c)...)
			return nil
		}
		out.kept = append(out.kept, c.NameRecord())
		out.tally.Customer(&c)
		out.tally.Changes(c.Changes)
		for i := range c.Members {
			out.tally.Changes(c.Members[i].Changes)
		}
		cell["customers"].customer(&c)
		cell["contact_points"].points(&c)
		cell["evidence"].evidence(&c)
		cell["changes"].changes(&c)
		cell["repairs"].repairs(&c)
		if c.BestChannel != record.AnyChannel {
			shown, hidden := reach.Shown(&c)
			out.tally.Add("hidden_values", int64(hidden))
			cell["contactable"].contactable(&shown)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for name, c := range cell {
		if out.batches[name], err = c.b.Batch(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// customerAt is the household id of the customer with a number in the order of ids.
func (p *publisher) customerAt(number int32) string { return p.byNumber()[number].Household() }

// byNumber lists the customers' ids in their order.
func (p *publisher) byNumber() []merge.ID {
	p.once.Do(func() {
		for row, c := range p.clusters {
			if int32(row) == c {
				p.sorted = append(p.sorted, p.ids[row])
			}
		}
		slices.Sort(p.sorted)
	})
	return p.sorted
}

// rowTable writes rows of a table one by one.
type rowTable struct {
	p    *publisher
	name string
	cells
}

func (p *publisher) rowTable(name string) *rowTable {
	return &rowTable{p, name, cells{b: table.NewBuilder(p.schemas[name])}}
}

// done ends a row, and hands a full batch on.
func (t *rowTable) done() error {
	t.end()
	if t.b.Rows() < spool.FrameRows {
		return nil
	}
	return t.flush()
}

func (t *rowTable) flush() error {
	rec, err := t.b.Batch()
	if err != nil {
		return err
	}
	return t.p.write(t.name, rec)
}

// records writes every input row with its fate, and every record after cleaning.
func (p *publisher) records(ctx context.Context) error {
	strongest, _, err := p.bonds(ctx, p.clusters)
	if err != nil {
		return err
	}
	fates := p.rowTable("records")
	rejects, err := p.sortedRejects(ctx)
	if err != nil {
		return err
	}
	next := 0
	rejectsBefore := func(source string, all bool) error {
		for ; next < len(rejects) && (all || rejects[next].Source <= source); next++ {
			x := &rejects[next]
			p.tally.Reject(x)
			fates.str(x.Source, "", x.File)
			fates.int64(x.Row)
			fates.str(string(record.Rejected), "")
			fates.float(nan)
			fates.str("")
			if err := fates.done(); err != nil {
				return err
			}
		}
		return nil
	}
	var row int32
	err = eachBatch(ctx, p.run, p.work.path(cleanedSpool),
		func(b batch) (cleanedRows, error) { return p.cleanedBatch(b) },
		func(b cleanedRows) error {
			if err := p.write("cleaned", b.rec); err != nil {
				return err
			}
			for i := range b.records {
				x := &b.records[i]
				if err := rejectsBefore(x.Source, false); err != nil {
					return err
				}
				p.fate(fates, x, row, strongest[row])
				if err := fates.done(); err != nil {
					return err
				}
				row++
			}
			return nil
		})
	if err == nil {
		err = rejectsBefore("", true)
	}
	return errors.Join(err, fates.flush())
}

// fate writes a record's row: for an erased one nothing but its key and its fate.
func (p *publisher) fate(t *rowTable, x *record.Record, row int32, b bond) {
	id := p.ids[p.clusters[row]]
	fate := record.Merged
	switch {
	case p.erased[id]:
		p.tally.Record(x.Source, record.Erased)
		t.key(x.Key)
		t.str("")
		t.b.NullInt64(t.next())
		t.str(string(record.Erased), "")
		t.float(nan)
		t.str("")
		return
	case p.kept[row]:
		fate = record.Kept
	}
	p.tally.Record(x.Source, fate)
	t.key(x.Key)
	t.str(x.File)
	t.int64(x.Row)
	t.str(string(fate), id.String())
	if b.to < 0 {
		t.float(nan)
		t.str("")
		return
	}
	t.float(float64(b.probability))
	t.str(p.keys.key(b.to).String())
}

type cleanedRows struct {
	rec     arrow.Record
	records []record.Record
}

func (p *publisher) cleanedBatch(b batch) (cleanedRows, error) {
	c := cells{b: table.NewBuilder(p.schemas["cleaned"])}
	for i := range b.records {
		id := p.ids[p.clusters[b.first+int64(i)]]
		if !p.erased[id] {
			c.cleaned(&b.records[i], id.String())
		}
	}
	rec, err := c.b.Batch()
	return cleanedRows{rec, b.records}, err
}

// byCustomer reads pairs and sorts them by the customers that they are of; those of erased people are left out.
func (p *publisher) byCustomer(ctx context.Context, file string) ([]match.Link, error) {
	var out []match.Link
	err := eachLink(ctx, p.work.path(file), func(l *match.Link) error {
		if !p.erased[p.id(l.A)] && !p.erased[p.id(l.B)] {
			out = append(out, *l)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b match.Link) int { return cmp.Compare(p.id(a.A), p.id(b.A)) })
	return out, err
}

func (p *publisher) id(row int32) merge.ID { return p.ids[p.clusters[row]] }

func (p *publisher) links(ctx context.Context) error {
	list, err := p.byCustomer(ctx, linksSpool)
	if err != nil {
		return err
	}
	t := p.rowTable("links")
	for i := range list {
		l := &list[i]
		levels, err := json.Marshal(l.Levels)
		if err != nil {
			return err
		}
		t.str(p.id(l.A).String())
		t.key(p.keys.key(l.A))
		t.key(p.keys.key(l.B))
		t.float(l.Probability)
		t.float(l.Bits)
		by := "model"
		if l.Override {
			by = "override"
		}
		t.str(by, string(levels))
		if err := t.done(); err != nil {
			return err
		}
	}
	return t.flush()
}

func (p *publisher) review(ctx context.Context) error {
	list, err := p.byCustomer(ctx, reviewSpool)
	if err != nil {
		return err
	}
	t := p.rowTable("review")
	for i := range list {
		l := &list[i]
		levels, err := json.Marshal(l.Levels)
		if err != nil {
			return err
		}
		t.str(p.id(l.A).String(), p.id(l.B).String())
		t.key(p.keys.key(l.A))
		t.key(p.keys.key(l.B))
		t.float(l.Probability)
		t.str(string(levels))
		if err := t.done(); err != nil {
			return err
		}
	}
	return t.flush()
}

func (p *publisher) sortedRejects(ctx context.Context) ([]record.Reject, error) {
	var out []record.Reject
	err := spool.Frames(ctx, p.work.path(rejectsSpool), func(packed spool.Packed) error {
		f, err := packed.Unpack()
		if err != nil {
			return err
		}
		return f.Each(func(row []byte) error {
			var x record.Reject
			if err := spool.DecodeReject(row, &x); err != nil {
				return err
			}
			out = append(out, x)
			return nil
		})
	})
	return out, err
}

// rejects writes the rows that could not be read, of extracts and of feeds.
func (p *publisher) rejects(ctx context.Context, feeds []feedFacts) error {
	list, err := p.sortedRejects(ctx)
	if err != nil {
		return err
	}
	for _, f := range feeds {
		list = append(list, f.rejects...)
	}
	slices.SortStableFunc(list, func(a, b record.Reject) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row))
	})
	t := p.rowTable("rejects")
	for i := range list {
		x := &list[i]
		t.str(x.Source, x.File)
		t.int64(x.Row)
		t.str(x.Reason, x.Detail, x.Raw)
		if err := t.done(); err != nil {
			return err
		}
	}
	return t.flush()
}

// erasures writes the keyed hashes of all who were ever erased.
func (p *publisher) erasures(now []reach.Erasure, kinds, days map[string]string) error {
	for _, e := range now {
		if _, ok := kinds[e.Hash]; !ok {
			kinds[e.Hash], days[e.Hash] = e.Kind, p.plan.asOf
		}
	}
	hashes := make([]string, 0, len(kinds))
	for h := range kinds {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	t := p.rowTable("erasures")
	for _, h := range hashes {
		t.str(h, kinds[h])
		t.date(days[h])
		if err := t.done(); err != nil {
			return err
		}
	}
	return t.flush()
}

// close finishes all tables and begins the manifest.
func (p *publisher) close() (*Manifest, error) {
	m := &Manifest{
		Run: p.plan.id, Job: p.plan.job, Version: p.job.Version, SchemaVersion: SchemaVersion, AsOf: p.plan.asOf, Previous: p.plan.prevID,
		Config: p.plan.config, Rules: p.plan.rules, References: p.plan.references, Inputs: p.plan.inputs, Rows: p.rows,
	}
	for _, name := range table.Names() {
		files, err := p.writers[name].Close()
		if err != nil {
			return nil, err
		}
		delete(p.writers, name)
		for _, f := range files {
			m.Files = append(m.Files, ManifestFile{Path: "tables/" + f.Path, SHA256: f.SHA256, Bytes: f.Bytes, Rows: &f.Rows})
		}
	}
	return m, nil
}
