// Package safetensors reads and writes the safetensors format: eight bytes
// with the length of the header, the header in JSON, then the numbers of the
// tensors without gaps. The header maps each name to its dtype, shape and
// place; the key __metadata__ maps strings to strings.
//
// Tensors of type F32 and F64 are read; a file may hold others, but reading
// those is an error. As the format demands, the places must cover the file
// exactly, without holes or overlap. Reading never allocates more than the
// file holds: what the header claims is compared with the size of the file
// first.
package safetensors

import "bsnn/internal/tensor"

// maxHeader bounds the length of a header, as the reference implementation
// does.
const maxHeader = 100_000_000

// What one header may hold: more tensors than any model has in one file, and for
// each of them a description of a shape.
const (
	maxTensors = 1 << 18
	maxEntry   = 1 << 12 // bytes
)

const metadataKey = "__metadata__"

// bits is the size of a number of each dtype of the format.
var bits = map[string]int{
	"BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
	"I16": 16, "U16": 16, "F16": 16, "BF16": 16,
	"I32": 32, "U32": 32, "F32": 32,
	"F64": 64, "I64": 64, "U64": 64,
}

var names = map[tensor.DType]string{tensor.Float32: "F32", tensor.Float64: "F64"}

// A Tensor is one entry of a header.
type Tensor struct {
	Name  string
	DType string // "F32", "F64", …
	Shape []int64

	begin, end int64 // place after the header
}
