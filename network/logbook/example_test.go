package logbook_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"bsnn/network/logbook"
	"bsnn/network/training"
)

// A run in a folder goes on where it was stopped.
func Example() {
	parent, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(parent)
	dir, ctx := filepath.Join(parent, "run"), context.Background()

	examples, data, err := logbook.Data{Source: "synthetic", TrainSize: 256, TestSize: 64, Seed: 1}.Open(ctx)
	if err != nil {
		log.Fatal(err)
	}
	spec := training.Default()
	spec.Inputs, spec.Classes = examples.Train.Inputs(), examples.Train.Classes()
	spec.Width, spec.Depth, spec.Batch, spec.Epochs = 16, 4, 32, 2

	session, err := logbook.New(dir, spec, data, examples, logbook.Options{BLAS: "none"})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := session.Train(ctx, training.Options{}); err != nil {
		log.Fatal(err)
	}
	if err := session.Close(); err != nil {
		log.Fatal(err)
	}
	spec.Epochs = 3 // one more
	if session, err = logbook.Resume(dir, spec, data, examples, logbook.Options{BLAS: "none"}); err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	if _, err := session.Train(ctx, training.Options{}); err != nil {
		log.Fatal(err)
	}
	document, err := logbook.Read(dir)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(document.Status, "with", len(document.Records), "epochs")
	// Output:
	// complete with 3 epochs
}
