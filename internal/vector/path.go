package vector

import (
	"fmt"
	"os"
)

// Environment is the name of the variable that chooses the path.
const Environment = "BSNN_VECTOR"

// A path is a way to run the loops.
type path uint8

const (
	plainGo path = iota
	avx2
	avx512
)

var pathNames = [...]string{plainGo: "go", avx2: "avx2", avx512: "avx512"}

func (p path) String() string { return pathNames[p] }

// chosen is a variable for tests and benchmarks.
var chosen, choiceErr = pathFor(os.Getenv(Environment), available())

// Path is the name of the path in use: "avx512", "avx2" or "go". The error says
// that the environment asks for one that this processor does not have or that
// does not exist; then the best is in use.
func Path() (string, error) { return chosen.String(), choiceErr }

// pathFor takes the paths of this processor, the best first.
func pathFor(setting string, paths []path) (path, error) {
	if setting == "" || setting == "auto" {
		return paths[0], nil
	}
	for _, p := range paths {
		if p.String() == setting {
			return p, nil
		}
	}
	return paths[0], fmt.Errorf("%s=%s: want auto or one of what this processor has, %v", Environment, setting, paths)
}
