package checkpoint

import "bsnn/internal/tensor"

// DType is the type of the numbers in a file.
type DType string

// The types that are read and written, little-endian.
const (
	Float32 DType = "float32"
	Float64 DType = "float64"
)

// format is the type as file formats know it; empty means Float32.
func (t DType) format() (tensor.DType, error) {
	if t == "" {
		t = Float32
	}
	return tensor.ParseDType(string(t))
}

func dtype(t tensor.DType) DType { return DType(t.String()) }
