package gpnorm

import (
	"fmt"
	"math"
)

// shifts returns the constants b that complete n.A, in the order of
// Normalized.Roots.
func (n *Normalized) shifts(t *tape) ([]float64, error) {
	mean := n.A * n.RawProfile.Mean.Value
	rounding := n.A*n.RawProfile.Mean.Error + 64*0x1p-52*math.Abs(mean)
	half, err := n.halfDistance(t)
	if err != nil {
		return nil, err
	}
	if half <= 32*0x1p-52*(1+math.Abs(mean)) { // affine: what is left is rounding
		return []float64{snap(-mean, rounding)}, nil
	}
	near, far := half-mean, -half-mean
	tie := math.Abs(math.Abs(near)-math.Abs(far)) <= rootTol*max(1, math.Abs(near))
	if !tie && math.Abs(far) < math.Abs(near) {
		near, far = far, near
	}
	rounding += 64 * 0x1p-52 * half
	return []float64{snap(near, rounding), snap(far, rounding)}, nil
}

// snap is 0 for a b that differs from it by rounding alone.
func snap(b, rounding float64) float64 {
	if math.Abs(b) <= rounding {
		return 0
	}
	return b
}

// halfDistance is √(1 − a²Var f), half the distance of the two roots.
//
// The difference cancels when f is nearly affine. With f = Σα_k h_k it is
// a²(E f′² − Var f) = a²Σ(k−1)α_k², to which the affine part contributes
// nothing. So f may be replaced by the residual r = f − α₀ − α₁x, for which
// E r′² ≥ 2·E r²: nothing is lost in a²(E r′² − E r²).
func (n *Normalized) halfDistance(t *tape) (float64, error) {
	mean, slope := n.RawProfile.Mean.Value, n.RawProfile.DerivMean.Value
	square := n.RawProfile.DerivSecondMoment.Value
	t.rewind()
	r, err := problem{
		what:  []string{"r²", "r′²"},
		kinks: n.Raw.Breaks(),
		abs:   residualRounding(n.RawProfile),
		f: func(out [][]float64, x []float64) ([]float64, error) {
			b, err := t.at(x)
			if err != nil {
				return nil, err
			}
			for i, g := range x {
				v, w := b.val[i]-mean-slope*g, b.der[i]-slope
				out[0][i], out[1][i] = v*v, w*w
			}
			return b.density, nil
		},
	}.expectations()
	if err != nil {
		return 0, fmt.Errorf("residual of the affine part: %w", err)
	}
	return math.Sqrt(max(0, (r.Value[1]-r.Value[0])/square)), nil
}

// residualRounding is the error that the rounding of f and f′ leaves in E r²
// and E r′²; asking the quadrature for less would make it chase noise.
func residualRounding(p Profile) float64 {
	const eps = 0x1p-52
	scale := p.SecondMoment.Value + p.DerivSecondMoment.Value
	left := max(p.DerivSecondMoment.Value-p.DerivMean.Value*p.DerivMean.Value, eps*scale)
	return 16 * eps * math.Sqrt(left*scale)
}
