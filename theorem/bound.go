package theorem

// Status says how far a result may be trusted.
type Status int

const (
	Unknown    Status = iota // nothing is known
	Proven                   // holds at the width given, up to the quadrature error behind the moments
	Asymptotic               // a limit as n → ∞, used at finite n
)

func (s Status) String() string {
	return [...]string{"unknown", "proven", "asymptotic"}[s]
}

// Method says which argument gave a bound.
type Method string

const (
	NoMethod   Method = "no bound known"
	Trivial    Method = "trivial"     // probabilities are at most 1
	Range      Method = "range"       // the statistic cannot get there
	LogSobolev Method = "log-Sobolev" // concentration of Lipschitz functions on the sphere
	Chebyshev  Method = "Chebyshev"   // Chebyshev's or Cantelli's inequality with the exact variance
	Propagated Method = "interval propagation"
	Martingale Method = "martingale" // exponential supermartingales over the layers
)

// A Bound is an upper bound on a probability.
type Bound struct {
	Probability float64 // at most 1
	Method      Method  // what gave it; for two-sided events, the larger side
	Status      Status
}

// NoBound is the answer where no bound is known: probability 1.
func NoBound() Bound { return Bound{1, NoMethod, Unknown} }

// tail is a proven upper bound with its argument.
type tail struct {
	p      float64
	method Method
}

func (t tail) or(other tail) tail {
	if other.p < t.p {
		return other
	}
	return t
}

// sum bounds the probability of either event.
func sum(a, b tail) tail {
	method := a.method
	if b.p > a.p {
		method = b.method
	}
	return tail{a.p + b.p, method}
}

func (t tail) bound() Bound {
	if !(t.p < 1) {
		return Bound{1, Trivial, Proven}
	}
	return Bound{t.p, t.method, Proven}
}

var certain = tail{1, Trivial}
