package checkpoint

import "bsnn/internal/tensor"

// DType is the type of the numbers in a file.
type DType string

// The types that are read. Initial weights are written as Float32 or Float64.
const (
	Float64    DType = "float64"
	Float32    DType = "float32"
	Float16    DType = "float16"
	BFloat16   DType = "bfloat16"
	Float8E4M3 DType = "float8_e4m3"
	Float8E5M2 DType = "float8_e5m2"
)

// format is the type as file formats know it; empty means Float32.
func (t DType) format() (tensor.DType, error) {
	if t == "" {
		t = Float32
	}
	return tensor.ParseDType(string(t))
}

func dtype(t tensor.DType) DType { return DType(t.String()) }
