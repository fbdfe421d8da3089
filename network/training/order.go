package training

import (
	"math/rand/v2"

	"bsnn/montecarlo"
)

// shuffle sets order to the permutation in which an epoch takes the samples,
// a function of seed, trial, epoch and length only.
func shuffle(order []int, seed uint64, trial, epoch int) {
	src := montecarlo.NewStream(seed, orderStreams, epoch, trial)
	r := rand.New(&src)
	for i := range order {
		order[i] = i
	}
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
}
