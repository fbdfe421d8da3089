package dataset

import (
	"errors"
	"fmt"
	"math"
)

// A Scaling turns a pixel byte p into the number (p/255 − Mean)/SD.
type Scaling struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
}

// UnitInterval is the scaling p/255: black is 0 and white is 1.
func UnitInterval() Scaling { return Scaling{Mean: 0, SD: 1} }

// Standardize returns the scaling under which all pixels of all images
// together have mean 0 and variance 1. It fails when there is no image or
// when all pixels are equal.
func Standardize(images Images) (Scaling, error) {
	if images.Len() == 0 {
		return Scaling{}, errors.New("cannot standardise an empty image set; want at least one image")
	}
	var sum, squares uint64
	for i := range images.Len() {
		s, q := sums(images.At(i))
		sum, squares = sum+s, squares+q
	}
	count := float64(len(images.Pixels))
	mean := float64(sum) / count
	sd := math.Sqrt(max(0, float64(squares)/count-mean*mean))
	// The pixels are whole numbers, so a variance that is not zero is at
	// least (count−1)/count².
	if sd*sd < 0.5/count {
		return Scaling{}, fmt.Errorf("cannot standardise %d images whose pixels are all %g; want at least two different values", images.Len(),
			mean)
	}
	return Scaling{Mean: mean / 255, SD: sd / 255}, nil
}

// Apply sets dst[i] to the scaled pixels[i]. The lengths must agree.
func (s Scaling) Apply(dst []float64, pixels []uint8) {
	if len(dst) != len(pixels) {
		panic("dataset: Scaling.Apply: lengths differ")
	}
	for i, p := range pixels {
		dst[i] = (float64(p)/255 - s.Mean) / s.SD
	}
}

// sums returns Σp and Σp².
func sums(pixels []uint8) (sum, squares uint64) {
	for _, p := range pixels {
		v := uint64(p)
		sum += v
		squares += v * v
	}
	return sum, squares
}
