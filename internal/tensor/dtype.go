package tensor

import "fmt"

// DType is the type of the numbers in a file.
type DType int

// The types that files hold. Those after Float8E5M2 are no floating-point numbers:
// they have a name and a size here, and are not read.
const (
	Float64 DType = iota
	Float32
	Float16
	BFloat16
	Float8E4M3 // without infinities: its largest number is 448
	Float8E5M2
	Int64
	Int32
	Int16
	Int8
	Uint64
	Uint32
	Uint16
	Uint8
	Bool
	Complex64
	Complex128
	Float8E8M0 // powers of two that scale others
)

var dtypes = [...]struct {
	name string
	size int
}{
	Float64: {"float64", 8}, Float32: {"float32", 4}, Float16: {"float16", 2}, BFloat16: {"bfloat16", 2},
	Float8E4M3: {"float8_e4m3", 1}, Float8E5M2: {"float8_e5m2", 1},
	Int64: {"int64", 8}, Int32: {"int32", 4}, Int16: {"int16", 2}, Int8: {"int8", 1},
	Uint64: {"uint64", 8}, Uint32: {"uint32", 4}, Uint16: {"uint16", 2}, Uint8: {"uint8", 1},
	Bool: {"bool", 1}, Complex64: {"complex64", 8}, Complex128: {"complex128", 16}, Float8E8M0: {"float8_e8m0", 1},
}

// ParseDType reads the name of a type that initial weights are written in, "float32"
// or "float64".
func ParseDType(name string) (DType, error) {
	for _, t := range []DType{Float32, Float64} {
		if name == t.String() {
			return t, nil
		}
	}
	return 0, fmt.Errorf("unknown number type %q, want float32 or float64", name)
}

// String is "float32", "bfloat16" and so on.
func (t DType) String() string { return dtypes[t].name }

// Size is the number of bytes of one number.
func (t DType) Size() int { return dtypes[t].size }

// Floating says whether numbers of the type are read as they are.
func (t DType) Floating() bool { return t <= Float8E5M2 }

// Roundoff is the unit roundoff of a floating-point type: half the distance from 1
// to the next number.
func (t DType) Roundoff() float64 {
	switch t {
	case Float64:
		return 0x1p-53
	case Float32:
		return 0x1p-24
	}
	return small[t].roundoff()
}

// Floats are the floating-point types, from the widest on.
var Floats = []DType{Float64, Float32, Float16, BFloat16, Float8E4M3, Float8E5M2}

// Represents says whether the type holds all the numbers as they are. What is not
// finite counts as held.
func Represents(t DType, data []float64) bool {
	for _, v := range data {
		if v == 0 || v-v != 0 {
			continue
		}
		switch t {
		case Float64:
			return true
		case Float32:
			if float64(float32(v)) != v {
				return false
			}
		default:
			if f := small[t]; f.decode(f.encode(v)) != v {
				return false
			}
		}
	}
	return true
}
