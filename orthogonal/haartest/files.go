package haartest

import (
	"context"
	"errors"
	"fmt"

	"bsnn/internal/matrixfile"
)

// FilesResult is what a test of files found.
type FilesResult struct {
	Files []string `json:"files"`
	Result
	// Worst names the matrix with the largest orthogonality error.
	Worst string `json:"worst_matrix"`
}

// Files tests all matrices of .npy and safetensors files together, in
// order: float32 or float64, little-endian, in C order; n×n or a stack
// k×n×n; of safetensors files, the tensors whose names match the pattern
// tensors (as path.Match reads it; empty matches all). All must have one
// size. The default tolerance of a matrix is that of its own number type. A
// matrix that cannot be read or tested is an error that says where and why.
func Files(ctx context.Context, paths []string, tensors string, opt Options) (FilesResult, error) {
	out := FilesResult{Files: paths}
	if len(paths) == 0 {
		return out, errors.New("haartest: no files")
	}
	var test *Test
	var names []string
	for _, path := range paths {
		err := matrixfile.Each(path, tensors, func(m matrixfile.Matrix) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			n, _ := m.Dense.Dims()
			if test == nil {
				var err error
				if test, err = New(n, opt); err != nil {
					return err
				}
			}
			tolerance := opt.Tolerance
			if tolerance == 0 {
				tolerance = defaultTolerance(n, m.Type)
			}
			names = append(names, where(path, m.Name))
			return test.add(m.Dense, tolerance)
		})
		if err != nil {
			return out, err
		}
	}
	r, err := test.Result(ctx)
	if err != nil {
		return out, err
	}
	out.Result, out.Worst = r, names[r.Orthogonality.Matrix]
	return out, nil
}

func where(path, name string) string {
	if name == "" {
		return path
	}
	return fmt.Sprintf("%s: %s", path, name)
}
