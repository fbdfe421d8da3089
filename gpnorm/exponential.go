package gpnorm

import (
	"math"
	"math/big"
)

// Exponentials by table: with x = (k/128)·ln 2 + r, |r| ≤ ln 2/256,
//
//	exp x = 2^(k/128)·exp r
//
// where 2^(k/128) is 2^⌊k/128⌋ times an entry of a table of 128 and exp r a
// short polynomial (Tang, Table-driven implementation of the exponential
// function in IEEE floating-point arithmetic, 1989, doi:10.1145/63522.214389). It
// serves φ and φ′ of most built-ins, once per neuron and layer.
const expSteps = 128

// An expEntry is 2^(j/128): the bits of the nearest float64, less what adding
// k<<45 for k ≡ j contributes below the exponent; the relative rest; and the
// float64 itself.
type expEntry struct {
	bits  uint64
	rest  float64
	value float64
}

var expTable = makeExpTable()

func makeExpTable() (table [expSteps]expEntry) {
	const precision = 120
	step := new(big.Float).SetPrec(precision).SetInt64(2)
	for n := 1; n < expSteps; n *= 2 {
		step.Sqrt(step)
	}
	power := new(big.Float).SetPrec(precision).SetInt64(1)
	for j := range table {
		v, _ := power.Float64()
		rest, _ := new(big.Float).Sub(power, new(big.Float).SetFloat64(v)).Float64()
		table[j] = expEntry{math.Float64bits(v) - uint64(j)<<45, rest / v, v}
		power.Mul(power, step)
	}
	return table
}

const (
	expScale = expSteps / math.Ln2
	// ln 2/128 in two parts; k times the first is exact for |k| < 2¹⁸.
	expStepHi = 0x1.62e42fefa0000p-8
	expStepLo = 0x1.cf79abc9e3b39p-47
	expRound  = 0x1.8p52 // adding it leaves the nearest integer in the low bits
	expLimit  = 708      // 2^k is a normal float64 on both sides
)

// exponential returns exp x and exp x − 1, both within about one unit in the
// last place.
func exponential(x float64) (e, em1 float64) {
	if !(math.Abs(x) < expLimit) {
		return math.Exp(x), math.Expm1(x)
	}
	shifted := x*expScale + expRound
	k := math.Float64bits(shifted)
	n := shifted - expRound
	r := (x - n*expStepHi) - n*expStepLo
	entry := &expTable[k%expSteps]
	scale := math.Float64frombits(entry.bits + k<<45)
	rr := r * r
	// exp r − 1 with the rest of the table entry; r⁶/720 is below 2⁻⁶⁰.
	p := entry.rest + r + (rr*(0.5+r*(1./6)) + rr*rr*(1./24+r*(1./120)))
	p *= scale
	return scale + p, (scale - 1) + p
}

// log1p is log(1+e) for 0 ≤ e ≤ 1 within about one unit in the last place. With
// c close to 1/(1+e) taken from a table, log(1+e) = log1p(r) − log c where
// r = (1+e)c − 1 is small. For e < 1/256, c is 1 and r = e.
func log1p(e float64) float64 {
	if !(e <= 1) {
		return e // NaN
	}
	entry := &logTable[int(e*logSteps+0.5)]
	r := e*entry.c + (entry.c - 1)
	rr := r * r
	p := (1./3 - r*0.25) + rr*((1./5-r*(1./6))+rr*(1./7-r*0.125))
	return entry.log + (r + (entry.rest + rr*(r*p-0.5)))
}

const (
	logSteps = 128
	logGrid  = 4096 // c is a multiple of 1/logGrid
)

// A logEntry holds c ≈ 1/(1 + i/128) and −log c in two parts.
type logEntry struct{ c, log, rest float64 }

var logTable = makeLogTable()

// makeLogTable adds up log(m/n) = 2·artanh(z), z = (m−n)/(m+n) ≤ 1/256, for
// neighbouring c = n/4096, with the rounding of quotient and sum carried along.
func makeLogTable() (table [logSteps + 1]logEntry) {
	m := float64(logGrid)
	var hi, lo float64
	table[0] = logEntry{1, 0, 0}
	for i := 1; i <= logSteps; i++ {
		n := math.Round(logGrid / (1 + float64(i)/logSteps))
		z := (m - n) / (m + n)
		zRest := math.FMA(-z, m+n, m-n) / (m + n)
		zz := z * z
		small := zRest + z*zz*(1./3+zz*(1./5+zz*(1./7)))
		sum := hi + 2*z
		lo += (2*z - (sum - hi)) + 2*small // hi ≥ 2z except at first, where both are exact
		hi = sum
		table[i] = logEntry{n / logGrid, hi + lo, lo - ((hi + lo) - hi)}
		m = n
	}
	return table
}
