package dataset

import (
	"fmt"
	"io"
	"strings"

	"bsnn/internal/provenance"
)

// A Set is a labelled image set in memory.
type Set struct {
	Name        string   // "mnist" or "cifar10"
	Dim         int      // m, the number of pixel values of an image
	Channels    int      // 1 for grey, 3 for colour
	Rows, Cols  int      // Dim = Channels·Rows·Cols
	Classes     int      // labels are 0 … Classes−1
	Train, Test Images   // Test may be empty: see Warnings
	Warnings    []string // what a user should know about the set, one sentence each
}

// Checksum identifies the training images: SHA-256, in hexadecimal, of the
// set's name and a zero byte, the number of images and of pixels of each as
// 64-bit little-endian numbers, all pixels, and all labels. A nil set has none.
func (set *Set) Checksum() string {
	if set == nil {
		return ""
	}
	return provenance.Data(set.Name, set.Train.Len(), set.Train.Dim, func(w io.Writer) {
		_, _ = w.Write(set.Train.Pixels) // into a hash, which takes everything
		_, _ = w.Write(set.Train.Labels)
	})
}

// Images are equally sized images with a label each, one byte per pixel
// value.
type Images struct {
	Dim    int     // pixel values per image
	Pixels []uint8 // image after image, Len·Dim values; colour planes one after the other
	Labels []uint8 // one per image, or none at all
}

// Len returns the number of images.
func (p Images) Len() int {
	if p.Dim == 0 {
		return 0
	}
	return len(p.Pixels) / p.Dim
}

// Labelled says whether the images have labels.
func (p Images) Labelled() bool { return len(p.Labels) == p.Len() }

// At returns the pixels of image i. The slice is a view, not a copy.
func (p Images) At(i int) []uint8 { return p.Pixels[i*p.Dim : (i+1)*p.Dim : (i+1)*p.Dim] }

// Label returns the class of image i, of images that are Labelled.
func (p Images) Label(i int) int { return int(p.Labels[i]) }

// Row sets dst, of length Dim, to image i scaled by s.
func (p Images) Row(dst []float64, i int, s Scaling) { s.Apply(dst, p.At(i)) }

// Load reads the set that a specification of the form "mnist:DIR" or
// "cifar10:DIR" names, in capitals or not.
func Load(spec string) (*Set, error) {
	kind, dir, _ := strings.Cut(spec, ":")
	kind = strings.ToLower(kind)
	if dir == "" || kind != "mnist" && kind != "cifar10" {
		return nil, fmt.Errorf("data %q names no image set; want mnist:DIR or cifar10:DIR", spec)
	}
	if kind == "mnist" {
		return MNIST(dir)
	}
	return CIFAR10(dir)
}
