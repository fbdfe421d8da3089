package audit

import (
	"encoding/json"
	"math"
)

// Number is a number of which JSON has null where it is NaN or infinite.
type Number float64

// MarshalJSON writes null for what is no finite number.
func (n Number) MarshalJSON() ([]byte, error) {
	if v := float64(n); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// none is no number.
var none = Number(math.NaN())
