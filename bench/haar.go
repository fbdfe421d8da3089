package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"bsnn/internal/openblas"
	"bsnn/orthogonal"
)

// haarContestants draw one Haar-distributed n×n matrix.
func haarContestants(n int, own []backend, peers []*peer) []contestant {
	var all []contestant
	for i, b := range own {
		src := rand.NewPCG(uint64(n), uint64(i))
		all = append(all, contestant{name: b.name, own: true, like: true, run: func() (time.Duration, error) {
			if err := b.use(); err != nil {
				return 0, err
			}
			start := time.Now()
			_, err := orthogonal.NewDense(n, src)
			return time.Since(start), err
		}})
	}
	for _, p := range peers {
		request := fmt.Sprintf("haar %d", n)
		all = append(all, contestant{name: p.label, like: true, run: func() (time.Duration, error) { return p.time(request) }})
		if p.name == "torch" {
			all = append(all, contestant{name: p.label + ", float32", run: func() (time.Duration, error) { return p.time(request + " float32") }})
		}
	}
	return all
}

// A backend is a way to multiply matrices in this project.
type backend struct {
	name, setting string
	threads       int
}

func (b backend) use() error {
	found, err := openblas.Use(b.setting)
	if err != nil {
		return err
	}
	found.SetThreads(b.threads)
	return nil
}

// backends are pure Go and, where it is installed, OpenBLAS.
func backends(setting string, threads int) ([]backend, openblas.Status, error) {
	found, err := openblas.Use(setting)
	if err != nil {
		return nil, openblas.Status{}, err
	}
	pure := backend{"bsnn, pure Go", "off", threads}
	status := found.Status()
	if !status.Using {
		return []backend{pure}, status, nil
	}
	return []backend{{"bsnn, OpenBLAS", status.Path, threads}, pure}, status, nil
}
