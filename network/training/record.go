package training

import (
	"fmt"

	"bsnn/montecarlo"
)

// An EpochRecord is what one epoch showed. Norms are measured during the
// training steps, before each update; those of Layers are root mean squares
// over the steps of the epoch.
type EpochRecord struct {
	Epoch int `json:"epoch"` // 1 is the first; 0 is a measurement before training
	Step  int `json:"step"`  // steps done since the start of the run
	Steps int `json:"steps"` // steps that the record is about: fewer than an epoch's when the run ends within it

	LearningRate float64 `json:"learning_rate"` // of the epoch's last step

	Train Score  `json:"train"`          // mean over the epoch's steps, each before its update
	Test  *Score `json:"test,omitempty"` // after the epoch, on the whole test set

	Layers []LayerRecord `json:"layers"` // l = 1 … L
	Output Real          `json:"output"` // ‖x⁽ᴸ⁺¹⁾‖²/n, as X of a layer

	// GradientRatio is max/min over l of Layers[l].Gradient.
	GradientRatio Real `json:"gradient_ratio"`
	// GradientRatioMax is the largest, over the epoch's steps, of max/min over
	// l of that step's gradient norms.
	GradientRatioMax Real `json:"gradient_ratio_max"`

	// Batches are the batches of the epoch, one after the other, with Spec.RecordBatches.
	Batches []BatchRecord `json:"batches,omitempty"`

	Seconds          float64 `json:"seconds"` // spent training, without the evaluation on the test set
	SamplesPerSecond float64 `json:"samples_per_second"`
}

// A BatchRecord is what one batch showed, before its step.
type BatchRecord struct {
	Loss          Real `json:"loss"`           // mean over the batch
	GradientRatio Real `json:"gradient_ratio"` // max/min over l of the norms of the weight gradients
}

// Check says whether the record can be one of a network of that depth, or a part
// of one: what is read from a file may be anything.
func (r EpochRecord) Check(depth int) error {
	if r.Epoch < 0 || r.Step < 0 || r.Steps < 0 {
		return fmt.Errorf("a record of epoch %d, step %d, over %d steps; want no negative numbers", r.Epoch, r.Step, r.Steps)
	}
	before := 0
	for _, layer := range r.Layers {
		if layer.Layer <= before || layer.Layer > depth {
			return fmt.Errorf("a record of layer %d after layer %d in a network of %d", layer.Layer, before, depth)
		}
		before = layer.Layer
	}
	return nil
}

// whole says whether the record is one of all layers of a network.
func (r EpochRecord) whole(depth int) bool { return r.Check(depth) == nil && len(r.Layers) == depth }

// A LayerRecord holds the norms of layer l.
type LayerRecord struct {
	Layer    int  `json:"layer"`
	X        Real `json:"x"`        // ‖x⁽ˡ⁾‖²/n of the layer's input, mean over samples
	D        Real `json:"d"`        // ‖d⁽ˡ⁾‖ = ‖∂E/∂h⁽ˡ⁾‖, E the loss of one sample: root mean square over samples
	Gradient Real `json:"gradient"` // ‖∂E/∂W⁽ˡ⁾‖_F, E the mean loss of a batch, without weight decay
	// Orthogonality is ‖WᵀW − I‖_F at the end of the epoch.
	Orthogonality Real `json:"orthogonality"`
}

// A Score is the mean loss and the fraction of samples whose largest output is
// at their label.
type Score struct {
	Loss     Real    `json:"loss"`
	Accuracy float64 `json:"accuracy"`
}

// Real is a number that may be infinite or NaN, which JSON writes as null.
type Real = montecarlo.Real

// A Summary is the outcome of a call of [Run.Train].
type Summary struct {
	Steps    int  `json:"steps"`    // done since the start of the run, earlier calls included
	Epochs   int  `json:"epochs"`   // completed since the start of the run
	Complete bool `json:"complete"` // the run has reached its Epochs or Steps

	Train Score  `json:"train"`          // of the last epoch, complete or not
	Test  *Score `json:"test,omitempty"` // after the last step

	// GradientRatio and GradientRatioMax are those of the last epoch.
	GradientRatio    Real `json:"gradient_ratio"`
	GradientRatioMax Real `json:"gradient_ratio_max"`

	Speed Speed `json:"speed"`
}

// Speed is how fast the steps of one call of Train were.
type Speed struct {
	Steps            int     `json:"steps"` // that were timed
	Seconds          float64 `json:"seconds"`
	SamplesPerSecond float64 `json:"samples_per_second"`
	// GemmRate is the rate, in floating-point operations per second, of the
	// matrix products of one layer, of the same shapes, precision and number
	// of workers, measured alone in the same call on data in cache.
	GemmRate float64 `json:"gemm_rate"`
	// StepRate counts the operations of the step's matrix products over the
	// whole time of the step, and Efficiency is StepRate/GemmRate.
	StepRate   float64 `json:"step_rate"`
	Efficiency float64 `json:"efficiency"`
	// Shares of the step's time: matrix products, activations with their
	// norms, update of the weights, everything else. They add up to 1.
	Shares Shares `json:"shares"`
}

// Shares are fractions of the time of a step.
type Shares struct {
	Gemm       float64 `json:"gemm"`
	Activation float64 `json:"activation"`
	Update     float64 `json:"update"`
	Other      float64 `json:"other"`
}
