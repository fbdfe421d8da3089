package montecarlo

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// An Experiment is the address of all streams that share a seed and a name.
type Experiment struct{ key [32]byte }

// NewExperiment is the experiment called name under seed. Different (seed,
// name) pairs have unrelated streams: their keys are SHA-256 digests.
func NewExperiment(seed uint64, name string) Experiment {
	b := binary.LittleEndian.AppendUint64([]byte("bsnn experiment\x00"), seed)
	return Experiment{sha256.Sum256(append(b, name...))}
}

// Trial is the address of one trial of the experiment.
func (e Experiment) Trial(trial int) Trial {
	b := binary.LittleEndian.AppendUint64(e.key[:], uint64(trial))
	d := sha256.Sum256(b)
	return Trial{binary.LittleEndian.Uint64(d[:]), binary.LittleEndian.Uint64(d[8:])}
}

// A Trial is the address of the streams of one trial, one for each layer.
type Trial struct{ hi, lo uint64 }

// Layer is the stream of one layer, at its beginning. It is returned by
// value: a copy continues from the same place, which is how a stream is
// replayed or set aside.
//
// The generator is PCG-DXSM with 128 bits of state. Two layers of a trial
// start from different states by construction; two streams of 2⁴⁰ draws each
// overlap with probability below 2⁻⁸⁶.
func (t Trial) Layer(layer int) rand.PCG {
	return *rand.NewPCG(mix(t.hi+uint64(layer)*0x9e3779b97f4a7c15), mix(t.lo^uint64(layer)))
}

// mix is a bijection of 64-bit words with full avalanche (the finaliser of
// SplitMix64: Steele, Lea, Flood 2014).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Stream is the stream addressed by (seed, experiment, trial, layer).
func Stream(seed uint64, experiment string, trial, layer int) rand.PCG {
	return NewExperiment(seed, experiment).Trial(trial).Layer(layer)
}
