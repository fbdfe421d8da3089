package network

import (
	"bsnn/montecarlo"

	"gonum.org/v1/gonum/mat"
)

// Drawn draws gW and the bias z, nil for one that is zero at the start, from the stream of
// the map: those of a network that [Architecture.Draw] draws. The rotation of a
// shortcut is Linear{To: n} of n inputs.
func (l Linear) Drawn(in int, s *montecarlo.Stream) (weights *mat.Dense, bias []float64, err error) {
	if weights, err = l.Weights.Draw(in, l.To, s); err != nil {
		return nil, nil, err
	}
	weights.Scale(l.Scale(), weights)
	return weights, l.drawBias(in, s), nil
}
