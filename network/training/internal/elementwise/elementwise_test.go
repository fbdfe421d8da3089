package elementwise

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"bsnn/gpnorm"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// epsilon is the unit roundoff.
func epsilon[T Real]() float64 {
	if single[T]() {
		return 0x1p-24
	}
	return 0x1p-53
}

func drawn[T Real](t *rapid.T, n int, sd float64) []T {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "entries"), uint64(n)))
	x := make([]T, n)
	for i := range x {
		x[i] = T(sd * r.NormFloat64())
	}
	return x
}

// Against the definition in float64; the neighbours of the slices stay.
func TestLoops(t *testing.T) {
	t.Run("float32", testLoops[float32])
	t.Run("float64", testLoops[float64])
}

func testLoops[T Real](t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 70).Draw(t, "n")
		w, v, g := drawn[T](t, n+1, 1), drawn[T](t, n+1, 1), drawn[T](t, n+1, 1)
		rate, momentum := T(rapid.Float64Range(0, 1).Draw(t, "rate")), T(rapid.Float64Range(0, 1).Draw(t, "momentum"))
		var want float64
		for _, x := range g[:n] {
			want += float64(x) * float64(x)
		}
		require.InDelta(t, want, Squares(g[:n]), 1e-14*want)

		product := slices.Clone(w)
		sum := Multiply(product[:n], v[:n], g[:n])
		require.InDelta(t, Squares(product[:n]), sum, 1e-14*(1+sum))
		for i := range n {
			require.Equal(t, v[i]*g[i], product[i])
		}
		require.Equal(t, w[n], product[n])

		w1, v1 := slices.Clone(w), slices.Clone(v)
		require.InDelta(t, want, Descend(w1[:n], v1[:n], g[:n], rate, momentum), 1e-14*want)
		for i := range n {
			step := float64(momentum)*float64(v[i]) + float64(g[i])
			require.InDelta(t, step, float64(v1[i]), 4*epsilon[T]()*(math.Abs(step)+math.Abs(float64(v[i]))))
			require.InDelta(t, float64(w[i])-float64(rate)*float64(v1[i]), float64(w1[i]),
				4*epsilon[T]()*(math.Abs(float64(w[i]))+math.Abs(float64(v1[i]))))
		}
		require.Equal(t, w[n], w1[n])
		require.Equal(t, v[n], v1[n])
	})
}

// The activations are those of package gpnorm, everywhere on the line, within
// some units in the last place of the sum of their terms.
func TestActivations(t *testing.T) {
	if !available {
		require.Nil(t, Tanh[float32](1, 0))
		t.Skip("no assembly")
	}
	t.Run("float32", testActivations[float32])
	t.Run("float64", testActivations[float64])
}

const (
	seluScale = 1.0507009873554804934193349852946
	seluAlpha = 1.6732632423543772848170429916717
)

func testActivations[T Real](t *testing.T) {
	for name, build := range map[string]func(a, b float64) *Activation[T]{
		"tanh":           Tanh[T],
		"relu":           func(a, b float64) *Activation[T] { return Linear[T](a, 0, b) },
		"leakyrelu(0.2)": func(a, b float64) *Activation[T] { return Linear[T](a, 0.2*a, b) },
		"elu":            func(a, b float64) *Activation[T] { return Exponential[T](a, a, b) },
		"selu":           func(a, b float64) *Activation[T] { return Exponential[T](seluScale*a, seluScale*seluAlpha*a, b) },
		"gelu":           GELU[T],
	} {
		raw, err := gpnorm.Lookup(name)
		require.NoError(t, err)
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				a, b := rapid.Float64Range(-2, 2).Draw(t, "scale"), rapid.Float64Range(-2, 2).Draw(t, "shift")
				a, b = float64(T(a)), float64(T(b))
				n := rapid.IntRange(0, 70).Draw(t, "n")
				sd := rapid.SampledFrom([]float64{1e-6, 1e-2, 1, 1, 5, 30, 1000}).Draw(t, "size")
				h := drawn[T](t, n+1, sd)
				if n > 0 {
					h[0] = T(rapid.SampledFrom([]float64{0, 88, -88, -100, 500, -708, -710, 1e30, -1e15}).Draw(t, "special"))
				}
				arg, value, slope := make([]float64, n), make([]float64, n), make([]float64, n)
				for i, v := range h[:n] {
					arg[i] = float64(v)
				}
				raw.ValueDeriv(value, slope, arg)
				x := make([]T, n+1)
				x[n] = 7
				last := h[n]
				sum := build(a, b).Forward(x[:n], h[:n])
				require.Equal(t, T(7), x[n])
				require.Equal(t, last, h[n])
				var want float64
				for i := range n {
					want += float64(x[i]) * float64(x[i])
					unit, smallest := 16*epsilon[T](), 10*lowest[T]()*(1+math.Abs(arg[i]))
					require.InDelta(t, a*value[i]+b, float64(x[i]), unit*(math.Abs(a*value[i])*cond(name, arg[i])+math.Abs(b))+smallest, "φ(%v)", arg[i])
					if arg[i] != 0 || raw.Kinks == nil {
						require.InDelta(t, a*slope[i], float64(h[i]), unit*math.Abs(a)*(math.Abs(slope[i])+cancelled(name, arg[i]))+smallest, "φ′(%v)",
							arg[i])
					}
				}
				require.InDelta(t, want, sum, 1e-14*want)
			})
		})
	}
}

// lowest is about where exponentials end: the smallest normal number.
func lowest[T Real]() float64 {
	if single[T]() {
		return 0x1p-126
	}
	return 0x1p-1022
}

// cond is the condition of the value: the tail of GELU is an exponential of −h²/2,
// which is rounded.
func cond(name string, h float64) float64 {
	if name == "gelu" && h < 0 {
		return 1 + min(h*h, 2000)
	}
	return 1
}

// cancelled is the size of the terms of a derivative that cancel: that of GELU
// has a zero.
func cancelled(name string, h float64) float64 {
	if name == "gelu" {
		return math.Exp(-h*h/2) * (1 + math.Abs(h)*(1+h*h))
	}
	return 0
}

// A NaN is not lost.
func TestNaNStays(t *testing.T) {
	if !available {
		t.Skip("no assembly")
	}
	for _, a := range []*Activation[float32]{Tanh[float32](1, 0), Linear[float32](1, 0, 0), Exponential[float32](1, 1, 0),
		GELU[float32](1, 0)} {
		x, h := make([]float32, 9), make([]float32, 9)
		h[3] = float32(math.NaN())
		require.True(t, math.IsNaN(a.Forward(x, h)))
		require.True(t, x[3] != x[3])
		require.True(t, x[2] == x[2])
	}
}

func BenchmarkLoops(b *testing.B) {
	b.Run("float32", benchmarkLoops[float32])
	b.Run("float64", benchmarkLoops[float64])
}

func benchmarkLoops[T Real](b *testing.B) {
	const n = 256
	x, h, g := make([]T, n), make([]T, n), make([]T, n)
	for i := range g {
		g[i] = T(i%32)/8 - 2
	}
	run := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
		})
	}
	run("multiply", func() { Multiply(x, h, g) })
	run("descend", func() { Descend(x, h, g, 1, 0.9) })
	if !available {
		return
	}
	for name, a := range map[string]*Activation[T]{"tanh": Tanh[T](1, 0), "linear": Linear[T](1, 0, 0),
		"exponential": Exponential[T](1, 1, 0), "gelu": GELU[T](1, 0)} {
		run(name, func() {
			copy(h, g)
			a.Forward(x, h)
		})
	}
}
