// Package logbook keeps the folder of one training run: what was asked for,
// what happened, and what it takes to go on.
//
// A folder holds two files. checkpoint is the state of package
// network/training and nobody else's business. training.json is a [Document]:
//
//	format      "bsnn training 1"
//	spec        the network and the optimiser: a training.Spec
//	data        where the rows came from, how many, how thin their shell is
//	status      running, interrupted, complete, diverged or failed
//	problem     one line, when status is diverged or failed
//	divergence  {step, epoch, layer, what}, when status is diverged
//	machine     {workers, blas, cpus}: with them the run gives the same bits again
//	start       norms and loss before the first step: a training.EpochRecord, epoch 0
//	records     one training.EpochRecord for each epoch
//	summary     a training.Summary, of the last call
//	seconds     spent training, over all calls
//
// Numbers that are not finite are null. Both files are replaced atomically, the
// Document after every epoch. A run that was killed says running; the
// checkpoint knows how far it really came, and [Resume] corrects the Document.
package logbook
