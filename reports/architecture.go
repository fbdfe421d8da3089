package reports

import (
	"context"
	"strings"

	"bsnn/internal/journal"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"
)

// An ArchitectureReport is what is known of the random networks of an architecture:
// predicted, measured and judged.
type ArchitectureReport struct {
	Name        string                        `json:"name"`
	Description string                        `json:"description"` // as network.ReadArchitecture reads it
	Machine     provenance.Machine            `json:"machine"`
	Prediction  theorem.Prediction            `json:"prediction"`
	Result      properties.ArchitectureResult `json:"result"`
	Tolerance   float64                       `json:"tolerance"` // on norms
	Limit       float64                       `json:"limit"`

	// Widths say how wide the networks must be, where they are of rotated shortcuts that
	// theorems speak of; nil for others.
	Widths *RotatedWidths `json:"widths,omitempty"`

	// AlongBands are squared norms along the blocks, repetitions written out where there is
	// room.
	AlongBands

	Command string `json:"command,omitempty"` // that repeats the report
}

// RotatedWidths are the widths from which on a fraction 1 − Limit of the networks keeps norms
// within Tolerance: by limit laws and proven, of these networks and of plain ones.
type RotatedWidths struct {
	Rotated properties.WidthAnswer `json:"rotated"`
	Plain   properties.WidthAnswer `json:"plain"`
}

// Rows are those of a table.
func (w RotatedWidths) Rows() []NamedWidths {
	return []NamedWidths{{"with rotated shortcuts", w.Rotated}, {"without shortcuts", w.Plain}}
}

// NamedWidths are the widths of some networks.
type NamedWidths struct {
	Name string
	properties.WidthAnswer
}

const (
	// So many blocks are shown one by one.
	shownBlocks = 400
	// So many networks are drawn for the bands, at most.
	bandNetworks = 200
)

// RunArchitecture judges the networks, and looks at them along the blocks. The networks
// of the bands are the first of those that were judged. blas says in words what
// multiplies explicit matrices.
func RunArchitecture(ctx context.Context, name, blas string, v properties.ArchitectureVerification) (*ArchitectureReport, error) {
	r := &ArchitectureReport{Name: name, Machine: provenance.Here(blas), Tolerance: v.Tolerance, Limit: v.Limit}
	var text strings.Builder
	err := network.WriteArchitecture(&text, v.Architecture)
	if err != nil {
		return nil, err
	}
	r.Description = text.String()
	if r.Prediction, err = theorem.Predict(ctx, v.Architecture, theorem.Question{}); err != nil {
		return nil, err
	}
	rotated, plain, is, err := properties.RotatedWidthQuestions(v.Architecture, v.Tolerance, 1-v.Limit)
	if err != nil {
		return nil, err
	}
	if is {
		r.Widths = &RotatedWidths{}
		if r.Widths.Rotated, err = rotated.Theory(); err != nil {
			return nil, err
		}
		if r.Widths.Plain, err = plain.Theory(); err != nil {
			return nil, err
		}
	}
	if r.Result, err = v.Run(ctx); err != nil {
		return nil, err
	}
	return r, r.bands(ctx, v)
}

// bands measures along the blocks.
func (r *ArchitectureReport) bands(ctx context.Context, v properties.ArchitectureVerification) (err error) {
	r.AlongBands, err = bandsOf(v, r.Result.Networks).Measure(ctx)
	return err
}

// bandsOf asks about the first of so many networks.
func bandsOf(v properties.ArchitectureVerification, networks int) Along {
	return Along{
		Architecture: v.Architecture.Unrolled(shownBlocks), Explicit: v.Explicit, Inputs: v.Inputs, Seed: v.Budget.Seed,
		Plan:    montecarlo.Plan{Trials: min(networks, bandNetworks), Workers: v.Budget.Workers},
		Journal: v.Budget.Journal, Section: "along the blocks",
	}
}

// ArchitectureUnits are what RunArchitecture can be divided into.
func ArchitectureUnits(ctx context.Context, v properties.ArchitectureVerification) ([]parts.Unit, error) {
	units, err := v.Units(ctx)
	if err != nil {
		return nil, err
	}
	along := bandsOf(v, v.Budget.Trials)
	e, err := along.ensemble()
	if err != nil {
		return nil, err
	}
	return append(units, parts.Unit{Name: along.Section, Cost: e.Seconds() * float64(along.Plan.Trials), Trials: along.Plan.Trials,
		Measure: func(ctx context.Context, j *journal.Journal, p parts.Piece, progress func(float64)) error {
			own := along
			own.Journal = j
			return own.Record(ctx, p, progress)
		}}), nil
}
