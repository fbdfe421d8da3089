package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	net "bsnn/network"
	"bsnn/theorem"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// falseAlarm is the probability that a network is refuted of which everything that is predicted is true.
const falseAlarm = 1e-6 / 7

// A comparison is about the logarithm of one factor of a squared norm.
type comparison struct {
	what      string
	predicted theorem.LogLaw
	granted   float64 // that the limit may be off

	mean, sd       float64 // of the networks
	errors, ratio  float64 // standard errors off; standard deviation over the predicted one, NaN without
	refuted, total bool
}

// A table is what was compared of one network.
type table []comparison

// compare goes through the modules. The mean over a batch is not the law of one input: its spread is not compared.
func compare(a net.Architecture, p theorem.Prediction, drawn []squares, batch bool) table {
	var t table
	blocks := p.Blocks
	last := len(blocks) - 1
	signalLog := func(i int) theorem.LogLaw { // from the input to behind block i − 1
		if i == 0 {
			return theorem.LogLaw{}
		}
		return ofLimit(blocks[i-1].SignalLog, math.Log(blocks[i-1].Square))
	}
	gradients := make([]float64, len(blocks)+1) // limits
	for i := last; i >= 0; i-- {
		gradients[i] = gradients[i+1] + math.Log(blocks[i].Gradient)
	}
	gradientLog := func(i int) theorem.LogLaw { // from the output to in front of block i
		if i > last {
			return theorem.LogLaw{}
		}
		return ofLimit(blocks[i].GradientLog, gradients[i])
	}
	ahead := 0. // what is granted up to here
	behind := make([]float64, len(blocks)+1)
	for i := last; i >= 0; i-- {
		behind[i] = behind[i+1] + granted(blocks[i], net.HasLinear(a.Blocks[i]))
	}
	for i, b := range blocks {
		grant := granted(b, net.HasLinear(a.Blocks[i]))
		ahead += grant
		before, after := signalLog(i), signalLog(i+1)
		t.add(comparison{what: b.Name + " signal", predicted: step(before, after), granted: grant}, drawn,
			func(s squares) float64 { return s.Signal[i+1] / s.Signal[i] })
		t.add(comparison{what: b.Name + " gradient", predicted: step(gradientLog(i+1), gradientLog(i)), granted: grant}, drawn,
			func(s squares) float64 { return s.Gradient[i] / s.Gradient[i+1] })
		t.add(comparison{what: "signal from the input", predicted: after, granted: ahead, total: i == last}, drawn,
			func(s squares) float64 { return s.Signal[i+1] / s.Signal[0] })
		t.add(comparison{what: "gradient from the output", predicted: gradientLog(i), granted: behind[i], total: i == 0}, drawn,
			func(s squares) float64 { return s.Gradient[i] / s.Gradient[last+1] })
	}
	t.judge(len(drawn), batch)
	return t
}

// ofLimit is a law, or the limit alone where no law is predicted.
func ofLimit(law theorem.LogLaw, limit float64) theorem.LogLaw {
	if math.IsNaN(law.Mean) {
		law.Mean = limit
	}
	return law
}

// step is what one module adds to a logarithm; its spread is not predicted by itself.
func step(before, after theorem.LogLaw) theorem.LogLaw {
	return theorem.LogLaw{Mean: after.Mean - before.Mean, SD: math.NaN()}
}

// granted is how far the limit of a module may be off.
func granted(b theorem.BlockPrediction, linear bool) float64 {
	if !linear {
		return 0
	}
	return 2 / float64(min(b.In, b.Out))
}

func (t *table) add(c comparison, drawn []squares, factor func(squares) float64) {
	logs := make([]float64, len(drawn))
	for i, s := range drawn {
		logs[i] = math.Log(factor(s))
	}
	c.mean, c.sd = stat.MeanStdDev(logs, nil)
	*t = append(*t, c)
}

// judge shares the error probability among all comparisons.
func (t table) judge(networks int, batch bool) {
	n := float64(networks)
	level := falseAlarm / float64(2*len(t)) // means and standard deviations
	most := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile(1 - level/2)
	chi := distuv.ChiSquared{K: n - 1}
	lo, hi := math.Sqrt(chi.Quantile(level/2)/(n-1)), math.Sqrt(chi.Quantile(1-level/2)/(n-1))
	for i := range t {
		c := &t[i]
		if batch {
			c.predicted.SD = math.NaN()
		}
		off := math.Max(0, math.Abs(c.mean-c.predicted.Mean)-c.granted)
		c.errors = off / (c.sd / math.Sqrt(n))
		if off == 0 {
			c.errors = 0
		}
		c.ratio = c.sd / c.predicted.SD
		if !(c.predicted.SD > 1e-6) { // nothing but rounding
			c.ratio = math.NaN()
		}
		c.refuted = c.errors > most || c.ratio < lo*(1-c.granted) || c.ratio > hi*(1+c.granted)
	}
}

func (t table) refuted() bool {
	for _, c := range t {
		if c.refuted {
			return true
		}
	}
	return false
}

// print shows both totals and the worst of the rest, or everything.
func (t table) print(w io.Writer, title string, all bool) {
	fmt.Fprintln(w, title)
	text := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(text, "logarithm of a factor\tpredicted\tmeasured\tstandard errors off\tspread / predicted\tverdict\t")
	farthest, refuted := 0., 0
	for _, c := range t {
		verdict := "agrees"
		if c.refuted {
			verdict = "refuted"
			refuted++
		}
		farthest = math.Max(farthest, c.errors)
		if !all && !c.refuted && !c.total {
			continue
		}
		fmt.Fprintf(text, "%s\t%s\t%.4g ± %.3g\t%.1f\t%s\t%s\t\n", c.what, law(c.predicted), c.mean, c.sd, c.errors, number(c.ratio), verdict)
	}
	text.Flush()
	fmt.Fprintf(w, "%d factors, module by module and up to each: at most %.1f standard errors off; refuted: %d\n\n", len(t), farthest, refuted)
}

func law(l theorem.LogLaw) string {
	if math.IsNaN(l.SD) {
		return fmt.Sprintf("%.4g", l.Mean)
	}
	return fmt.Sprintf("%.4g ± %.3g", l.Mean, l.SD)
}

func number(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.2f", v)
}
