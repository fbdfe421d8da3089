package dataset

import (
	"fmt"
)

// Examples are a set made ready for training: rows standardised with the mean
// and the standard deviation of the training part, and what is known about
// how well they meet assumption (1).
type Examples struct {
	Name        string // "synthetic", "mnist" or "cifar10"
	Description string // one line for people
	Train, Test Rows
	Shell       Shell // of ‖x‖²/m over the training rows
	Warnings    []string
}

// Sizes choose how many rows of a set are used; 0 means all of them, or the
// usual number for the synthetic set. Seed decides which, and makes the
// synthetic set, which is Gaussian as it is and never standardised.
type Sizes struct {
	Train, Test int
	Seed        uint64
	Standardize Standardization // of images; PooledPixels where it is empty
}

// Open prepares the set that a specification names: "synthetic", the set of
// [DefaultTeacher], or what [Load] reads. Where a set comes without a test
// part with labels, a tenth of the training rows is held out, and Warnings says so.
// A training part without labels is an error.
func Open(spec string, s Sizes) (*Examples, error) {
	if s.Train < 0 || s.Test < 0 {
		return nil, fmt.Errorf("%d training and %d test rows; want 1 or more, or 0 for all", s.Train, s.Test)
	}
	if spec == "synthetic" {
		return openTeacher(s)
	}
	set, err := Load(spec)
	if err != nil {
		return nil, err
	}
	if !set.Train.Labelled() {
		return nil, fmt.Errorf("%s: the training images have no labels, and training needs them; want the file of labels beside them", spec)
	}
	return set.examples(s)
}

func openTeacher(s Sizes) (*Examples, error) {
	t := DefaultTeacher(s.Seed)
	if s.Train > 0 {
		t.Train = s.Train
	}
	if s.Test > 0 {
		t.Test = s.Test
	}
	train, test, err := t.Generate()
	if err != nil {
		return nil, err
	}
	e := &Examples{Name: "synthetic", Train: train, Test: test}
	e.Description = fmt.Sprintf("synthetic: %d rows to train on and %d to test, Gaussian in dimension %d, %d classes by a random "+
		"normalised tanh network of depth %d, seed %d",
		t.Train, t.Test, t.Inputs, t.Classes, t.Depth, t.Seed)
	e.Shell, err = RowShell(train)
	return e, err
}

func (set *Set) examples(s Sizes) (*Examples, error) {
	scaling, err := set.scalings(s.Standardize)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", set.Name, err)
	}
	e := &Examples{Name: set.Name, Train: scaledImages{set.Train, set.Classes, scaling}, Test: scaledImages{set.Test, set.Classes, scaling},
		Warnings: set.Warnings}
	if e.Test.Len() == 0 || !set.Test.Labelled() {
		held := max(1, e.Train.Len()/10)
		if e.Train, e.Test, err = Split(e.Train, held, s.Seed); err != nil {
			return nil, fmt.Errorf("%s: %w", set.Name, err)
		}
		e.Warnings = append(e.Warnings, fmt.Sprintf("the test rows are %d rows held out of the training part", held))
	}
	if e.Train, err = limited(e.Train, s.Train, s.Seed); err != nil {
		return nil, fmt.Errorf("training part of %s: %w", set.Name, err)
	}
	if e.Test, err = limited(e.Test, s.Test, s.Seed); err != nil {
		return nil, fmt.Errorf("test part of %s: %w", set.Name, err)
	}
	e.Description = fmt.Sprintf("%s: %d rows to train on and %d to test, %d pixels standardised %s, %d classes",
		set.Name, e.Train.Len(), e.Test.Len(), set.Dim, standardWords[s.Standardize], set.Classes)
	e.Shell, err = RowShell(e.Train)
	return e, err
}

// standardWords say how pixels were standardised.
var standardWords = map[Standardization]string{
	"": "to mean 0 and variance 1", PooledPixels: "to mean 0 and variance 1", EachChannel: "to mean 0 and variance 1 in each channel",
	PublishedConstants: "by the published constants",
}

func limited(r Rows, count int, seed uint64) (Rows, error) {
	if count == 0 || count == r.Len() {
		return r, nil
	}
	return Subset(r, count, seed)
}
