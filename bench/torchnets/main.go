// Command torchnets holds predictions against networks as people write them in PyTorch:
// layers of torch.nn with its defaults or torch.nn.init, drawn by PyTorch, gradients by its
// autograd.
//
//	go run ./bench/torchnets [-n 20] [-seed 1] [-only mlp,batch-norm] [-layers]
//
// Compared are logarithms of factors of squared norms, in both directions: of every module by
// itself, from the input to behind every module, from the output to in front of it, and in
// total. A mean over the networks that is further from the predicted one than chance allows is
// refuted: all of them together are so with probability 1e-6 where every prediction is true and
// logarithms are normal. Predictions are limits for wide layers, of which 2/n a linear map is
// granted. So is a standard deviation, where one is predicted. Ends with exit code 1 if
// something was refuted; networks are skipped, counted and named where PyTorch is not installed.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"bsnn/internal/peers"
	net "bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"
)

//go:embed networks.py
var program string

// Squared norms of one network, at the input and behind every module.
type squares struct{ Signal, Gradient []float64 }

// draw has PyTorch draw networks.
func draw(python, name string, networks int, seed uint64) (version string, drawn []squares, err error) {
	c := exec.Command(python, "-c", program, name, strconv.Itoa(networks), strconv.FormatUint(seed, 10))
	c.Stderr = os.Stderr
	text, err := c.Output()
	if err != nil {
		return "", nil, fmt.Errorf("%s in %s: %w", name, python, err)
	}
	var answer struct {
		Version  string
		Networks []squares
	}
	err = json.Unmarshal(text, &answer)
	return answer.Version, answer.Networks, err
}

func main() {
	networks := flag.Int("n", 20, "initialisations of each network, 3 or more")
	seed := flag.Uint64("seed", 1, "of PyTorch's generator")
	only := flag.String("only", "", "names of networks, separated by commas; all if empty")
	layers := flag.Bool("layers", false, "show every module")
	flag.Parse()
	if *networks < 3 {
		fmt.Fprintf(os.Stderr, "torchnets: -n %d; want 3 or more\n", *networks)
		os.Exit(2)
	}
	python, _ := peers.Python("torch")
	refuted, err := run(os.Stdout, python, *networks, *seed, *only, *layers)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "torchnets:", err)
		os.Exit(2)
	case refuted:
		os.Exit(1)
	}
}

// run compares and prints. python can import PyTorch; without one all is skipped.
func run(w io.Writer, python string, networks int, seed uint64, only string, layers bool) (refuted bool, err error) {
	chosen, err := choose(only)
	if err != nil {
		return false, err
	}
	skipped := 0
	for _, c := range chosen {
		if python == "" {
			fmt.Fprintf(w, "skipped: %s: no Python with PyTorch\n", c.name)
			skipped++
			continue
		}
		a, predicted, err := c.predict(context.Background())
		if err != nil {
			return false, fmt.Errorf("%s: %w", c.name, err)
		}
		version, drawn, err := draw(python, c.name, networks, seed)
		if err != nil {
			return false, err
		}
		if got, want := len(drawn[0].Signal), len(predicted.Blocks)+1; got != want {
			return false, fmt.Errorf("%s: PyTorch has %d modules, the description %d", c.name, got-1, want-1)
		}
		t := compare(a, predicted, drawn, properties.UsesBatches(a))
		t.print(w, fmt.Sprintf("%s (%s), %d networks of PyTorch %s", c.name, c.text, len(drawn), version), layers)
		refuted = refuted || t.refuted()
	}
	fmt.Fprintf(w, "compared: %d, skipped: %d\n", len(chosen)-skipped, skipped)
	return refuted, nil
}

// choose finds the cases with these names.
func choose(only string) (chosen []network, err error) {
	if only == "" {
		return cases, nil
	}
	for _, name := range strings.Split(only, ",") {
		i := slices.IndexFunc(cases, func(c network) bool { return c.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no network %q", name)
		}
		chosen = append(chosen, cases[i])
	}
	return chosen, nil
}

// predict is what theory says, module by module.
func (c network) predict(ctx context.Context) (a net.Architecture, p theorem.Prediction, err error) {
	if a, err = c.architecture(); err != nil {
		return a, p, err
	}
	a = a.Unrolled(1000)
	p, err = theorem.Predict(ctx, a, theorem.Question{})
	return a, p, err
}
