package expr

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// A Constant is one real number, exactly.
type Constant struct {
	Name string   // "pi" or "e" for those two, empty otherwise
	Rat  *big.Rat // the value of every other constant; nil for pi and e. Not to be modified.

	Value  float64 // the nearest float64
	Lo, Hi float64 // neighbouring float64s with Lo ≤ the number ≤ Hi; equal if it is a float64
}

// Both math.Pi and math.E are the nearest float64 and lie below the number.
var (
	constPi = &Constant{Name: "pi", Value: math.Pi, Lo: math.Pi, Hi: math.Nextafter(math.Pi, 4)}
	constE  = &Constant{Name: "e", Value: math.E, Lo: math.E, Hi: math.Nextafter(math.E, 4)}
)

func newConstant(r *big.Rat) *Constant {
	v, exact := r.Float64()
	c := &Constant{Rat: r, Value: v, Lo: v, Hi: v}
	if exact {
		return c
	}
	if new(big.Rat).SetFloat64(v).Cmp(r) < 0 {
		c.Hi = math.Nextafter(v, math.Inf(1))
	} else {
		c.Lo = math.Nextafter(v, math.Inf(-1))
	}
	return c
}

func (c *Constant) key() string {
	if c.Rat == nil {
		return c.Name
	}
	return c.Rat.RatString()
}

// compare returns the sign of c − d; ok is false when their enclosures
// overlap without both being rational.
func (c *Constant) compare(d *Constant) (sign int, ok bool) {
	switch {
	case c.Rat != nil && d.Rat != nil:
		return c.Rat.Cmp(d.Rat), true
	case c == d:
		return 0, true
	case c.Hi < d.Lo:
		return -1, true
	case d.Hi < c.Lo:
		return 1, true
	}
	return 0, false
}

const (
	foldBits = 1000  // largest numerator and denominator that folding produces
	foldMax  = 1e300 // largest magnitude, and inverse of the smallest
)

// foldable reports whether r is small enough to replace the operation that
// produced it.
func foldable(r *big.Rat) bool {
	if r.Num().BitLen() > foldBits || r.Denom().BitLen() > foldBits {
		return false
	}
	v, _ := r.Float64()
	v = math.Abs(v)
	return r.Sign() == 0 || v >= 1/foldMax && v <= foldMax
}

// parseDecimal reads digits, an optional fraction and an optional exponent.
// A leading sign is accepted if signed.
func parseDecimal(s string, signed bool) (*big.Rat, string) {
	digits := s
	if signed {
		digits = strings.TrimPrefix(strings.TrimPrefix(s, "+"), "-")
		if len(s)-len(digits) > 1 {
			return nil, "is not a decimal number"
		}
	}
	if !decimalSyntax(digits) {
		return nil, "is not a decimal number"
	}
	v, err := strconv.ParseFloat(digits, 64)
	zero := strings.Trim(strings.FieldsFunc(digits, func(r rune) bool { return r == 'e' || r == 'E' })[0], "0.") == ""
	switch {
	case err != nil:
		return nil, "is too large: at most 1e308"
	case !zero && v < 1e-307:
		return nil, "is too small: at least 1e-307"
	case zero:
		return new(big.Rat), ""
	}
	r, ok := new(big.Rat).SetString(digits)
	if !ok {
		return nil, "is not a decimal number"
	}
	if strings.HasPrefix(s, "-") {
		r.Neg(r)
	}
	return r, ""
}

func decimalSyntax(s string) bool {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(s), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return false
	}
	if !hasExponent {
		return true
	}
	if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
		exponent = exponent[1:]
	}
	return exponent != "" && allDigits(exponent)
}

func allDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// formatRat writes r ≥ 0 so that the grammar reads the same number back: as a
// decimal if it is one (atomic), else as a quotient of two integers.
func formatRat(r *big.Rat) (text string, atomic bool) {
	if digits, exponent, ok := decimalDigits(r); ok {
		return formatDecimal(digits, exponent), true
	}
	num, _ := formatRat(new(big.Rat).SetInt(r.Num()))
	den, _ := formatRat(new(big.Rat).SetInt(r.Denom()))
	return num + "/" + den, false
}

// decimalDigits finds the integer without trailing zeros and the exponent
// with r = digits·10^exponent, if they exist.
func decimalDigits(r *big.Rat) (digits string, exponent int, ok bool) {
	twos := int(r.Denom().TrailingZeroBits())
	odd := new(big.Int).Rsh(r.Denom(), uint(twos))
	fives, five, rem := 0, big.NewInt(5), new(big.Int)
	for {
		q, m := new(big.Int).QuoRem(odd, five, rem)
		if m.Sign() != 0 {
			break
		}
		odd, fives = q, fives+1
	}
	if odd.Cmp(big.NewInt(1)) != 0 {
		return "", 0, false
	}
	places := max(twos, fives)
	n := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	n.Mul(n, r.Num()).Quo(n, r.Denom())
	all := n.String()
	digits = strings.TrimRight(all, "0")
	if digits == "" {
		return "0", 0, true
	}
	return digits, len(all) - len(digits) - places, true
}

func formatDecimal(digits string, exponent int) string {
	point := len(digits) + exponent // position of the decimal point relative to the first digit
	switch {
	case exponent >= 0 && point <= 15:
		return digits + strings.Repeat("0", exponent)
	case exponent < 0 && point > 0:
		return digits[:point] + "." + digits[point:]
	case exponent < 0 && point > -6:
		return "0." + strings.Repeat("0", -point) + digits
	}
	mantissa := digits[:1]
	if len(digits) > 1 {
		mantissa += "." + digits[1:]
	}
	return mantissa + "e" + strconv.Itoa(point-1)
}
