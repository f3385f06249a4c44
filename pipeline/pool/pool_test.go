package pool

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func count(n int) func(context.Context, func(int) error) error {
	return func(_ context.Context, emit func(int) error) error {
		for i := range n {
			if err := emit(i); err != nil {
				return err
			}
		}
		return nil
	}
}

func double(i int) (int, error) { return 2 * i, nil }

func TestOrderIsKept(t *testing.T) {
	for _, workers := range []int{0, 1, 3, 16} {
		next := 0
		err := Ordered(t.Context(), workers, count(1000), double, func(out int) error {
			if out != 2*next {
				return fmt.Errorf("got %d, want %d", out, 2*next)
			}
			next++
			return nil
		})
		if err != nil || next != 1000 {
			t.Errorf("%d workers: %d of 1000, %v", workers, next, err)
		}
	}
}

func TestTheFirstErrorStopsAll(t *testing.T) {
	bad := errors.New("bad")
	for name, run := range map[string]func() error{
		"source": func() error {
			return Ordered(t.Context(), 2, func(_ context.Context, emit func(int) error) error { return errors.Join(emit(1), bad) }, double, func(int) error { return nil })
		},
		"work": func() error {
			return Ordered(t.Context(), 2, count(1<<30), func(i int) (int, error) {
				if i == 7 {
					return 0, bad
				}
				return i, nil
			}, func(int) error { return nil })
		},
		"sink": func() error {
			return Ordered(t.Context(), 2, count(1<<30), double, func(i int) error {
				if i == 14 {
					return bad
				}
				return nil
			})
		},
	} {
		if err := run(); !errors.Is(err, bad) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheContextStopsAll(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := Ordered(ctx, 2, count(1<<30), double, func(int) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
