package training

import (
	"bytes"
	"encoding/json"
	"maps"
	"os/exec"
	"slices"
	"testing"

	"bsnn/internal/peers"
	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
)

// torchSteps are how many steps both programs take, and torchTolerance how far their
// numbers may be apart behind them, relative to the larger of the number and 1.
const (
	torchSteps     = 20
	torchTolerance = 1e-9
)

// torchJob is a network with its batches, as the script in testdata reads it.
type torchJob struct {
	Activation      string        `json:"activation"`
	A               float64       `json:"a"`
	B               float64       `json:"b"`
	UnitRows        bool          `json:"unit_rows"`
	BatchNorm       bool          `json:"batch_norm"`
	EntryActivation bool          `json:"entry_activation"`
	Method          Method        `json:"method"`
	Rate            float64       `json:"rate"`
	Momentum        float64       `json:"momentum"`
	Decay           float64       `json:"decay"`
	Weights         [][][]float64 `json:"weights"`
	Biases          [][]float64   `json:"biases"`
	Embedding       [][]float64   `json:"embedding"`
	EmbeddingBias   []float64     `json:"embedding_bias"`
	Output          [][]float64   `json:"output"`
	OutputBias      []float64     `json:"output_bias"`
	Rows            [][][]float64 `json:"rows"`
	Labels          [][]int       `json:"labels"`
}

// torchResult is what it prints: matrices row by row.
type torchResult struct {
	Version       string      `json:"version"`
	Losses        []float64   `json:"losses"`
	Ratios        []float64   `json:"ratios"`
	Evaluation    float64     `json:"evaluation"`
	Weights       [][]float64 `json:"weights"`
	Biases        [][]float64 `json:"biases"`
	Embedding     []float64   `json:"embedding"`
	EmbeddingBias []float64   `json:"embedding_bias"`
	Output        []float64   `json:"output"`
	OutputBias    []float64   `json:"output_bias"`
	Scale         [][]float64 `json:"scale"`
	Shift         [][]float64 `json:"shift"`
	Mean          [][]float64 `json:"mean"`
	Variance      [][]float64 `json:"variance"`
}

// Twenty steps of the authors' protocol, and of other ones, give the numbers that
// PyTorch gives with the same weights at the start and the same batches: losses and
// ratios of gradient norms at each, all parameters and running statistics behind them,
// and the loss of an evaluation, which uses the scaled weights of the last batch.
func TestStepsAreThoseOfPyTorch(t *testing.T) {
	python, ok := peers.Python("torch")
	if !ok {
		t.Skip("no PyTorch (python3-torch) to compare with")
	}
	seed := replay.Seed(t)
	published := func(s *Spec) {
		s.TrainEmbedding, s.EndBiases, s.EntryActivation, s.Constraint = true, true, true, UnitRows
		s.Optimizer.Momentum = 0.5
	}
	changes := map[string]func(*Spec){
		"published":            func(s *Spec) { published(s) },
		"published, batchnorm": func(s *Spec) { published(s); s.BatchNorm, s.Activation = true, "selu" },
		"weight decay": func(s *Spec) {
			s.TrainEmbedding, s.Bias, s.Activation, s.Optimizer.WeightDecay = true, true, "elu", 0.01
		},
		"adam": func(s *Spec) {
			published(s)
			s.BatchNorm, s.Activation, s.AsIs = true, "gelu", true
			s.Optimizer.Method, s.Optimizer.WeightDecay, s.Optimizer.LearningRate = Adam, 0.01, 1e-3
		},
	}
	var engines []*engine[float64]
	var jobs []torchJob
	names := slices.Sorted(maps.Keys(changes))
	for _, name := range names {
		s := Default()
		s.Inputs, s.Classes, s.Width, s.Depth, s.Batch, s.DType, s.Seed = 12, 5, 40, 4, 8, Float64, seed
		s.Optimizer.LearningRate = 0.01
		changes[name](&s)
		require.NoError(t, s.Validate())
		a, err := s.activation()
		require.NoError(t, err)
		e := newEngine[float64](s, a)
		require.NoError(t, e.draw())
		engines, jobs = append(engines, e), append(jobs, jobOf(e))
	}
	for i, result := range runTorch(t, python, jobs) {
		t.Run(names[i], func(t *testing.T) { againstTorch(t, engines[i], result) })
	}
}

// torchData are the batches of a network, one after the other.
func torchData(s Spec) *teacher { return newTeacher(s.Seed, torchSteps*s.Batch, s.Inputs, s.Classes) }

func againstTorch(t *testing.T, e *engine[float64], want torchResult) {
	t.Log("PyTorch", want.Version)
	s, data := e.spec, torchData(e.spec)
	defer e.hire(2, AutoProducts)()
	var got torchResult
	load := func(step int) {
		index := make([]int, s.Batch)
		for i := range index {
			index[i] = step*s.Batch + i
		}
		e.load(data, index)
	}
	for step := range torchSteps {
		load(step)
		found, err := e.train(s.Optimizer.LearningRate, step+1)
		require.NoError(t, err)
		got.Losses = append(got.Losses, found.loss/float64(s.Batch))
		got.Ratios = append(got.Ratios, ratio(found.grad))
	}
	load(0)
	got.Evaluation = e.score().loss / float64(s.Batch)
	for i := range e.layers {
		p := &e.layers[i]
		if p.inverse != nil {
			move(p.parameter, e.lastUpdate()) // the step that the next pass would take
		}
		got.Weights, got.Biases = append(got.Weights, p.w), append(got.Biases, p.bias.w)
		if s.BatchNorm {
			got.Scale, got.Shift = append(got.Scale, p.scale.w), append(got.Shift, p.shift.w)
			got.Mean, got.Variance = append(got.Mean, p.mean), append(got.Variance, p.spread)
		}
	}
	got.Embedding, got.EmbeddingBias, got.Output, got.OutputBias = e.embed.w, e.embedBias.w, e.out.w, e.outBias.w
	same := func(what string, want, got []float64) {
		t.Helper()
		require.Len(t, got, len(want), what)
		for i, v := range want {
			require.InDelta(t, v, got[i], torchTolerance*max(1, v, -v), "%s, number %d", what, i)
		}
	}
	same("losses", want.Losses, got.Losses)
	same("ratios of gradient norms", want.Ratios, got.Ratios)
	same("the loss of an evaluation", []float64{want.Evaluation}, []float64{got.Evaluation})
	same("embedding", want.Embedding, got.Embedding)
	same("bias of the embedding", want.EmbeddingBias, got.EmbeddingBias)
	same("output map", want.Output, got.Output)
	same("bias of the output map", want.OutputBias, got.OutputBias)
	for l := range s.Depth {
		same("weights", want.Weights[l], got.Weights[l])
		same("biases", want.Biases[l], got.Biases[l])
		if s.BatchNorm {
			same("scale", want.Scale[l], got.Scale[l])
			same("shift", want.Shift[l], got.Shift[l])
			same("running mean", want.Mean[l], got.Mean[l])
			same("running variance", want.Variance[l], got.Variance[l])
		}
	}
}

// jobOf is the network as it is drawn, with torchSteps batches.
func jobOf(e *engine[float64]) torchJob {
	s, data := e.spec, torchData(e.spec)
	rowsOf := func(x []float64, cols int) (out [][]float64) {
		for ; len(x) > 0; x = x[cols:] {
			out = append(out, x[:cols])
		}
		return out
	}
	job := torchJob{
		Activation: s.Activation, A: e.activation.a, B: e.activation.b, UnitRows: s.Constraint == UnitRows, BatchNorm: s.BatchNorm,
		EntryActivation: s.EntryActivation, Method: s.Optimizer.Method, Rate: s.Optimizer.LearningRate, Momentum: s.Optimizer.Momentum,
		Decay: s.Optimizer.WeightDecay, Embedding: rowsOf(e.embed.w, s.Inputs), EmbeddingBias: e.embedBias.w,
		Output: rowsOf(e.out.w, s.Width), OutputBias: e.outBias.w,
	}
	for i := range e.layers {
		job.Weights = append(job.Weights, rowsOf(e.layers[i].w, s.Width))
		job.Biases = append(job.Biases, e.layers[i].bias.w)
	}
	for at := 0; at < data.Len(); at += s.Batch {
		job.Rows = append(job.Rows, data.rows[at:at+s.Batch])
		job.Labels = append(job.Labels, data.labels[at:at+s.Batch])
	}
	return job
}

func runTorch(t *testing.T, python string, jobs []torchJob) (results []torchResult) {
	t.Helper()
	text, err := json.Marshal(jobs)
	require.NoError(t, err)
	c := exec.Command(python, "testdata/torch_steps.py")
	c.Stdin = bytes.NewReader(text)
	var problems bytes.Buffer
	c.Stderr = &problems
	out, err := c.Output()
	require.NoError(t, err, problems.String())
	for lines := json.NewDecoder(bytes.NewReader(out)); lines.More(); {
		var r torchResult
		require.NoError(t, lines.Decode(&r))
		results = append(results, r)
	}
	require.Len(t, results, len(jobs))
	return results
}
