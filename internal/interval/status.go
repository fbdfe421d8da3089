package interval

// A Status says what is not proven about a function on the interval over
// which its Series was evaluated. The zero value is the good case: defined
// and analytic everywhere on the interval, so that every coefficient
// encloses the derivatives it stands for and Lagrange's remainder applies.
// The other values are bits; a Series has those of everything it was made from.
type Status uint8

const (
	// Kinked: a branch of Abs, Min, Max, Sign or Select was not decided on
	// the interval. Coefficient 0 still encloses the values, coefficient 1
	// the derivative wherever it exists (and, without Jump, Clarke's
	// generalised derivative, so the mean value theorem holds with it); the
	// later ones say nothing.
	Kinked Status = 1 << iota
	// Jump: the undecided branch was one of Sign or Select, so the function
	// may be discontinuous on the interval.
	Jump
	// Edge: a branch of Sign or Select was decided, but its condition may
	// vanish at some point of the interval, an endpoint as a rule. The series
	// is that of one side; the neighbouring interval, where the other side
	// may rule, must be compared with it to exclude a jump.
	Edge
	// Singular: defined and continuous, but a derivative may be infinite, as
	// that of √ at 0. Only coefficient 0 says something.
	Singular
	// Partial: some members may lie outside the domain. Coefficient 0
	// encloses the values over the others; the later ones say nothing.
	Partial
	// Undefined: no member lies in the domain; coefficient 0 is empty.
	Undefined
	// Bent: continuously differentiable, but the second derivative may be infinite, as
	// that of v^1.5 at 0. Coefficients 0 and 1 say something.
	Bent
)

// Analytic reports whether every coefficient may be used.
func (s Status) Analytic() bool { return s&^Edge == 0 }

// Defined reports whether the function is proven to be defined on the whole
// interval.
func (s Status) Defined() bool { return s&(Partial|Undefined) == 0 }

// Lipschitz reports whether coefficient 1 holds a generalised derivative
// with which the mean value theorem is true.
func (s Status) Lipschitz() bool { return s&^(Edge|Kinked|Bent) == 0 }
