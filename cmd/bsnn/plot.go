package main

import (
	"fmt"
	"io"

	"bsnn/gpnorm"
	"bsnn/internal/actplot"
	"bsnn/internal/atomicfile"
)

// writePlot draws an activation to a file whose extension names the format.
func writePlot(path, format string, n gpnorm.Normalized) error {
	correlation, err := gpnorm.Correlation(n.Activation, 1)
	if err != nil {
		return err
	}
	maps := actplot.Maps{
		Length: func(q float64) (float64, error) { return gpnorm.LengthMap(n.Activation, q) },
		Correlation: func(rho float64) (float64, error) {
			c, err := correlation.At(rho)
			return c.Value, err
		},
	}
	err = atomicfile.Write(path, func(w io.Writer) error { return actplot.Write(w, format, n, maps) })
	if err != nil {
		return fmt.Errorf("--plot %s: %w", path, err)
	}
	return nil
}
