// Package words writes numbers and lists for people.
package words

import (
	"math"
	"strconv"
	"strings"
)

// NoNumber stands for a number that does not exist.
const NoNumber = "–"

// Number writes a number with the given significant digits, powers of ten
// where it is very small or large.
func Number(v float64, digits int) string {
	switch {
	case math.IsNaN(v):
		return NoNumber
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "−∞"
	case v == 0:
		return "0"
	}
	s := strconv.FormatFloat(v, 'e', digits-1, 64)
	mantissa, exponent, _ := strings.Cut(s, "e")
	e, _ := strconv.Atoi(exponent)
	if e < -4 || e > 5 {
		if strings.Contains(mantissa, ".") {
			mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
		}
		return minus(mantissa + "×10" + Superscript(e))
	}
	rounded, _ := strconv.ParseFloat(s, 64)
	return minus(strconv.FormatFloat(rounded, 'f', -1, 64))
}

// Fixed writes a number with fixed decimals.
func Fixed(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Number(v, 3)
	}
	return minus(strconv.FormatFloat(v, 'f', decimals, 64))
}

// WithError writes a number and its standard error, with two significant
// digits of the error and as many decimals of the number.
func WithError(v, stderr float64) string {
	if !(stderr >= 1e-6) || math.IsInf(stderr, 1) {
		return Number(v, 3) + " ± " + Number(stderr, 2)
	}
	decimals := max(0, 1-int(math.Floor(math.Log10(stderr))))
	return Fixed(v, decimals) + " ± " + Fixed(stderr, decimals)
}

func minus(s string) string { return strings.Replace(s, "-", "−", 1) }

// Count groups the digits of a whole number.
func Count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Superscript is a whole number in raised digits.
func Superscript(k int) string {
	return strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
		"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(strconv.Itoa(k))
}

// List joins words as in a sentence, with semicolons where the words have
// commas of their own.
func List(words []string) string {
	sep := ", "
	for _, w := range words {
		if strings.Contains(w, ",") {
			sep = "; "
		}
	}
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		last := " and "
		if sep == "; " {
			last = "; and "
			if n == 2 {
				last = " and "
			}
		}
		return strings.Join(words[:n-1], sep) + last + words[n-1]
	}
}
