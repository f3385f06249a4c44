package pipeline

import (
	"fmt"
	"strings"
)

// UsageError is a job that cannot be run as it was asked for: exit code 2.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *UsageError) Unwrap() error { return e.Err }

// RejectedError means that over half of a file's rows could not be read: exit code 3. It is likely the wrong delimiter,
// encoding or file, so nothing is published.
type RejectedError struct {
	File          string
	Rows, Rejects int64
	Feed          bool   // else it is an extract
	First         string // what is wrong with the first row that a feed's rules did not take; empty for none
}

func (e *RejectedError) Error() string {
	if e.Feed {
		first := ""
		if e.First != "" {
			first = " (the first: " + e.First + ")"
		}
		return fmt.Sprintf("%s: %d of %d rows say nothing that is understood%s; are its columns called otherwise than was found? "+
			"`feeds[].columns` maps them, `feeds[].delimiter` and `encoding` settle how it is read", e.File, e.Rejects, e.Rows, first)
	}
	return fmt.Sprintf("%s: %d of %d rows could not be read; is its delimiter or encoding another than was found? "+
		"`rollcall check` says what was found, `sources[].delimiter` and `encoding` settle it", e.File, e.Rejects, e.Rows)
}

// GateError means that a gate stopped the run: exit code 4. Nothing was published; the report is in Report.
type GateError struct {
	Report string
	Failed []string
}

func (e *GateError) Error() string {
	return fmt.Sprintf("a gate failed, nothing is published: %s\nthe report is in %s", strings.Join(e.Failed, "; "), e.Report)
}

// ConservationError means that the rows of a run do not add up: a fault of the program, never of the data.
type ConservationError struct{ What string }

func (e *ConservationError) Error() string {
	return "rows do not add up, nothing is published: " + e.What
}
