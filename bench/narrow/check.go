package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"

	"bsnn/gpnorm"
	"bsnn/reports"
	"bsnn/theorem"
)

// draw is function number trial of a seed.
func draw(seed uint64, trial int) string {
	r := rand.New(rand.NewPCG(seed, uint64(trial)))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	power := func(decades float64) float64 { return math.Pow(10, -decades*r.Float64()) }
	base := pick("x", "tanh(x)", "relu(x)", "gelu(x)", "0.5*x+sin(x)", "leakyrelu(x)", "abs(x)", "x^2", "sinxoverx(x)", "0")
	shape := pick("exp(-(%s)^2)", "tanh(%s)", "1/(1+(%s)^2)", "exp(-abs(%s))", "atan(%s)", "relu(1-abs(%s))", "tri(clip(%s,-2,2))",
		"asinh(%s)*exp(-(%[1]s)^2)", "sin(%s)*exp(-(%[1]s)^2)")
	argument := fmt.Sprintf("((x-%.6g)/%.6g)", 4*r.Float64()-2, power(10))
	return fmt.Sprintf("%s+%.6g*%s", base, power(6), fmt.Sprintf(shape, argument))
}

// check says whether a function is certified, and what of it lies outside its
// enclosure. Proven widths, which take longer, are among it if bounds is true.
func check(spec string, bounds bool) (certified bool, faults []string) {
	j, err := gpnorm.Judge(spec, nil)
	if err != nil {
		return false, nil // an answer too, and it shows no number
	}
	c := collector{}
	card := reports.NewCard(j, theorem.NormalizedTolerance)
	c.card("card", card)
	c.json(card)
	c.code(j, card.Proof)
	c.moments(j)
	c.consumers(j, bounds)
	return true, c.faults
}

type collector struct{ faults []string }

func (c *collector) in(what string, x float64, r reports.Range) {
	lo, hi := float64(r.Lo), float64(r.Hi)
	if x < lo || x > hi { // an end that JSON has as null is unbounded
		c.faults = append(c.faults, fmt.Sprintf("%s is %v, proven is [%v, %v]", what, x, lo, hi))
	}
}

func (c *collector) card(where string, card reports.Card) {
	in := func(what string, x reports.Number, r reports.Range) { c.in(where+": "+what, float64(x), r) }
	in("E f", card.Mean, card.Proof.Mean)
	in("a", card.A, card.Proof.A)
	in("b", card.B, nearest(card.Proof, float64(card.B)).B)
	for _, r := range card.Roots {
		p := nearest(card.Proof, float64(r.B))
		in("b", r.B, p.B)
		in("κ", r.LengthMapSlope, p.LengthMapSlope)
		in("V_f", r.ForwardVariance, p.ForwardVariance)
		in("V_b", r.BackwardVariance, p.BackwardVariance)
		in("V", r.DepthVariance, p.DepthVariance)
	}
}

func nearest(p reports.Proof, b float64) reports.RootProof {
	best := p.Roots[0]
	for _, r := range p.Roots {
		if math.Abs(float64(r.B.Lo+r.B.Hi)/2-b) < math.Abs(float64(best.B.Lo+best.B.Hi)/2-b) {
			best = r
		}
	}
	return best
}

// json looks at the card as a program reads it.
func (c *collector) json(card reports.Card) {
	var again reports.Card
	text, err := json.Marshal(card)
	if err == nil {
		err = json.Unmarshal(text, &again)
	}
	if err != nil {
		c.faults = append(c.faults, "JSON: "+err.Error())
		return
	}
	c.card("JSON", again)
}

var constants = regexp.MustCompile(`(?m)^\s*(?:const )?(a(?:, b)?|b) = (\S+?)(?:, (\S+))?$`)

// code looks at the constants in emitted code.
func (c *collector) code(j gpnorm.Judgement, p reports.Proof) {
	for _, language := range gpnorm.Languages() {
		var text bytes.Buffer
		if err := j.WriteCode(&text, language, "phi"); err != nil {
			c.faults = append(c.faults, language+": "+err.Error())
			continue
		}
		found := map[string]bool{}
		for _, m := range constants.FindAllStringSubmatch(text.String(), -1) {
			number := func(k int) float64 { v, _ := strconv.ParseFloat(m[k], 64); return v }
			a, b := math.NaN(), math.NaN()
			switch m[1] {
			case "a, b":
				a, b = number(2), number(3)
			case "a":
				a = number(2)
			case "b":
				b = number(2)
			}
			c.in(language+": a", a, p.A)
			c.in(language+": b", b, nearest(p, b).B)
			found["a"], found["b"] = found["a"] || !math.IsNaN(a), found["b"] || !math.IsNaN(b)
		}
		if !found["a"] || !found["b"] {
			c.faults = append(c.faults, language+": a and b are not in the code")
		}
	}
}

// moments looks at what is computed from the activation later: by definition its second
// moments are 1, up to what a and b are known to and to quadrature.
func (c *collector) moments(j gpnorm.Judgement) {
	p, err := gpnorm.Describe(j.Activation)
	if err != nil {
		return // it is refused, which shows no number
	}
	width := 1e-6 + 4*(j.Certificate.A.Hi-j.Certificate.A.Lo)/j.A
	near1 := reports.Range{Lo: reports.Number(1 - width), Hi: reports.Number(1 + width)}
	c.in("E φ²", p.SecondMoment.Value, near1)
	c.in("E φ′²", p.DerivSecondMoment.Value, near1)
}
