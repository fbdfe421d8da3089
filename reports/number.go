package reports

import "bsnn/montecarlo"

// A Number is a measured or predicted number, null in JSON where there is none.
type Number = montecarlo.Real
