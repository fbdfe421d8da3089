package emit

import (
	"fmt"
	"go/format"
	"strings"

	"bsnn/internal/expr"
)

var golang = &language{
	or: " || ", and: " && ", not: "!",
	bindOr: 1, bindAnd: 2, bindCompare: 3,
	pi: "math.Pi", e: "math.E", yes: "true", no: "false", nan: "math.NaN()", inf: "math.Inf(1)", minusInf: "math.Inf(-1)",
	calls: map[expr.Op]string{
		expr.Exp: "math.Exp(%s)", expr.Expm1: "math.Expm1(%s)", expr.Log: "math.Log(%s)", expr.Log1p: "math.Log1p(%s)",
		expr.Sqrt: "math.Sqrt(%s)", expr.Sin: "math.Sin(%s)", expr.Cos: "math.Cos(%s)", expr.Tan: "math.Tan(%s)",
		expr.Atan: "math.Atan(%s)", expr.Sinh: "math.Sinh(%s)", expr.Cosh: "math.Cosh(%s)", expr.Tanh: "math.Tanh(%s)",
		expr.Asinh: "math.Asinh(%s)", expr.Acosh: "math.Acosh(%s)", expr.Atanh: "math.Atanh(%s)",
		expr.Asin: "math.Asin(%s)", expr.Acos: "math.Acos(%s)", expr.Tri: "(1 - math.Abs(math.Remainder((%s)-1, 4)))",
		expr.Erf: "math.Erf(%s)", expr.Erfc: "math.Erfc(%s)", expr.Abs: "math.Abs(%s)",
		expr.Min: "min(%s, %s)", expr.Max: "max(%s, %s)", expr.Pow: "math.Pow(%s, %s)",
	},
	special: func(p *printer, n node) (string, int) {
		exponent := shortest(n.value())
		if n.op == expr.PowInt {
			exponent = fmt.Sprint(n.n)
		}
		return fmt.Sprintf("math.Pow(%s, %s)", p.use(n.a, bindNothing), exponent), bindAtom
	},
}

// writeGo writes φ and φ′ as functions of the standard library alone.
func writeGo(f Function) (string, error) {
	name := exported(f.Name)
	var b strings.Builder
	var body strings.Builder
	body.WriteString("// " + name + " is " + comment(f.heading()) + " " + name + "Deriv is its derivative.\n")
	g := newGraph()
	root := g.splitQuotients(g.load(f.Program))
	constants := f.goConstants("const a, b = %s, %s\n\n", f.A, f.B)
	if !g.keepsNaN(root) {
		constants += "if math.IsNaN(x) {\nreturn x\n}\n"
	}
	writeGoFunction(&body, name, constants, g, f.affine(g, root))
	fmt.Fprintf(&body, "\n// %sDeriv is φ′, the derivative of %s.\n", name, name)
	constants = f.goConstants("const a = %s\n\n", f.A)
	writeGoFunction(&body, name+"Deriv", constants, g, f.scaled(g, g.derive(root)))
	if f.Package != "" {
		fmt.Fprintf(&b, "package %s\n\n", f.Package)
		if strings.Contains(body.String(), "math.") {
			b.WriteString("import \"math\"\n\n")
		}
	}
	b.WriteString(body.String())
	text, err := format.Source([]byte(b.String()))
	return string(text), err
}

func (f Function) goConstants(line string, values ...float64) string {
	if f.AsIs {
		return ""
	}
	var args []any
	for _, v := range values {
		args = append(args, exactly(v))
	}
	return fmt.Sprintf(line, args...)
}

// comment joins lines into a doc comment.
func comment(lines []string) string {
	text := strings.Join(lines, "\n// ")
	return strings.ReplaceAll(strings.ReplaceAll(text, "// \t", "//\t"), "// \n", "//\n")
}

func writeGoFunction(b *strings.Builder, name, constants string, g *graph, root int32) {
	top := goLimit / float64(g.highestDegree(root))
	root, _ = g.limitExponentials(root, limiter{top: g.number(top), bottom: g.number(-top)})
	root = g.lowerForGo(root)
	p := &printer{newLayout(g, root, true), golang}
	s := &statements{printer: p, out: b}
	s.place()
	fmt.Fprintf(b, "func %s(x float64) float64 {\n%s", name, constants)
	s.block(0)
	fmt.Fprintf(b, "return %s\n}\n", p.use(root, bindNothing))
}

// lowerForGo replaces what package math does not have.
func (g *graph) lowerForGo(root int32) int32 {
	one := g.number(1)
	return g.rewrite(root, func(n node) int32 {
		switch u := n.a; n.op {
		case expr.Sigmoid:
			return g.div(one, g.op2(expr.Add, one, g.op1(expr.Exp, g.neg(u))))
		case expr.Softplus: // max(u, 0) + log1p(exp(−|u|))
			e := g.op1(expr.Exp, g.op1(expr.Neg, g.op1(expr.Abs, u)))
			return g.op2(expr.Add, g.op2(expr.Max, u, g.number(0)), g.op1(expr.Log1p, e))
		case expr.Phi:
			return g.normalCDF(u)
		case expr.Sign:
			zero := g.number(0)
			return g.choose(g.op2(expr.Less, zero, u), one, g.choose(g.op2(expr.Less, u, zero), g.number(-1), zero))
		case expr.Sinc:
			zero := g.number(0)
			return g.choose(g.op2(expr.Equal, u, zero), one, g.div(g.op1(expr.Sin, u), u))
		case expr.PowInt:
			return g.product(u, n.n)
		}
		return -1
	})
}

// product writes small powers as products; −1 for others.
func (g *graph) product(u int32, n int) int32 {
	switch n {
	case -2, -1:
		return g.op2(expr.Div, g.number(1), g.power(u, -n))
	case 2, 3, 4:
		return g.power(u, n)
	}
	return -1
}

func (g *graph) power(u int32, n int) int32 {
	switch n {
	case 1:
		return u
	case 2, 4:
		return g.square(g.power(u, n/2))
	}
	return g.op2(expr.Mul, g.square(u), u)
}
