package main

import (
	"fmt"
	"strings"

	"bsnn/network/training"

	"github.com/spf13/cobra"
)

// automaticRate tries learning rates from the start of the run and takes the best.
func (f *trainFlags) automaticRate(c *cobra.Command, spec training.Spec, rows training.Data) (float64, error) {
	spec.Steps = training.AutomaticSteps
	spec.Optimizer.Schedule = training.Schedule{Kind: training.Constant}
	line := newProgress(c.ErrOrStderr())
	defer line.clear()
	var pilots []training.Pilot
	var words []string
	for _, rate := range training.AutomaticRates() {
		spec.Optimizer.LearningRate = rate
		p, err := training.TryRate(c.Context(), spec, rows, training.Options{Workers: f.workers, Progress: line.training})
		if err != nil {
			return 0, inFlags(err)
		}
		pilots = append(pilots, p)
		words = append(words, fmt.Sprintf("%g: %.4g", rate, p.Loss))
	}
	line.clear()
	best := training.BestRate(pilots)
	for _, p := range pilots {
		if p.Rate == best && p.Loss != p.Loss {
			return 0, answer{exitRefuted, fmt.Sprintf("--lr auto: no rate from %g to %g trains this network; --lr %g says why", pilots[0].Rate,
				pilots[len(pilots)-1].Rate, best)}
		}
	}
	note(c.ErrOrStderr(), "learning rate %g, of losses after %d steps each: %s", best, training.AutomaticSteps, strings.Join(words, ", "))
	return best, nil
}
