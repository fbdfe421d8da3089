package main

import (
	"context"

	"bsnn/internal/openblas"
)

type blasKey struct{}

// withBLAS lets the commands know the library that multiplies matrices.
func withBLAS(ctx context.Context, b *openblas.Backend) context.Context {
	return context.WithValue(ctx, blasKey{}, b)
}

// blasWords says what multiplies matrices.
func blasWords(ctx context.Context) string {
	if b, ok := ctx.Value(blasKey{}).(*openblas.Backend); ok {
		return b.Status().String()
	}
	return "pure Go"
}

// useAllCores lets one matrix product at a time use every core. Commands
// that run parallel workers leave it at one thread for each call: their results
// must not depend on the number of cores.
func useAllCores(ctx context.Context) {
	if b, ok := ctx.Value(blasKey{}).(*openblas.Backend); ok {
		b.ForWorkers(1)
	}
}
