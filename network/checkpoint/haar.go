package checkpoint

import (
	"context"
	"errors"
	"fmt"

	"bsnn/orthogonal/haartest"
)

// HaarResult is what a test of files found.
type HaarResult struct {
	Files []string `json:"files"`
	haartest.Result
	// Worst names the matrix with the largest orthogonality error.
	Worst string `json:"worst_matrix"`
}

// TestHaar says whether the matrices of .npy and safetensors files, all tested
// together and in order, look like independent draws from the Haar measure on
// O(n). Files and the pattern tensors are read as [EachMatrix] does. All
// matrices must have one size; the default tolerance of a matrix is that of its
// own number type. A matrix that cannot be read or tested is an error that says
// where and why.
func TestHaar(ctx context.Context, paths []string, tensors string, opt haartest.Options) (HaarResult, error) {
	out := HaarResult{Files: paths}
	if len(paths) == 0 {
		return out, errors.New("no files")
	}
	var test *haartest.Test
	var names []string
	for _, path := range paths {
		err := EachMatrix(path, tensors, func(m Matrix) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			n, _ := m.Dense.Dims()
			if test == nil {
				var err error
				if test, err = haartest.New(n, opt); err != nil {
					return err
				}
			}
			names = append(names, where(path, m.Name))
			if m.DType == Float32 {
				return test.AddFloat32(m.Dense)
			}
			return test.Add(m.Dense)
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

// where names a matrix of a file.
func where(path, name string) string {
	if name == "" {
		return path
	}
	return fmt.Sprintf("%s: %s", path, name)
}
