package orthogonal

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// checkDraw reports why an operator on ℝⁿ cannot be drawn from src.
func checkDraw(what string, n int, src rand.Source) error {
	if n <= 0 {
		return fmt.Errorf("%s: dimension %d, want at least 1", what, n)
	}
	if src == nil {
		return errors.New("" + what + ": nil random source")
	}
	return nil
}

// mustMatch panics unless dst and x are vectors of ℝⁿ.
func mustMatch(n int, dst, x []float64) {
	if len(dst) != n || len(x) != n {
		panic(fmt.Sprintf("orthogonal: operator of dimension %d applied to a vector of length %d with a destination of length %d", n, len(x),
			len(dst)))
	}
}

// shapeColumns panics unless x has n rows and dst can hold n×k like x; an
// empty dst is given that shape. It returns k.
func shapeColumns(n int, dst *mat.Dense, x mat.Matrix) int {
	rows, cols := x.Dims()
	if rows != n {
		panic(fmt.Sprintf("orthogonal: operator of dimension %d applied to a %d×%d matrix", n, rows, cols))
	}
	shapeDestination(dst, n, cols)
	return cols
}

// shapeDestination panics unless dst is rows×cols; an empty dst is given
// that shape.
func shapeDestination(dst *mat.Dense, rows, cols int) {
	if dst.IsEmpty() {
		dst.ReuseAs(rows, cols)
		return
	}
	if r, c := dst.Dims(); r != rows || c != cols {
		panic(fmt.Sprintf("orthogonal: destination is %d×%d, want %d×%d", r, c, rows, cols))
	}
}
