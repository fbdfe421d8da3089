package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"

	"bsnn/gpnorm"
	"bsnn/orthogonal"
)

// A Teacher describes a set that needs no files. Rows are standard Gaussian
// vectors in ℝᵐ, so ‖x‖²/m is 1 ± √(2/m) and assumption (1) holds as well as it
// can in that dimension. The label is the largest of Classes outputs of a fixed
// random network,
//
//	V φ(W_D … φ(W_1 x)),
//
// with Haar W_d on O(m), a semi-orthogonal V and the normalised tanh φ; each
// output is shifted and scaled to mean 0 and variance 1, so that no class is
// rare. There is no label noise: a network can reach
// 100 %, a linear classifier cannot.
type Teacher struct {
	Inputs  int // m ≥ Classes
	Classes int // 2 … 256
	Depth   int // D
	Train   int // number of rows
	Test    int
	Seed    uint64 // of the teacher and the rows
}

// DefaultTeacher is small enough for narrow and very deep students: 8 inputs,
// 4 classes, a teacher of 2 layers, 8,192 rows to train on and 2,048 to test.
func DefaultTeacher(seed uint64) Teacher {
	return Teacher{Inputs: 8, Classes: 4, Depth: 2, Train: 8192, Test: 2048, Seed: seed}
}

// maxTeacherRows keeps a set below a few gigabytes.
const maxTeacherRows = 1 << 24

func (t Teacher) check() error {
	switch {
	case t.Classes < 2 || t.Classes > 256:
		return fmt.Errorf("teacher with %d classes; want 2 to 256", t.Classes)
	case t.Inputs < t.Classes || t.Inputs > 4096:
		return fmt.Errorf("teacher with %d inputs; want the number of classes, %d, to 4096", t.Inputs, t.Classes)
	case t.Depth < 1:
		return fmt.Errorf("teacher of depth %d; want 1 or more", t.Depth)
	case t.Train < 1 || t.Train > maxTeacherRows:
		return fmt.Errorf("teacher set of %d training rows; want 1 to %d", t.Train, maxTeacherRows)
	case t.Test < 0 || t.Test > maxTeacherRows:
		return fmt.Errorf("teacher set of %d test rows; want 0 to %d", t.Test, maxTeacherRows)
	}
	return nil
}

// Generate makes the set. The teacher depends on the seed, Inputs, Classes
// and Depth; more rows begin with the same rows.
func (t Teacher) Generate() (train, test *Taught, err error) {
	if err := t.check(); err != nil {
		return nil, nil, err
	}
	n, err := t.network()
	if err != nil {
		return nil, nil, fmt.Errorf("teacher set: %w", err)
	}
	return n.teach(t, t.Train, "train"), n.teach(t, t.Test, "test"), nil
}

// Taught are the rows of a teacher set. Beside the label it knows the outputs
// of the teacher, the targets of a regression.
type Taught struct {
	inputs, classes int
	rows, targets   []float64
	labels          []uint8
}

func (d *Taught) Len() int                 { return len(d.labels) }
func (d *Taught) Inputs() int              { return d.inputs }
func (d *Taught) Classes() int             { return d.classes }
func (d *Taught) Row(dst []float64, i int) { copy(dst, d.rows[i*d.inputs:(i+1)*d.inputs]) }
func (d *Taught) Label(i int) int          { return int(d.labels[i]) }

// Target sets dst, of length Classes, to the outputs of the teacher for row i.
func (d *Taught) Target(dst []float64, i int) {
	copy(dst, d.targets[i*d.classes:(i+1)*d.classes])
}

// teacherNetwork evaluates the teacher. shift and scale standardise the
// outputs.
type teacherNetwork struct {
	activation   gpnorm.Activation
	layers       []*orthogonal.Dense
	out          *orthogonal.SemiOrthogonal
	shift, scale []float64
	h, x         []float64 // scratch
}

func (t Teacher) network() (*teacherNetwork, error) {
	tanh, err := gpnorm.Lookup("tanh")
	if err != nil {
		return nil, err
	}
	phi, err := gpnorm.Normalize(tanh)
	if err != nil {
		return nil, err
	}
	src := stream(t.Seed, "teacher")
	n := &teacherNetwork{activation: phi.Activation, h: make([]float64, t.Inputs), x: make([]float64, t.Inputs)}
	for range t.Depth {
		w, err := orthogonal.NewDense(t.Inputs, src)
		if err != nil {
			return nil, err
		}
		n.layers = append(n.layers, w)
	}
	if n.out, err = orthogonal.NewSemiOrthogonal(t.Classes, t.Inputs, src); err != nil {
		return nil, err
	}
	n.standardize(t)
	return n, nil
}

// probes is the number of rows from which the outputs' means and variances
// are estimated, to about 0.02.
const probes = 4096

func (n *teacherNetwork) standardize(t Teacher) {
	n.shift, n.scale = make([]float64, t.Classes), make([]float64, t.Classes)
	for c := range n.scale {
		n.scale[c] = 1
	}
	probe := n.teach(t, probes, "probe")
	for c := range n.shift {
		var sum, squares float64
		for i := range probes {
			v := probe.targets[i*t.Classes+c]
			sum += v
			squares += v * v
		}
		mean := sum / probes
		n.shift[c], n.scale[c] = mean, 1/math.Sqrt(squares/probes-mean*mean)
	}
}

// teach draws rows from a stream of their own and labels them.
func (n *teacherNetwork) teach(t Teacher, count int, name string) *Taught {
	d := &Taught{
		inputs: t.Inputs, classes: t.Classes,
		rows:    make([]float64, count*t.Inputs),
		targets: make([]float64, count*t.Classes),
		labels:  make([]uint8, count),
	}
	r := rand.New(stream(t.Seed, name))
	for i := range count {
		row := d.rows[i*t.Inputs : (i+1)*t.Inputs]
		for j := range row {
			row[j] = r.NormFloat64()
		}
		target := d.targets[i*t.Classes : (i+1)*t.Classes]
		n.answer(target, row)
		d.labels[i] = uint8(argmax(target))
	}
	return d
}

func (n *teacherNetwork) answer(dst, row []float64) {
	copy(n.x, row)
	for _, w := range n.layers {
		w.Apply(n.h, n.x)
		n.activation.Value(n.x, n.h)
	}
	n.out.Apply(dst, n.x)
	for c := range dst {
		dst[c] = (dst[c] - n.shift[c]) * n.scale[c]
	}
}

func argmax(v []float64) int {
	best := 0
	for i := range v {
		if v[i] > v[best] {
			best = i
		}
	}
	return best
}
