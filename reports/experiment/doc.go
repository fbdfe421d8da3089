// Package experiment repeats the experiments of the paper as grids of cells:
// [Norms] follows the norms of every layer through freshly drawn networks,
// [DescribedNorms] those behind every block of any architecture, beside what theory
// predicts, [Accuracy] trains networks and says how well they classify, [Published] does
// so by the authors' own protocol, with their table beside it, and [Synthetic] is their
// experiment without data.
//
// A grid lives in a folder:
//
//	experiment.json   what was asked for
//	cells/KEY.json    one finished cell each, never computed again
//	runs/KEY/         a training in progress (package network/logbook)
//	results.json      all cells, written at the end
//	results.csv       the same, one row for each cell
//	*.svg             pictures
//
// It may be killed at any time; the same call goes on with it. A cell that
// diverges is a result. One that fails is reported, the others go on, and the
// next call tries it again. Numbers depend on the specification alone, not on
// the number of workers: cells run side by side, each of them on one.
package experiment
