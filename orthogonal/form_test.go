package orthogonal

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
)

// The product formed in blocks is the one of the reflectors applied one after
// the other to the rows of the identity, also when some of them are the
// identity, for square matrices and for fewer rows than columns.
func TestFormedIsTheProductOfTheReflectors(t *testing.T) {
	seed := replay.Seed(t)
	for i, shape := range [][2]int{{1, 1}, {1, 7}, {5, 5}, {31, 31}, {32, 40}, {33, 33}, {64, 64}, {70, 95}, {300, 300}} {
		p, n := shape[0], shape[1]
		t.Run(fmt.Sprintf("%d×%d", p, n), func(t *testing.T) {
			s := drawStewart(p, n, rand.New(source(seed, i)))
			for k := 3; k < p; k += 11 {
				s.tau[k] = 0
			}
			want := make([]float64, 0, p*n)
			for row := range p {
				x := make([]float64, n)
				x[row] = 1
				for k := p - 1; k >= 0; k-- {
					s.reflect(k, x)
				}
				want = append(want, x...)
			}
			s.rows.Data = slices.Clone(s.rows.Data)
			s.formRows()
			require.InDeltaSlice(t, want, s.rows.Data, 1e-13)
		})
	}
}
