package reports

import (
	"errors"
	"fmt"

	"bsnn/internal/limits"
	"bsnn/properties"
)

// Memory is about how many bytes the largest cell of the sweep takes with the
// given number of workers; pixels are those of an image that is sent through
// networks, 0 for synthetic input.
func (s Spec) Memory(workers, pixels int) float64 {
	most := 0.0
	for _, n := range s.Widths {
		for _, l := range s.Depths() {
			e := properties.Ensemble{Width: n, Depth: l}
			need := e.Memory(workers, s.TrialsAt(n, l)) + float64(n)*float64(pixels+inputImages)*8
			most = max(most, need)
		}
	}
	return most
}

// fitsMemory refuses what would end the process, before anything is measured.
func (s Spec) fitsMemory(opt Options) error {
	pixels := 0
	if opt.Images != nil {
		pixels = opt.Images.Dim
	}
	err := limits.Fit("", s.Memory(opt.Workers, pixels), "")
	var memory *limits.MemoryError
	if !errors.As(err, &memory) {
		return err
	}
	last := s.Widths[len(s.Widths)-1]
	memory.What = fmt.Sprintf("depth %d, width %d, %d networks:", s.Depth, last, s.TrialsAt(last, s.Depth))
	memory.Want = "a smaller depth, smaller widths or fewer networks"
	return memory
}
