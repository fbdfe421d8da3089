package notation

import (
	"strings"
	"unicode"
)

// libraries are the names by which libraries and their parts are imported, with the
// library that they are of; a part that several have says nothing by itself.
var libraries = map[string]string{
	"np": "numpy", "numpy": "numpy", "onp": "numpy", "cp": "numpy", "cupy": "numpy",
	"torch": "torch", "F": "torch", "functional": "torch", "nnf": "torch", "TF": "torch",
	"jax": "jax", "jnp": "jax", "lax": "lax", "flax": "jax", "linen": "jax", "jsp": "jax", "jnn": "jax",
	"tf": "tf", "tensorflow": "tf",
	"keras": "keras", "layers": "keras", "activations": "keras", "K": "keras", "backend": "keras", "ops": "keras",
	"scipy": "scipy", "sp": "scipy", "stats": "scipy",
	"math": "math", "Math": "math", "std": "math", "cmath": "math",
	"mlx": "mlx", "mx": "mlx",
	"nn": "nn", "special": "", "modules": "", "activation": "", "experimental": "", "norm": "", "Tensor": "",
}

// library is the library of a word behind these parts; ok is false for others. A class
// of nn is PyTorch's, while functions of nn are also Flax's and TensorFlow's.
func library(parts []token, word token) (which string, ok bool) {
	for _, p := range parts {
		l, known := libraries[p.text]
		if !known {
			return "", false
		}
		switch {
		case l == "" || l == "nn" && which != "":
		case which == "" || which == "nn" || l == "keras" || l == "lax":
			which = l
		}
	}
	if which == "nn" && unicode.IsUpper([]rune(word.text)[0]) {
		which = "torch"
	}
	return which, true
}

// constants that libraries have.
var constants = map[string]string{"pi": "pi", "PI": "pi", "Pi": "pi", "e": "e", "E": "e"}

// letters are single characters that name a value or a function.
var letters = map[string]string{"π": "pi", "Φ": "Phi", "σ": "sigmoid"}

// cast are functions that return what they are given, as numbers.
var cast = strings.Fields("tensor array asarray as_tensor float float32 float64 constant Tensor convert_to_tensor")
