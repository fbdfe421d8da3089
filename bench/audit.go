package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/network/checkpoint"
	"bsnn/properties/audit"
)

// auditTargets are how long auditing a checkpoint of targetDepth matrices of size targetWidth in float32 may
// take, on two cores.
const (
	targetDepth, targetWidth = 100, 1024
	withSpectra              = 60 * time.Second
	withoutSpectra           = 5 * time.Second
)

// raceAudit audits a checkpoint: what the matrices look like, with and without their singular values, and what
// happens to inputs and gradients that are sent through them. Peers find the singular values, and nothing else: NumPy by
// numpy.linalg.svd, and WeightWatcher with what it says of them.
func raceAudit(o options, peers []*peer, w io.Writer, goals *targets) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "weights.safetensors")
	if err := writeWeights(path, o.auditDepth, o.auditWidth); err != nil {
		return err
	}
	own := func(name string, noSpectra bool) contestant {
		return contestant{name: name, own: true, like: true, run: func() (time.Duration, error) {
			start := time.Now()
			err := auditOnce(path, noSpectra)
			return time.Since(start), err
		}}
	}
	contestants := []contestant{own("bsnn, propagation and spectra", false), own("bsnn, without spectra", true)}
	watcher, err := startPeer("weightwatcher", o.interpreters, o.threads)
	switch {
	case errors.Is(err, errAbsent):
		fmt.Fprintf(w, "left out: %v\n", err)
	case err != nil:
		return err
	default:
		defer watcher.stop()
		peers = append(peers[:len(peers):len(peers)], watcher)
	}
	for _, p := range peers {
		if p.name == "numpy" || p.name == "weightwatcher" {
			contestants = append(contestants, contestant{name: p.label + ", singular values alone", like: true,
				run: func() (time.Duration, error) { return p.time("svd " + path) }})
		}
	}
	timings, err := race(contestants, o.rounds, o.budget)
	if err != nil {
		return err
	}
	if o.auditDepth == targetDepth && o.auditWidth == targetWidth {
		goals.add("audit with spectra: 60 s over what it took", 1, withSpectra.Seconds()/timings[0].median().Seconds())
		goals.add("audit without spectra: 5 s over what it took", 1, withoutSpectra.Seconds()/timings[1].median().Seconds())
	}
	return report(w, fmt.Sprintf("audit, n = %d, L = %d", o.auditWidth, o.auditDepth), timings)
}

// writeWeights writes PyTorch's default start.
func writeWeights(path string, depth, width int) (err error) {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	specs := make([]safetensors.Spec, depth)
	for i := range specs {
		specs[i] = safetensors.Spec{Name: fmt.Sprintf("%d.weight", 2*i), Type: tensor.Float32, Shape: []int64{int64(width), int64(width)}}
	}
	w, err := safetensors.NewWriter(out, nil, specs...)
	if err != nil {
		return err
	}
	trial := montecarlo.NewExperiment(1, "bench audit").Trial(0)
	for i := range depth {
		s := trial.Layer(i + 1)
		m, err := network.TorchDefault.Draw(width, width, &s)
		if err != nil {
			return err
		}
		if err := w.Write(m.RawMatrix().Data); err != nil {
			return err
		}
	}
	return w.Close()
}

// auditOnce is what bsnn audit FILE --activation relu does, but for printing.
func auditOnce(path string, noSpectra bool) error {
	ctx := context.Background()
	file, err := checkpoint.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var a audit.Audit
	if a.Layers, a.Skipped, err = audit.Layers(ctx, file, audit.Options{NoSpectra: noSpectra}); err != nil {
		return err
	}
	net, err := audit.Follow(a.Layers, nil, network.Activation{Spec: "relu", AsIs: true})
	if err != nil {
		return err
	}
	if err := a.Propagate(ctx, audit.Sending{Net: net, Seed: 1}); err != nil {
		return err
	}
	return a.Compare(ctx, net)
}
