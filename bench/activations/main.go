// Command activations times the two ways of judging an activation, the
// quadrature in float64 and the proof, and prints a table in Markdown with the
// width of what is proven:
//
//	go run ./bench/activations > docs/activation-speed.md
package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"time"

	"bsnn/gpnorm"
)

func main() {
	runtime.GOMAXPROCS(1)
	if err := table(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func table() error {
	fmt.Print(`# How long a judgement takes

Best of several runs on one core, in microseconds. *Float*: ` + "`gpnorm.Normalize`" + `, moments, both roots and all variances by quadrature with an error
estimate. *Proof*: ` + "`gpnorm.Certify`" + `, the same as proven enclosures, with Lipschitz constants and continuity. *Width*: the largest relative width
among the enclosures of E f², E f′², a, the chosen b, κ, V_f and V_b; absolute for a value below 1e-6.

Regenerate with ` + "`go run ./bench/activations > docs/activation-speed.md`" + `.

| activation | float, µs | proof, µs | width |
| --- | ---: | ---: | ---: |
`)
	for _, name := range gpnorm.Names() {
		if err := row(name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func row(name string) error {
	raw, err := gpnorm.Lookup(name)
	if err != nil {
		return err
	}
	formula, err := gpnorm.Formula(name, nil)
	if err != nil {
		return err
	}
	n, err := gpnorm.Normalize(raw)
	if err != nil {
		return err
	}
	c, err := gpnorm.Certify(formula)
	if err != nil {
		return err
	}
	float := best(50, func() error { _, err := gpnorm.Normalize(raw); return err })
	proof := best(10, func() error { _, err := gpnorm.Certify(formula); return err })
	fmt.Printf("| %s | %.0f | %.0f | %.1e |\n", name, float, proof, widest(n, c))
	return nil
}

// best is the shortest time of several runs in microseconds.
func best(runs int, f func() error) float64 {
	shortest := math.Inf(1)
	for range runs {
		start := time.Now()
		if err := f(); err != nil {
			return math.NaN()
		}
		shortest = min(shortest, float64(time.Since(start).Nanoseconds())/1e3)
	}
	return shortest
}

func widest(n gpnorm.Normalized, c gpnorm.Certificate) float64 {
	all := []gpnorm.Interval{c.SecondMoment, c.DerivSecondMoment, c.A}
	for _, r := range c.Roots {
		if r.B.Lo <= n.B && n.B <= r.B.Hi {
			all = append(all, r.B, r.Slope, r.ForwardVariance, r.BackwardVariance)
		}
	}
	w := 0.0
	for _, i := range all {
		size := max(math.Abs(i.Lo), math.Abs(i.Hi))
		if size < 1e-6 {
			size = 1
		}
		w = max(w, (i.Hi-i.Lo)/size)
	}
	return w
}
