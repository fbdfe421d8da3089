// Package journal keeps the finished parts of a long computation in a file, so
// that another process can continue where one was killed.
//
//	[Open], [OpenIn]                     the journal of a run, locked
//	[Journal.Record], [Journal.Lookup]   vectors of float64 by section and number
//	[Journal.Put], [Journal.Get]         values with JSON by section and name
//	[Journal.Close], [Journal.Remove], [Journal.Finish]    the end
//	[Read]                               one that is finished, as it is
//	[SetAside], [Discard], [DiscardIn]   room for another one
//
// A journal belongs to one run, which its header describes: what was asked for,
// what was read, and by which build, processor and BLAS library it was begun.
// [Open] refuses the journal of another run and names the first difference; one
// that differs in its environment alone is opened where the caller says that
// parts may be [Mixed].
//
// Records are only ever appended, each with a checksum. There is one rule for
// damage. What follows the last record that is as it was written is a damaged
// tail: a process that dies while it writes leaves one, and so may a machine that
// fails. [Open] cuts it off, [Journal.Dropped] says so, and everything before it
// counts. Damage that sound records follow is refused: nobody knows what else is
// wrong.
//
// The layout, with little-endian numbers: the eight bytes "bsnnjnl2", then
// records of a 4-byte length, a 4-byte CRC-32C of the length and the body, and
// the body. The first byte of a body is its kind: 'h', the header in JSON, once
// and first; 's', the name of the section that what follows belongs to; 'v', the
// index as an unsigned varint and the values, 8 bytes each; 'j', the length of a
// name as an unsigned varint and the name, the number of floating-point numbers
// in a value that JSON cannot write as an unsigned varint and these numbers, 8
// bytes each in the order of the value's fields, and the value in JSON.
//
// Vectors reach the operating system within a tenth of a second: they survive the
// end of the process at any moment, but are not flushed to the disk, so the newest
// may be lost when the machine itself fails. Put returns when the value is on the
// disk.
//
// The file appears with its header or not at all. A process that uses it has
// locked it, or the folder that it is in, as package folder does; links are
// refused.
package journal
