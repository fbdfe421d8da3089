package safetensors

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"bsnn/internal/allocated"
	"bsnn/internal/hostile"
	"bsnn/internal/tensor"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// file makes a safetensors file by hand.
func file(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, data)...)
}

func open(b []byte) (File, error) { return Read(bytes.NewReader(b), int64(len(b))) }

// numbers reads all of a tensor, and that no more are there.
func numbers(t require.TestingT, a tensor.Array) []float64 {
	count, err := a.Count()
	require.NoError(t, err)
	in, err := a.Open()
	require.NoError(t, err)
	defer in.Close()
	got := make([]float64, count)
	require.NoError(t, in.Read(got))
	require.Error(t, in.Read(make([]float64, 1)), "the end of the tensor, not of the file")
	return got
}

var floats = []tensor.DType{tensor.Float64, tensor.Float32, tensor.Float16, tensor.BFloat16, tensor.Float8E4M3, tensor.Float8E5M2}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var specs []Spec
		var values [][]float64
		for _, name := range rapid.SliceOfNDistinct(rapid.String().Filter(func(s string) bool { return s != metadataKey }), 0, 5,
			rapid.ID).Draw(t, "names") {
			s := Spec{name, rapid.SampledFrom(floats).Draw(t, "type"),
				rapid.SliceOfN(rapid.Int64Range(0, 4), 0, 3).Draw(t, "shape")}
			count, err := tensor.Count(s.Shape, 8)
			require.NoError(t, err)
			v := make([]float64, count)
			for i := range v {
				v[i] = float64(rapid.IntRange(-8, 8).Draw(t, "value")) / 8
			}
			specs, values = append(specs, s), append(values, v)
		}
		metadata := rapid.MapOfN(rapid.String(), rapid.String(), 0, 3).Draw(t, "metadata")

		var b bytes.Buffer
		w, err := NewWriter(&b, metadata, specs...)
		require.NoError(t, err)
		require.Zero(t, b.Len()%8)
		for _, v := range values {
			part := rapid.IntRange(0, len(v)).Draw(t, "part")
			require.NoError(t, w.Write(v[:part]))
			require.Equal(t, part < len(v), len(v) > 0 && w.Close() != nil && w.left[w.at] == int64(len(v)-part))
			require.NoError(t, w.Write(v[part:]))
		}
		require.NoError(t, w.Close())
		require.ErrorContains(t, w.Write([]float64{1}), "after the last tensor")

		r, err := open(b.Bytes())
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(metadata, r.Metadata))
		require.Len(t, r.Arrays, len(specs))
		seen := map[string]tensor.Array{}
		for _, a := range r.Arrays {
			seen[a.Name] = a
		}
		for i, s := range specs {
			got := seen[s.Name]
			require.Equal(t, s.Type, got.Type)
			require.Equal(t, append([]int64{}, s.Shape...), got.Shape)
			require.Equal(t, values[i], numbers(t, got))
		}
		_, err = open(b.Bytes()[:rapid.IntRange(0, b.Len()-1).Draw(t, "cut")])
		require.Error(t, err, "truncated")
		_, err = open(append(b.Bytes(), 0))
		require.Error(t, err, "too long")
	})
}

func TestBadFiles(t *testing.T) {
	one := func(dtype, shape string, begin, end int) string {
		return fmt.Sprintf(`{"dtype":"%s","shape":%s,"data_offsets":[%d,%d]}`, dtype, shape, begin, end)
	}
	for _, c := range []struct {
		want, header string
		data         int
	}{
		{"hole of 4 bytes", `{"a":` + one("F32", "[1]", 4, 8) + `}`, 8},
		{"hole of 4 bytes", `{"a":` + one("F32", "[1]", 0, 4) + `,"b":` + one("F32", "[1]", 8, 12) + `}`, 12},
		{"overlaps", `{"a":` + one("F32", "[2]", 0, 8) + `,"b":` + one("F32", "[2]", 4, 12) + `}`, 12},
		{"overlaps", `{"a":` + one("F32", "[2]", 0, 8) + `,"b":` + one("F32", "[2]", 0, 8) + `}`, 8},
		{"truncated: tensor", `{"a":` + one("F64", "[2]", 0, 16) + `}`, 15},
		{"1 bytes follow", `{"a":` + one("F64", "[2]", 0, 16) + `}`, 17},
		{"8 bytes follow", `{}`, 8},
		{"needs 16 bytes", `{"a":` + one("F64", "[2]", 0, 8) + `}`, 8},
		{"not a range", `{"a":` + one("F64", "[0]", 8, 0) + `}`, 8},
		{"not a range", `{"a":` + one("F64", "[1]", -8, 0) + `}`, 8},
		{"negative", `{"a":` + one("F64", "[-1]", 0, 8) + `}`, 8},
		{"more bytes than any file", `{"a":` + one("F64", "[4294967296,4294967296]", 0, 8) + `}`, 8},
		{"unknown dtype", `{"a":` + one("F63", "[1]", 0, 8) + `}`, 8},
		{"want dtype, shape", `{"a":{"dtype":"F64"}}`, 0},
		{"want dtype, shape", `{"a":{"dtype":"F64","shape":[1],"data_offsets":[0]}}`, 0},
		{"want dtype, shape", `{"a":null}`, 0},
		{"unknown field", `{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8],"x":1}}`, 8},
		{"cannot unmarshal", `{"a":` + one("F64", "[1.5]", 0, 8) + `}`, 8},
		{"cannot unmarshal", `{"a":3}`, 0},
		{`"shape" twice`, `{"a":{"dtype":"F64","shape":[2],"SHAPE":[1],"data_offsets":[0,8]}}`, 8},
		{`"data_offsets" twice`, `{"a":{"dtype":"F64","data_offsets":[0,8],"shape":[1],"data_offsets":[0,8]}}`, 8},
		{`key "a" twice`, `{"a":` + one("F64", "[]", 0, 8) + `,"a":` + one("F64", "[]", 0, 8) + `}`, 8},
		{"__metadata__", `{"__metadata__":{"a":1}}`, 0},
		{"begin with '{'", `[]`, 0},
		{"begin with '{'", ``, 0},
		{"EOF", `{`, 0},
		{"EOF", `{"a":`, 0},
		{"something follows", `{}{}`, 0},
		{"something follows", `{}x`, 0},
	} {
		_, err := open(file(c.header, c.data))
		require.ErrorContains(t, err, c.want, c.header)
	}
	for want, content := range map[string][]byte{
		"file of 0 bytes":           {},
		"file of 7 bytes":           make([]byte, 7),
		"header of 184467440737095": {255, 255, 255, 255, 255, 255, 255, 255},
		"header of 3 bytes":         {3, 0, 0, 0, 0, 0, 0, 0, '{', '}'},
	} {
		_, err := open(content)
		require.ErrorContains(t, err, want)
	}
	_, err := Read(zeros{}, maxHeader+100)
	require.ErrorContains(t, err, "begin with '{'")
}

// zeros is a huge sparse file.
type zeros struct{}

func (zeros) ReadAt(p []byte, _ int64) (int, error) { clear(p); return len(p), nil }

// Other dtypes may be in a file; they are refused when they are asked for.
func TestOtherTypes(t *testing.T) {
	r, err := open(file(`{"half":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},"w":{"dtype":"F64","shape":[],"data_offsets":[0,8]},`+
		`"mask":{"dtype":"BOOL","shape":[3],"data_offsets":[12,15]}}  `, 15))
	require.NoError(t, err)
	require.Nil(t, r.Metadata)
	require.Equal(t, "w", r.Arrays[0].Name, "in the order of the file")
	require.Len(t, numbers(t, r.Arrays[1]), 2)
	_, err = r.Arrays[2].Open()
	require.ErrorContains(t, err, "numbers of type bool")
	var b bytes.Buffer
	w, err := NewWriter(&b, nil, Spec{"mask", tensor.Bool, []int64{3}}, Spec{"half", tensor.BFloat16, []int64{2}})
	require.NoError(t, err)
	require.ErrorContains(t, w.Write([]float64{1}), "want them as bytes")
	require.ErrorContains(t, w.WriteArray(r.Arrays[1]), "2 numbers of type bfloat16 where 3 of type bool")
	require.NoError(t, w.WriteArray(r.Arrays[2]))
	require.NoError(t, w.WriteArray(r.Arrays[1]))
	require.NoError(t, w.Close())
	_, err = open(b.Bytes())
	require.NoError(t, err)
	_, err = NewWriter(&b, nil, Spec{"a", tensor.Complex128, nil})
	require.ErrorContains(t, err, "which the format does not know")
}

func TestLyingHeaderAllocatesNothing(t *testing.T) {
	b := file(`{"a":{"dtype":"F64","shape":[100000000000],"data_offsets":[0,800000000000]}}`, 8)
	long := file("", 100)
	binary.LittleEndian.PutUint64(long, math.MaxInt64)
	var err, lengthErr error
	taken := allocated.Bytes(func() {
		_, err = open(b)
		_, lengthErr = open(long)
	})
	require.Error(t, err)
	require.Error(t, lengthErr)
	require.Less(t, taken, uint64(1<<16))
}

func TestWriterErrors(t *testing.T) {
	var b bytes.Buffer
	for want, specs := range map[string][]Spec{
		`name "a" twice`:            {{"a", tensor.Float32, nil}, {"a", tensor.Float32, nil}},
		`name "__metadata__" twice`: {{"__metadata__", tensor.Float32, nil}},
		`tensor "a": shape`:         {{"a", tensor.Float32, []int64{-1}}},
		"more bytes than any file":  {{"a", tensor.Float32, []int64{1 << 60}}, {"b", tensor.Float32, []int64{1 << 60}}},
	} {
		_, err := NewWriter(&b, nil, specs...)
		require.ErrorContains(t, err, want)
	}
	require.Zero(t, b.Len())
	w, err := NewWriter(&b, nil, Spec{"a", tensor.Float32, []int64{2}}, Spec{"b", tensor.Float64, []int64{1}})
	require.NoError(t, err)
	require.ErrorContains(t, w.Write(make([]float64, 3)), `tensor "a": 3 numbers where there is room for 2`)
	require.NoError(t, w.Write(make([]float64, 2)))
	require.ErrorContains(t, w.Close(), `tensor "b" ends with 1 numbers missing`)
}

// Metadata that would take more memory than the file are refused before they do.
func TestManyMetadata(t *testing.T) {
	_, err := open(file(`{"__metadata__":{`+strings.Repeat(`"":"",`, maxMetadata)+`"":"","":""}}`, 0))
	require.ErrorContains(t, err, "more than 524288 commas")
}

// No input makes the reader panic or allocate beyond its size; what it
// accepts holds exactly what it says.
func FuzzReader(f *testing.F) {
	f.Add(file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{"x":"y"}}`, 8))
	f.Add(file(`{"a":{"dtype":"BF16","shape":[],"data_offsets":[0,2]},"b":{"dtype":"F64","shape":[0,3],"data_offsets":[2,2]}} `, 2))
	f.Add(file(`{}`, 0))
	f.Fuzz(func(t *testing.T, input []byte) {
		hostile.Each(t, input, func(b []byte) {
			r, err := open(b)
			if err != nil {
				return
			}
			var total int64
			for _, a := range r.Arrays {
				size, err := a.Bytes()
				require.NoError(t, err)
				total += size
				require.LessOrEqual(t, total, int64(len(b)))
				if a.Readable() == nil {
					numbers(t, a)
				}
			}
			require.EqualValues(t, len(b), 8+int64(binary.LittleEndian.Uint64(b))+total)
		})
	})
}
