package emit

import (
	"fmt"
	"strconv"
	"strings"

	"bsnn/internal/expr"
)

// whereComment explains the guards.
const whereComment = `    # where() differentiates both branches. Arguments of the branch that is not
    # taken are replaced by harmless ones: 0 times infinity would make its
    # gradient NaN.
`

// limitComment explains the largest argument of exponentials.
const limitComment = `    # Exponentials stay below overflow where the function around them is flat:
    # 0 times infinity would make the gradient NaN.
    top = %s * math.log(%s)
`

var pytorch = pythonWith("torch", "torch.finfo(torch.result_type(x, 1.0)).max", map[expr.Op]string{
	expr.Exp: "torch.exp(%s)", expr.Expm1: "torch.expm1(%s)", expr.Log: "torch.log(%s)", expr.Log1p: "torch.log1p(%s)",
	expr.Sqrt: "torch.sqrt(%s)", expr.Sin: "torch.sin(%s)", expr.Cos: "torch.cos(%s)", expr.Tan: "torch.tan(%s)",
	expr.Atan: "torch.atan(%s)", expr.Sinh: "torch.sinh(%s)", expr.Cosh: "torch.cosh(%s)", expr.Tanh: "torch.tanh(%s)",
	expr.Asinh: "torch.asinh(%s)", expr.Acosh: "torch.acosh(%s)", expr.Atanh: "torch.atanh(%s)",
	expr.Asin: "torch.asin(%s)", expr.Acos: "torch.acos(%s)",
	expr.Tri: "(torch.abs(torch.remainder((%s) - 1, 4) - 2) - 1)",
	expr.Erf: "torch.erf(%s)", expr.Erfc: "torch.erfc(%s)", expr.Abs: "torch.abs(%s)", expr.Sign: "torch.sign(%s)",
	expr.Sigmoid: "torch.sigmoid(%s)",
	// Beyond the threshold the function is linear; the default of 20 would
	// cost float64 half of its digits.
	expr.Softplus: "F.softplus(%s, threshold=40)",
}, func(p *printer, n node) (string, bool) {
	switch n.op {
	case expr.Min, expr.Max:
		return p.torchExtreme(n), true
	case expr.Select:
		then := p.scalar(n.b)
		if p.g.nodes[n.b].op == expr.Const && p.g.nodes[n.c].op == expr.Const {
			then = "torch.full_like(x, " + then + ")" // two numbers would have the default type
		}
		return fmt.Sprintf("torch.where(%s, %s, %s)", p.use(n.a, bindNothing), then, p.scalar(n.c)), true
	}
	return "", false
})

// torchExtreme: maximum and minimum take tensors only.
func (p *printer) torchExtreme(n node) string {
	if p.g.nodes[n.a].op == expr.Const {
		n.a, n.b = n.b, n.a
	}
	switch bounded := p.g.nodes[n.b].op == expr.Const; {
	case n.op == expr.Max && p.g.is(n.b, 0):
		return p.call("torch.relu(%s)", node{op: expr.Abs, a: n.a})
	case n.op == expr.Max && bounded:
		return fmt.Sprintf("torch.clamp(%s, min=%s)", p.use(n.a, bindNothing), p.scalar(n.b))
	case n.op == expr.Max:
		return p.call("torch.maximum(%s, %s)", n)
	case bounded:
		return fmt.Sprintf("torch.clamp(%s, max=%s)", p.use(n.a, bindNothing), p.scalar(n.b))
	}
	return p.call("torch.minimum(%s, %s)", n)
}

var jax = pythonWith("jnp", "jnp.finfo(jnp.result_type(x, float)).max", map[expr.Op]string{
	expr.Exp: "jnp.exp(%s)", expr.Expm1: "jnp.expm1(%s)", expr.Log: "jnp.log(%s)", expr.Log1p: "jnp.log1p(%s)",
	expr.Sqrt: "jnp.sqrt(%s)", expr.Sin: "jnp.sin(%s)", expr.Cos: "jnp.cos(%s)", expr.Tan: "jnp.tan(%s)",
	expr.Atan: "jnp.arctan(%s)", expr.Sinh: "jnp.sinh(%s)", expr.Cosh: "jnp.cosh(%s)", expr.Tanh: "jnp.tanh(%s)",
	expr.Asinh: "jnp.arcsinh(%s)", expr.Acosh: "jnp.arccosh(%s)", expr.Atanh: "jnp.arctanh(%s)",
	expr.Asin: "jnp.arcsin(%s)", expr.Acos: "jnp.arccos(%s)",
	expr.Tri: "(jnp.abs(jnp.remainder((%s) - 1, 4) - 2) - 1)",
	expr.Erf: "jax.lax.erf(%s)", expr.Erfc: "jax.lax.erfc(%s)", expr.Abs: "jnp.abs(%s)", expr.Sign: "jnp.sign(%s)",
	expr.Sigmoid: "jax.nn.sigmoid(%s)", expr.Softplus: "jax.nn.softplus(%s)",
}, func(p *printer, n node) (string, bool) {
	switch {
	case n.op == expr.Max && p.g.is(n.b, 0):
		return p.call("jax.nn.relu(%s)", node{op: expr.Abs, a: n.a}), true
	case n.op == expr.Max || n.op == expr.Min:
		return fmt.Sprintf("jnp.%simum(%s, %s)", n.op, p.scalar(n.a), p.scalar(n.b)), true
	case n.op == expr.Select:
		return fmt.Sprintf("jnp.where(%s, %s, %s)", p.use(n.a, bindNothing), p.scalar(n.b), p.scalar(n.c)), true
	}
	return "", false
})

// scalar is use for an argument of a function of numbers and tensors.
func (p *printer) scalar(i int32) string { return real(p.use(i, bindNothing)) }

func pythonWith(module, largest string, calls map[expr.Op]string, special func(*printer, node) (string, bool)) *language {
	return &language{
		module: module, largest: largest,
		or: " | ", and: " & ", not: "~",
		bindCompare: 1, bindOr: 2, bindAnd: 3,
		pi: "math.pi", e: "math.e", yes: "True", no: "False", nan: "math.nan", inf: "math.inf", minusInf: "-math.inf",
		calls: calls,
		special: func(p *printer, n node) (string, int) {
			if text, ok := special(p, n); ok {
				return text, bindAtom
			}
			var exponent string
			switch n.op {
			case expr.PowInt:
				exponent = fmt.Sprint(n.n)
			case expr.PowRat:
				exponent = shortest(n.value())
			default:
				exponent = p.use(n.b, bindSign)
			}
			return p.use(n.a, bindAtom) + "**" + exponent, bindPower
		},
	}
}

// pythonName starts with a lower-case letter.
func (f Function) pythonName() string {
	if f.Name == "" {
		f.Name = "activation"
	}
	return strings.ToLower(f.Name[:1]) + f.Name[1:]
}

// pythonModule is φ as a module for PyTorch.
func pythonModule(f Function) string {
	name := f.pythonName()
	return fmt.Sprintf("\n\nclass %s(torch.nn.Module):\n", camel(name)) +
		fmt.Sprintf("    \"\"\"%s as a module without parameters.\"\"\"\n\n", name) +
		fmt.Sprintf("    def forward(self, x):\n        return %s(x)\n", name)
}

// writePython writes φ as a function.
func writePython(f Function, l *language) string {
	g := newGraph()
	root := g.splitQuotients(g.oneSided(g.smoothSinc(g.logarithms(g.load(f.Program)))))
	degree := g.highestDegree(root)
	root, guarded := g.guard(root)
	root, limited := g.limitExponentials(root, limiter{top: g.named("top", goLimit), bottom: g.named("-top", -goLimit), products: true})
	keepsNaN := g.keepsNaN(root)
	root = g.rewrite(f.affine(g, root), func(n node) int32 {
		if n.op == expr.Phi {
			return g.normalCDF(n.a)
		}
		return -1
	})
	p := &printer{newLayout(g, root, false), l}

	var b strings.Builder
	fmt.Fprintf(&b, "def %s(x):\n    \"\"\"%s\n    \"\"\"\n", f.pythonName(), docstring(f.heading()))
	if !f.AsIs {
		fmt.Fprintf(&b, "    a = %s\n    b = %s\n", exactly(f.A), exactly(f.B))
	}
	if guarded {
		b.WriteString(whereComment)
	}
	if limited {
		fmt.Fprintf(&b, limitComment, strconv.FormatFloat(0.99/float64(degree), 'g', 3, 64), l.largest)
	}
	for i, local := range p.names {
		if local != "" {
			text, _ := p.inPlace(int32(i))
			fmt.Fprintf(&b, "    %s = %s\n", local, text)
		}
	}
	result := p.use(root, bindNothing)
	if !keepsNaN {
		fmt.Fprintf(&b, "    result = %s\n", result)
		result = fmt.Sprintf("%s.where(%s.isnan(x), x, result)", l.module, l.module)
	}
	fmt.Fprintf(&b, "    return %s\n", result)
	return b.String()
}

// smoothSinc writes sinc u as sin(u)/u and, near 0, as its series: the gradient of the
// quotient cancels there, also in the sinc of the libraries.
func (g *graph) smoothSinc(root int32) int32 {
	return g.rewrite(root, func(n node) int32 {
		if n.op != expr.Sinc {
			return -1
		}
		near := g.op2(expr.Less, g.op1(expr.Abs, n.a), g.number(0.5))
		return g.choose(near, g.alternating(n.a, 156, 110, 72, 42, 20, 6), g.div(g.op1(expr.Sin, n.a), n.a))
	})
}

// docstring joins lines at the indentation of a function.
func docstring(lines []string) string {
	text := strings.ReplaceAll(strings.Join(lines, "\n    "), "\t", "    ")
	return exported(strings.TrimRight(strings.ReplaceAll(text, "    \n", "\n"), " \n"))
}

// Imports returns the import lines that Python code needs.
func Imports(code string) string {
	var standard, others string
	if strings.Contains(code, "math.") {
		standard = "import math\n\n"
	}
	for _, module := range []struct{ use, line string }{
		{"jax.", "import jax\n"},
		{"jnp.", "import jax.numpy as jnp\n"},
		{"torch.", "import torch\n"},
		{"F.", "import torch.nn.functional as F\n"},
	} {
		if strings.Contains(code, module.use) {
			others += module.line
		}
	}
	if standard+others == "" {
		return ""
	}
	return standard + others + "\n\n"
}

// normalCDF is ½·erfc(−u/√2).
func (g *graph) normalCDF(u int32) int32 {
	const invSqrt2 = 0.707106781186547524400844362104849039
	return g.mul(g.number(0.5), g.op1(expr.Erfc, g.mul(g.number(-invSqrt2), u)))
}
