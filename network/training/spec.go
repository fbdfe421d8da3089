package training

import "bsnn/network"

// A Spec is a complete description of a training run, as JSON or as a Go
// value. Start from [Default] and set what differs; [Spec.Validate] says what
// is wrong with it.
type Spec struct {
	// Inputs is the length m of a data row, Classes the number of outputs.
	Inputs  int `json:"inputs"`
	Classes int `json:"classes"`

	// Network describes the network, where it is no stack of layers of one width, in
	// the YAML of package network; [Spec.Described] sets it, and the fields that follow
	// from it.
	Network string `json:"network,omitempty" printable:"-"`

	// Start reads the explicit weights that Network names, from which training begins;
	// StartDigest tells them from others, as network.Architecture.ExplicitDigest does. A run that
	// goes on from a checkpoint does not need them.
	Start       network.WeightReader `json:"-"`
	StartDigest string               `json:"start,omitempty"`

	// Width is n and Depth is L: L layers of n×n weights.
	Width int `json:"width"`
	Depth int `json:"depth"`

	// Activation is what gpnorm.Resolve takes: a built-in by name or an
	// expression in x, which may use Parameters. It is normalised (af + b with
	// E φ² = E φ′² = 1) unless AsIs.
	Activation string            `json:"activation" printable:"-"`
	Parameters map[string]string `json:"parameters,omitempty" printable:"-"`
	AsIs       bool              `json:"as_is"`

	Weights   Weights  `json:"weights"`
	BatchNorm bool     `json:"batch_norm"` // φ(BN(Wx)) with trainable scale and shift per neuron
	Shortcut  Shortcut `json:"shortcut"`
	Bias      bool     `json:"bias"` // in every layer and in the output map, 0 at the start

	// EntryActivation puts φ behind the embedding, so that x⁽¹⁾ = φ(c·E·u), and EndBiases a
	// trained bias into embedding and output map, drawn as PyTorch does by default:
	// uniformly between ±1/√(number of inputs). They need TrainEmbedding, and a trained output map.
	EntryActivation bool `json:"entry_activation,omitempty"`
	EndBiases       bool `json:"end_biases,omitempty"`

	// The embedding x⁽¹⁾ = c·E·u has a uniformly random semi-orthogonal n×m
	// matrix E and c = √(max(m,n)/m), so that rows with E‖u‖² = m give
	// E‖x⁽¹⁾‖² = n. For m = n, E is Haar. It is fixed unless TrainEmbedding.
	// With Sphere each x⁽¹⁾ is then scaled to ‖x⁽¹⁾‖² = n exactly (a zero row
	// stays zero).
	TrainEmbedding bool `json:"train_embedding"`
	Sphere         bool `json:"sphere"`

	// The output map, Classes×n, starts semi-orthogonal: from ‖x⁽ᴸ⁺¹⁾‖² = n it
	// makes outputs of order 1. It is trained unless FixedOutput.
	FixedOutput bool `json:"fixed_output"`

	Loss       Loss       `json:"loss"`
	DType      DType      `json:"dtype"`
	Optimizer  Optimizer  `json:"optimizer"`
	Constraint Constraint `json:"constraint"` // of the W⁽ˡ⁾ during training

	RecordBatches bool `json:"record_batches,omitempty"` // in the record of each epoch, one by one

	Batch int `json:"batch"` // samples per step; an epoch drops the incomplete last batch

	// Epochs is the length of the run. A positive Steps ends it earlier, after
	// so many steps. Neither is part of what a checkpoint must match, except
	// with a schedule that depends on them (cosine).
	Epochs int `json:"epochs"`
	Steps  int `json:"steps,omitempty"`

	// Seed and Trial address the network: trials of one seed have weights and
	// orders of the samples of their own.
	Seed  uint64 `json:"seed"`
	Trial int    `json:"trial,omitempty"`
}

// Weights is the law of the W⁽ˡ⁾ at the start.
type Weights string

const (
	Haar     Weights = "haar"     // uniform on O(n)
	He       Weights = "he"       // independent N(0, 2/n) entries
	Gaussian Weights = "gaussian" // independent N(0, 1/n) entries (fan-in = fan-out = n)
)

// Shortcut is how a layer's input joins its output.
type Shortcut string

const (
	NoShortcut     Shortcut = "none"     // x⁽ˡ⁺¹⁾ = φ(h)
	PlainShortcut  Shortcut = "plain"    // x⁽ˡ⁺¹⁾ = x⁽ˡ⁾ + φ(h)
	ScaledShortcut Shortcut = "balanced" // x⁽ˡ⁺¹⁾ = (x⁽ˡ⁾ + φ(h))/√2
)

// Loss is what is minimised, as a mean over the batch.
type Loss string

const (
	CrossEntropy Loss = "cross-entropy" // −log softmax(output) at the label
	SquaredError Loss = "squared-error" // ½‖output − target‖², target one-hot unless the data has targets
)

// DType is the precision of weights and arithmetic. Norms, losses and
// statistics are summed in float64 in both cases.
type DType string

const (
	Float64 DType = "float64"
	Float32 DType = "float32"
)

// Constraint says what the W⁽ˡ⁾ are kept to. QR, Cayley and Polar keep them orthogonal: by the retraction of package
// orthogonal that follows each step, computed in the precision of the weights
// where the step is short, and in float64 where it is long. It needs Weights Haar.
// The momentum is kept in the space of matrices; a step is its projection on the
// tangent space.
//
// UnitRows scales each row of W, the weights of one neuron, to length 1 in every training
// pass; the gradient goes through the scaling, and W itself is free. An evaluation uses
// the scaled weights of the last batch, and so do [Run.Weights] and Orthogonality.
type Constraint string

const (
	Free   Constraint = "none"
	QR     Constraint = "qr"
	Cayley Constraint = "cayley"
	Polar  Constraint = "polar"

	UnitRows Constraint = "unit-rows"
)

// Optimizer is stochastic gradient descent with momentum,
//
//	V ← μV + (G + λW),  W ← W − ηV,
//
// as in PyTorch's SGD; or Adam with β₁ = μ, β₂ = 0.999 and ε = 1e-8, in which λW is
// part of the gradient, as in PyTorch's. The decay λ applies to weight matrices, not to biases
// or to the scale and shift of batch normalisation.
type Optimizer struct {
	Method       Method   `json:"method,omitempty"` // SGD where it is empty
	LearningRate float64  `json:"learning_rate"`    // η > 0
	Momentum     float64  `json:"momentum"`         // 0 ≤ μ < 1
	WeightDecay  float64  `json:"weight_decay"`     // λ ≥ 0
	Schedule     Schedule `json:"schedule"`
}

// Method names an optimiser.
type Method string

const (
	SGD  Method = "sgd"
	Adam Method = "adam"
)

// Schedule multiplies the learning rate by a factor of the step.
type Schedule struct {
	Kind ScheduleKind `json:"kind"`
	// Warmup is the number of first steps over which the rate rises linearly
	// to its full value, whatever the kind.
	Warmup int `json:"warmup,omitempty"`
	// Every and Factor belong to "step": after each Every epochs the rate is
	// multiplied by Factor.
	Every  int     `json:"every,omitempty"`
	Factor float64 `json:"factor,omitempty"`
	// Final belongs to "cosine": the factor at the end of the run, 0 ≤ Final ≤ 1.
	Final float64 `json:"final,omitempty"`
}

// ScheduleKind names a Schedule.
type ScheduleKind string

const (
	Constant ScheduleKind = "constant"
	StepDown ScheduleKind = "step"
	Cosine   ScheduleKind = "cosine"
)

// Published is the protocol of the authors' own experiments on images (their public
// scripts of 2020), for data to be filled in: 200 layers of width 500 of unit rows with
// normalised tanh, and once more φ behind the embedding; embedding and output map trained
// with PyTorch's biases, momentum 0.5, batches of 64, learning rate 1e-4, 50 epochs,
// float32. The gradient ratio of every batch is recorded.
func Published() Spec {
	s := Default()
	s.TrainEmbedding, s.EntryActivation, s.EndBiases, s.RecordBatches = true, true, true, true
	s.Constraint, s.Optimizer.Momentum, s.Batch, s.Epochs = UnitRows, 0.5, 64, 50
	return s
}

// Default is the setting of the paper's experiments, for data to be filled in
// (Inputs and Classes): 200 layers of width 500, normalised tanh, Haar weights,
// batches of 128, learning rate 1e-4, momentum 0.9, five epochs, float32.
func Default() Spec {
	return Spec{
		Width: 500, Depth: 200, Activation: "tanh",
		Weights: Haar, Shortcut: NoShortcut, Loss: CrossEntropy, DType: Float32,
		Optimizer:  Optimizer{LearningRate: 1e-4, Momentum: 0.9, Schedule: Schedule{Kind: Constant}},
		Constraint: Free, Batch: 128, Epochs: 5,
	}
}
