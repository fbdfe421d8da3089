package theorem

import "math"

const (
	maxDegree       = 60
	seriesTolerance = 1e-13
	seriesEnough    = 1e-12
)

// seriesDegree returns the even degree after which the series of the
// covariance is exact to float64 for any f of unit variance, but at most
// maxDegree.
func seriesDegree(n int) int {
	degree := 2
	for degree < maxDegree && math.Abs(equator(n, degree+2)) > seriesTolerance {
		degree += 2
	}
	return degree
}

// covariances are n−1 times the covariances of two coordinates: of f with f,
// g with g, and f with g; err bounds their errors.
type covariances struct{ value, err [3]float64 }

// series sums the covariances over the even polynomials up to the degree
// that m was integrated with. What is left out is at most |λ_{k+2}| times the
// variance of the even part that the terms so far do not explain.
func (m marginal) series(n, degree int) (cov covariances, enough bool) {
	restF := m.value[evenF] - m.value[firstF]*m.value[firstF]
	restG := m.value[evenG] - m.value[firstG]*m.value[firstG]
	for j := range degree / 2 {
		lambda := equator(n, 2*j+2)
		k := coefficients + 2*j
		f, g := m.value[k], m.value[k+1]
		cov.value[0] += lambda * f * f
		cov.value[1] += lambda * g * g
		cov.value[2] += lambda * f * g
		cov.err[0] += 2 * math.Abs(lambda*f) * m.err[k]
		cov.err[1] += 2 * math.Abs(lambda*g) * m.err[k+1]
		restF -= f * f
		restG -= g * g
	}
	tail := math.Abs(equator(n, degree+2))
	restF, restG = tail*max(restF, 0), tail*max(restG, 0)
	cov.err[0] += restF
	cov.err[1] += restG
	cov.err[2] = (cov.err[0] + cov.err[1]) / 2
	return cov, restF <= seriesEnough*m.value[secondF] && restG <= seriesEnough*m.value[secondG]
}
