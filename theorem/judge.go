package theorem

import (
	"bsnn/gpnorm"
	"bsnn/network"
)

// A Judge normalises the function of a block.
type Judge func(network.Activation) (gpnorm.Judgement, error)

// Estimate is the Judge that relies on quadrature alone: it takes a millisecond where a proof takes many, and may
// overlook features of a function that are narrower than a thousandth. Its judgements have no certificate.
func Estimate(a network.Activation) (gpnorm.Judgement, error) {
	j, err := gpnorm.Judgement{}, error(nil)
	if j.Expression, err = gpnorm.Formula(a.Spec, a.Parameters); err != nil {
		return j, err
	}
	raw, err := gpnorm.Resolve(a.Spec, a.Parameters)
	if err != nil {
		return j, err
	}
	j.Normalized, err = gpnorm.Normalize(raw)
	return j, err
}

// orProof is the judge, or the one that proves.
func (j Judge) orProof() Judge {
	if j == nil {
		return network.Activation.Judge
	}
	return j
}

// Survives says whether a factor of squared norms over a whole network is within [1/10, 10]: beyond, signals or
// gradients count as vanishing or exploding.
func Survives(factor float64) bool { return factor >= 0.1 && factor <= 10 }
