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

// A Standardization says how pixels become numbers of about mean 0 and variance 1.
type Standardization string

const (
	// PooledPixels standardises with mean and standard deviation of all pixels of the
	// training images together.
	PooledPixels Standardization = "pixels"
	// EachChannel does so in each colour.
	EachChannel Standardization = "channels"
	// PublishedConstants are the numbers that scripts for PyTorch have had since its examples, and the
	// authors of the paper among them: one mean and standard deviation for MNIST, three for CIFAR-10.
	PublishedConstants Standardization = "published"
)

// Standardizations are all of them.
func Standardizations() []Standardization {
	return []Standardization{PooledPixels, EachChannel, PublishedConstants}
}

// publishedScalings are those of [PublishedConstants], by the name of a set.
var publishedScalings = map[string][]Scaling{
	"mnist":   {{Mean: 0.1307, SD: 0.3081}},
	"cifar10": {{Mean: 0.4914, SD: 0.2023}, {Mean: 0.4822, SD: 0.1994}, {Mean: 0.4465, SD: 0.2010}},
}

// scalings are those of the channels of the set, or one of all.
func (set *Set) scalings(way Standardization) ([]Scaling, error) {
	switch way {
	case "", PooledPixels:
		s, err := Standardize(set.Train)
		return []Scaling{s}, err
	case PublishedConstants:
		return publishedScalings[set.Name], nil
	case EachChannel:
		var all []Scaling
		for c := range set.Channels {
			s, err := Standardize(set.Train.channel(c, set.Channels))
			if err != nil {
				return nil, fmt.Errorf("channel %d of %d: %w", c+1, set.Channels, err)
			}
			all = append(all, s)
		}
		return all, nil
	}
	return nil, fmt.Errorf("standardisation %q; want %s, %s or %s", way, PooledPixels, EachChannel, PublishedConstants)
}

// channel is a copy of one of several planes of every image.
func (p Images) channel(c, channels int) Images {
	size := p.Dim / channels
	out := Images{Dim: size, Labels: p.Labels}
	for i := range p.Len() {
		out.Pixels = append(out.Pixels, p.At(i)[c*size:(c+1)*size]...)
	}
	return out
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
