// Package parallel runs goroutines whose panics reach whoever waits for them,
// who can recover, instead of ending the process with a trace.
package parallel

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// A Group is a set of goroutines. The zero value is an empty one.
type Group struct {
	all   sync.WaitGroup
	mu    sync.Mutex
	first *Panic
}

// A Panic is what a goroutine panicked with, and where.
type Panic struct {
	Value any
	Stack []byte
}

// String says what it was.
func (p *Panic) String() string { return fmt.Sprint(p.Value) }

// Go runs f in a goroutine of its own.
func (g *Group) Go(f func()) { g.all.Go(func() { g.Do(f) }) }

// Do runs f here and keeps a panic, if it is the first, for Wait. It reports
// whether f returned.
func (g *Group) Do(f func()) (returned bool) {
	defer func() {
		if returned {
			return
		}
		if p := Caught(recover()); p != nil {
			g.mu.Lock()
			defer g.mu.Unlock()
			if g.first == nil {
				g.first = p
			}
		}
	}()
	f()
	return true
}

// Wait waits until all have returned. If one of them panicked, Wait panics with
// the first *Panic.
func (g *Group) Wait() {
	g.all.Wait()
	if g.first != nil {
		panic(g.first)
	}
}

// Caught turns what recover returned into a *Panic with the stack of the
// goroutine that panicked, or nil where there was no panic.
func Caught(value any) *Panic {
	switch p := value.(type) {
	case nil:
		return nil
	case *Panic:
		return p
	}
	return &Panic{value, debug.Stack()}
}

// Beside runs f in a goroutine. What it returns waits for the result, or for the
// end of ctx, and panics as f did.
func Beside[T any](f func() T) (wait func(ctx context.Context) (T, error)) {
	var g Group
	var value T
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.Do(func() { value = f() })
	}()
	return func(ctx context.Context) (T, error) {
		select {
		case <-done:
			g.Wait()
			return value, nil
		case <-ctx.Done():
			var none T
			return none, ctx.Err()
		}
	}
}

// Until returns what f returns, or the error of ctx if that ends before f does:
// then f goes on beside the rest. It is for what may wait for ever, as for a pipe
// to which nobody writes, and has no ctx itself.
func Until[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	out, err := Beside(func() outcome {
		value, err := f()
		return outcome{value, err}
	})(ctx)
	if err != nil {
		return out.value, err
	}
	return out.value, out.err
}
