package main

import "fmt"

// Arguments of the loops over activations.
const (
	argScale = iota
	argFactor
	argShift
	argParameters
)

// suffix tells the loops over float32 and float64 apart.
func suffix(single bool) string {
	if single {
		return "32"
	}
	return "64"
}

// kernels are all loops, those over float64 first.
func kernels() []*program {
	list := []*program{normals()}
	for _, f := range functions {
		list = append(list, f.program())
	}
	for _, single := range []bool{false, true} {
		for _, a := range activations {
			list = append(list, layer(a, single))
		}
		list = append(list, beyond(single), dot(single), combine(single), multiplyDot(single), multiply(single), descend(single),
			addSquares(single))
		if !single {
			list = append(list, products(), gram(), against())
		}
	}
	for _, p := range list {
		p.prune()
	}
	return list
}

// layer is an activation as networks apply it.
func layer(a activation, single bool) *program {
	name := a.name + suffix(single)
	doc := fmt.Sprintf("%s sets x = factor·φ(scale·g) + shift and der = factor·φ′(scale·g), φ(x) = %s, with Σx².", name, a.doc)
	p := newProgram(name, doc, single)
	x := p.mul(p.load("g"), p.scalar(argScale))
	var parameters []*instruction
	for i := range a.parameters {
		parameters = append(parameters, p.scalar(argParameters+i))
	}
	v, d := a.pair(p, x, parameters)
	factor := p.scalar(argFactor)
	p.store("der", p.mul(factor, d))
	out := p.store("x", p.add(p.mul(factor, v), p.scalar(argShift)))
	p.sum(0, out, out)
	return p
}

// beyond counts what is too large for sin, or NaN.
func beyond(single bool) *program {
	name := "beyond" + suffix(single)
	p := newProgram(name, name+" counts the elements that are not |scale·x| < limit.", single)
	size := p.abs(p.mul(p.load("x"), p.scalar(0)))
	one := p.sel(p.less(size, p.scalar(1)), p.c(0), p.c(1))
	p.sum(0, one, one)
	return p
}

func dot(single bool) *program {
	name := "dot" + suffix(single)
	p := newProgram(name, name+" is Σxy.", single)
	p.sum(0, p.load("x"), p.load("y"))
	return p
}

func combine(single bool) *program {
	name := "combine" + suffix(single)
	p := newProgram(name, name+" sets dst = a·x + b·y, with Σdst².", single)
	x, y := p.load("x"), p.load("y")
	v := p.store("dst", p.add(p.mul(p.scalar(0), x), p.mul(p.scalar(1), y)))
	p.sum(0, v, v)
	return p
}

func multiplyDot(single bool) *program {
	name := "multiplyDot" + suffix(single)
	p := newProgram(name, name+" sets dst = y·d, with Σdst² and Σdst·h.", single)
	y, d, h := p.load("y"), p.load("d"), p.load("h")
	v := p.store("dst", p.mul(y, d))
	p.sum(0, v, v)
	p.sum(1, v, h)
	return p
}

func multiply(single bool) *program {
	name := "multiply" + suffix(single)
	p := newProgram(name, name+" sets dst = y·d, with Σdst².", single)
	v := p.store("dst", p.mul(p.load("y"), p.load("d")))
	p.sum(0, v, v)
	return p
}

// products is the loop over two vectors beside two others.
func products() *program {
	p := newProgram("products64", "products64 is Σxu, Σxv, Σyu and Σyv.", false)
	x, y, u, v := p.load("x"), p.load("y"), p.load("u"), p.load("v")
	p.sum(0, x, u)
	p.sum(1, x, v)
	p.sum(2, y, u)
	p.sum(3, y, v)
	return p
}

// gram is the loop over three vectors with a common factor.
func gram() *program {
	p := newProgram("gram64", "gram64 sets a = dx, b = dy and c = dz, with Σa², Σab, Σac, Σb², Σbc and Σc².", false)
	d, x, y, z := p.load("d"), p.load("x"), p.load("y"), p.load("z")
	a, b, c := p.store("a", p.mul(d, x)), p.store("b", p.mul(d, y)), p.store("c", p.mul(d, z))
	for i, pair := range [][2]*instruction{{a, a}, {a, b}, {a, c}, {b, b}, {b, c}, {c, c}} {
		p.sum(i, pair[0], pair[1])
	}
	return p
}

// against is the loop over one vector beside four.
func against() *program {
	p := newProgram("against64", "against64 is Σxp, Σxq, Σxr and Σxs.", false)
	x := p.load("x")
	for i, name := range []string{"p", "q", "r", "s"} {
		p.sum(i, x, p.load(name))
	}
	return p
}

// addSquares is the only loop with a vector in float64 beside others.
func addSquares(single bool) *program {
	name := "addSquares" + suffix(single)
	p := newProgram(name, name+" adds x² to dst, which is in float64.", single)
	x := p.load("x")
	p.storeWide("dst", p.add(p.loadWide("dst"), p.mul(x, x)))
	return p
}

// descend is the step of gradient descent with momentum, and with weight decay.
func descend(single bool) *program {
	name := "descend" + suffix(single)
	p := newProgram(name, name+" sets v ← momentum·v + (g + decay·w) and w ← w − rate·v, with Σg².", single)
	w, v, g := p.load("w"), p.load("v"), p.load("g")
	rate, momentum, decay := p.scalar(0), p.scalar(1), p.scalar(2)
	step := p.store("v", p.add(p.mul(momentum, v), p.add(p.mul(decay, w), g)))
	p.store("w", p.sub(w, p.mul(rate, step)))
	p.sum(0, g, g)
	return p
}

// A function is one that expressions use: dst = f(x) over float64.
type function struct {
	name, doc string
	value     func(p *program, x *instruction) *instruction
}

func (f function) program() *program {
	p := newProgram(f.name, fmt.Sprintf("%s sets dst = %s.", f.name, f.doc), false)
	p.store("dst", f.value(p, p.load("x")))
	return p
}

// valueOf is the value of an activation without parameters.
func valueOf(pair pair) func(*program, *instruction) *instruction {
	return func(p *program, x *instruction) *instruction {
		v, _ := pair(p, x, nil)
		return v
	}
}

var functions = []function{
	{"exp", "exp x", func(p *program, x *instruction) *instruction {
		e, _ := p.exponential(x)
		return e
	}},
	{"expm1", "exp x − 1", func(p *program, x *instruction) *instruction {
		_, em1 := p.exponential(x)
		return p.sel(p.negative(x), p.withSign(em1, p.w(signBit)), em1)
	}},
	{"log", "log x", logarithm},
	{"log1p", "log(1 + x)", log1p},
	{"sqrt", "√x", func(p *program, x *instruction) *instruction { return p.sqrt(x) }},
	{"tanh", "tanh x", valueOf(tanh)},
	{"sigmoid", "σ(x)", valueOf(sigmoid)},
	{"softplus", "log(1 + exp x)", valueOf(softplus)},
	{"erf", "erf x", valueOf(erf)},
	{"sine", "sin x for |x| < 2³⁰", valueOf(sin)},
	{"cosine", "cos x for |x| < 2³⁰", func(p *program, x *instruction) *instruction {
		_, c := sin(p, x, nil)
		return c
	}},
	{"normalCDF", "Φ(x)", normalCDF},
	{"normalDensity", "exp(−x²/2)/√(2π)", normalDensity},
}
