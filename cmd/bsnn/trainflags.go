package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"bsnn/internal/limits"
	"bsnn/network"
	"bsnn/network/checkpoint"
	"bsnn/network/dataset"
	"bsnn/network/logbook"
	"bsnn/network/training"

	"github.com/spf13/cobra"
)

// trainFlags describe a training run.
type trainFlags struct {
	functionFlags
	mixedFlag
	trainNetFlags
	tableFlags
	data, activation, weights, shortcut, loss, schedule, constraint, dtype, seed string
	output, checkpointEvery, lr, optimizer, standardize, protocol                string
	depth, width, epochs, steps, batch, workers, trainSize, testSize, warmup     int
	momentum, weightDecay                                                        float64
	asIs, batchNorm, bias, sphere, resume                                        bool
	trainEmbedding, entryActivation, endBiases, recordBatches                    bool
}

func (f *trainFlags) register(c *cobra.Command) {
	f.functionFlags.register(c)
	f.mixedFlag.register(c)
	f.trainNetFlags.register(c)
	s := c.Flags()
	s.StringVar(&f.data, "data", "synthetic", "synthetic (made on the fly), mnist:DIR or cifar10:DIR")
	s.IntVar(&f.trainSize, "train-size", 0, "rows to train on; 0 means all (8192 of the synthetic set)")
	s.IntVar(&f.testSize, "test-size", 0, "rows to test on; 0 means all (2048 of the synthetic set)")
	s.BoolVar(&f.sphere, "sphere", true, "scale every embedded row onto the sphere ‖x⁽¹⁾‖² = n: assumption (1) exactly")
	s.IntVar(&f.depth, "depth", 50, "layers")
	s.IntVar(&f.width, "width", 128, "neurons in each layer")
	addActivation(c, &f.activation, "tanh", "name or expression of the activation; it is normalised first")
	s.BoolVar(&f.asIs, "as-is", false, "use the function as it is, not normalised")
	s.StringVar(&f.weights, "weights", "haar", "weights: haar, gaussian (variance 1/n), he (2/n); with --layers as predict has them")
	oneOf(c, "weights", append(network.WeightsNames(), string(training.He))...)
	s.BoolVar(&f.batchNorm, "batch-norm", false, "batch normalisation before each activation")
	s.StringVar(&f.shortcut, "shortcut", "none", "none, plain: x + φ(h), balanced: (x + φ(h))/√2; with --layers as predict has them")
	oneOf(c, "shortcut", append(network.ShortcutNames(), string(training.ScaledShortcut))...)
	s.BoolVar(&f.bias, "bias", false, "trainable biases, 0 at the start (with --layers and torch-default as that draws them)")
	s.StringVar(&f.loss, "loss", string(training.CrossEntropy), "cross-entropy or squared-error")
	oneOf(c, "loss", string(training.CrossEntropy), string(training.SquaredError))
	s.IntVar(&f.epochs, "epochs", 5, "passes over the training rows")
	s.IntVar(&f.steps, "steps", 0, "most steps; 0 means no cap")
	s.IntVar(&f.batch, "batch", 128, "rows in each step")
	s.StringVar(&f.lr, "lr", "0", "learning rate, or auto, which tries some; 0 means 4/depth², at most 20/(depth·width) and 0.01")
	s.StringVar(&f.optimizer, "optimizer", string(training.SGD), "sgd (gradient descent with momentum) or adam")
	oneOf(c, "optimizer", string(training.SGD), string(training.Adam))
	s.Float64Var(&f.momentum, "momentum", 0.9, "momentum of the gradient descent; β₁ of adam")
	s.Float64Var(&f.weightDecay, "weight-decay", 0, "decay of the weights, part of their gradient")
	s.StringVar(&f.schedule, "schedule", "constant", "constant, step:EVERY:FACTOR (epochs), or cosine, cosine:FINAL")
	s.IntVar(&f.warmup, "warmup", 0, "first steps over which the learning rate rises")
	s.StringVar(&f.constraint, "constraint", "none", "weights orthogonal by a retraction, qr, cayley or polar; or rows of length 1, unit-rows")
	oneOf(c, "constraint", wordsOf(training.Constraints())...)
	s.BoolVar(&f.trainEmbedding, "train-embedding", false, "train the map into the first layer too")
	s.BoolVar(&f.entryActivation, "entry-activation", false, "the activation behind that map too (with --sphere=false)")
	s.BoolVar(&f.endBiases, "end-biases", false, "trained biases in the first map and the last, as PyTorch draws them")
	s.StringVar(&f.standardize, "standardize", string(dataset.PooledPixels),
		"images: all pixels together, channels (each by itself), or published (the usual constants)")
	oneOf(c, "standardize", wordsOf(dataset.Standardizations())...)
	s.BoolVar(&f.recordBatches, "record-batches", false, "keep loss and gradient-norm ratio of every batch in training.json")
	s.StringVar(&f.protocol, "protocol", "", "published: the authors' own, for all flags that are not given")
	oneOf(c, "protocol", publishedProtocol)
	s.StringVar(&f.dtype, "dtype", string(training.Float32), "float64 or float32")
	oneOf(c, "dtype", string(training.Float64), string(training.Float32))
	s.StringVar(&f.seed, "seed", "1", "seed of all random numbers, or \"random\"")
	s.IntVar(&f.workers, "workers", 0, "parallel workers; 0 means one for each core (changes at most the last bits, and none on amd64)")
	s.StringVarP(&f.output, "output", "o", "", "folder for the checkpoint and training.json (default: nothing is kept)")
	s.BoolVar(&f.resume, "resume", false, "go on with the run in the folder of -o; flags not given are those it was begun with")
	s.StringVar(&f.checkpointEvery, "checkpoint-every", "1m", "time, as in 30s, or number of steps between checkpoints")
	f.registerTables(c, "print one line of JSON for each epoch and a summary")
}

// check looks at the flags that the engine does not see as they are.
func (f *trainFlags) check() error {
	if err := limits.Whole("--workers", f.workers, 0, limits.Workers); err != nil {
		return err
	}
	switch {
	case f.trainSize < 0 || f.trainSize > limits.Rows:
		return fmt.Errorf("--train-size %d; want 1 to %d, or 0 for all", f.trainSize, limits.Rows)
	case f.testSize < 0 || f.testSize > limits.Rows:
		return fmt.Errorf("--test-size %d; want 1 to %d, or 0 for all", f.testSize, limits.Rows)
	case f.resume && f.output == "":
		return fmt.Errorf("--resume without -o; want the folder of the run to go on with")
	case f.resume && f.protocol != "":
		return fmt.Errorf("--protocol beside --resume; want the run as it was begun")
	case f.resume && f.lr == automatic:
		return fmt.Errorf("--lr auto beside --resume; want the learning rate that the run was begun with")
	}
	_, err := f.rate()
	return err
}

const (
	publishedProtocol = "published"
	automatic         = "auto"
)

// rate is that of --lr; 0 where the size of the network decides, or trials do.
func (f *trainFlags) rate() (float64, error) {
	if f.lr == automatic {
		return 0, nil
	}
	rate, err := strconv.ParseFloat(f.lr, 64)
	if err != nil || !(rate >= 0) || math.IsInf(rate, 0) {
		return 0, fmt.Errorf("--lr %s; want a positive number, auto, or 0 to let depth and width decide", f.lr)
	}
	return rate, nil
}

// spec is the run that the flags describe; those that changed does not name
// are taken from begun, the run to go on with, if there is one.
func (f *trainFlags) spec(begun *logbook.Document, changed func(flag string) bool) (training.Spec, logbook.Data, error) {
	spec, data := training.Default(), logbook.Data{}
	given := changed // what the flags say, and not a run or a protocol
	switch {
	case begun != nil:
		spec, data = begun.Spec, begun.Data
	case f.protocol == publishedProtocol:
		spec, data.Standardize = training.Published(), dataset.PublishedConstants
		given = func(flag string) bool {
			return changed(flag) || slices.Contains([]string{"data", "train-size", "test-size", "seed"}, flag)
		}
	default:
		given = func(string) bool { return true }
	}
	rate, err := f.rate()
	if err != nil {
		return spec, data, err
	}
	seed, err := parseSeed(f.seed)
	if err != nil {
		return spec, data, err
	}
	parameters, err := f.parameters()
	if err != nil {
		return spec, data, err
	}
	schedule, err := parseSchedule(f.schedule)
	if err != nil {
		return spec, data, err
	}
	for flag, set := range map[string]func(){
		"data":       func() { data.Source = f.data },
		"train-size": func() { data.TrainSize = f.trainSize },
		"test-size":  func() { data.TestSize = f.testSize },
		"sphere":     func() { spec.Sphere = f.sphere },
		"depth":      func() { spec.Depth = f.depth },
		"width":      func() { spec.Width = f.width },
		"activation": func() { spec.Activation = f.activation },
		"set":        func() { spec.Parameters = parameters },
		"as-is":      func() { spec.AsIs = f.asIs },
		"weights":    func() { spec.Weights = training.ParseWeights(f.weights) },
		"batch-norm": func() { spec.BatchNorm = f.batchNorm },
		"shortcut":   func() { spec.Shortcut = training.Shortcut(f.shortcut) },
		"bias":       func() { spec.Bias = f.bias },
		"loss":       func() { spec.Loss = training.Loss(f.loss) },
		"epochs":     func() { spec.Epochs = f.epochs },
		"steps":      func() { spec.Steps = f.steps },
		"batch":      func() { spec.Batch = f.batch },
		"optimizer": func() {
			if f.optimizer != string(training.SGD) || spec.Optimizer.Method != "" {
				spec.Optimizer.Method = training.Method(f.optimizer)
			}
		},
		"train-embedding":  func() { spec.TrainEmbedding = f.trainEmbedding },
		"entry-activation": func() { spec.EntryActivation = f.entryActivation },
		"end-biases":       func() { spec.EndBiases = f.endBiases },
		"record-batches":   func() { spec.RecordBatches = f.recordBatches },
		"standardize": func() {
			if f.standardize != string(dataset.PooledPixels) || data.Standardize != "" {
				data.Standardize = dataset.Standardization(f.standardize)
			}
		},
		"momentum":     func() { spec.Optimizer.Momentum = f.momentum },
		"weight-decay": func() { spec.Optimizer.WeightDecay = f.weightDecay },
		"constraint":   func() { spec.Constraint = training.Constraint(f.constraint) },
		"dtype":        func() { spec.DType = training.DType(f.dtype) },
		"seed":         func() { spec.Seed, data.Seed = seed, seed },
		"schedule": func() {
			schedule.Warmup = spec.Optimizer.Schedule.Warmup
			spec.Optimizer.Schedule = schedule
		},
	} {
		if given(flag) {
			set()
		}
	}
	if changed("net") || changed("layers") || begun == nil && (changed("gain") || changed("branch") || changed("norm")) {
		if spec, err = f.described(spec, changed); err != nil {
			return spec, data, err
		}
	}
	if spec.Network != "" { // in which names of files are absolute
		spec.Start = checkpoint.Explicit("")
	}
	if given("warmup") {
		spec.Optimizer.Schedule.Warmup = f.warmup
	}
	switch {
	case rate > 0:
		spec.Optimizer.LearningRate = rate
	case given("lr"):
		spec.Optimizer.LearningRate = training.UsualRate(spec.Depth, spec.Width)
	}
	return spec, data, nil
}

// parseSchedule reads --schedule.
func parseSchedule(s string) (training.Schedule, error) {
	fields := strings.Split(s, ":")
	bad := fmt.Errorf("--schedule %q; want constant, step:EVERY:FACTOR as in step:2:0.5, cosine or cosine:FINAL", s)
	switch {
	case s == "constant":
		return training.Schedule{Kind: training.Constant}, nil
	case s == "cosine":
		return training.Schedule{Kind: training.Cosine}, nil
	case fields[0] == "cosine" && len(fields) == 2:
		final, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return training.Schedule{}, bad
		}
		return training.Schedule{Kind: training.Cosine, Final: final}, nil
	case fields[0] == "step" && len(fields) == 3:
		every, err := strconv.Atoi(fields[1])
		factor, err2 := strconv.ParseFloat(fields[2], 64)
		if err != nil || err2 != nil {
			return training.Schedule{}, bad
		}
		return training.Schedule{Kind: training.StepDown, Every: every, Factor: factor}, nil
	}
	return training.Schedule{}, bad
}

// checkpointing reads --checkpoint-every.
func (f *trainFlags) checkpointing() (steps int, interval time.Duration, err error) {
	if steps, err := strconv.Atoi(f.checkpointEvery); err == nil && steps > 0 {
		return steps, 0, nil
	}
	interval, err = time.ParseDuration(f.checkpointEvery)
	if err != nil || interval <= 0 {
		return 0, 0, fmt.Errorf("--checkpoint-every %q; want a time, as in 30s or 5m, or a number of steps", f.checkpointEvery)
	}
	return 0, interval, nil
}

// flagOf is the flag behind a field of training.json, so that a complaint
// names what the user typed.
func flagOf(field string) string {
	field = strings.TrimPrefix(strings.TrimPrefix(field, "spec."), "data.")
	if special, ok := map[string]string{
		"network": "--net", "as_is": "--as-is", "parameters": "--set", "name": "--data", "train_rows": "--train-size", "test_rows": "--test-size",
		"optimizer.learning_rate": "--lr", "optimizer.weight_decay": "--weight-decay", "optimizer.momentum": "--momentum",
		"optimizer.method":         "--optimizer",
		"optimizer.schedule.every": "--schedule step:EVERY:FACTOR: EVERY", "optimizer.schedule.factor": "--schedule step:EVERY:FACTOR: FACTOR",
		"optimizer.schedule.final": "--schedule cosine:FINAL: FINAL", "optimizer.schedule.warmup": "--warmup",
	}[field]; ok {
		return special
	}
	if strings.HasPrefix(field, "optimizer.schedule") {
		return "--schedule"
	}
	if strings.HasPrefix(field, "parameters.") {
		return "--set"
	}
	known := []string{"standardize", "train_embedding", "entry_activation", "end_biases", "record_batches",
		"workers", "width", "depth", "activation", "weights", "batch_norm", "shortcut", "bias", "loss", "dtype", "constraint",
		"batch", "epochs", "steps", "seed", "sphere", "train_size", "test_size"}
	if slices.Contains(known, field) {
		return "--" + strings.ReplaceAll(field, "_", "-")
	}
	return field
}
