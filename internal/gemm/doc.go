// Package gemm is gonum's BLAS with a faster product of matrices in both
// precisions, for machines without OpenBLAS and for goroutines that multiply
// their own parts ([Serial]): on amd64 processors with AVX2 and FMA, or AVX-512,
// it multiplies packed blocks in registers, in Go assembly, several times as fast
// as gonum; everywhere else, and for everything else, it is gonum.
//
// The blocking is that of K. Goto and R. van de Geijn, "Anatomy of
// high-performance matrix multiplication", ACM TOMS 34 (2008). The order of
// additions depends on the dimensions only, so results have the same bits for
// any number of processors. The build tag purego leaves the assembly out.
package gemm
