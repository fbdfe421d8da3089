package vector

import "unsafe"

// Real is what the elements are.
type Real interface{ float32 | float64 }

// arguments are those of a loop over n elements. The offsets of its fields are
// known to the assembly.
type arguments struct {
	n       int
	in      [5]unsafe.Pointer
	out     [3]unsafe.Pointer
	scalars [24]uint64 // float64s are given by their bits
	sums    [6][lanes]float64
}

// width is the size of an element in bytes.
func (k kernel) width() int {
	if k >= firstSingle {
		return 4
	}
	return 8
}

// lanes is how many accumulators a sum has.
const lanes = 8

// single is whether T is float32.
func single[T Real]() bool { return unsafe.Sizeof(T(0)) == 4 }

// sized is the loop for T of the two.
func sized[T Real](double, single32 kernel) kernel {
	if single[T]() {
		return single32
	}
	return double
}

func first[T any](x []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(x)) }

// total adds up the accumulators.
func total(s *[lanes]float64) float64 {
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// run is the loop on the chosen path; what does not fill the lanes is left to
// plain Go. Neither keeps the vectors, so they may be on the stack.
func (k kernel) run(a *arguments) {
	whole := a.n &^ (lanes - 1)
	if chosen == plainGo || whole == 0 {
		k.plain(a)
		return
	}
	rest := *a
	a.n, rest.n = whole, a.n-whole
	k.assembly(a)
	if rest.n == 0 {
		return
	}
	rest.sums = a.sums
	bytes := whole * k.width()
	for i := range rest.in {
		if rest.in[i] != nil {
			rest.in[i] = unsafe.Add(rest.in[i], bytes)
		}
	}
	for i := range rest.out {
		if rest.out[i] != nil {
			rest.out[i] = unsafe.Add(rest.out[i], bytes)
		}
	}
	k.plain(&rest)
	a.sums = rest.sums
}
