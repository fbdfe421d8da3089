// Package openblas lets gonum's matrix products run in an installed OpenBLAS.
//
// The library is found and bound when the program runs, without cgo: nothing
// is needed to build, and where no usable library is installed package gemm
// and gonum's Go code do all the work. Only level-3 routines (matrix times matrix) that
// are large enough to repay a foreign call are sent to it; everything else,
// and every call with arguments that gonum refuses, goes to gonum, so that
// results agree to rounding error and panics are the same. gonum's LAPACK
// works through the same registration. The build tag noblas leaves the search
// out; without cgo such a program is linked statically, and runs where no C
// library is installed. A program that is linked statically with one finds that
// out, and loads nothing.
//
// # Threads
//
// OpenBLAS threads and the program's own workers must share the cores. After
// [Use] a call to OpenBLAS uses one thread, which is right for a process with
// as many workers as cores. A process that does one large factorisation at a
// time calls [Backend.ForWorkers] with 1, and each call then uses every core;
// the last bits of a product may depend on that number, so whoever promises
// the same bits for any number of workers keeps to one thread.
// Whatever is chosen, no more calls are in OpenBLAS at a time than leave a
// core for each of their threads; further callers wait.
package openblas
