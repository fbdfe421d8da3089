// Package provenance says where numbers come from, and whether those of two
// runs may be mixed.
//
//	[Here]        the machine and the program, as people read it in results
//	[Run]         everything that the numbers of a run depend on
//	[Run.Against] the first difference between two runs, in words
//	[Data]        a digest of the rows that a run reads
//	[Compare]     two values leaf by leaf, as JSON sees them
//
// The rule is the same wherever something that was finished earlier would be
// used again: two runs with equal [Run] give the same bits, so a run goes on
// only with parts whose Run is equal. One whose [Environment] differs, and
// nothing else, may go on when the user says so; what it writes then says
// that it is mixed.
package provenance
