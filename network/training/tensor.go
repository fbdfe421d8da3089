package training

import "unsafe"

// lineSize is the alignment of tensors in bytes: a cache line, and the widest register.
const lineSize = 64

// newTensor is n zeros, the first of them at the beginning of a cache line. Dot products
// of BLAS libraries (gonum's, for float32) begin with single numbers until they reach an
// aligned address: where a tensor happens to lie would decide on the last bits of a run.
func newTensor[T real](n int) []T {
	size := int(unsafe.Sizeof(T(0)))
	room := make([]T, n+lineSize/size)
	past := int(uintptr(unsafe.Pointer(unsafe.SliceData(room))) % lineSize)
	skip := (lineSize - past) / size % (lineSize / size)
	return room[skip : skip+n : skip+n]
}
