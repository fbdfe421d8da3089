package expr

// An Op is what one instruction computes. A, B and C stand for the values of
// its operands. The comparisons and connectives yield conditions, which only
// And, Or, Not and the first operand of Select accept.
type Op uint8

// The primitive operations. Everything else a user may write is lowered to
// these.
const (
	Const    Op = iota // the number Instr.Const
	Var                // x
	Neg                // −A
	Add                // A + B
	Sub                // A − B
	Mul                // A·B
	Div                // A/B, undefined at B = 0
	PowInt             // Aᴺ for a fixed integer N other than 0 and 1; undefined at A = 0 when N < 0
	PowRat             // A^r, r = Instr.Const.Rat neither an integer nor 1/2; undefined for A < 0, and at A = 0 when r < 0
	Pow                // A^B = exp(B·log A); undefined for A < 0, and at A = 0 unless B > 0
	Exp                // exp A
	Expm1              // exp A − 1
	Log                // natural logarithm, undefined for A ≤ 0
	Log1p              // log(1+A), undefined for A ≤ −1
	Sqrt               // undefined for A < 0
	Sin                // sine
	Cos                // cosine
	Tan                // tangent, undefined where cos A = 0
	Atan               // inverse tangent, in (−π/2, π/2)
	Sinh               // hyperbolic sine
	Cosh               // hyperbolic cosine
	Tanh               // hyperbolic tangent
	Asinh              // inverse hyperbolic sine
	Acosh              // inverse hyperbolic cosine, undefined for A < 1
	Atanh              // inverse hyperbolic tangent, undefined for |A| ≥ 1
	Asin               // inverse sine, in [−π/2, π/2], undefined for |A| > 1
	Acos               // inverse cosine, in [0, π], undefined for |A| > 1
	Sinc               // sin(A)/A, 1 at A = 0
	Tri                // triangle wave of period 4: A on [−1, 1], 2 − A on [1, 3]
	Erf                // error function
	Erfc               // 1 − erf A
	Phi                // normal distribution function, ½erfc(−A/√2)
	Sigmoid            // 1/(1 + exp(−A))
	Softplus           // log(1 + exp A)
	Abs                // |A|
	Sign               // −1, 0 or 1
	Min                // the smaller of A and B
	Max                // the larger of A and B
	Less               // condition A < B
	LessEq             // condition A ≤ B
	Equal              // condition A = B
	NotEqual           // condition A ≠ B
	And                // both conditions
	Or                 // either condition
	Not                // the opposite of a condition
	Select             // B where the condition A holds, C elsewhere
	numOps

	// Decided conditions exist only while a program is being built, holes only
	// in patterns: there one stands for a number, parameter N of a definition.
	always
	never
	hole
)

var opInfo = [...]struct {
	name  string
	arity int
}{
	Const: {"const", 0}, Var: {"x", 0},
	Neg: {"neg", 1}, Add: {"add", 2}, Sub: {"sub", 2}, Mul: {"mul", 2}, Div: {"div", 2},
	PowInt: {"powint", 1}, PowRat: {"powrat", 1}, Pow: {"pow", 2},
	Exp: {"exp", 1}, Expm1: {"expm1", 1}, Log: {"log", 1}, Log1p: {"log1p", 1}, Sqrt: {"sqrt", 1},
	Sin: {"sin", 1}, Cos: {"cos", 1}, Tan: {"tan", 1}, Atan: {"atan", 1},
	Sinh: {"sinh", 1}, Cosh: {"cosh", 1}, Tanh: {"tanh", 1},
	Asinh: {"asinh", 1}, Acosh: {"acosh", 1}, Atanh: {"atanh", 1}, Asin: {"asin", 1}, Acos: {"acos", 1},
	Sinc: {"sinxoverx", 1}, Tri: {"tri", 1},
	Erf: {"erf", 1}, Erfc: {"erfc", 1}, Phi: {"Phi", 1}, Sigmoid: {"sigmoid", 1}, Softplus: {"softplus", 1},
	Abs: {"abs", 1}, Sign: {"sign", 1}, Min: {"min", 2}, Max: {"max", 2},
	Less: {"<", 2}, LessEq: {"<=", 2}, Equal: {"==", 2}, NotEqual: {"!=", 2},
	And: {"and", 2}, Or: {"or", 2}, Not: {"not", 1}, Select: {"select", 3},
	numOps: {"?", 0}, always: {"true", 0}, never: {"false", 0}, hole: {"number", 0},
}

// String returns the name of the operation; for those that are functions in
// the grammar, the name that the grammar uses.
func (op Op) String() string { return opInfo[op].name }

// Arity returns the number of operands, 0 to 3.
func (op Op) Arity() int { return opInfo[op].arity }

// Condition reports whether the operation yields a condition rather than a
// number.
func (op Op) Condition() bool {
	return Less <= op && op <= Not || op == always || op == never
}

// commutative reports whether the operands may be exchanged.
func (op Op) commutative() bool {
	switch op {
	case Add, Mul, Min, Max, Equal, NotEqual, And, Or:
		return true
	}
	return false
}
