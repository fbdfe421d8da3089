package gemm

import "unsafe"

// ahead is memory that will be wanted next. It is asked for bit by bit while a
// product is computed, which leaves the memory idle.
type ahead[T number] struct {
	rest  []T
	tiles int // of the product that are still to come
}

const cacheLine = 64

// step asks for the part of one tile.
func (a *ahead[T]) step() {
	if len(a.rest) == 0 {
		return
	}
	line := cacheLine / int(unsafe.Sizeof(a.rest[0]))
	lines := ceilDiv(ceilDiv(len(a.rest), line), max(1, a.tiles))
	prefetch(unsafe.Pointer(unsafe.SliceData(a.rest)), lines)
	a.rest = a.rest[min(len(a.rest), lines*line):]
	a.tiles--
}
