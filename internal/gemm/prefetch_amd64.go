//go:build !purego

package gemm

import "unsafe"

// prefetch asks for cache lines from p on.
//
//go:noescape
func prefetch(p unsafe.Pointer, lines int)
