package orthogonal

import (
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"bsnn/internal/vector"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

var (
	_ encoding.BinaryMarshaler   = (*Lazy)(nil)
	_ encoding.BinaryUnmarshaler = (*Lazy)(nil)
)

// Clone returns a W that has given the same answers so far and will give
// the same answers to the same questions, and from then on is independent of l: a
// question to one is unknown to the other. What is known is shared, not
// copied, so a clone costs O(k) memory. The random source must be a
// *montecarlo.Stream, a *rand.PCG or a *rand.ChaCha8, else Clone is an error.
func (l *Lazy) Clone() (*Lazy, error) {
	kind, state, err := sourceState(l.src)
	if err != nil {
		return nil, fmt.Errorf("Clone: %w", err)
	}
	src, err := restoreSource(kind, state)
	if err != nil {
		return nil, fmt.Errorf("Clone: %w", err)
	}
	return &Lazy{n: l.n, src: src, draw: normalsOf(src), v: slices.Clone(l.v), u: slices.Clone(l.u)}, nil
}

// Materialize completes W by drawing what no question has determined and
// returns the matrix: Haar-distributed, and in agreement with all answers
// before and after. It costs O(n³) operations and leaves l with all n
// directions known.
func (l *Lazy) Materialize() *Dense {
	for first := 0; first < l.n; first += columnBlock {
		k := min(columnBlock, l.n-first)
		block := mat.NewDense(l.n, k, nil)
		for j := range k {
			block.Set(first+j, j, 1)
		}
		l.askBlock(newQuestions(block, 0, k), &l.v, &l.u)
	}
	w := mat.NewDense(l.n, l.n, nil)
	for first := 0; first < len(l.v); first += columnBlock { // W = Σ uᵢvᵢᵀ
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, l.u.panel(first), l.v.panel(first), 1, w.RawMatrix())
	}
	return &Dense{m: w}
}

// stateMagic begins a saved Lazy; its digit is the version of the format.
const stateMagic = "bsnnlazy1\n"

const (
	kindPCG     = 1
	kindChaCha8 = 2
	kindStream  = 3
)

// MarshalBinary saves what is known of W and the state of the random source,
// in 16nk bytes and a few more. The source must be a *montecarlo.Stream, a
// *rand.PCG or a *rand.ChaCha8, else it is an error.
func (l *Lazy) MarshalBinary() ([]byte, error) {
	kind, state, err := sourceState(l.src)
	if err != nil {
		return nil, fmt.Errorf("Lazy.MarshalBinary: %w", err)
	}
	b := make([]byte, 0, len(stateMagic)+8+8+1+2+len(state)+16*l.n*len(l.v)+sha256.Size)
	b = append(b, stateMagic...)
	b = binary.LittleEndian.AppendUint64(b, uint64(l.n))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(l.v)))
	b = append(b, kind)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(state)))
	b = append(b, state...)
	for _, columns := range []basis{l.v, l.u} {
		for _, column := range columns {
			for _, x := range column {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
			}
		}
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...), nil
}

// UnmarshalBinary makes l the W that was saved, with a random source of its
// own: it answers every question, to the last bit, as the saved one would have.
// The zero Lazy may be used to receive it. It is an error if data was not
// made by MarshalBinary or has been damaged, and then l is left as it was.
func (l *Lazy) UnmarshalBinary(data []byte) error {
	restored, err := restoreLazy(data)
	if err != nil {
		return fmt.Errorf("Lazy.UnmarshalBinary: %w", err)
	}
	*l = *restored
	return nil
}

func restoreLazy(data []byte) (*Lazy, error) {
	const head = len(stateMagic) + 8 + 8 + 1 + 2
	if len(data) < head+sha256.Size || string(data[:len(stateMagic)]) != stateMagic {
		return nil, errors.New("not a saved Lazy, or one of another version")
	}
	body := data[:len(data)-sha256.Size]
	if sha256.Sum256(body) != [sha256.Size]byte(data[len(body):]) {
		return nil, errors.New("the saved Lazy is damaged: its checksum differs")
	}
	fixed := body[len(stateMagic):]
	n, k := binary.LittleEndian.Uint64(fixed), binary.LittleEndian.Uint64(fixed[8:])
	kind, length := fixed[16], int(binary.LittleEndian.Uint16(fixed[17:]))
	rest := body[head:]
	if length > len(rest) {
		return nil, errors.New("the state of the random source is cut short")
	}
	src, err := restoreSource(kind, rest[:length])
	if err != nil {
		return nil, err
	}
	rest = rest[length:]
	if !fits(n, k, uint64(len(rest))) {
		return nil, fmt.Errorf("dimension %d with %d known directions does not fit %d bytes", n, k, len(rest))
	}
	l := &Lazy{n: int(n), src: src, draw: normalsOf(src)}
	for _, to := range []*basis{&l.v, &l.u} {
		*to = make(basis, k)
		for i := range *to {
			(*to)[i] = make([]float64, n)
			for j := range (*to)[i] {
				(*to)[i][j] = math.Float64frombits(binary.LittleEndian.Uint64(rest))
				rest = rest[8:]
			}
			if e := norm((*to)[i]) - 1; !(math.Abs(e) < 1e-9) {
				return nil, fmt.Errorf("direction %d is not a unit vector", i)
			}
		}
	}
	return l, nil
}

// fits says whether 2k columns of n numbers take so many bytes.
func fits(n, k, bytes uint64) bool {
	if n == 0 || n > math.MaxInt || k > n {
		return false
	}
	if k == 0 {
		return bytes == 0
	}
	return n <= bytes/16/k && 16*n*k == bytes
}

// sourceState returns the kind and state of a source that can be restored.
func sourceState(src rand.Source) (kind byte, state []byte, err error) {
	switch s := src.(type) {
	case *rand.PCG:
		state, err = s.MarshalBinary()
		return kindPCG, state, err
	case *rand.ChaCha8:
		state, err = s.MarshalBinary()
		return kindChaCha8, state, err
	}
	if s, ok := src.(encoding.BinaryMarshaler); ok {
		if state, err := s.MarshalBinary(); err == nil && new(vector.Source).UnmarshalBinary(state) == nil {
			return kindStream, state, nil
		}
	}
	return 0, nil, fmt.Errorf("random source is a %T, want a *montecarlo.Stream, *rand.PCG or *rand.ChaCha8 to restore it", src)
}

func restoreSource(kind byte, state []byte) (rand.Source, error) {
	switch kind {
	case kindPCG:
		s := new(rand.PCG)
		return s, s.UnmarshalBinary(state)
	case kindChaCha8:
		s := new(rand.ChaCha8)
		return s, s.UnmarshalBinary(state)
	case kindStream:
		s := new(vector.Source)
		return s, s.UnmarshalBinary(state)
	}
	return nil, fmt.Errorf("unknown kind %d of random source", kind)
}
