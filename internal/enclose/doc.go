// Package enclose proves statements about a function given as a program of
// package expr.
//
//   - [Certify] is the whole of it; [Options] say how far to go.
//   - [Certificate]: intervals that contain the Gaussian moments of f, the
//     constants a and b that normalise it ([Root]), what the limit laws need
//     ([Profile]), and bounds on the constants of f and f′ ([Lipschitz]).
//   - [Error]: why the theory does not cover a function, by [Reason] and place,
//     or why that could not be excluded.
//
// Inside, a surveyor proves that f is defined and continuous (survey.go,
// continuity.go, terms.go) and finds its kinks (kink.go). An engine integrates
// over panels (engine.go, moments.go, variances.go), running the program over
// Taylor series (machine.go). A tailMachine bounds the program far out
// (tail_machine.go on tail_bound.go and tail_rates.go). An explorer bounds
// derivatives (lipschitz.go). The rules and why they prove what they say are in
// docs/theory.md, "Enclosures".
//
// # What is assumed
//
// The promises of package interval: correct IEEE arithmetic, and the table of
// error bounds of package math that it states and tests. Float computations
// here choose where to centre and to divide; no proven statement depends on
// their accuracy.
package enclose
