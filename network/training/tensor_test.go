package training

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestTensorsBeginWithACacheLine(t *testing.T) {
	require.Zero(t, lines[float32]())
	require.Zero(t, lines[float64]())
}

// lines is how many of many small tensors do not begin with a cache line, or are not of
// their length and capacity.
func lines[T real]() (wrong int) {
	kept := make([][]T, 1000)
	for i := range kept {
		kept[i] = newTensor[T](i % 40)
		if uintptr(unsafe.Pointer(unsafe.SliceData(kept[i])))%lineSize != 0 || len(kept[i]) != i%40 || cap(kept[i]) != i%40 {
			wrong++
		}
	}
	return wrong
}
