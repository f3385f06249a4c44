// Package pool moves batches of work through a fixed number of workers and keeps their order.
package pool

import (
	"context"
	"sync"
)

// Ordered moves batches through a pool of workers and hands them on in the order in which they came: source makes
// batches, work does one step to each (in parallel), sink takes them in turn. At most two batches a worker are held.
// The first error, or the end of the context, stops all three and is returned.
func Ordered[In, Out any](
	ctx context.Context, workers int,
	source func(ctx context.Context, emit func(In) error) error,
	work func(In) (Out, error),
	sink func(Out) error,
) error {
	type ticket struct {
		in   In
		out  Out
		err  error
		done chan struct{}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	workers = max(workers, 1)
	jobs := make(chan *ticket)
	queue := make(chan *ticket, 2*workers)

	var wg sync.WaitGroup
	wg.Add(workers + 1)
	for range workers {
		go func() {
			defer wg.Done()
			for t := range jobs {
				t.out, t.err = work(t.in)
				close(t.done)
			}
		}()
	}
	var sourceErr error
	go func() {
		defer wg.Done()
		defer close(queue)
		defer close(jobs)
		sourceErr = source(ctx, func(in In) error {
			t := &ticket{in: in, done: make(chan struct{})}
			select {
			case queue <- t:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			jobs <- t
			return nil
		})
	}()

	var err error
	for t := range queue {
		<-t.done
		if err == nil {
			err = t.err
		}
		if err == nil {
			err = sink(t.out)
		}
		if err == nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			cancel(err) // the source stops at its next batch; what is queued is drained
		}
	}
	wg.Wait()
	if err != nil {
		return err
	}
	if sourceErr != nil {
		return sourceErr
	}
	return context.Cause(ctx)
}
