package montecarlo

import (
	"crypto/sha256"
	"encoding/binary"

	"bsnn/internal/vector"
)

// An Experiment is the address of all streams that share a seed and a name.
type Experiment struct{ key uint64 }

// NewExperiment is the experiment called name under seed. Its key is a part of
// a SHA-256 digest, so that different (seed, name) pairs have unrelated keys: two of a
// million experiments share theirs with probability below 2⁻²⁴.
func NewExperiment(seed uint64, name string) Experiment {
	return Experiment{digest("experiment", seed, name)}
}

// digest is a key for a number and a text of one kind.
func digest(kind string, number uint64, text string) uint64 {
	b := binary.LittleEndian.AppendUint64([]byte("bsnn "+kind+"\x00"), number)
	sum := sha256.Sum256(append(b, text...))
	return binary.LittleEndian.Uint64(sum[:])
}

// Trial is the address of one trial of the experiment.
func (e Experiment) Trial(trial int) Trial { return Trial{e.key, uint64(trial)} }

// A Trial is the address of the streams of one trial, one for each layer.
type Trial struct{ key, trial uint64 }

// Layer is the stream of one layer, at its beginning.
func (t Trial) Layer(layer int) Stream {
	const bits = 24 // of the layer that the counter has room for
	key := t.key
	if high := uint64(layer) >> bits; high != 0 {
		key = digest("layers", high, string(binary.LittleEndian.AppendUint64(nil, key)))
	}
	return Stream{vector.NewSource(vector.Stream{Key: key, Trial: t.trial, Layer: uint32(layer) & (1<<bits - 1)})}
}

// NewStream is the stream addressed by (seed, experiment, trial, layer).
func NewStream(seed uint64, experiment string, trial, layer int) Stream {
	return NewExperiment(seed, experiment).Trial(trial).Layer(layer)
}

// A Stream is the sequence of random numbers at one address. What stands at a
// position is a function of the address and the position alone, so anything can
// be drawn again without drawing what comes before it, by any worker.
//
// The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011,
// doi:10.1145/2063384.2063405): its key is the experiment, its counter (trial,
// layer, position). Streams at different addresses of an experiment never overlap. An
// address has room for 2⁴¹ numbers.
//
// A Stream is a [math/rand/v2.Source], and a value: a copy goes on from the same
// place, which is how a stream is replayed or set aside.
type Stream struct{ source vector.Source }

// Uint64 is the next 64 random bits.
func (s *Stream) Uint64() uint64 { return s.source.Uint64() }

// Normals fills dst with the next standard normal numbers and returns their sum
// of squares. They are those of NormalsAt from NextNormal(0) on.
func (s *Stream) Normals(dst []float64) (sumOfSquares float64) { return s.source.Normals(dst) }

// NormalsAt fills dst with the standard normal numbers from a position on and
// returns their sum of squares. The stream stays where it is.
//
// They are pairs by the method of Box and Muller (1958,
// doi:10.1214/aoms/1177706645). Nothing beyond 9.49 is drawn, where a normal number is
// with probability 2.2·10⁻²¹.
func (s *Stream) NormalsAt(dst []float64, position uint64) (sumOfSquares float64) {
	return s.source.NormalsAt(dst, position)
}

// NextNormal is the position at which normal numbers go on after the next n of
// them.
func (s *Stream) NextNormal(n int) uint64 { return s.source.NextNormal(n) }

// MarshalBinary saves the address and the place.
func (s *Stream) MarshalBinary() ([]byte, error) { return s.source.MarshalBinary() }

// UnmarshalBinary restores what MarshalBinary saved.
func (s *Stream) UnmarshalBinary(data []byte) error { return s.source.UnmarshalBinary(data) }
