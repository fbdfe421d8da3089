package theorem

import (
	"math"

	"bsnn/gpnorm"
)

// An activationGram is what a function does to the Gram matrices of two inputs that enter
// n entries with normal laws.
type activationGram struct {
	out                    gram
	kept, varForward       matrix3
	slope, crossSlope      float64    // E φ′(u)², E φ′(u)φ′(v), by what enters
	feltSlope, feltCross   gramVector // by how much they change with K
	feltDifference         float64
	fourth, third, squares float64 // E φ′(u)⁴, E φ′(u)³φ′(v), E φ′(u)²φ′(v)²
	withSlope, withCross   gramVector
	withDifference         float64
	explainedSlopes        [3]float64 // of the covariances of φ′(u)² and φ′(u)φ′(v), by what is projected: 00, 01, 11
	explainedDifference    float64
	width                  float64
}

// The expectations that a layer needs. f, g stand for φ(u), φ(v) and d, e for φ′(u), φ′(v); x₀ is
// (u²+v²)/2 − 1, x₁ is (u−v)²/2 − d and x₂ is u² − v².
const (
	gSquare = iota // (f²+g²)/2
	gApart         // (f−g)²/2
	gSquareX0
	gSquareX1
	gApartX0
	gApartX1
	gSquareSquare
	gSquareApart
	gApartApart
	gDifferenceX2 // (f²−g²)x₂
	gDifferenceDifference
	gSlope // (d²+e²)/2
	gCross // de
	gSlopeX0
	gSlopeX1
	gCrossX0
	gCrossX1
	gSlopesX2 // (d²−e²)x₂
	gFourth
	gSquares
	gThird
	gSquareSlope
	gSquareCross
	gApartSlope
	gApartCross
	gDifferenceSlopes // (f²−g²)(d²−e²)
	gCount
)

// gramMoments are these expectations at correlation 1 − d.
func gramMoments(a gpnorm.Activation, distance float64) ([]float64, error) {
	return gpnorm.ExpectPairs(a, distance, gCount, func(out [][]float64, p *gpnorm.Pairs) {
		for i, u := range p.U {
			v, f, g, d, e := p.V[i], p.AtU[i], p.AtV[i], p.SlopeU[i], p.SlopeV[i]
			x0, x1, x2 := (u*u+v*v)/2-1, (u-v)*(u-v)/2-distance, u*u-v*v
			square, apart, difference := (f*f+g*g)/2, (f-g)*(f-g)/2, f*f-g*g
			slope, cross, slopes := (d*d+e*e)/2, d*e, d*d-e*e
			for k, value := range [gCount]float64{
				square, apart, square * x0, square * x1, apart * x0, apart * x1, square * square, square * apart, apart * apart,
				difference * x2, difference * difference, slope, cross, slope * x0, slope * x1, cross * x0, cross * x1, slopes * x2,
				(d*d*d*d + e*e*e*e) / 2, cross * cross, slope * cross, square * slope, square * cross, apart * slope, apart * cross,
				difference * slopes,
			} {
				out[k][i] = value
			}
		}
	})
}

// gramOfActivation applies a function to n entries with the Gram matrix s. Behind a Haar
// matrix the Gram matrix of what enters is known, so that fluctuations are those of what is
// left of φ(u)², … when their projections on u² − 1, v² − 1 and uv − ρ are taken away. The
// coefficients of the projections are the derivatives of the means by K: of a normal law they
// are covariances with the sufficient statistics.
func gramOfActivation(used gpnorm.Activation, s gram, n int) (activationGram, error) {
	d := math.Min(s.distance/s.square, 2)
	m, err := gramMoments(used.At(0, math.Sqrt(s.square)), d)
	if err != nil {
		return activationGram{}, err
	}
	a := activationGram{out: gram{m[gSquare], m[gApart]}, slope: m[gSlope] / s.square, crossSlope: m[gCross] / s.square,
		fourth: m[gFourth], third: m[gThird], squares: m[gSquares], width: float64(n)}
	rho := 1 - d
	// By x₀ and x₁/d, and by x₂.
	project := func(x0, x1 float64) (c [2]float64) {
		det := 2*(1+rho*rho) - d*d
		if d == 0 || det < 1e-12 {
			return [2]float64{x0 / (1 + rho*rho), 0}
		}
		x1 /= d
		return [2]float64{(2*x0 - d*x1) / det, ((1+rho*rho)*x1 - d*x0) / det}
	}
	explained := func(b, c [2]float64) float64 {
		return b[0]*c[0]*(1+rho*rho) + (b[0]*c[1]+b[1]*c[0])*d + 2*b[1]*c[1]
	}
	spread := 4 * d * (2 - d) // of x₂
	by2 := func(x2 float64) float64 {
		if spread == 0 {
			return 0
		}
		return x2 / spread
	}
	inK := func(c [2]float64) gramVector { // by K, whose coordinates are q(1 + x₀) and q(d + x₁)
		if d == 0 {
			return gramVector{c[0] / s.square}
		}
		return gramVector{c[0] / s.square, c[1] / (d * s.square)}
	}
	square, apart := project(m[gSquareX0], m[gSquareX1]), project(m[gApartX0], m[gApartX1])
	slope, cross := project(m[gSlopeX0], m[gSlopeX1]), project(m[gCrossX0], m[gCrossX1])
	lengths, slopes := by2(m[gDifferenceX2]), by2(m[gSlopesX2])

	a.kept = matrix3{inK(square), inK(apart), {0, 0, lengths / s.square}}
	mixed := m[gSquareApart] - m[gSquare]*m[gApart] - explained(square, apart)
	a.varForward = matrix3{
		{positive(m[gSquareSquare] - m[gSquare]*m[gSquare] - explained(square, square)), mixed},
		{mixed, positive(m[gApartApart] - m[gApart]*m[gApart] - explained(apart, apart))},
		{0, 0, positive(m[gDifferenceDifference] - lengths*lengths*spread)},
	}.scaled(1 / a.width)

	q := s.square // slopes are by u, and those by what enters are 1/√q of them
	a.feltSlope, a.feltCross, a.feltDifference = inK(slope), inK(cross), slopes/s.square
	for i := range a.feltSlope {
		a.feltSlope[i] /= q
		a.feltCross[i] /= q
	}
	a.feltDifference /= q
	a.explainedSlopes = [3]float64{explained(slope, slope), explained(slope, cross), explained(cross, cross)}
	a.explainedDifference = slopes * slopes * spread
	a.withSlope = gramVector{m[gSquareSlope] - m[gSquare]*m[gSlope] - explained(square, slope),
		m[gApartSlope] - m[gApart]*m[gSlope] - explained(apart, slope)}
	a.withCross = gramVector{m[gSquareCross] - m[gSquare]*m[gCross] - explained(square, cross),
		m[gApartCross] - m[gApart]*m[gCross] - explained(apart, cross)}
	a.withDifference = m[gDifferenceSlopes] - lengths*slopes*spread
	for i := range a.withSlope {
		a.withSlope[i] /= q
		a.withCross[i] /= q
	}
	a.withDifference /= q
	a.fourth, a.third, a.squares = a.fourth/(q*q), a.third/(q*q), a.squares/(q*q)
	for i := range a.explainedSlopes {
		a.explainedSlopes[i] /= q * q
	}
	a.explainedDifference /= q * q
	return a, nil
}

func positive(x float64) float64 { return math.Max(x, 0) }

func (a activationGram) before(after slopes) slopes {
	return slopes{a.slope * after.square, a.crossSlope * after.inner}
}

// effect is that for gradients y₁, y₂ of random directions with the Gram matrix Γ. Their Gram
// matrix is known as that of what enters is: what is left are the fluctuations of
// φ′(u)²y₁², … less the projections on y₁² − 1, y₂² − 1 and y₁y₂ − r as well.
func (a activationGram) effect(after slopes) gramEffect {
	y, r := after.square, after.inner/after.square
	g, c, rr := a.slope, a.crossSlope, after.inner*after.inner/(after.square*after.square)
	e := gramEffect{kept: a.kept, varForward: a.varForward, gradient: diagonal3(g, c, g)}
	for i := range 2 {
		e.felt[length][i], e.felt[inner][i] = y*a.feltSlope[i], y*r*a.feltCross[i]
		e.both[i][length], e.both[i][inner] = y*a.withSlope[i]/a.width, y*r*a.withCross[i]/a.width
	}
	e.felt[difference][difference] = y * a.feltDifference
	e.both[difference][difference] = y * a.withDifference / a.width

	mixed := 3*r*a.third - g*c*r - r*a.explainedSlopes[1] - 2*r*g*c
	e.varBackward = matrix3{
		{positive(1.5*a.fourth + (0.5+rr)*a.squares - g*g - a.explainedSlopes[0] - g*g*(1+rr)), mixed},
		{mixed, positive((1+2*rr)*a.squares - c*c*rr - rr*a.explainedSlopes[2] - c*c*(1+rr))},
		{0, 0, positive(6*a.fourth - 2*(1+2*rr)*a.squares - a.explainedDifference - 4*g*g*(1-rr))},
	}.scaled(y * y / a.width)
	return e
}
