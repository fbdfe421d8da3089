// Package logbook keeps the folder of one training run: what was asked for,
// what happened, and what it takes to go on.
//
// A folder holds three files. checkpoint is the state of package
// network/training and training.journal that of this one; they are nobody else's
// business. training.json is a [Document], made of what the journal holds:
//
//	format      "bsnn training 1"
//	spec        the network and the optimiser: a training.Spec
//	data        where the rows came from, how many, how thin their shell is
//	status      running, interrupted, complete, diverged, dead or failed
//	problem     one line, when status is diverged, dead or failed
//	divergence  {step, epoch, layer, what}, when status is diverged or dead
//	machine     {build, processor, blas, workers, …}: with these the run gives the same bits again
//	start       norms and loss before the first step: a training.EpochRecord, epoch 0
//	records     one training.EpochRecord for each epoch
//	summary     a training.Summary, of the last call
//	seconds     spent training, over all calls
//
// Numbers that are not finite are null. What an epoch showed is in the journal
// before the caller is told, and the Document, replaced atomically, follows. A run
// that was killed says running; the checkpoint knows how far it really came, and
// [Resume] corrects the Document. One process at a time has a folder.
package logbook
