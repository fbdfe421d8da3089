package gpnorm

import "math"

// The error function and the normal distribution function by table: Taylor
// polynomials of degree 9 about the multiples c of 1/64, |x − c| ≤ 1/128. The
// derivative of the polynomial is the density. All its coefficients carry the
// factor exp(−c²) or exp(−c²/2), so it keeps its relative precision far out, as
// Φ does below zero, without any exponential.
const taylorSteps = 64

// A taylorRow is a polynomial in x − c, lowest coefficient first.
type taylorRow [10]float64

// at evaluates the polynomial and its derivative.
func (t *taylorRow) at(h float64) (v, d float64) {
	hh := h * h
	q := hh * hh
	c1, c2, c3, c4, c5, c6, c7, c8, c9 := t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9]
	v = (c1 + h*c2 + hh*(c3+h*c4)) + q*((c5+h*c6)+hh*(c7+h*c8)+q*c9)
	d = c1 + (h*(2*c2) + hh*(3*c3+h*(4*c4)) + q*((5*c5+h*(6*c6))+hh*(7*c7+h*(8*c8))+q*(9*c9)))
	return t[0] + h*v, d
}

// Where the tables end, the remainder of the density's polynomial is still below
// 2⁻⁵¹ of it.
const (
	erfReach    = 5
	normalReach = 8
)

var (
	erfTable    = makeErfTable()
	normalTable = makeNormalTable()
)

func makeErfTable() (table [erfReach*taylorSteps + 1]taylorRow) {
	for i := range table {
		c := float64(i) / taylorSteps
		table[i] = taylor(math.Erf(c), 2/math.SqrtPi*math.Exp(-c*c), c, 2)
	}
	return table
}

func makeNormalTable() (table [2*normalReach*taylorSteps + 1]taylorRow) {
	for i := range table {
		c := float64(i)/taylorSteps - normalReach
		v, d := normalDirect(c)
		table[i] = taylor(v, d, c, 1)
	}
	return table
}

// taylor expands at c the function with the given value there whose derivative
// w is proportional to exp(−s·x²/2), so that k·w_k = −s·(c·w_{k−1} + w_{k−2}).
func taylor(value, w, c, s float64) (row taylorRow) {
	row[0], row[1] = value, w
	before := 0.
	for k := 1; k < len(row)-1; k++ {
		w, before = -s*(c*w+before)/float64(k), w
		row[k+1] = w / float64(k+1)
	}
	return row
}

// erfWithDensity returns erf x and its derivative (2/√π)·exp(−x²).
func erfWithDensity(x float64) (v, d float64) {
	s := math.Abs(x)
	if !(s < erfReach) {
		return math.Erf(x), 2 / math.SqrtPi * bell(x, 1)
	}
	i := int(s*taylorSteps + 0.5)
	v, d = erfTable[i].at(s - float64(i)*(1./taylorSteps))
	return math.Copysign(v, x), d
}

// normalWithDensity returns Φ(x) and its density.
func normalWithDensity(x float64) (v, d float64) {
	if !(math.Abs(x) < normalReach) {
		return normalDirect(x)
	}
	i := int((x+normalReach)*taylorSteps + 0.5)
	return normalTable[i].at(x - (float64(i)*(1./taylorSteps) - normalReach))
}

// normalDirect is ½erfc(−x/√2), corrected to first order for the rounding of
// x/√2.
func normalDirect(x float64) (v, d float64) {
	const rest = -0x1.bdd3413b26456p-54 // √2 less the float64 nearest to it
	y := -x / math.Sqrt2
	d = invSqrt2Pi * bell(x, 0.5)
	v = 0.5 * math.Erfc(y)
	if missing := -(math.FMA(math.Sqrt2, y, x) + rest*y); d > 0 { // √2 times what y misses
		v -= missing * d
	}
	return v, d
}

// bell returns exp(−s·x²) for s = 1 or ½, corrected for the rounding of x².
func bell(x, s float64) float64 {
	square := x * x
	e, _ := exponential(-s * square)
	if e == 0 {
		return 0
	}
	return e - e*(s*math.FMA(x, x, -square))
}
