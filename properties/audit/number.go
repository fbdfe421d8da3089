package audit

import (
	"math"

	"bsnn/montecarlo"
)

// Number is a number of which JSON has null where it is NaN or infinite.
type Number = montecarlo.Real

// none is no number.
var none = Number(math.NaN())
