package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/atomic"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/stages/match"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/report"
)

// changedIDs writes which customer ids merged, split, came or went since the previous run.
func (p *publisher) changedIDs(ctx context.Context) error {
	t := p.rowTable("id_changes")
	if p.plan.previous == "" {
		return t.flush()
	}
	now := make(map[record.Key]merge.ID)
	var row int32
	if err := p.eachKey(ctx, func(k record.Key) error {
		if id := p.id(row); !p.erased[id] {
			now[k] = id
		}
		row++
		return nil
	}); err != nil {
		return err
	}
	type change struct{ id, what, other string }
	var list []change
	before := make(map[merge.ID]map[merge.ID]bool) // where the records of a former customer went
	after := make(map[merge.ID]bool)
	err := table.Scan(filepath.Join(p.plan.previous, "tables"), "records", []string{"source", "record_id", "customer_id"}, func(x table.Row) error {
		id, ok := merge.ParseID(x.Text("customer_id"))
		if !ok {
			return nil
		}
		if before[id] == nil {
			before[id] = make(map[merge.ID]bool)
		}
		if to, ok := now[record.Key{Source: x.Text("source"), ID: x.Text("record_id")}]; ok {
			before[id][to] = true
			after[to] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	current := make(map[merge.ID]bool)
	for _, id := range now {
		current[id] = true
	}
	for id, to := range before {
		switch {
		case len(to) == 0:
			list = append(list, change{id.String(), "gone", ""})
		case !current[id]:
			for other := range to {
				list = append(list, change{id.String(), "merged", other.String()})
			}
		}
		if len(to) > 1 {
			for other := range to {
				if other != id {
					list = append(list, change{id.String(), "split", other.String()})
				}
			}
		}
	}
	for id := range current {
		if _, known := before[id]; !known && !after[id] {
			list = append(list, change{id.String(), "new", ""})
		}
	}
	slices.SortFunc(list, func(a, b change) int { return compareStrings(a.id, b.id, a.what, b.what, a.other, b.other) })
	for _, c := range list {
		p.tally.By("id_changes", "change", c.what, 1)
		t.str(c.id, c.what, c.other)
		if err := t.done(); err != nil {
			return err
		}
	}
	return t.flush()
}

// report builds the report of what was counted and found.
func (p *publisher) report(feeds []feedFacts) (*report.Report, error) {
	s, err := p.survey()
	if err != nil {
		return nil, err
	}
	var d match.Diagnosis
	var m match.Model
	if err := errors.Join(p.work.recall(matchFile, &d), p.work.recall(modelFile, &m)); err != nil {
		return nil, err
	}
	f := report.Facts{
		Run: p.plan.id, Version: p.job.Version, AsOf: p.plan.asOf, Locale: p.job.Config.Output.Locale, Gates: p.gates(), Rerun: "rollcall run --as-of " + p.plan.asOf + " ...", References: p.plan.references,
		Matching: report.Matching{
			Threshold: p.plan.match.Threshold, Pairs: d.Pairs, Expected: d.Matches, Precision: d.Precision, Recall: d.Recall, Review: p.rows["review"], Converged: d.Converged, Warnings: d.Warnings,
		},
	}
	for _, k := range d.Keys {
		f.Matching.Keys = append(f.Matching.Keys, report.Count{Name: k.Name, N: k.Pairs})
		if k.Dropped > 0 {
			f.Matching.Warnings = append(f.Matching.Warnings, fmt.Sprintf("blocking key %s: %d rows stand in blocks too large to compare", k.Name, k.Dropped))
		}
	}
	for _, c := range m.Comparisons {
		for i, level := range c.Levels {
			f.Matching.Weights = append(f.Matching.Weights, report.Weight{Comparison: c.Name, Level: level, Bits: math.Round(100*(math.Log2(c.M[i])-math.Log2(c.U[i]))) / 100})
		}
	}
	for _, x := range s.Files {
		f.Inputs = append(f.Inputs, report.Input{Source: x.Source, File: x.File, Rows: x.Rows, Rejects: x.Rejects})
	}
	for _, g := range s.Guesses {
		f.Guesses = append(f.Guesses, report.Found{Where: g.File, What: g.What, Value: g.Value, Reason: g.Reason})
	}
	sources, err := p.plan.dateSources()
	if err != nil {
		return nil, err
	}
	orders := s.Orders.Decided(sources)
	for _, x := range feeds {
		if x.order != nil {
			orders = append(orders, *x.order)
		}
	}
	for _, o := range orders {
		if o.Mixed {
			o.Order = "mixed"
		}
		f.Dates = append(f.Dates, report.Found{Where: o.Source, What: o.Field, Value: o.Order, Reason: o.Reason})
	}
	for _, x := range feeds {
		if x.feed.Kind == "suppression" {
			f.Lists = append(f.Lists, report.ListAge{Name: x.feed.Name, AsOf: string(x.feed.AsOf), MaxAge: x.feed.MaxAge.String(), Stale: x.stale, Rows: x.rows})
		}
	}
	held, err := p.stillHeld()
	if err != nil {
		return nil, err
	}
	f.Warnings = p.warnings(s, feeds, held)
	f.Movement = p.movement()
	if p.plan.previous != "" {
		if f.Previous, err = ReadReport(p.plan.previous); err != nil {
			return nil, fmt.Errorf("previous run: %w", err)
		}
	}
	r := report.Build(p.tally, f)
	r.Gates = report.Judge(r, p.gates())
	c := r.Find("contactable_rate", "", "")
	r.Verdict = fmt.Sprintf("Published: %d of %d customers can be contacted", c.Numerator, c.Denominator)
	p.hold(r)
	return r, nil
}

// hold holds a report against its gates as they count now: it gives those that stop the run, and says so in the report.
func (r *run) hold(rep *report.Report) []string {
	var failed []string
	for _, g := range rep.Gates {
		if !g.Passed && r.stops(g) {
			failed = append(failed, g.Gate+" "+g.Why)
		}
	}
	if len(failed) > 0 {
		rep.Published = false
		rep.Verdict = "Not published: " + strings.Join(failed, "; ")
	}
	return failed
}

// withhold leaves nothing but the report of a run that its gates stopped.
func (r *run) withhold(rep *report.Report, failed []string) error {
	r.reported = rep
	to := filepath.Join(r.out.dir, failedDir, r.plan.id)
	if err := os.RemoveAll(to); err != nil {
		return fmt.Errorf("failed run: %w", err)
	}
	if _, err := writeReport(to, rep, r.stops); err != nil {
		return err
	}
	if err := r.writeMetrics(rep); err != nil {
		return err
	}
	return &GateError{Report: filepath.Join(to, "report.html"), Failed: failed}
}

// mostSegments is how many segments one can treat differently, as a rule.
const mostSegments = 8

// warnings are what a reader must know before any number.
func (p *publisher) warnings(s *survey, feeds []feedFacts, held []string) []string {
	out := slices.Concat(s.LeftOut, p.plan.warnings)
	for _, f := range s.Files {
		if f.Rows == 0 {
			out = append(out, fmt.Sprintf("0 rows read from %s (source %s): the file holds none.", f.File, f.Source))
		}
	}
	if s.Absent > 0 {
		out = append(out, fmt.Sprintf("%d of %d decisions in match.overrides name a record that is not there; they decide nothing.", s.Absent, len(p.plan.match.Overrides)))
	}
	if p.job.Config.Reach.RequirePermission.IsAuto() && !s.maps(record.ConsentEmail) && !s.maps(record.ConsentSMS) {
		out = append(out, "Nothing was given that grants permission: customers count as contactable unless something denies it.")
	}
	for _, f := range consents {
		if p.job.Config.Reach.RequirePermission.IsAuto() && s.maps(f) && !slices.Contains(s.Grants, f.String()) {
			out = append(out, fmt.Sprintf("Only columns that forbid fill %s, and require_permission: auto asks for a grant where it is filled: without one from a feed nobody may be reached so. `reach: {require_permission: {%s: not_denied}}` asks for none.", f, strings.TrimPrefix(f.String(), "consent_")))
		}
	}
	for _, x := range feeds {
		if x.stale {
			out = append(out, fmt.Sprintf("The suppression list %s of %s is out of date: what it speaks for may not be used until it is renewed.", x.feed.Name, x.feed.AsOf))
		}
		if x.unmatched > 0 {
			out = append(out, fmt.Sprintf("%d of %d rows of the feed %s speak of nobody here.", x.unmatched, x.rows, x.feed.Name))
		}
		if x.stranger() {
			kind := x.feed.Hash
			if kind == "hmac" {
				kind = "HMAC-SHA256 with the key of this job"
			}
			out = append(out, fmt.Sprintf("None of the hashes on the suppression list %s is of anybody here, so they forbid nothing. Check that they are %s, and that they were made of mailboxes in small letters or of numbers in international form.", x.feed.Name, kind))
		}
		if n := x.rejected; n > 0 {
			out = append(out, fmt.Sprintf("%d of %d rows of the feed %s could not be read; they stand in rejects.", n, x.rows, x.feed.Name))
		}
		if n := x.undated; n > 0 {
			out = append(out, fmt.Sprintf("%d of %d rows of the feed %s forbid something with a date that cannot be read: they count without one, and no grant lifts them.", n, x.rows, x.feed.Name))
		}
	}
	if n := len(slices.DeleteFunc(p.tally.Values("segment", "customers"), func(s string) bool { return s == report.NoValue })); n > mostSegments {
		out = append(out, fmt.Sprintf("There are %d segments; more than %d are hard to treat differently.", n, mostSegments))
	}
	if n := p.tally.Get("in_several_outlets"); n > 0 {
		out = append(out, fmt.Sprintf("%d customers are held by several outlets.", n))
	}
	if s.MadeIDs > 0 {
		out = append(out, fmt.Sprintf("%d records have no id of their own; they were given one made of their cells.", s.MadeIDs))
	}
	if s.TwiceIDs > 0 {
		out = append(out, fmt.Sprintf("%d records bear an id that another row of their source has; it was made unique.", s.TwiceIDs))
	}
	if len(held) > 0 {
		out = append(out, fmt.Sprintf("Published runs that still hold an erased person: %s. Remove them with `rollcall prune`.", strings.Join(held, ", ")))
	}
	if n := p.tally.Get("hidden_values"); n > 0 {
		out = append(out, fmt.Sprintf("%d values of kept columns and social accounts equal a contact point that may not be used; contactable leaves them out.", n))
	}
	return out
}

func (r *run) gates() []report.Gate {
	var out []report.Gate
	for _, g := range r.job.Config.Gates {
		out = append(out, report.Gate{Metric: g.Metric, Min: g.Min, Max: g.Max, MaxChange: g.MaxChange, By: g.By, Warn: g.Level == "warn"})
	}
	return out
}

// stops reports whether a failed gate stops this run.
func (r *run) stops(g report.GateResult) bool {
	switch r.job.Config.FailOn {
	case "never":
		return false
	case "warn":
		return true
	}
	return !g.Warn
}

// finish writes report, model and manifest beside the tables and moves all into place; on a failed gate only the report,
// under failed.
func (p *publisher) finish(m *Manifest, rep *report.Report) error {
	if failed := p.hold(rep); len(failed) > 0 {
		return errors.Join(p.work.remove(), p.withhold(rep, failed))
	}
	p.reported = rep
	files, err := writeReport(filepath.Join(p.dir, "report"), rep, p.stops)
	if err != nil {
		return err
	}
	if err := p.writeMetrics(rep); err != nil {
		return err
	}
	if p.job.Config.Output.CSV {
		if err := p.writeCSV(m); err != nil {
			return err
		}
	}
	model, err := os.ReadFile(p.work.path(modelFile))
	if err != nil {
		return err
	}
	if err := atomic.WriteFile(filepath.Join(p.dir, modelFile), model, 0o600); err != nil {
		return err
	}
	for _, name := range append(files, modelFile) {
		path := name
		if name != modelFile {
			path = "report/" + name
		}
		sum, size, err := digestFile(filepath.Join(p.dir, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		m.Files = append(m.Files, ManifestFile{Path: path, SHA256: sum, Bytes: size})
	}
	m.Rows = maps.Clone(p.rows)
	if err := m.write(p.dir); err != nil {
		return err
	}
	if err := writeJSON(filepath.Join(p.dir, factsFile), p.facts()); err != nil {
		return err
	}
	if err := atomic.WriteFile(filepath.Join(p.dir, successFile), nil, 0o600); err != nil {
		return err
	}
	return p.out.publish(p.dir, p.plan.id)
}

// writeMetrics writes the textfile where one is asked for. The collector that reads it is another user; it holds aggregates
// only.
func (r *run) writeMetrics(rep *report.Report) error {
	path := r.job.Config.Metrics
	if path == "" {
		return nil
	}
	if err := atomic.WriteFile(path, report.Prometheus(rep), 0o644); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	return nil
}

// writeReport writes the report in all its forms and names the files.
func writeReport(dir string, rep *report.Report, stops func(report.GateResult) bool) ([]string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	text, err := rep.JSON()
	if err != nil {
		return nil, err
	}
	page, err := report.Draw(text)
	if err != nil {
		return nil, err
	}
	junit, err := report.JUnit(rep, stops)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range []struct {
		name string
		data []byte
	}{{"report.json", text}, {"report.html", page}, {"junit.xml", junit}} {
		if err := atomic.WriteFile(filepath.Join(dir, f.name), f.data, 0o600); err != nil {
			return nil, fmt.Errorf("report: %w", err)
		}
		names = append(names, f.name)
	}
	return names, nil
}

// Facts is run.json: what may differ between two equal runs.
type Facts struct {
	Timings    []Timing `json:"steps"`
	Workers    int      `json:"workers"`
	Memory     int64    `json:"memory_limit_bytes"`
	PeakMemory int64    `json:"peak_memory_bytes"`
	Host       string   `json:"platform"`
	Go         string   `json:"go"`
}

func (r *run) facts() Facts {
	return Facts{r.watch.timings, r.workers, r.memory, peakMemory(), runtime.GOOS + "/" + runtime.GOARCH, runtime.Version()}
}
