package main

import (
	"fmt"

	"bsnn/network/dataset"
	"bsnn/properties"
	"bsnn/reports"
)

// loadData reads the set that --data names; nil for synthetic input.
func loadData(spec string) (*dataset.Set, error) {
	if spec == "synthetic" {
		return nil, nil
	}
	set, err := dataset.Load(spec)
	if err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	return set, nil
}

// inputs are the vectors x⁽¹⁾ at each width.
func inputs(spec string, seed uint64) (func(width int) (properties.Vector, error), error) {
	set, err := loadData(spec)
	if err != nil || set == nil {
		return nil, err
	}
	in, err := reports.DescribeInput(set)
	if err != nil {
		return nil, err
	}
	return func(width int) (properties.Vector, error) { return in.Vectors(seed, set, width) }, nil
}
