package dataset_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/internal/replay"
	"bsnn/network/dataset"
)

// Each channel is standardised by itself: to mean 0 and variance 1, or by the published
// constants.
func TestStandardizations(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 1))
	pixels := make([]byte, 2*3073)
	for i := range pixels {
		pixels[i] = byte(r.IntN(100) + 70*(i%3073/1025)) // brighter from channel to channel
	}
	pixels[0], pixels[3073] = 3, 4
	cifarDir := folder(t, map[string][]byte{"data_batch_1.bin": pixels, "test_batch.bin": cifar(1)})
	rows := func(source string, way dataset.Standardization) dataset.Rows {
		e, err := dataset.Open(source, dataset.Sizes{Standardize: way})
		require.NoError(t, err)
		return e.Train
	}
	row := make([]float64, 3072)
	own := rows("cifar10:"+cifarDir, dataset.EachChannel)
	for channel := range 3 {
		var sum, squares float64
		for i := range 2 {
			own.Row(row, i)
			for _, v := range row[1024*channel : 1024*(channel+1)] {
				sum += v
				squares += v * v
			}
		}
		require.InDelta(t, 0, sum/2048, 1e-12)
		require.InDelta(t, 1, squares/2048, 1e-12)
	}
	rows("cifar10:"+cifarDir, dataset.PublishedConstants).Row(row, 1)
	for at, c := range map[int][2]float64{0: {0.4914, 0.2023}, 1023: {0.4914, 0.2023}, 1024: {0.4822, 0.1994}, 3071: {0.4465, 0.2010}} {
		require.InDelta(t, (float64(pixels[3073+1+at])/255-c[0])/c[1], row[at], 1e-12)
	}

	mnistDir := folder(t, tinyMNIST())
	rows("mnist:"+mnistDir, dataset.PublishedConstants).Row(row[:4], 1)
	require.InDelta(t, (1-0.1307)/0.3081, row[0], 1e-12)
	require.InDelta(t, -0.1307/0.3081, row[3], 1e-12)
	rows("mnist:"+mnistDir, dataset.EachChannel).Row(row[:4], 1)
	pooled := make([]float64, 4)
	rows("mnist:"+mnistDir, "").Row(pooled, 1)
	require.Equal(t, pooled, row[:4], "one channel is all pixels")
	require.False(t, math.IsNaN(row[0]))

	_, err := dataset.Open("mnist:"+mnistDir, dataset.Sizes{Standardize: "rows"})
	require.EqualError(t, err, `mnist: standardisation "rows"; want pixels, channels or published`)
}
