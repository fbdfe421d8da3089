package network

// Plain is the network of the theory: Depth layers φ(Wx) of one width, with entries of W of
// mean square 1/n.
type Plain struct {
	Activation Activation
	Weights    Weights
	Depth      int
}

// Plain says whether an architecture is one, however it is written down.
func (a Architecture) Plain() (p Plain, is bool) {
	w := plainWalk{width: a.Input}
	w.blocks(a.Blocks)
	w.plain.Depth = w.seen / 2
	return w.plain, !w.failed && w.seen > 0 && w.seen%2 == 0
}

// A plainWalk goes through blocks, and counts linear maps and functions in turn.
type plainWalk struct {
	width, seen int
	plain       Plain
	failed      bool
}

func (w *plainWalk) blocks(blocks []Block) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Linear:
			square := b.To == w.width && b.Scale() == 1 && b.BiasVariance(w.width) == 0 && b.Weights.Variance(w.width, w.width) == 1
			w.next(0, square && (w.seen == 0 || b.Weights == w.plain.Weights))
			w.plain.Weights = b.Weights
		case Activation:
			w.next(1, w.seen == 1 || b.Key() == w.plain.Activation.Key())
			w.plain.Activation = b
		case Repeat:
			before := w.seen
			w.blocks(b.Blocks)
			each := w.seen - before
			w.failed = w.failed || b.Times > 1 && each%2 == 1
			if b.Times > 1 {
				w.blocks(b.Blocks) // the others are as the second
				w.seen = before + each*b.Times
			}
		default:
			w.failed = true
		}
	}
}

// next counts what belongs there if it is fine and the number so far has the given rest.
func (w *plainWalk) next(rest int, fine bool) {
	w.failed = w.failed || !fine || w.seen%2 != rest
	w.seen++
}
