// Package journal keeps the finished parts of a long computation in a file, so
// that another process can continue where one was killed.
//
// A journal belongs to one computation, described by its header, and holds
// vectors of float64 by section and index. Records are only ever appended,
// each with a checksum. A process that dies while it writes leaves a last
// record that is cut short; [Open] drops it, and everything before it counts.
// Anything else that is not as written, in the middle or at the end, is damage
// and is refused.
//
// The layout, with little-endian numbers: the eight bytes "bsnnjnl1", then
// records of a 4-byte length, a 4-byte CRC-32C of the length and the body, and
// the body. The first byte of a body is its kind: 'h', the header, once and
// first; 's', the name of the section that the values after it belong to; 'v',
// the index as an unsigned varint and the values, 8 bytes each.
//
// Records reach the operating system within a tenth of a second: they survive
// the end of the process at any moment, but are not flushed to the disk, so
// the newest may be lost when the machine itself fails.
package journal
