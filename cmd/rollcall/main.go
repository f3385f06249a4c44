// Command rollcall says which customers a company can still reach, and whether it may. Run it without arguments to see
// what it can do.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/overrides"
	"github.com/rollcall-data/rollcall/stages/extract"
)

// version is set by the linker.
var version = "dev"

// The exit codes of the contract.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInput       = 3
	exitGate        = 4
	exitBusy        = 75
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	err := root.ExecuteContext(ctx)
	if err == nil {
		return
	}
	if ctx.Err() != nil {
		err = context.Canceled
	}
	code, message := explainError(err)
	fmt.Fprintln(os.Stderr, message)
	os.Exit(code)
}

// usageError is a wrong call.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// failed is a command that did its work and found what it looks for: it has said so already.
type failed struct{ what string }

func (e failed) Error() string { return e.what }

// explainError is the one place that turns an error into an exit code and the words a person reads.
func explainError(err error) (code int, message string) {
	var usage usageError
	var conf *config.Error
	var wrong *pipeline.UsageError
	var mapping *extract.UsageError
	var input *extract.InputError
	var rejected *pipeline.RejectedError
	var gate *pipeline.GateError
	switch {
	case errors.Is(err, context.Canceled):
		return exitInterrupted, "rollcall: interrupted; nothing was published (--resume goes on where it stopped)"
	case errors.Is(err, pipeline.ErrBusy), errors.Is(err, overrides.ErrBusy):
		return exitBusy, "rollcall: " + err.Error()
	case errors.As(err, &gate):
		return exitGate, "rollcall: " + err.Error()
	case errors.As(err, &conf), errors.As(err, &wrong), errors.As(err, &mapping), errors.As(err, &usage):
		return exitUsage, "rollcall: " + err.Error()
	case errors.As(err, &input), errors.As(err, &rejected):
		return exitInput, "rollcall: " + err.Error()
	}
	return exitFailed, "rollcall: " + err.Error()
}
