package dataset

import (
	"fmt"
	"slices"
)

// count finds the number of classes in the labels of both parts, ten at least.
func (set *Set) count(trainPath, testPath string) error {
	largest := 0
	for _, c := range set.Train.Labels {
		largest = max(largest, int(c))
	}
	if largest < 10 {
		return checkLabels(testPath, set.Test.Labels, set.Classes)
	}
	var seen [256]bool
	first := largest
	for _, c := range set.Train.Labels {
		seen[c] = true
		first = min(first, int(c))
	}
	gap := slices.Index(seen[first:largest], false)
	if first > 1 || gap >= 0 {
		at := slices.Index(set.Train.Labels, uint8(largest))
		return &FileError{trainPath, fmt.Sprintf("label %d of image %d is out of range", largest, at),
			"0 to 9, or more classes with images for each label from 0 or 1 on, as in EMNIST", nil}
	}
	set.Classes = largest + 1 - first
	if first == 1 {
		for _, labels := range [][]uint8{set.Train.Labels, set.Test.Labels} {
			for i := range labels {
				labels[i]-- // 0, which is no label here, becomes 255
			}
		}
	}
	return checkLabels(testPath, set.Test.Labels, set.Classes)
}

func checkLabels(path string, labels []uint8, classes int) error {
	for i, c := range labels {
		if int(c) >= classes {
			return &FileError{path, fmt.Sprintf("label %d of image %d is out of range", c, i), fmt.Sprintf("0 to %d", classes-1), nil}
		}
	}
	return nil
}
