package training

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/gemm"
)

// TestSameBitsOnAnyCores: with the products of this module a run has the same
// weights and records, to the last bit, for any number of workers and cores.
func TestSameBitsOnAnyCores(t *testing.T) {
	if gemm.NewSerial[float32]() == nil {
		t.Skip("no kernels for this processor: the products are those of a library")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	left := 15 // of rapid's cases: they take long
	rapid.Check(t, func(t *rapid.T) {
		if left--; left < 0 {
			return
		}
		s := drawSpec(t)
		s.DType = rapid.SampledFrom([]DType{Float64, Float32}).Draw(t, "dtype")
		s.Width = rapid.SampledFrom([]int{33, 64, 100, 175}).Draw(t, "width")
		s.Depth, s.Steps = min(s.Depth, 3), 3
		data := drawData(t, s)
		type outcome struct{ start, weights, records string }
		var first outcome
		for i, cores := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(cores)
			run, err := New(s, data, data)
			require.NoError(t, err)
			record, err := run.Measure(context.Background(), 2, 0)
			require.NoError(t, err)
			got := outcome{start: untimed(t, []EpochRecord{record})}
			_, err = run.Train(context.Background(), Options{Products: GoProducts}) // as many workers as cores
			if diverged, ok := errors.AsType[*DivergenceError](err); ok {
				got.records = diverged.Error()
			} else {
				require.NoError(t, err)
			}
			got.weights = string(bits(t, run.machine.tensors()))
			got.records += untimed(t, run.Records())
			if i == 0 {
				first = got
			}
			require.Equal(t, first.start, got.start, "the start on %d cores", cores)
			require.True(t, first.weights == got.weights, "the weights on %d cores", cores)
			require.Equal(t, first.records, got.records, "the records on %d cores", cores)
		}
	})
}
