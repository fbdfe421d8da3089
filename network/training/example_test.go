package training_test

import (
	"context"
	"fmt"
	"log"

	"bsnn/network/dataset"
	"bsnn/network/training"
	"bsnn/orthogonal"

	"gonum.org/v1/gonum/mat"
)

// A network of a hundred layers learns a set that is made on the fly, and its
// norms stay where they were.
func Example() {
	train, test, err := dataset.DefaultTeacher(1).Generate()
	if err != nil {
		log.Fatal(err)
	}
	spec := training.Default()
	spec.Inputs, spec.Classes = train.Inputs(), train.Classes()
	spec.Width, spec.Depth, spec.Sphere = 32, 100, true
	spec.Batch, spec.Steps = 64, 60
	spec.Optimizer.LearningRate = 3e-4
	run, err := training.New(spec, train, test)
	if err != nil {
		log.Fatal(err)
	}
	before, err := run.Evaluate(context.Background(), test)
	if err != nil {
		log.Fatal(err)
	}
	summary, err := run.Train(context.Background(), training.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("steps:", summary.Steps)
	fmt.Println("the loss on unseen rows fell:", summary.Test.Loss < before.Loss)
	fmt.Println("weight gradients of all layers are within a factor of 100:", summary.GradientRatio < 100)
	// Output:
	// steps: 60
	// the loss on unseen rows fell: true
	// weight gradients of all layers are within a factor of 100: true
}

// Weights that are kept orthogonal stay so: every step is a retraction.
func ExampleRun_Weights() {
	train, test, err := dataset.DefaultTeacher(1).Generate()
	if err != nil {
		log.Fatal(err)
	}
	spec := training.Default()
	spec.Inputs, spec.Classes = train.Inputs(), train.Classes()
	spec.Width, spec.Depth, spec.Sphere = 24, 5, true
	spec.Batch, spec.Steps = 32, 20
	spec.Constraint, spec.DType = training.Cayley, training.Float64
	run, err := training.New(spec, train, test)
	if err != nil {
		log.Fatal(err)
	}
	before := run.Weights(3)
	if _, err := run.Train(context.Background(), training.Options{}); err != nil {
		log.Fatal(err)
	}
	after := run.Weights(3)
	fmt.Println("W⁽³⁾ moved:", !mat.Equal(before, after))
	fmt.Println("and is orthogonal:", orthogonal.OrthogonalityError(after) < 1e-12)
	// Output:
	// W⁽³⁾ moved: true
	// and is orthogonal: true
}
