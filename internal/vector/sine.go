package vector

import (
	"math"
	"math/big"
	"sync"
	"unsafe"
)

// sineLimit is where the loop's reduction by π/2 in three parts ends.
const sineLimit = 1 << 30

// sineLayer is Layer for sin where some arguments are beyond the limit: they are
// reduced one by one, in arithmetic that is as long as the largest float64.
func sineLayer[T Real](x, der, g []T, scale, factor, shift float64) (sumSquares float64) {
	for i, v := range g {
		h := float64(v) * scale
		s, c := sinCos(h)
		der[i] = T(factor * c)
		x[i] = T(float64(factor*s) + shift)
	}
	return SumSquares(x)
}

func sinCos(x float64) (s, c float64) {
	r, quarter := x, uint(0)
	if math.Abs(x) >= sineLimit && !math.IsInf(x, 0) {
		r, quarter = reduceByHalfPi(x)
	}
	a := arguments{n: 1}
	a.in[0], a.out[0], a.out[1] = unsafe.Pointer(&r), unsafe.Pointer(&c), unsafe.Pointer(&s)
	a.scalars[0], a.scalars[1], a.scalars[2] = math.Float64bits(1), math.Float64bits(1), math.Float64bits(math.Copysign(0, -1))
	kernelSin64.plain(&a)
	switch quarter {
	case 1:
		return c, -s
	case 2:
		return -s, -c
	case 3:
		return -c, s
	}
	return s, c
}

// reduceByHalfPi is x = n·π/2 + r, |r| ≤ π/4, with n modulo 4.
func reduceByHalfPi(x float64) (r float64, quarter uint) {
	halfPi := halfPi()
	quotient := long().Quo(long().SetFloat64(math.Abs(x)), halfPi)
	n, _ := quotient.Add(quotient, long().SetFloat64(0.5)).Int(nil)
	rest := long().SetInt(n)
	rest.Sub(long().SetFloat64(math.Abs(x)), rest.Mul(rest, halfPi))
	r, _ = rest.Float64()
	quarter = n.Bit(0) | n.Bit(1)<<1
	if x < 0 {
		return -r, -quarter & 3
	}
	return r, quarter
}

// long has room for 1,024 bits before the point and more than 128 behind it.
func long() *big.Float { return new(big.Float).SetPrec(1280) }

// halfPi is π/2 by Machin's formula, π/4 = 4·arctan(1/5) − arctan(1/239).
var halfPi = sync.OnceValue(func() *big.Float {
	arctan := func(n int64) *big.Float { // of 1/n
		power := long().Quo(long().SetInt64(1), long().SetInt64(n))
		square := long().SetInt64(-n * n)
		sum := long()
		for k := int64(1); power.MantExp(nil) > -1300; k += 2 {
			sum.Add(sum, long().Quo(power, long().SetInt64(k)))
			power.Quo(power, square)
		}
		return sum
	}
	quarter := arctan(5)
	quarter.Mul(quarter, long().SetInt64(4)).Sub(quarter, arctan(239))
	return quarter.Mul(quarter, long().SetInt64(2))
})
