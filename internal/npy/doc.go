// Package npy reads and writes arrays in NumPy's .npy format, versions 1.0,
// 2.0 and 3.0 (NEP 1 and numpy.lib.format): a magic string, a header that is
// a Python dictionary, then the numbers.
//
// Floating-point numbers of two, four and eight bytes are read, in either byte order
// and in C or Fortran order, and those of four and eight are written, little-endian and
// in C order. Of other types the header is read. Reading never
// allocates more than the file holds: the size that the header claims is compared with
// the size of the file first.
package npy

const magic = "\x93NUMPY"

// maxHeader bounds the length of a header. NumPy's own are a few dozen bytes
// for the arrays read here, and it refuses more than 10,000 by default.
const maxHeader = 1 << 16
