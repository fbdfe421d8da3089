package checkpoint

import "strings"

// What files of initial weights say of the function between their layers, in the metadata of safetensors.
const (
	activationKey = "activation" // a name or an expression
	normalizedKey = "normalized" // "true" where the network applies a·f + b
	constantKey   = "a"          // as Metadata has it, which implies that it does
)

const maxSaid = 1 << 10 // bytes

// Activation is the function between the layers where the file itself says it, as those do that
// [Initial] and [Like] write, and whether it is applied as a·f + b; empty where it does not, or says what nobody
// would write.
func (f *File) Activation() (spec string, normalized bool) {
	spec = f.said[activationKey]
	odd := func(r rune) bool { return r < ' ' || r > '~' }
	if len(spec) > maxSaid || strings.ContainsFunc(spec, odd) {
		return "", false
	}
	return spec, f.said[constantKey] != "" || f.said[normalizedKey] == "true"
}
