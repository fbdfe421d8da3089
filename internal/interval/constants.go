package interval

// Enclosures one step wide of the constants that the functions need.
var (
	pi            = Interval{0x1.921fb54442d18p+1, 0x1.921fb54442d19p+1}
	halfPi        = Interval{0x1.921fb54442d18p+0, 0x1.921fb54442d19p+0}
	ln2           = Interval{0x1.62e42fefa39efp-1, 0x1.62e42fefa39f0p-1}
	twoOverSqrtPi = Interval{0x1.20dd750429b6dp+0, 0x1.20dd750429b6ep+0}
	invSqrt2Pi    = Interval{0x1.9884533d43650p-2, 0x1.9884533d43651p-2}
)

// Constants to about 107 bits, as the unevaluated sum of two float64; the
// second is an enclosure.
const (
	twoOverPiHead = 0x1.45f306dc9c883p-1
	twoOverPiTail = -0x1.6b01ec5417056p-55
	invSqrt2Head  = 0x1.6a09e667f3bcdp-1
)

var invSqrt2Tail = Interval{-0x1.bdd3413b26457p-55, -0x1.bdd3413b26455p-55}

// Pi encloses π.
func Pi() Interval { return pi }
