package pipeline

import (
	"time"
)

// Progress is told how a run goes on: by the terminal's live line, by the log, or by nobody.
type Progress interface {
	// Step starts a big step. total is how much there is to do, 0 when not known; unit says of what: "B" (bytes), "rows".
	Step(name string, total int64, unit string)
	// Add counts units done in the current step.
	Add(n int64)
	// Done ends the current step and tells what it took.
	Done(Timing)
}

// Timing is what one big step took: wall-clock facts for run.json and the closing summary, never for a table.
type Timing struct {
	Step    string  `json:"step"`
	Seconds float64 `json:"seconds"`
	Rows    int64   `json:"rows"`
	Resumed bool    `json:"resumed,omitempty"` // taken from the cache of a run that was stopped
}

// stopwatch times the steps of a run. It is the one place of a run that looks at the clock.
type stopwatch struct {
	progress Progress
	timings  []Timing
	started  time.Time
}

func (s *stopwatch) step(name string, total int64, unit string) {
	s.started = time.Now()
	s.timings = append(s.timings, Timing{Step: name})
	s.progress.Step(name, total, unit)
}

func (s *stopwatch) done(rows int64, resumed bool) {
	t := &s.timings[len(s.timings)-1]
	t.Seconds = time.Since(s.started).Seconds()
	t.Rows, t.Resumed = rows, resumed
	s.progress.Done(*t)
}
