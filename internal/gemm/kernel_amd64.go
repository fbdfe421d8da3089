//go:build !purego

package gemm

import "golang.org/x/sys/cpu"

var available = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// kernel adds the product of a packed 6×k panel a and a packed k×8 panel b to
// the 6×8 tile c with the given stride.
//
//go:noescape
func kernel(k int, a, b, c *float64, stride int)
