package elementwise

import (
	"math"
	"unsafe"
)

// ln 2 in two parts, of which the first has so few digits that small integers
// times it are exact.
const (
	ln2Hi32, ln2Lo32 = 0x1.62e4p-1, math.Ln2 - 0x1.62e4p-1
	ln2Hi64, ln2Lo64 = 0x1.62e42fefap-1, math.Ln2 - 0x1.62e42fefap-1
)

// A table holds the constants of a loop, each repeated to fill a register, in
// the order of the names in the assembly.
type table[T Real] []T

func newTable[T Real](a, b, c, z float64) table[T] {
	t := make(table[T], 0, 64*register[T]())
	if single[T]() {
		t.add(1/math.Ln2, ln2Hi32, ln2Lo32, 1, 0)
	} else {
		t.add(1/math.Ln2, ln2Hi64, ln2Lo64, 1, 0x1.8p52)
	}
	t.add(absoluteMask[T](), T(math.Copysign(0, -1)))
	lowest, tail := -708.0, tail64 // 2^k is a normal number above it
	if single[T]() {
		lowest, tail = -87, tail32
	}
	t.add(T(lowest), T(a), T(b), T(c), T(z), pivot, T(1/math.Sqrt(2*math.Pi)), 0, 0)
	factorial := 1.0
	for i := range 16 { // (exp r − 1 − r)/r² = 1/2! + r/3! + …
		factorial *= float64(i + 2)
		t.add(T(1 / factorial))
	}
	for _, v := range tail {
		t.add(T(v))
	}
	return t
}

func (t *table[T]) add(values ...T) {
	for _, v := range values {
		for range register[T]() {
			*t = append(*t, v)
		}
	}
}

// absoluteMask has every bit but the sign.
func absoluteMask[T Real]() T {
	if single[T]() {
		m := math.Float32frombits(1<<31 - 1)
		return *(*T)(unsafe.Pointer(&m))
	}
	m := math.Float64frombits(1<<63 - 1)
	return *(*T)(unsafe.Pointer(&m))
}
