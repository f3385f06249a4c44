package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"

	"github.com/rs/zerolog"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/stages/report"
)

// Job is the wish to run a config.
type Job struct {
	Config    *config.Config
	Version   string
	Namespace string    // of the job in lineage; empty: rollcall
	Today     string    // yyyy-mm-dd in UTC, read once by the caller: the as-of date where the config has none
	HashKey   []byte    // for keyed hashes of erased people; nil when there is none
	Stdin     io.Reader // what the path "-" reads
	Log       zerolog.Logger
	Progress  Progress
}

// Outcome is what a run left.
type Outcome struct {
	ID      string
	Dir     string // the published folder
	Already bool   // the same run was there before: nothing was done
	Report  *report.Report
	Timings []Timing
}

// run is one run on its way.
type run struct {
	job     Job
	plan    *plan
	out     *output
	work    *workspace
	log     zerolog.Logger
	watch   stopwatch
	workers int
	memory  int64

	reported *report.Report // nil until there is one
}

// Run does a whole job: it publishes, or it says why not and publishes nothing.
//
// Errors: [UsageError] and those of config (the job is wrong), those of extract (an input cannot be read),
// [RejectedError], [GateError], [ErrBusy], the context's own when it ends, anything else when the run is broken.
func Run(ctx context.Context, job Job) (*Outcome, error) {
	out, err := openOutput(job.Config.Output.Dir)
	if err != nil {
		return nil, err
	}
	defer out.close()
	r := &run{
		job: job, out: out, log: job.Log, watch: stopwatch{progress: job.Progress},
		workers: job.Config.Jobs, memory: int64(job.Config.Memory),
	}
	if r.workers <= 0 {
		r.workers = runtime.GOMAXPROCS(0)
	}
	events, err := r.startLineage()
	if err != nil {
		return nil, err
	}
	o, err := r.do(ctx)
	events.end(r, o, err, err != nil && ctx.Err() != nil)
	return o, err
}

// do does the job, the output being held.
func (r *run) do(ctx context.Context) (*Outcome, error) {
	out := r.out
	var err error
	if r.plan, err = r.makePlan(ctx); err != nil {
		return nil, err
	}
	defer r.plan.forget()
	if out.published(r.plan.id) {
		return r.already()
	}
	if prev := r.job.Config.Previous; prev != "" && r.plan.previous == "" {
		r.log.Warn().Msg("no previous run in " + prev + "; ids start anew")
	}
	if err := out.sweep(r.plan.id); err != nil {
		return nil, err
	}
	if r.work, err = openWorkspace(out, r.plan.id, r.plan.asOf, r.job.Config.Resume); err != nil {
		return nil, err
	}
	for _, s := range r.steps() {
		if err := r.walk(ctx, s); err != nil {
			return nil, err
		}
		if s.name != "lookup" {
			continue
		}
		if err := r.settleAnswers(); err != nil {
			return nil, err
		}
		if out.published(r.plan.id) {
			if err := r.work.remove(); err != nil {
				return nil, err
			}
			return r.already()
		}
	}
	rep, err := r.publish(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.work.remove(); err != nil {
		return nil, err
	}
	return &Outcome{ID: r.plan.id, Dir: out.run(r.plan.id), Report: rep, Timings: r.watch.timings}, nil
}

// already points to the run that was published before, unless its gates, as they count now, stop it: it may have been
// published in spite of them.
func (r *run) already() (*Outcome, error) {
	id := r.plan.id
	rep, err := ReadReport(r.out.run(id))
	if err != nil {
		return nil, err
	}
	if failed := r.hold(rep); len(failed) > 0 {
		return nil, r.withhold(rep, failed)
	}
	if err := r.out.point(id); err != nil {
		return nil, err
	}
	r.reported = rep
	if err := r.writeMetrics(rep); err != nil {
		return nil, err
	}
	return &Outcome{ID: id, Dir: r.out.run(id), Already: true, Report: rep}, nil
}

// step is one big step whose result rests in the workspace.
type step struct {
	name  string
	unit  string
	total func() int64
	do    func(context.Context) (rows int64, err error)
}

// steps lists the big steps before publishing, in order.
func (r *run) steps() []step {
	rows := func(name string) func() int64 {
		return func() int64 {
			n, _ := r.work.finished(name)
			return n
		}
	}
	steps := []step{
		{"read", "B", func() int64 { return r.plan.bytes }, r.read},
		{"clean", "rows", rows("read"), r.clean},
		{"match", "rows", rows("clean"), r.match},
		{"merge", "rows", rows("clean"), r.merge},
	}
	if r.job.Config.DNS {
		steps = slices.Insert(steps, 1, step{"lookup", "domains", r.domainsToAsk, r.lookup})
	}
	return steps
}

// walk does one step, unless a run that was stopped has finished it.
func (r *run) walk(ctx context.Context, s step) error {
	r.watch.step(s.name, s.total(), s.unit)
	if rows, ok := r.work.finished(s.name); ok {
		r.watch.done(rows, true)
		return nil
	}
	rows, err := s.do(ctx)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := r.work.finish(s.name, rows); err != nil {
		return err
	}
	r.watch.done(rows, false)
	return nil
}

// sweep removes what other runs, which were stopped, left in the cache. The lock is held, so none of them is alive.
func (o *output) sweep(keep string) error {
	entries, err := os.ReadDir(o.cache())
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != runPrefix+keep {
			err = errors.Join(err, os.RemoveAll(o.cache(e.Name())))
		}
	}
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}
