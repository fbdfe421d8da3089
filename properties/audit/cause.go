package audit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"bsnn/internal/words"
	"bsnn/network"
	"bsnn/theorem"
)

// Compare says beside what was measured what theory predicts for fresh networks of the laws
// that the layers look like, and why norms are not kept.
func (a *Audit) Compare(ctx context.Context, net Net) error {
	l := likeness{audit: a, net: net}
	fresh := network.Architecture{Input: net.Architecture.Input}
	var err error
	if fresh.Blocks, err = l.blocks(net.Architecture.Blocks); err != nil {
		return err
	}
	a.Predicted = &Predicted{ForwardFactor: none, BackwardFactor: none}
	var p theorem.Prediction
	if l.stored > l.atRest {
		a.Predicted.Why = "theory says nothing of batch normalisation with stored statistics"
	} else {
		var beyond *theorem.LengthError
		p, err = theorem.Predict(ctx, fresh, theorem.Question{})
		switch {
		case errors.As(err, &beyond): // an answer, in words
			a.Causes = append(a.Causes, Cause{Kind: "growth", Text: beyond.Error(), Cure: "weights of another gain"})
		case err != nil:
			return err
		default:
			a.Predicted.ForwardFactor, a.Predicted.BackwardFactor = Number(p.ForwardFactor), Number(p.BackwardFactor)
			a.predictLayers(fresh.Blocks, p.Blocks, net.Layers)
		}
	}
	if err := a.sameLaws(ctx, net); err != nil {
		return err
	}
	if a.Predicted.Fresh = a.fresh(net); !a.Predicted.Fresh {
		a.measuredCauses(net)
		p.Causes = nil // of fresh networks
	}
	for _, c := range p.Causes {
		if c.Kind != "weights" { // which sameLaws says from the file
			a.Causes = append(a.Causes, Cause{c.Kind, c.Text, c.Cure})
		}
	}
	if l.atRest > 0 {
		a.Causes = slices.Insert(a.Causes, 0, Cause{
			Kind: "batch",
			Text: fmt.Sprintf("the stored mean and variance of %s are those of a start, 0 and 1: in evaluation, which is what is looked at, "+
				"they change nothing; in training they divide by what a batch has", plural(l.atRest, "normalisation")),
			Cure: "record norms in training, by the script of bsnn audit --emit-probe",
		})
	}
	for _, c := range a.Causes {
		a.Advice = append(a.Advice, c.Cure)
	}
	return nil
}

// fresh says whether all layers of the network look like a random start.
func (a *Audit) fresh(net Net) bool {
	return !slices.ContainsFunc(net.Layers, func(i int) bool { return !a.Layers[i].Law.Fresh() })
}

// likeness is a random network that is like the one in a file.
type likeness struct {
	audit          *Audit
	net            Net
	linear, norm   int // passed so far
	stored, atRest int // normalisations with a stored mean and variance, and those of them that change nothing
}

// blocks writes out blocks with the laws of the layers: those of no law as normal weights of the same variance.
func (l *likeness) blocks(blocks []network.Block) ([]network.Block, error) {
	var out []network.Block
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
			out = append(out, l.audit.Layers[l.net.Layers[l.linear]].linear())
			l.linear++
		case network.Shortcut:
			inner, err := l.blocks(b.Blocks)
			if err != nil {
				return nil, err
			}
			b.Blocks = inner
			out = append(out, b)
		case network.Repeat:
			for range b.Times {
				inner, err := l.blocks(b.Blocks)
				if err != nil {
					return nil, err
				}
				out = append(out, inner...)
			}
		case network.Normalization:
			rest, err := l.rests()
			if err != nil {
				return nil, err
			}
			if !rest {
				out = append(out, b)
			}
		default:
			out = append(out, b)
		}
	}
	return out, nil
}

// rests passes a normalisation, and says whether it changes nothing.
func (l *likeness) rests() (bool, error) {
	l.norm++
	if l.norm > len(l.net.Norms) || !l.net.Norms[l.norm-1].Stored() {
		return false, nil
	}
	l.stored++
	rest, err := l.net.Norms[l.norm-1].atRest()
	if rest {
		l.atRest++
	}
	return rest, err
}

// predictLayers says what theory predicts behind each linear map outside of shortcuts.
func (a *Audit) predictLayers(blocks []network.Block, predictions []theorem.BlockPrediction, layers []int) {
	gradient := none // in front of the block, over that behind the last linear map
	k := len(layers)
	for i := len(blocks) - 1; i >= 0; i-- {
		if _, is := blocks[i].(network.Linear); !is {
			k -= linears(blocks[i])
			gradient *= Number(predictions[i].Gradient)
			continue
		}
		if k == len(layers) {
			gradient = 1
		}
		k--
		a.Layers[layers[k]].Predicted = &LayerPrediction{Forward: Number(predictions[i].Square), Backward: gradient}
		gradient *= Number(predictions[i].Gradient)
	}
}

// linears is how many linear maps are in a block without repetitions.
func linears(b network.Block) (n int) {
	switch b := b.(type) {
	case network.Linear:
		return 1
	case network.Shortcut:
		for _, inner := range b.Blocks {
			n += linears(inner)
		}
	}
	return n
}

// linear is the random map that a layer looks like.
func (l *Layer) linear() network.Linear {
	b := network.Linear{To: l.Out, Weights: network.Gaussian, Gain: math.Sqrt(float64(l.ForwardGain))}
	switch l.Law.Name {
	case "haar", "qr", "orthogonal", "permutation":
		b.Weights, b.Gain = network.Haar, float64(l.Law.Gain)
	case "uniform":
		b.Weights, b.Gain = network.Uniform, float64(l.Law.Gain)
	}
	if l.Bias != nil && *l.Bias > 0 {
		b.Bias, b.BiasSD = true, float64(*l.Bias)
	}
	return b
}

// stretch is layers that follow each other and look alike.
type stretch struct{ first, last int } // among the linear maps

// sameLaws names the stretches of layers that change norms most, from what was measured: by more than the tolerance, or
// its root where norms are not kept.
func (a *Audit) sameLaws(ctx context.Context, net Net) error {
	much := math.Log(a.Verdict.Tolerance)
	if a.Verdict.Forward != Confirmed || a.Verdict.Backward != Confirmed {
		much /= 2
	}
	at := func(k int) *Layer { return &a.Layers[net.Layers[k]] }
	var all []stretch
	for k := range net.Layers {
		if n := len(all); n > 0 && alike(at(all[n-1].first), at(k)) {
			all[n-1].last = k
			continue
		}
		all = append(all, stretch{k, k})
	}
	scaling := sync.OnceValues(func() (Scaling, error) {
		f, _ := onlyFunction(net.Architecture.Blocks)
		return Scale(ctx, f, len(net.Layers))
	})
	for _, s := range all {
		if s.last == s.first {
			continue
		}
		steps := float64(s.last - s.first)
		forward := float64(at(s.last).Forward.Q50 / at(s.first).Forward.Q50)
		backward := float64(at(s.first).Backward.Q50 / at(s.last).Backward.Q50)
		f, b := math.Pow(forward, 1/steps), math.Pow(backward, 1/steps)
		worst := b
		if math.Abs(math.Log(f)) > math.Abs(math.Log(b)) {
			worst = f
		}
		if !(math.Abs(math.Log(worst))*steps > much) {
			continue
		}
		cure, err := a.cureOf(net, at(s.first), worst, scaling)
		if err != nil {
			return err
		}
		a.Causes = append(a.Causes, Cause{
			Kind: "weights",
			Text: fmt.Sprintf("layers %d–%d (%s to %s) look like %s: squared signals change by %s a layer, %s in all, and squared gradients by %s "+
				"a layer, %s in all", s.first+1, s.last+1, words.Name(at(s.first).Name), words.Name(at(s.last).Name), lawText(at(s.first).Law),
				words.Number(f, 3), words.Number(forward, 2), words.Number(b, 3), words.Number(backward, 2)),
			Cure: cure,
		})
	}
	return nil
}

// cureOf is what mends layers that look like one and change squared norms by a factor each; scaling is for a plain network
// with one function.
func (a *Audit) cureOf(net Net, l *Layer, worst float64, scaling func() (Scaling, error)) (string, error) {
	if !l.Law.Fresh() {
		return "start again from bsnn init --like; a factor would change what trained weights compute", nil
	}
	scale := 1 / math.Sqrt(worst)
	if f, one := onlyFunction(net.Architecture.Blocks); one {
		s, err := scaling()
		switch {
		case errors.Is(err, errNoGain) || err == nil && s.change()*float64(len(net.Layers)-1) > math.Log(a.Verdict.Tolerance):
			return fmt.Sprintf("normalise the function: no gain keeps squared norms of signals and gradients with %s over so many layers, and "+
				"Haar weights of gain 1 do with a·f + b (bsnn activation says a and b)", f), nil
		case err != nil:
			return "", err
		}
		scale = s.Gain / float64(l.Law.Gain)
	}
	if math.Abs(scale-1) < 0.02 {
		return "start from bsnn init --like: the gain of these weights is right, and orthogonal weights without bias keep norms better", nil
	}
	return fmt.Sprintf("multiply these weights by %s, or start from bsnn init --like", words.Number(scale, 3)), nil
}

// onlyFunction is the function of a plain network that has one.
func onlyFunction(blocks []network.Block) (f network.Activation, is bool) {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
		case network.Activation:
			if is && b.Key() != f.Key() {
				return f, false
			}
			f, is = b, true
		case network.Repeat:
			g, has := onlyFunction(b.Blocks)
			if !has || is && g.Key() != f.Key() {
				return f, false
			}
			f, is = g, true
		default:
			return f, false
		}
	}
	return f, is
}

// What is much of a signal to be bias, and how close inputs are that have merged: as theorem.Predict has it.
const (
	muchBias = 0.5
	merged   = 0.99
)

// measuredCauses says what theory says of fresh networks alone, from what was measured.
func (a *Audit) measuredCauses(net Net) {
	p := a.Propagation
	at := slices.IndexFunc(p.Cosines[1:], func(c Number) bool { return c > merged })
	if last := p.Cosines[len(p.Cosines)-1]; at >= 0 && last > merged && p.Cosines[0] <= merged {
		a.Causes = append(a.Causes, Cause{
			Kind: "merging",
			Text: fmt.Sprintf("inputs merge: from %s on two inputs have a cosine above %g, and %s at the end",
				words.Name(a.Layers[net.Layers[at]].Name), merged, words.Number(float64(last), 5)),
			Cure: "start again from bsnn init --like, with fewer layers or with shortcuts",
		})
	}
	most, share := 0, 0.
	for _, i := range net.Layers {
		if l := a.Layers[i]; l.Bias != nil {
			if s := float64(*l.Bias * *l.Bias / l.Forward.Q50); s > share {
				most, share = i, s
			}
		}
	}
	if share > muchBias {
		a.Causes = append(a.Causes, Cause{
			Kind: "bias",
			Text: fmt.Sprintf("behind %s, %s of the squared signal is what its bias alone would be, the same for every input",
				words.Name(a.Layers[most].Name), percent(share)),
			Cure: "start again with zero biases, as bsnn init --like has them",
		})
	}
}

// percent is a share that may exceed what it is a share of.
func percent(share float64) string {
	if share > 1 {
		return "more than all"
	}
	return words.Number(100*share, 3) + " %"
}

// alike says whether two layers have one law and nearly one gain.
func alike(a, b *Layer) bool {
	if a.Law.Name != b.Law.Name {
		return false
	}
	x, y := float64(a.ForwardGain), float64(b.ForwardGain)
	return math.Abs(x/y-1) < 0.05 && a.Out == b.Out || a.Law.Fresh() && math.Abs(float64(a.Law.Gain/b.Law.Gain)-1) < 0.05
}

// lawText is a law in a sentence.
func lawText(l Law) string {
	switch {
	case len(l.Known) > 0 && l.Name == "haar":
		return fmt.Sprintf("Haar, gain %s", words.Number(float64(l.Gain), 3))
	case len(l.Known) > 0:
		return fmt.Sprintf("%s (%s, gain %s)", l.usual(), l.Name, words.Number(float64(l.Gain), 3))
	case l.Fresh():
		return fmt.Sprintf("%s weights of gain %s", l.Name, words.Number(float64(l.Gain), 3))
	}
	return "trained weights"
}

// usual is what the start is known as, where a framework's default has a name of its own with that.
func (l Law) usual() string {
	name := KnownAs(l.Known[0])
	if l.Known[0] == "keras-default" && len(l.Known) > 1 {
		name += " or " + l.Known[1]
	}
	return name
}

// KnownAs is a usual start for people.
func KnownAs(name string) string {
	switch name {
	case "torch-default":
		return "PyTorch's default"
	case "keras-default":
		return "Keras's default"
	}
	return name
}
