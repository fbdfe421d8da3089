// Package folder is how a long run has a folder for itself.
//
//	[Take], [Claim.Release]     a folder locked, made where there is none
//	[Claim.Entries]             what is in it that no run left unfinished
//	[Claim.Sweep]               what dead processes left is removed
//	[Claim.Replace]             some of its files replaced by others, all or none
//	[LockFile]                  a single file locked
//
// A folder is claimed before it is looked at, and looked at before it is filled.
// Whatever moment a process dies at, the next one that claims the folder finds it
// as it was, or with leftovers that it recognises by their names: the file of the
// lock, temporary files of package atomicfile, and files of [Claim.Replace], whose
// work it completes if nothing else is left to decide.
//
// The folder itself is the user's: it is never renamed, so it keeps its owner and
// permissions, may be the root of a file system or the working directory of a
// shell, and is there at every moment.
package folder
