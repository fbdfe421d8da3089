// Package parts lets any number of processes and machines compute one run.
//
//	[Unit], [Divide], [Piece]    a run as a list of units, and who computes which
//	[Sweep], [Folder], [Part]    one part computed, in a file of its own
//	[Read], [Parts]              the files of all parts, as the journal of the whole
//
// Each part is one journal. It gets its name, part-17-of-100.journal, when it is complete;
// until then another name that ends in .unfinished, under which the part goes on after its
// process was killed. Its header holds what was asked for, by which build, which part it is,
// and how the command line said it. Parts need not know of each other: they may be computed
// in any order, anywhere, and more than once. Whoever has all of them has what a journal of
// the whole run would hold.
package parts
