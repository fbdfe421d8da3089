package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bsnn/internal/limits"
	"bsnn/internal/words"
)

// Widths that a sweep accepts.
const (
	MinWidth = 4 // the exact moments start there
	MaxWidth = limits.Width
)

// ParseWidths reads "a:b", which doubles from a up to at most b, or a list
// "a,b,c", which it sorts.
func ParseWidths(s string) ([]int, error) {
	out, why := readWidths(s)
	if why != "" {
		return nil, fmt.Errorf("%q: %s; want a:b with doubling, as in 64:4096, or a list, as in 64,100,1000", words.Shorten(s, 60), why)
	}
	return out, nil
}

func readWidths(s string) (widths []int, why string) {
	lo, hi, ok := strings.Cut(s, ":")
	if !ok {
		return listWidths(s)
	}
	a, errA := strconv.Atoi(lo)
	b, errB := strconv.Atoi(hi)
	if errA != nil || errB != nil {
		return nil, "not two whole numbers"
	}
	if why := badWidth(a); why != "" {
		return nil, why
	}
	if b < a {
		return nil, "the range is empty"
	}
	if why := badWidth(b); why != "" {
		return nil, why
	}
	for n := a; n <= b; n *= 2 {
		widths = append(widths, n)
	}
	return widths, ""
}

func listWidths(s string) (widths []int, why string) {
	for field := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil {
			return nil, fmt.Sprintf("%q is not a whole number", words.Shorten(field, 60))
		}
		if why := badWidth(n); why != "" {
			return nil, why
		}
		widths = append(widths, n)
	}
	slices.Sort(widths)
	if widths = slices.Compact(widths); len(widths) > limits.Sizes {
		return nil, fmt.Sprintf("%d widths, more than %d", len(widths), limits.Sizes)
	}
	return widths, ""
}

// badWidth says what is wrong with a width.
func badWidth(n int) string {
	switch {
	case n < MinWidth:
		return fmt.Sprintf("width %d is below %d", n, MinWidth)
	case n > MaxWidth:
		return fmt.Sprintf("width %d is above %d", n, MaxWidth)
	}
	return ""
}
