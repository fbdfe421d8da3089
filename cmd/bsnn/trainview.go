package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"bsnn/internal/provenance"
	"bsnn/internal/table"
	"bsnn/network/logbook"
	"bsnn/network/training"
	"bsnn/reports"
)

// trainView prints a run, for people or as one JSON object for each line.
type trainView struct {
	out    io.Writer
	rows   *table.Writer // of the epochs, in other formats than text
	asJSON bool
	all    bool // columns
}

const trainHeader = `                   training              test     ‖x‖²/n  gradient
epoch    step     loss accuracy      loss accuracy    at L+1     ratio  ‖WᵀW−I‖`

// trainColumns are those of the table.
var trainColumns = []string{"epoch", "step", "training loss", "training accuracy", "test loss", "test accuracy", "‖x‖²/n at L+1",
	"gradient ratio", "‖WᵀW−I‖", "samples/s"}

func (v *trainView) begin(d *logbook.Document, blas string) error {
	if v.asJSON {
		return nil
	}
	s := d.Spec
	fmt.Fprintf(v.out, "%s\n%s\n", d.Data.Description, shellWords(d))
	fmt.Fprintf(v.out, "%s; %s; %slr %.4g, momentum %g, batch %d; %s; seed %d\n%s\n", networkWords(s), s.Loss, optimizerWords(s.Optimizer),
		s.Optimizer.LearningRate, s.Optimizer.Momentum, s.Batch, s.DType, s.Seed, blas)
	fmt.Fprintln(v.rows, strings.Join(trainColumns, "\t"))
	_, err := fmt.Fprintf(v.out, "\n%s%s\n", trainHeader, v.speed("  samples/s"))
	for _, r := range d.Records { // of a run that is resumed
		if err == nil {
			err = v.epoch(r)
		}
	}
	return err
}

func shellWords(d *logbook.Document) string {
	s := d.Data.Shell
	words := fmt.Sprintf("assumption (1): ‖x‖²/m = %.3g ± %.3g over the rows", s.Mean, s.SD)
	if d.Spec.Sphere {
		return words + "; each embedded row is scaled onto ‖x⁽¹⁾‖² = n, where it holds exactly"
	}
	return words
}

// networkWords say what is trained.
func networkWords(s training.Spec) string {
	if s.Network != "" {
		return reports.DescribedWords(s)
	}
	return fmt.Sprintf("%d layers of width %d, φ = %s, %s weights%s", s.Depth, s.Width, activationWords(s), s.Weights, remedies(s))
}

func activationWords(s training.Spec) string {
	subject := reports.TrainedSubject(s)
	if subject.AsIs {
		return subject.Title
	}
	return "normalised " + subject.Title
}

// remedies lists what a network has beside the layers of the theory.
func remedies(s training.Spec) string {
	var out string
	if s.BatchNorm {
		out += ", batch normalisation"
	}
	if s.Shortcut != training.NoShortcut {
		out += ", " + string(s.Shortcut) + " shortcuts"
	}
	if s.Bias {
		out += ", biases"
	}
	if s.EntryActivation {
		out += ", φ behind the embedding"
	}
	if s.EndBiases {
		out += ", biases at both ends"
	}
	switch s.Constraint {
	case training.Free:
	case training.UnitRows:
		out += ", rows of W scaled to length 1 (evaluated with those of the last batch)"
	default:
		out += ", kept orthogonal by " + string(s.Constraint)
	}
	return out
}

// optimizerWords say what is not usual.
func optimizerWords(o training.Optimizer) (words string) {
	if o.Method == training.Adam {
		words = "adam, "
	}
	if o.WeightDecay > 0 {
		words += fmt.Sprintf("weight decay %g, ", o.WeightDecay)
	}
	return words
}

func (v *trainView) epoch(r training.EpochRecord) error {
	if v.asJSON {
		return v.line(struct {
			Kind string `json:"kind"`
			training.EpochRecord
		}{"epoch", r})
	}
	testLoss, testAccuracy := "–", "–"
	if r.Test != nil {
		testLoss, testAccuracy = fmt.Sprintf("%.4f", r.Test.Loss), percent(r.Test.Accuracy)
	}
	worst := training.Real(0)
	for _, l := range r.Layers {
		worst = max(worst, l.Orthogonality)
	}
	fmt.Fprintf(v.rows, "%d\t%d\t%.4f\t%s\t%s\t%s\t%.4g\t%.4g\t%.2g\t%.0f\n", r.Epoch, r.Step, r.Train.Loss, percent(r.Train.Accuracy),
		testLoss, testAccuracy, r.Output, r.GradientRatio, worst, r.SamplesPerSecond)
	_, err := fmt.Fprintf(v.out, "%5d %7d %8.4f %8s  %8s %8s %9.4g %9.4g %9.2g%s\n", r.Epoch, r.Step, r.Train.Loss, percent(r.Train.Accuracy),
		testLoss, testAccuracy, r.Output, r.GradientRatio, worst, v.speed(fmt.Sprintf("%11.0f", r.SamplesPerSecond)))
	return err
}

// speed is a column that is shown on demand.
func (v *trainView) speed(text string) string {
	if !v.all {
		return ""
	}
	return text
}

// runSummary is the last line of --json.
type runSummary struct {
	Kind   string         `json:"kind"`
	Status logbook.Status `json:"status"`
	// Loss and Accuracy are those on the test set, or on the training set
	// where there is none.
	Loss             training.Real `json:"loss"`
	Accuracy         float64       `json:"accuracy"`
	SamplesPerSecond float64       `json:"samples_per_second"`
	GemmRate         float64       `json:"gemm_rate"` // flop/s, measured in the same run
	training.Summary
	Divergence *logbook.Divergence `json:"divergence,omitempty"`
	Problem    string              `json:"problem,omitempty"`
	// RatioAtStart is the gradient-norm ratio before the first step.
	RatioAtStart training.Real      `json:"gradient_ratio_at_start"`
	Spec         training.Spec      `json:"spec"`
	Data         logbook.Data       `json:"data"`
	Machine      provenance.Machine `json:"machine"`
}

func (v *trainView) end(d *logbook.Document, s training.Summary, dir string) error {
	if v.asJSON {
		r := runSummary{Kind: "summary", Status: d.Status, Loss: s.Train.Loss, Accuracy: s.Train.Accuracy,
			SamplesPerSecond: s.Speed.SamplesPerSecond,
			GemmRate:         s.Speed.GemmRate, Summary: s, Divergence: d.Divergence, Problem: d.Problem,
			Spec: d.Spec, Data: d.Data, Machine: d.Machine}
		if s.Test != nil {
			r.Loss, r.Accuracy = s.Test.Loss, s.Test.Accuracy
		}
		if d.Start != nil {
			r.RatioAtStart = d.Start.GradientRatio
		}
		return v.line(r)
	}
	if err := v.rows.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(v.out, "\n%s after %d steps", d.Status, s.Steps)
	if s.Test != nil {
		fmt.Fprintf(v.out, ": test accuracy %s, loss %.4f", percent(s.Test.Accuracy), s.Test.Loss)
	}
	if d.Start != nil && s.Steps > 0 {
		fmt.Fprintf(v.out, "; gradient-norm ratio over depth %.3g at the start, %.3g in the last epoch", d.Start.GradientRatio, s.GradientRatio)
	}
	fmt.Fprintln(v.out)
	if s.Speed.Steps > 0 {
		if s.Speed.GemmRate == 0 {
			fmt.Fprintf(v.out, "%.0f samples/s, %.1f Gflop/s in the steps\n", s.Speed.SamplesPerSecond, s.Speed.StepRate/1e9)
		} else {
			fmt.Fprintf(v.out, "%.0f samples/s, %.1f Gflop/s in the steps, %.0f %% of the %.1f Gflop/s of matrix products alone\n",
				s.Speed.SamplesPerSecond, s.Speed.StepRate/1e9, 100*s.Speed.Efficiency, s.Speed.GemmRate/1e9)
		}
	}
	if dir != "" {
		_, err := fmt.Fprintln(v.out, documentPath(dir))
		return err
	}
	return nil
}

// line prints a value as one line of JSON, at once.
func (v *trainView) line(x any) error {
	e := json.NewEncoder(v.out)
	e.SetEscapeHTML(false)
	return e.Encode(x)
}

func percent(x float64) string { return fmt.Sprintf("%.2f %%", 100*x) }
