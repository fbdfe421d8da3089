package experiment_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"bsnn/network/training"
	"bsnn/reports/experiment"
)

// The norms of freshly drawn networks, raw and normalised, in a folder that an
// interrupted grid would go on in.
func ExampleNorms() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	spec := experiment.DefaultNorms()
	spec.Width, spec.Depth, spec.Networks, spec.Batch = 32, 20, 2, 16
	spec.Activations, spec.Weights = []string{"relu"}, []training.Weights{training.Haar}
	results, err := experiment.Norms(context.Background(), dir, spec, experiment.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(results.Cells), "cells: normalised and raw")
	_, err = os.Stat(dir + "/norms-forward.svg")
	fmt.Println("the picture is there:", err == nil)
	// Output:
	// 2 cells: normalised and raw
	// the picture is there: true
}
