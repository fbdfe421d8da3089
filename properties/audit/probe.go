package audit

import "embed"

// Frameworks are those for which there is a Probe.
var Frameworks = []string{"pytorch", "jax", "keras"}

//go:embed probes
var probes embed.FS

// Probe is a Python module that records norms.csv from any model of a framework, of Frameworks. That of PyTorch is
// tested on PyTorch, the others on stand-ins.
func Probe(framework string) (string, error) {
	text, err := probes.ReadFile("probes/" + framework + ".py")
	return string(text), err
}
