package vector

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// onPath runs f with a path of this processor.
func onPath(p path, f func()) {
	before := chosen
	chosen = p
	defer func() { chosen = before }()
	f()
}

// grid has special values, small and large numbers of both signs, and what
// reductions and choices turn at, from a recurrence that is the same anywhere.
func grid[T Real]() []T {
	x := []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, -math.MaxFloat64,
		math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, 0x1p-1022, -0x1.8p-1030, math.MaxFloat32, 0x1p-149, -0x1p-126,
		708, -708, 709.78, 709.79, -745.13, -745.14, 750, -750, 37.5, -38.5, 26.6, -27.3, 1 << 30, -1 << 30, 1<<30 - 1, 1e22, -1e300}
	state := uint64(1)
	for range 480 {
		state = state*6364136223846793005 + 1442695040888963407
		exponent := int(state>>59) - 20 // 2⁻²⁰ … 2¹¹
		v := float64(1+float64(state>>12&(1<<40-1))/(1<<40)) * math.Ldexp(1, exponent)
		if state>>58&1 == 1 {
			v = -v
		}
		x = append(x, v)
	}
	list := make([]T, len(x))
	for i, v := range x {
		list[i] = T(v)
	}
	return list
}

// A record is everything that the loops compute, by name.
type record map[string][]float64

func note[T Real](r record, name string, x []T, sums ...float64) {
	list := make([]float64, 0, len(x)+len(sums))
	for _, v := range x {
		list = append(list, float64(v))
	}
	r[name] = append(list, sums...)
}

// recorded runs all loops, over odd lengths and places too.
func recorded() record {
	r := record{}
	s := Stream{Key: 0x0123456789abcdef, Trial: 1 << 33, Layer: 5}
	for _, part := range [][2]int{{0, 1600}, {16, 1000}, {7, 3}, {9, 40}} {
		z := make([]float64, part[1])
		sum := s.Normals(z, 1<<35+uint64(part[0]))
		note(r, fmt.Sprint("normals ", part), z, sum)
	}
	for name, f := range map[string]func(dst, x []float64){"exp": Exp, "expm1": Expm1, "log": Log, "log1p": Log1p, "sqrt": Sqrt,
		"tanh": Tanh, "sigmoid": Sigmoid, "softplus": Softplus, "erf": Erf, "sin": Sin, "cos": Cos, "Φ": NormalCDF, "density": NormalDensity} {
		x := grid[float64]()
		f(x, x)
		note(r, name, x)
	}
	recordedFor[float64](r, "float64 ")
	recordedFor[float32](r, "float32 ")
	return r
}

func recordedFor[T Real](r record, prefix string) {
	for name, known := range activations {
		a, _ := Lookup[T](name, []float64{0.3}[:known.parameters]...)
		for _, from := range []int{0, 13} {
			g := grid[T]()[from:]
			x, d := make([]T, len(g)), make([]T, len(g))
			sum := a.Layer(x, d, g, 0.75, 1.25, -0.5)
			note(r, fmt.Sprint(prefix, name, from, " x"), x, sum)
			note(r, fmt.Sprint(prefix, name, from, " der"), d)
		}
		x, g := grid[T](), grid[T]()
		a.Value(x, x)
		note(r, prefix+name+" value", x)
		a.Deriv(g, g)
		note(r, prefix+name+" derivative", g)
	}
	for n := range 37 {
		x, y, h := grid[T]()[33:70+n], grid[T]()[40:77+n], grid[T]()[51:88+n]
		r[fmt.Sprint(prefix, "dot ", n)] = []float64{Dot(x, y)}
		v := make([]T, len(x))
		sum := Combine(v, 0.7, x, -1.3, y)
		note(r, fmt.Sprint(prefix, "combine ", n), v, sum)
		sum = Multiply(v, x, y)
		note(r, fmt.Sprint(prefix, "multiply ", n), v, sum)
		yy, hy := MulNormDot(y, h, x)
		note(r, fmt.Sprint(prefix, "multiply with dot ", n), y, yy, hy)
		squares := make([]float64, len(x))
		AddSquares(squares, x)
		AddSquares(squares, h)
		note(r, fmt.Sprint(prefix, "squares ", n), squares)
		sum = Descend(x, v, h, 0.01, 0.9, 1e-4)
		note(r, fmt.Sprint(prefix, "descend ", n), append(x, v...), sum)
	}
}

// pinned is the hash of the record: the same on every processor and system.
const pinned = "78c0eb66af489b96"

// All paths of this processor have the same bits, and those that were pinned.
func TestSameBitsOnAllPaths(t *testing.T) {
	var first record
	for _, p := range available() {
		t.Run(p.String(), func(t *testing.T) {
			onPath(p, func() {
				r := recorded()
				require.Equal(t, pinned, r.hash())
				if first == nil {
					first = r
				}
				for name, want := range first {
					requireSameBits(t, name, want, r[name])
				}
			})
		})
	}
}

func requireSameBits(t *testing.T, name string, want, got []float64) {
	t.Helper()
	require.Len(t, got, len(want), name)
	for i := range want {
		if bitsOf(want[i]) != bitsOf(got[i]) {
			t.Errorf("%s: number %d of %d is %v, and %v on another path", name, i, len(want), got[i], want[i])
			return
		}
	}
}

// bitsOf are those of a number, the same for all NaN.
func bitsOf(v float64) uint64 {
	if math.IsNaN(v) {
		return 1
	}
	return math.Float64bits(v)
}

func (r record) hash() string {
	h := fnv.New64a()
	for _, name := range slices.Sorted(maps.Keys(r)) {
		h.Write([]byte(name))
		for _, v := range r[name] {
			h.Write(binary.LittleEndian.AppendUint64(nil, bitsOf(v)))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
