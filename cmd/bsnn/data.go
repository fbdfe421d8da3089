package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bsnn/internal/parallel"
	"bsnn/network/dataset"
	"bsnn/properties"
	"bsnn/reports"
)

// awaited is what read returns, unless the user ends that first: it may wait for
// ever, as for a pipe to which nobody writes.
func awaited[T any](ctx context.Context, read func() (T, error)) (T, error) {
	value, err := parallel.Until(ctx, read)
	if err != nil && err == ctx.Err() {
		err = answer{exitUndecided, "interrupted"}
	}
	return value, err
}

// loadData reads the set that --data names; nil for synthetic input.
func loadData(ctx context.Context, spec string) (*dataset.Set, error) {
	if spec == "synthetic" {
		return nil, nil
	}
	kind, dir, _ := strings.Cut(spec, ":")
	kind = strings.ToLower(kind)
	if err := wantsFolder(spec); err != nil {
		return nil, err
	}
	if kinds := []string{"mnist", "cifar10"}; dir == "" || !slices.Contains(kinds, kind) {
		return nil, fmt.Errorf("--data %q%s; want synthetic, mnist:DIR or cifar10:DIR", spec, didYouMean(kind, append(kinds, "synthetic")))
	}
	set, err := awaited(ctx, func() (*dataset.Set, error) { return dataset.Load(spec) })
	if err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	return set, nil
}

// wantsFolder refuses the name of a set of images without its folder.
func wantsFolder(spec string) error {
	kind, dir, _ := strings.Cut(spec, ":")
	kind = strings.ToLower(kind)
	files, known := map[string]string{"mnist": "four", "cifar10": "six .bin"}[kind]
	if !known || dir != "" {
		return nil
	}
	return fmt.Errorf("--data %q; want %s:DIR, the folder of its %s files", spec, kind, files)
}

// inputs are the vectors x⁽¹⁾ from set at each width; nil without one.
func inputs(set *dataset.Set, seed uint64) (func(width int) (properties.Vector, error), error) {
	if set == nil {
		return nil, nil
	}
	in, err := reports.DescribeInput(set)
	if err != nil {
		return nil, err
	}
	return func(width int) (properties.Vector, error) { return in.Vectors(seed, set, width) }, nil
}

// setName is what --data names, without its folder.
func setName(set *dataset.Set) string {
	if set == nil {
		return "synthetic"
	}
	return set.Name
}
