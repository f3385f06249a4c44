package main

import (
	"io"
	"math"
	"os"
	"time"

	"github.com/rs/zerolog"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/rollcall-data/rollcall/pipeline"
)

// newProgress picks who is told how the run goes on: a live line a step on a terminal, else the log.
func newProgress(mode string, log zerolog.Logger, stderr io.Writer) pipeline.Progress {
	if mode == "always" || mode == "auto" && isTerminal(stderr) {
		return &liveLine{w: stderr}
	}
	if mode == "never" {
		return &logLines{log: log.Level(zerolog.Disabled)}
	}
	return &logLines{log: log}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// liveLine draws one live line for each big step: what is done, the rate, the share and the time left.
type liveLine struct {
	w   io.Writer
	bar *progressbar.ProgressBar
}

func (l *liveLine) Step(name string, total int64, unit string) {
	if total <= 0 {
		total = -1 // not known: a spinner
	}
	l.bar = progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(l.w),
		progressbar.OptionSetDescription(pad(name)),
		progressbar.OptionShowBytes(unit == "B"),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString(unit),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionSetWidth(24),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetRenderBlankState(true),
		progressbar.OptionOnCompletion(func() { _, _ = io.WriteString(l.w, "\n") }), // a lost line break is no reason to stop
	)
}

func (l *liveLine) Add(n int64) {
	_ = l.bar.Add64(n) // drawing is not worth an error
}

func (l *liveLine) Done(pipeline.Timing) {
	_ = l.bar.Finish() // as above
}

func pad(name string) string {
	const width = 8
	for len(name) < width {
		name += " "
	}
	return name
}

// logLines tells the log when a step starts and, on long work, how far it is.
type logLines struct {
	log     zerolog.Logger
	step    string
	unit    string
	total   int64
	done    int64
	started time.Time
	said    time.Time
}

// every is how often the log hears of one step.
const every = 10 * time.Second

func (l *logLines) Step(name string, total int64, unit string) {
	l.step, l.total, l.unit, l.done = name, total, unit, 0
	l.started = time.Now()
	l.said = l.started
	l.log.Debug().Str("step", name).Msg("step starts")
}

func (l *logLines) Add(n int64) {
	l.done += n
	now := time.Now()
	if now.Sub(l.said) < every {
		return
	}
	l.said = now
	e := l.log.Info().Str("step", l.step).Int64("done", l.done).Str("unit", l.unit)
	seconds := now.Sub(l.started).Seconds()
	rate := float64(l.done) / seconds
	e = e.Float64("per_second", math.Round(rate))
	if l.total > 0 && l.done > 0 {
		e = e.Float64("share", math.Round(1000*float64(l.done)/float64(l.total))/1000).Float64("seconds_left", math.Round(float64(l.total-l.done)/rate))
	}
	e.Msg("working")
}

func (l *logLines) Done(t pipeline.Timing) {
	e := l.log.Info().Str("step", t.Step).Int64("rows", t.Rows).Float64("seconds", math.Round(t.Seconds*1000)/1000)
	if t.Resumed {
		e = e.Bool("resumed", true)
	}
	e.Msg("step done")
}
