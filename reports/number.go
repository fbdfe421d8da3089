package reports

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// A Number is a float64 that survives JSON: NaN and the infinities, for which
// JSON has no literal, are written as null and read as NaN.
type Number float64

// MarshalJSON writes the shortest decimal that reads back as the same number.
func (x Number) MarshalJSON() ([]byte, error) {
	if !x.Finite() {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(x), 'g', -1, 64), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (x *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*x = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(x))
}

// GobEncode keeps every bit, of infinities and of −0 too.
func (x Number) GobEncode() ([]byte, error) {
	return binary.LittleEndian.AppendUint64(nil, math.Float64bits(float64(x))), nil
}

// GobDecode reads what GobEncode wrote.
func (x *Number) GobDecode(b []byte) error {
	if len(b) != 8 {
		return fmt.Errorf("reports: a number of %d bytes; want 8", len(b))
	}
	*x = Number(math.Float64frombits(binary.LittleEndian.Uint64(b)))
	return nil
}

// Finite says whether x is a number other than NaN and ±Inf.
func (x Number) Finite() bool { return !math.IsNaN(float64(x)) && !math.IsInf(float64(x), 0) }
