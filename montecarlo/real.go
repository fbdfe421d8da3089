package montecarlo

import (
	"encoding/json"
	"math"
	"strconv"
)

// A Real is a float64 that survives JSON: NaN and the infinities, for which
// JSON has no literal, are written as null and read as NaN.
type Real float64

// MarshalJSON writes the shortest decimal that reads back as the same number.
func (x Real) MarshalJSON() ([]byte, error) {
	if !x.Finite() {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(x), 'g', -1, 64), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (x *Real) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*x = Real(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(x))
}

// Finite says whether x is a number other than NaN and ±Inf.
func (x Real) Finite() bool { return !math.IsNaN(float64(x)) && !math.IsInf(float64(x), 0) }
