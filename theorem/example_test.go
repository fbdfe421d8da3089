package theorem_test

import (
	"fmt"
	"log"

	"bsnn/gpnorm"
	"bsnn/theorem"
)

func normalized(name string) gpnorm.Normalized {
	raw, err := gpnorm.Lookup(name)
	if err != nil {
		log.Fatal(err)
	}
	n, err := gpnorm.Normalize(raw)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

// The mean and the variance of ‖φ(Wx)‖²/n at width 64 are known exactly.
func ExampleSphereMoments() {
	m, err := theorem.SphereMoments(normalized("relu").Activation, 64, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("mean %.6f, variance %.6f = 3/66\n", m.Forward.Mean, m.Forward.AverageVariance)
	// Output: mean 1.000000, variance 0.045455 = 3/66
}

// How likely is a layer of 10,000 neurons to change a norm, proven.
func ExampleForwardBound() {
	b, err := theorem.ForwardBound(normalized("relu").Activation, 10_000, 1, 0.2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("P(|‖φ(Wx)‖²/n − 1| ≥ 0.2) ≤ %.1e, %v by %s\n", b.Probability, b.Status, b.Method)
	// Output: P(|‖φ(Wx)‖²/n − 1| ≥ 0.2) ≤ 1.3e-10, proven by log-Sobolev
}

func ExampleStatement_Applies() {
	n := normalized("relu")
	for _, s := range []theorem.Statement{theorem.Theorem1(), theorem.Theorem2()} {
		ok, _ := s.Applies(n.Activation, n.Roots[n.Chosen].Profile)
		fmt.Println(s.Name, ok)
		for _, a := range s.Assumptions(n.Activation, n.Roots[n.Chosen].Profile) {
			if !a.Holds {
				fmt.Printf("  %s: %s\n", a.Name, a.Reason)
			}
		}
	}
	// Output:
	// Theorem 1, forward true
	// Theorem 2, backward false
	//   4: φ′ Lipschitz: φ′ is not Lipschitz
}

// Keeping the gradient norms of 200 tanh layers within ±5 % in two networks of
// three takes a width that no dense matrix has.
func ExampleWidthByLimitLaw() {
	n := normalized("tanh")
	w, err := theorem.WidthByLimitLaw(n.Roots[n.Chosen].Profile, 200, 0.05, 0.68)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("forward %d, backward about %d,000\n", w.Forward, w.Backward/1000)
	// Output: forward 77, backward about 38,000
}

// What is proven for fifty layers at once, in both directions: the failure
// probabilities of the layers are not simply added up.
func ExampleBackwardDepthBound() {
	tanh := normalized("tanh").Activation
	forward, err := theorem.ForwardOutputBound(tanh, 40_000, 50, 0.5)
	if err != nil {
		log.Fatal(err)
	}
	backward, err := theorem.BackwardDepthBound(tanh, 40_000, 50, 0.5)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(forward.Probability < 1e-20, forward.Status)
	fmt.Println(backward.Probability < 1e-3, backward.Status, "by", backward.Method)
	// Output:
	// true proven
	// true proven by martingale
}

// How wide is wide enough for a depth: proven, and by the limit law.
func ExampleWidthsAgainstDepth() {
	list, err := theorem.WidthsAgainstDepth(normalized("tanh").Activation, []int{50, 200}, 0.05, 0.99)
	if err != nil {
		log.Fatal(err)
	}
	for _, w := range list {
		fmt.Printf("depth %d: proven %.1e, limit law %.1e\n", w.Depth, float64(w.Proven.Both()), float64(w.LimitLaw.Both()))
	}
	// Output:
	// depth 50: proven 3.3e+05, limit law 6.3e+04
	// depth 200: proven 1.3e+06, limit law 2.6e+05
}

// The law that a statement predicts. The other root of GELU has κ > 1: through
// depth nothing is predicted for it.
func ExampleStatement_Prediction() {
	n := normalized("gelu")
	other, err := n.WithRoot(1 - n.Chosen)
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range []gpnorm.Normalized{n, other} {
		law, err := theorem.Definition1Forward().Prediction(a.Activation, 500, 200)
		if err != nil {
			log.Fatal(err)
		}
		if law.Known() {
			fmt.Printf("‖x⁽²⁰¹⁾‖²/n is 1 ± %.2g (%v)\n", law.SD, law.Status)
		} else {
			fmt.Println("no law:", law.Reason)
		}
	}
	// Output:
	// ‖x⁽²⁰¹⁾‖²/n is 1 ± 0.048 (asymptotic)
	// no law: κ = 1.113 > 1: deviations of the length grow by this factor in every layer and blow up with depth at any practical width
}

// How far apart the weight gradients of a hundred layers may be by chance.
func ExampleGradientRatioLimit() {
	n := normalized("tanh")
	limit, err := theorem.GradientRatioLimit(n.Roots[n.Chosen].Profile, 1000, 100, 0.01)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("largest over smallest ‖∂E/∂W‖ is below %.2f in 99 %% of the networks\n", limit)
	// Output: largest over smallest ‖∂E/∂W‖ is below 2.36 in 99 % of the networks
}
