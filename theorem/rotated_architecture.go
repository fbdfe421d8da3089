package theorem

import (
	"math"

	"bsnn/network"
)

// RotatedOf reads an architecture of one width whose blocks all are the same rotated
// shortcut with α² + β² = 1 around a plain Haar map and a function: what is proven is
// about those. Plain Haar maps between or beside them keep every length and may be there.
// is says whether it is one.
func RotatedOf(a network.Architecture) (r Rotated, function network.Activation, depth int, is bool) {
	var first network.Shortcut
	var walk func(blocks []network.Block, times int) bool
	walk = func(blocks []network.Block, times int) bool {
		for _, b := range blocks {
			switch b := b.(type) {
			case network.Repeat:
				if !walk(b.Blocks, times*b.Times) {
					return false
				}
			case network.Shortcut:
				f, ok := turnedLayer(b, a.Input)
				switch {
				case !ok, depth > 0 && (b.Alpha != first.Alpha || b.Beta != first.Beta || f.Key() != function.Key()):
					return false
				}
				first, function = b, f
				depth += times
			case network.Linear:
				if !isometry(b, a.Input) {
					return false
				}
			default:
				return false
			}
		}
		return true
	}
	if !walk(a.Blocks, 1) || depth == 0 {
		return Rotated{}, network.Activation{}, 0, false
	}
	return Rotated{first.Beta * first.Beta}, function, depth, true
}

// turnedLayer is the function in such a shortcut.
func turnedLayer(b network.Shortcut, width int) (f network.Activation, ok bool) {
	if b.Plain || len(b.Blocks) != 2 || !(math.Abs(b.Alpha*b.Alpha+b.Beta*b.Beta-1) <= 1e-12) || !(b.Alpha > 0 && b.Beta > 0) {
		return f, false
	}
	l, linear := b.Blocks[0].(network.Linear)
	f, ok = b.Blocks[1].(network.Activation)
	return f, ok && linear && isometry(l, width)
}

// isometry says whether a linear map is a square Haar matrix and nothing else.
func isometry(l network.Linear, width int) bool {
	return l.To == width && l.Weights == network.Haar && l.Scale() == 1 && l.BiasVariance(1) == 0
}
