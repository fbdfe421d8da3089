package main

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
)

// Polynomials are interpolations in the Chebyshev nodes, computed with 400 bits
// from power series and continued fractions, so that no coefficient is copied
// from anywhere.

const precision = 400

func number400(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func plus(a, b *big.Float) *big.Float  { return number400(0).Add(a, b) }
func minus(a, b *big.Float) *big.Float { return number400(0).Sub(a, b) }
func times(a, b *big.Float) *big.Float { return number400(0).Mul(a, b) }
func over(a, b *big.Float) *big.Float  { return number400(0).Quo(a, b) }

// fit finds the polynomial of least degree that is f within the relative
// tolerance on [lo, hi], lowest coefficient first.
func fit(f func(x *big.Float) *big.Float, lo, hi, tolerance float64) []float64 {
	key := fitted{reflect.ValueOf(f).Pointer(), lo, hi, tolerance}
	if known[key] == nil {
		known[key] = fitNew(f, lo, hi, tolerance)
	}
	return slices.Clone(known[key])
}

// known are the polynomials that were computed already.
var known = map[fitted][]float64{}

type fitted struct {
	function          uintptr
	lo, hi, tolerance float64
}

func fitNew(f func(x *big.Float) *big.Float, lo, hi, tolerance float64) []float64 {
	const checks = 101
	var at, want [checks]*big.Float
	for i := range at {
		at[i] = number400(lo + (hi-lo)*(float64(i)+0.37)/checks)
		want[i] = f(at[i])
	}
	for degree := 1; degree < 40; degree++ {
		p := interpolate(f, lo, hi, degree)
		worst := 0.
		for i, x := range at {
			e, _ := minus(over(evaluate(p, x), want[i]), number400(1)).Float64()
			worst = max(worst, math.Abs(e))
		}
		if worst < tolerance {
			rounded := make([]float64, len(p))
			for i, c := range p {
				rounded[i], _ = c.Float64()
			}
			return rounded
		}
	}
	panic(fmt.Sprintf("no polynomial on [%v, %v] within %v", lo, hi, tolerance))
}

func evaluate(p []*big.Float, x *big.Float) *big.Float {
	v := number400(0)
	for i := len(p) - 1; i >= 0; i-- {
		v = plus(times(v, x), p[i])
	}
	return v
}

// interpolate goes through f in the degree+1 Chebyshev nodes, by Newton's
// divided differences, multiplied out.
func interpolate(f func(x *big.Float) *big.Float, lo, hi float64, degree int) []*big.Float {
	x, c := make([]*big.Float, degree+1), make([]*big.Float, degree+1)
	for i := range x {
		x[i] = number400((lo+hi)/2 + (hi-lo)/2*math.Cos(math.Pi*(2*float64(i)+1)/(2*float64(degree)+2)))
		c[i] = f(x[i])
	}
	for step := 1; step <= degree; step++ {
		for i := degree; i >= step; i-- {
			c[i] = over(minus(c[i], c[i-1]), minus(x[i], x[i-step]))
		}
	}
	p := []*big.Float{c[degree]}
	for i := degree - 1; i >= 0; i-- { // p ← p·(x − x_i) + c_i
		next := make([]*big.Float, len(p)+1)
		next[0] = number400(0)
		copy(next[1:], p)
		for k := range p {
			next[k] = minus(next[k], times(p[k], x[i]))
		}
		next[0] = plus(next[0], c[i])
		p = next
	}
	return p
}

// series is Σ t_k with t_0 = first and t_k = t_{k−1}·ratio(k), until nothing
// changes.
func series(first *big.Float, ratio func(k float64) *big.Float) *big.Float {
	total, term := number400(0), first
	for k := 1.; ; k++ {
		next := plus(total, term)
		if next.Cmp(total) == 0 {
			return total
		}
		total, term = next, times(term, ratio(k))
	}
}

// expRest is (exp r − 1 − r)/r².
func expRest(r *big.Float) *big.Float {
	return series(number400(0.5), func(k float64) *big.Float { return over(r, number400(k+2)) })
}

// sinRoot is sin(√z)/√z.
func sinRoot(z *big.Float) *big.Float {
	return series(number400(1), func(k float64) *big.Float { return over(z, number400(-2*k*(2*k+1))) })
}

// cosRoot is cos √z.
func cosRoot(z *big.Float) *big.Float {
	return series(number400(1), func(k float64) *big.Float { return over(z, number400(-2*k*(2*k-1))) })
}

// sinRest is (sin r − r)/r³ for z = r².
func sinRest(z *big.Float) *big.Float {
	return series(over(number400(-1), number400(6)), func(k float64) *big.Float { return over(z, number400(-(2*k+2)*(2*k+3))) })
}

// cosRest is (cos r − 1 + r²/2)/r⁴ for z = r².
func cosRest(z *big.Float) *big.Float {
	return series(over(number400(1), number400(24)), func(k float64) *big.Float { return over(z, number400(-(2*k+3)*(2*k+4))) })
}

// artanhRest is 2(artanh z − z)/z³ for w = z².
func artanhRest(w *big.Float) *big.Float {
	power, total := number400(2), number400(0)
	for k := 3.; ; k += 2 {
		next := plus(total, over(power, number400(k)))
		if next.Cmp(total) == 0 {
			return total
		}
		total, power = next, times(power, w)
	}
}

var (
	bigPi     = parsed("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651")
	bigLn2    = parsed("0.69314718055994530941723212145817656807550013436025525412068000949339362196969471560586332699641868754200148102")
	rootTwoPi = number400(0).Sqrt(times(number400(2), bigPi))
	rootPi    = number400(0).Sqrt(bigPi)
)

func parsed(s string) *big.Float {
	v, _, err := big.ParseFloat(s, 10, precision, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return v
}

// parts is x as a sum of float64s, largest first.
func parts(x *big.Float, count int) []float64 {
	list := make([]float64, count)
	for i := range list {
		list[i], _ = x.Float64()
		x = minus(x, number400(list[i]))
	}
	return list
}

// shortened is x in two parts, of which the first has so few digits that integers
// below 2¹² times it are exact.
func shortened(x *big.Float) [2]float64 {
	short := new(big.Float).SetPrec(41).Set(x)
	hi, _ := short.Float64()
	lo, _ := minus(x, number400(hi)).Float64()
	return [2]float64{hi, lo}
}

// erfRoot is erf(√z)/√z.
func erfRoot(z *big.Float) *big.Float {
	power := over(number400(2), rootPi)
	total := number400(0)
	for k := 0.; ; k++ {
		next := plus(total, over(power, number400(2*k+1)))
		if next.Cmp(total) == 0 {
			return total
		}
		total, power = next, times(power, over(z, number400(-(k+1))))
	}
}

// mills is Φ(−v)/exp(−v²/2) for v ≥ 0: near 0 ½·exp(v²/2) less a series, far out
// Laplace's continued fraction 1/(v + 1/(v + 2/(v + …)))/√(2π).
func mills(v *big.Float) *big.Float {
	if x, _ := v.Float64(); x > 10 {
		f := v
		for k := 400.; k >= 1; k-- {
			f = plus(v, over(number400(k), f))
		}
		return over(number400(1), times(f, rootTwoPi))
	}
	square := times(v, v)
	half := series(number400(0.5), func(k float64) *big.Float { return over(square, number400(2*k)) })
	rest := series(v, func(k float64) *big.Float { return over(square, number400(2*k+1)) })
	return minus(half, over(rest, rootTwoPi))
}

// normalTail is mills(v)·(v + c) for y = (v − c)/(v + c), c = normalPivot, which
// brings the half line to [−1, 1].
func normalTail(y *big.Float) *big.Float {
	one, pivot := number400(1), number400(normalPivot)
	v := over(times(pivot, plus(one, y)), minus(one, y))
	return times(mills(v), plus(v, pivot))
}
