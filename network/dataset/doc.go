// Package dataset reads image sets into memory and turns their images into
// network inputs of any width.
//
// [MNIST] and [CIFAR10] read the published file formats, plain or gzipped,
// and return the same kind of value: a [Set] whose pixels stay bytes until
// a row is asked for. [ReadIDX] is the IDX reader underneath, generic over
// the element type. A reader trusts nothing a file says about itself: it
// allocates no more than the bytes it has seen justify, and a wrong file
// gives a [FileError] of one line that names the file, the fault and what
// was expected.
//
// Two tools relate a set to the assumptions of Lu, Gould and Ajanthan
// (Bidirectionally Self-Normalizing Neural Networks, 2020, arXiv
// 2006.12169). [ThinShell]
// measures how far the images, as given, are from a thin shell, the first
// assumption. [Embedding] carries them into ℝⁿ by a uniformly random
// semi-orthogonal map and puts each on the sphere ‖x‖² = n, where the
// assumption holds exactly.
//
// For training, [Open] prepares [Examples]: standardised rows of a set, all or
// some of them, or a [Teacher] set made on the fly, which needs no files. They
// are what package network/training takes as data.
package dataset
