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

// Every number of a small type comes back from its bits, and what lies between two is
// rounded to the nearer, ties to even.
func TestSmallFloats(t *testing.T) {
	for dtype, f := range small {
		last := math.NaN()
		for bits := range uint16(1) << (f.exponent + f.mantissa) {
			v := f.decode(bits)
			if math.IsNaN(v) {
				require.True(t, math.IsNaN(f.decode(f.encode(v))))
				continue
			}
			require.Equal(t, bits, f.encode(v), "%v", dtype)
			require.Equal(t, bits|1<<(f.exponent+f.mantissa), f.encode(-v), "%v", dtype)
			if !math.IsNaN(last) && !math.IsInf(v, 1) {
				require.Greater(t, v, last)
				middle := last + (v-last)/2
				require.Equal(t, bits, f.encode(math.Nextafter(middle, math.Inf(1))))
				require.Equal(t, bits-1, f.encode(math.Nextafter(middle, 0)))
				require.Zero(t, f.encode(middle)%2, "ties to even")
			}
			last = v
		}
	}
	for dtype, most := range map[DType]float64{Float16: 65504, Float8E4M3: 448, Float8E5M2: 57344, BFloat16: 0x1.fep127} {
		require.True(t, Represents(dtype, []float64{most, -most, 0, math.NaN()}), "%v", dtype)
		require.False(t, Represents(dtype, []float64{most * 1.01}))
	}
	require.True(t, math.IsNaN(small[Float8E4M3].decode(small[Float8E4M3].encode(1e9))), "no infinity")
	require.True(t, math.IsInf(small[Float16].decode(small[Float16].encode(65520)), 1))
	require.Equal(t, 0x1p-11, Float16.Roundoff())
}

// Numbers in any order and byte order come in C order.
func TestArrayOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.Int64Range(1, 4), 1, 4).Draw(t, "shape")
		count, err := Count(shape, 2)
		require.NoError(t, err)
		big := rapid.Bool().Draw(t, "big-endian")
		offset := rapid.Int64Range(0, 3).Draw(t, "offset")
		strides, step := make([]int64, len(shape)), rapid.Int64Range(1, 2).Draw(t, "gap")
		axes := make([]int, len(shape))
		for d := range axes {
			axes[d] = d
		}
		for _, d := range rapid.Permutation(axes).Draw(t, "from the fastest") {
			strides[d] = step
			step *= shape[d]
		}
		raw := make([]byte, 2*(offset+step))
		want := make([]float64, 0, count)
		index := make([]int64, len(shape))
		for i := range count {
			at := offset
			for d := range shape {
				at += index[d] * strides[d]
			}
			bits := small[Float16].encode(float64(i))
			raw[2*at], raw[2*at+1] = byte(bits), byte(bits>>8)
			if big {
				raw[2*at], raw[2*at+1] = raw[2*at+1], raw[2*at]
			}
			want = append(want, float64(i))
			for d := len(shape) - 1; d >= 0; d-- {
				if index[d]++; index[d] < shape[d] {
					break
				}
				index[d] = 0
			}
		}
		a := Array{Type: Float16, Shape: shape, Strides: strides, BigEndian: big, Source: Section(bytes.NewReader(raw), 0, int64(len(raw))),
			Offset: 2 * offset}
		in, err := a.Open()
		require.NoError(t, err)
		got := make([]float64, count)
		part := rapid.Int64Range(0, count).Draw(t, "part")
		require.NoError(t, in.Read(got[:part]))
		require.NoError(t, in.Read(got[part:]))
		require.Equal(t, want, got)
		require.Equal(t, io.ErrUnexpectedEOF, in.Read(make([]float64, 1)))
		require.NoError(t, in.Close())
		var copied bytes.Buffer
		require.NoError(t, a.CopyTo(&copied))
		require.NoError(t, Read(&copied, Float16, got))
		require.Equal(t, want, got)
		begin := rapid.Int64Range(0, shape[0]).Draw(t, "begin")
		end := rapid.Int64Range(begin, shape[0]).Draw(t, "end")
		in, err = a.Slice(begin, end).Open()
		require.NoError(t, err)
		row := count / shape[0]
		require.NoError(t, in.Read(got[:(end-begin)*row]))
		require.Equal(t, want[begin*row:end*row], got[:(end-begin)*row])
		a.Offset += 2 * step
		_, err = a.Open()
		require.Error(t, err, "beyond the source")
	})
}
