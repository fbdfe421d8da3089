package dataset

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// A Summary says how far the images of a set are from a thin shell, the
// assumption that P(|‖x‖²/m − 1| ≥ ε) is small (Lu, Gould, Ajanthan 2020, arXiv 2006.12169,
// assumption 1). It is a description of the given images (empirical); the
// assumption itself is a statement about m → ∞.
type Summary struct {
	Count int `json:"count"` // number of images
	Dim   int `json:"dim"`   // m, pixel values per image
	Blank int `json:"blank"` // images with every pixel 0, which have no direction

	UnitInterval Shell `json:"unit_interval"` // pixels as p/255
	Standardized Shell `json:"standardized"`  // pixels with global mean 0 and variance 1

	// GaussianSD = √(2/m) is the standard deviation of ‖g‖²/m for a
	// standard Gaussian g in ℝᵐ: how thin a shell of this dimension is.
	GaussianSD float64 `json:"gaussian_sd"`
}

// A Shell is the distribution of ‖x‖²/m over the images under one scaling.
type Shell struct {
	Scaling Scaling `json:"scaling"`
	Mean    float64 `json:"mean"`
	SD      float64 `json:"sd"` // over the set: divisor Count

	Min    float64 `json:"min"`
	Q05    float64 `json:"q05"` // 5 % quantile
	Median float64 `json:"median"`
	Q95    float64 `json:"q95"`
	Max    float64 `json:"max"`

	Tail []Tail `json:"tail"`
}

// RelativeSD is SD/Mean, the thickness of the shell in units of its radius
// squared.
func (s Shell) RelativeSD() float64 { return s.SD / s.Mean }

// A Tail is the fraction of images with |‖x‖²/(m·mean) − 1| ≥ Epsilon, where
// mean is the Mean of the shell: the overall scale is forgiven.
type Tail struct {
	Epsilon  float64 `json:"epsilon"`
	Fraction float64 `json:"fraction"`
}

// ThinShell measures the distribution of ‖x‖²/m over the images, scaled to
// [0, 1] and standardised, with the tail fractions at each epsilon (0.05,
// 0.1, 0.2 and 0.5 when none is given). It fails when there is no image,
// when all pixels are equal, or when an epsilon is not a positive number.
func ThinShell(images Images, epsilon ...float64) (Summary, error) {
	if images.Len() == 0 {
		return Summary{}, errors.New("thin shell of an empty image set; want at least one image")
	}
	if len(epsilon) == 0 {
		epsilon = defaultEpsilons()
	}
	for _, e := range epsilon {
		if !(e > 0) || math.IsInf(e, 1) {
			return Summary{}, fmt.Errorf("thin shell at ε = %v; want a positive number", e)
		}
	}
	standard, err := Standardize(images)
	if err != nil {
		return Summary{}, err
	}
	s := Summary{Count: images.Len(), Dim: images.Dim, GaussianSD: math.Sqrt(2 / float64(images.Dim))}
	for i := range images.Len() {
		if _, q := sums(images.At(i)); q == 0 {
			s.Blank++
		}
	}
	s.UnitInterval = shellOf(images, UnitInterval(), epsilon)
	s.Standardized = shellOf(images, standard, epsilon)
	return s, nil
}

// Statement puts the summary in words: how thick the shell is, and what
// scaling onto the sphere does about it.
func (s Summary) Statement() string {
	return fmt.Sprintf("Over %d images of %d pixels, ‖x‖²/m has a relative standard deviation of %.3g with pixels in [0, 1] and %.3g "+
		"standardised: "+
		"%.3g and %.3g times that of a standard Gaussian vector in the same dimension (%.3g). "+
		"Scaled onto ‖x‖² = n, each image has ‖x‖²/n = 1, so assumption (1) holds exactly: P(|‖x‖²/n − 1| ≥ ε) = 0 for every ε > 0.",
		s.Count, s.Dim, s.UnitInterval.RelativeSD(), s.Standardized.RelativeSD(),
		s.UnitInterval.RelativeSD()/s.GaussianSD, s.Standardized.RelativeSD()/s.GaussianSD, s.GaussianSD)
}

func shellOf(images Images, scaling Scaling, epsilon []float64) Shell {
	norms := make([]float64, images.Len())
	for i := range norms {
		norms[i] = meanSquare(images.At(i), scaling)
	}
	shell := shellOfNorms(norms, epsilon)
	shell.Scaling = scaling
	return shell
}

// RowShell measures the distribution of ‖x‖²/m over rows as they are, with
// the tail fractions at each epsilon (those of [ThinShell] when none is given).
// It fails when there is no row or all rows are zero.
func RowShell(r Rows, epsilon ...float64) (Shell, error) {
	if r.Len() == 0 {
		return Shell{}, errors.New("thin shell of an empty set; want at least one row")
	}
	if len(epsilon) == 0 {
		epsilon = defaultEpsilons()
	}
	norms := make([]float64, r.Len())
	x := make([]float64, r.Inputs())
	for i := range norms {
		r.Row(x, i)
		norms[i] = floats.Dot(x, x) / float64(len(x))
	}
	shell := shellOfNorms(norms, epsilon)
	shell.Scaling = UnitInterval()
	if !(shell.Mean > 0) || math.IsInf(shell.Mean, 0) {
		return Shell{}, fmt.Errorf("thin shell of rows whose mean ‖x‖²/m is %v; want a positive number", shell.Mean)
	}
	return shell, nil
}

func defaultEpsilons() []float64 { return []float64{0.05, 0.1, 0.2, 0.5} }

// shellOfNorms sorts norms.
func shellOfNorms(norms, epsilon []float64) Shell {
	slices.Sort(norms)
	mean, sd := stat.PopMeanStdDev(norms, nil)
	quantile := func(p float64) float64 { return stat.Quantile(p, stat.Empirical, norms, nil) }
	shell := Shell{Mean: mean, SD: sd,
		Min: norms[0], Q05: quantile(0.05), Median: quantile(0.5), Q95: quantile(0.95), Max: norms[len(norms)-1]}
	for _, e := range epsilon {
		outside := 0
		for _, v := range norms {
			if math.Abs(v/mean-1) >= e {
				outside++
			}
		}
		shell.Tail = append(shell.Tail, Tail{e, float64(outside) / float64(len(norms))})
	}
	return shell
}

// meanSquare is ‖x‖²/m of one scaled image, from whole-number sums.
func meanSquare(pixels []uint8, s Scaling) float64 {
	sum, squares := sums(pixels)
	m := float64(len(pixels))
	shift := 255 * s.Mean
	return (float64(squares)/m - 2*shift*float64(sum)/m + shift*shift) / (255 * 255 * s.SD * s.SD)
}
