package tensor

import (
	"bytes"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// bitsOf makes NaNs comparable.
func bitsOf(x []float64) []uint64 {
	b := make([]uint64, len(x))
	for i, v := range x {
		b[i] = math.Float64bits(v)
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOf(rapid.Float64()).Draw(t, "values")
		if rapid.Bool().Draw(t, "long") {
			x = append(make([]float64, chunk-1), x...)
		}
		for _, dtype := range []DType{Float32, Float64} {
			var b bytes.Buffer
			require.NoError(t, Write(&b, dtype, x))
			require.Equal(t, len(x)*dtype.Size(), b.Len())
			got := make([]float64, len(x))
			require.NoError(t, Read(&b, dtype, got))
			want := append([]float64{}, x...)
			if dtype == Float32 {
				for i, v := range want {
					want[i] = float64(float32(v))
				}
			}
			require.Equal(t, bitsOf(want), bitsOf(got))
		}
	})
}

func TestReadEndsEarly(t *testing.T) {
	for _, size := range []int{0, 1, 8, 15} {
		require.Equal(t, io.ErrUnexpectedEOF, Read(bytes.NewReader(make([]byte, size)), Float64, make([]float64, 2)))
	}
	require.NoError(t, Read(bytes.NewReader(nil), Float64, nil))
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		shape []int64
		want  int64
	}{{nil, 1}, {[]int64{7}, 7}, {[]int64{2, 3, 4}, 24}, {[]int64{2, 0, 3}, 0}, {[]int64{math.MaxInt64 / 8}, math.MaxInt64 / 8}} {
		got, err := Count(c.shape, 8)
		require.NoError(t, err, "%v", c.shape)
		require.Equal(t, c.want, got)
	}
	for _, bad := range [][]int64{{-1}, {0, -1}, {-1, -1}, {math.MaxInt64}, {1 << 32, 1 << 32}, {math.MaxInt64/8 + 1},
		{3, math.MaxInt64 / 8}} {
		_, err := Count(bad, 8)
		require.Error(t, err, "%v", bad)
	}
	huge := []int64{0, 1 << 62, 1 << 62}
	_, err := Count(huge, 8)
	require.Error(t, err, "too large even if one length is zero")
}

func TestParseDType(t *testing.T) {
	for _, dtype := range []DType{Float32, Float64} {
		got, err := ParseDType(dtype.String())
		require.NoError(t, err)
		require.Equal(t, dtype, got)
	}
	_, err := ParseDType("float16")
	require.ErrorContains(t, err, `"float16", want float32 or float64`)
}
