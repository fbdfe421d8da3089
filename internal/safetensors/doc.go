// Package safetensors reads and writes the safetensors format: eight bytes
// with the length of the header, the header in JSON, then the numbers of the
// tensors without gaps. The header maps each name to its dtype, shape and
// place; the key __metadata__ maps strings to strings.
//
// Floating-point tensors are read and written: F64, F32, F16, BF16, F8_E4M3 and F8_E5M2. A
// file may hold others, whose numbers are not read. As the format demands, the places must cover the file
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
	// maxMetadata bounds the commas in metadata, of which each may stand for an entry.
	maxMetadata = 1 << 19
)

const metadataKey = "__metadata__"

// types are the dtypes of the format.
var types = map[string]tensor.DType{
	"F64": tensor.Float64, "F32": tensor.Float32, "F16": tensor.Float16, "BF16": tensor.BFloat16,
	"F8_E4M3": tensor.Float8E4M3, "F8_E5M2": tensor.Float8E5M2, "F8_E8M0": tensor.Float8E8M0,
	"I64": tensor.Int64, "I32": tensor.Int32, "I16": tensor.Int16, "I8": tensor.Int8,
	"U64": tensor.Uint64, "U32": tensor.Uint32, "U16": tensor.Uint16, "U8": tensor.Uint8, "BOOL": tensor.Bool,
	"C64": tensor.Complex64,
}

// names are their names.
var names = func() map[tensor.DType]string {
	all := map[tensor.DType]string{}
	for name, t := range types {
		all[t] = name
	}
	return all
}()

// An entry is one tensor of a header.
type entry struct {
	name       string
	dtype      tensor.DType
	shape      []int64
	begin, end int64 // place after the header
}
