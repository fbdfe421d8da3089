package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"bsnn/reports"
)

// between prints a proven enclosure as a number and how far, at most, it is from it: no
// digit of the number is beyond the first of the distance. An enclosure that holds 0 is
// printed as 0 and how far it goes from there.
func between(r reports.Range) string {
	lo, hi := float64(r.Lo), float64(r.Hi)
	if !(hi-lo < math.Inf(1)) {
		return "unknown"
	}
	if lo <= 0 && 0 <= hi {
		return fmt.Sprintf("0 ± %s (proven)", oneDigitUp(max(-lo, hi)))
	}
	half := max((hi-lo)/2, math.SmallestNonzeroFloat64)
	text, distance := "", oneDigitUp(half)
	for range 4 { // rounding the number may lengthen the distance, and that shorten the number
		e, _ := strconv.ParseFloat(distance, 64)
		text = withDigits(lo/2+hi/2, e)
		shown, _ := strconv.ParseFloat(text, 64)
		if far := max(hi-shown, shown-lo); far > e {
			distance = oneDigitUp(far)
			continue
		}
		break
	}
	return fmt.Sprintf("%s ± %s (proven)", text, distance)
}

// withDigits writes x with the digits down to the first one of its error, 16 at most.
func withDigits(x, e float64) string {
	n := decade(x) - decade(e) + 1
	return strconv.FormatFloat(x, 'g', min(max(n, 1), 16), 64)
}

// decade is the power of ten of the first digit of x; a logarithm may round beside it.
func decade(x float64) int {
	_, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'e', -1, 64), "e")
	n, _ := strconv.Atoi(exponent)
	return n
}

// oneDigitUp writes a distance with one digit, rounded up.
func oneDigitUp(x float64) string {
	text := strconv.FormatFloat(x, 'g', 1, 64)
	if v, _ := strconv.ParseFloat(text, 64); v < x {
		unit := math.Pow(10, float64(decade(x)))
		text = strconv.FormatFloat(math.Floor(x/unit+1)*unit, 'g', 1, 64)
	}
	return text
}

// carried writes a number of which an enclosure is known with the digits that it
// carries, six at most, and how far it may be from 0 where it carries none.
func carried(x reports.Number, r reports.Range) string {
	if !x.Finite() {
		return "–"
	}
	v, lo, hi := float64(x), float64(r.Lo), float64(r.Hi)
	if !(hi-lo < math.Inf(1)) {
		return short(x)
	}
	e := max(hi-v, v-lo)
	switch {
	case e <= 1e-6*math.Abs(v):
		return short(x)
	case lo <= 0 && 0 <= hi && hi-lo < 1e-6:
		return short(x) // 0 up to rounding
	case e >= math.Abs(v):
		return "±" + oneDigitUp(max(-lo, hi))
	}
	return withDigits(v, max(e, 1e-6*math.Abs(v)))
}

// span prints an enclosure by its ends.
func span(r reports.Range) string {
	return fmt.Sprintf("between %.6g and %.6g", float64(r.Lo), float64(r.Hi))
}
