package onnx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"bsnn/internal/allocated"
	"bsnn/internal/hostile"
	"bsnn/internal/tensor"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// The messages of a model, written from onnx.proto.
func sub(to []byte, number protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, number, protowire.BytesType), content)
}

func integer(to []byte, number protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, number, protowire.VarintType), v)
}

func floats(values ...float32) (b []byte) {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

func tensorOf(name string, t uint64, dims []uint64, field protowire.Number, data []byte) (b []byte) {
	for _, d := range dims {
		b = integer(b, 1, d)
	}
	b = integer(b, 2, t)
	b = sub(b, 8, []byte(name))
	if data != nil {
		b = sub(b, field, data)
	}
	return b
}

func modelOf(graph []byte) []byte { return sub(integer(nil, 1, 7), 7, graph) }

func read(b []byte, external func(string) (tensor.Source, error)) (Model, error) {
	return Read(bytes.NewReader(b), int64(len(b)), external)
}

func TestRead(t *testing.T) {
	node := sub(sub(sub(sub(nil, 1, []byte("x")), 1, []byte("w")), 2, []byte("y")), 4, []byte("Gemm"))
	alpha := protowire.AppendFixed32(protowire.AppendTag(sub(nil, 1, []byte("alpha")), 2, protowire.Fixed32Type), math.Float32bits(0.5))
	node = sub(node, 5, alpha)
	node = sub(node, 5, sub(sub(nil, 1, []byte("axes")), 8, []byte{1, 2}))
	value := sub(nil, 1, []byte("x"))
	dims := sub(sub(nil, 1, integer(nil, 1, 5)), 1, sub(nil, 2, []byte("batch")))
	value = sub(value, 2, sub(nil, 1, sub(integer(nil, 1, 1), 2, dims)))
	graph := sub(nil, 1, node)
	graph = sub(graph, 5, tensorOf("w", 1, []uint64{2, 1}, 9, floats(1, 2)))
	graph = sub(graph, 5, tensorOf("packed", 1, []uint64{2}, 4, floats(3, 4)))
	graph = sub(graph, 5, tensorOf("ints", 7, []uint64{2}, 7, []byte{1, 2}))
	graph = sub(graph, 5, tensorOf("odd", 18, []uint64{1}, 9, []byte{1}))
	graph = sub(graph, 11, value)
	graph = sub(graph, 11, sub(nil, 1, []byte("w")))
	graph = sub(graph, 12, sub(nil, 1, []byte("y")))
	m, err := read(modelOf(graph), nil)
	require.NoError(t, err)
	require.Len(t, m.Nodes, 1)
	require.Equal(t, Node{Op: "Gemm", Inputs: []string{"x", "w"}, Outputs: []string{"y"},
		Attributes: map[string]Attribute{"alpha": {Float: 0.5}, "axes": {Ints: []int64{1, 2}}}}, m.Nodes[0])
	require.Equal(t, []Value{{Name: "x", Shape: []int64{5, -1}}}, m.Inputs, "not those that are initialised")
	require.Len(t, m.Arrays, 4)
	for i, want := range [][]float64{{1, 2}, {3, 4}} {
		in, err := m.Arrays[i].Open()
		require.NoError(t, err)
		got := make([]float64, 2)
		require.NoError(t, in.Read(got))
		require.Equal(t, want, got)
	}
	require.ErrorContains(t, m.Arrays[2].Readable(), "int64")
	require.ErrorContains(t, m.Arrays[3].Readable(), "type 18")
}

func TestExternal(t *testing.T) {
	place := func(offset string) []byte {
		x := tensorOf("w", 1, []uint64{2}, 9, nil)
		for _, e := range [][2]string{{"location", "w.bin"}, {"offset", offset}} {
			x = sub(x, 13, sub(sub(nil, 1, []byte(e[0])), 2, []byte(e[1])))
		}
		return modelOf(sub(nil, 5, integer(x, 14, 1)))
	}
	data := append(make([]byte, 4), floats(5, 6)...)
	open := func(name string) (tensor.Source, error) {
		require.Equal(t, "w.bin", name)
		return tensor.Section(bytes.NewReader(data), 0, int64(len(data))), nil
	}
	m, err := read(place("4"), open)
	require.NoError(t, err)
	in, err := m.Arrays[0].Open()
	require.NoError(t, err)
	got := make([]float64, 2)
	require.NoError(t, in.Read(got))
	require.Equal(t, []float64{5, 6}, got)
	for offset, want := range map[string]string{"8": "truncated", "-1": "offset", "13": "offset", "x": "offset"} {
		_, err := read(place(offset), open)
		require.ErrorContains(t, err, want)
	}
	refused := errors.New("refused")
	_, err = read(place("0"), func(string) (tensor.Source, error) { return nil, refused })
	require.ErrorIs(t, err, refused)
	_, err = read(place("0"), nil)
	require.ErrorContains(t, err, "in another file")
}

func TestBadModels(t *testing.T) {
	for want, b := range map[string][]byte{
		"no graph":            integer(nil, 1, 7),
		"not an ONNX model":   {0x3a, 0xff},
		"truncated":           {0x3a, 0x05, 1},
		"protocol buffer":     {0x0b},
		"truncated: shape":    modelOf(sub(nil, 5, tensorOf("w", 1, []uint64{3}, 9, floats(1, 2)))),
		"more bytes than any": modelOf(sub(nil, 5, tensorOf("w", 1, []uint64{1 << 40, 1 << 40}, 9, floats(1, 2)))),
		"negative":            modelOf(sub(nil, 5, tensorOf("w", 1, []uint64{math.MaxUint64}, 9, floats(1, 2)))),
		"a name of 5000":      modelOf(sub(nil, 5, tensorOf(string(make([]byte, 5000)), 1, nil, 9, floats(1)))),
	} {
		_, err := read(b, nil)
		require.ErrorContains(t, err, want)
	}
}

// A small file of many empty parts takes no more memory than there may be.
func TestManyEmptyParts(t *testing.T) {
	if testing.Short() {
		t.Skip("some 100 MB of memory")
	}
	for number, size := range map[protowire.Number]int{1: nodeSize, 5: arraySize} {
		b := modelOf(bytes.Repeat(sub(nil, number, nil), maxMemory/size+1))
		var err error
		taken := allocated.Bytes(func() { _, err = read(b, nil) })
		require.ErrorContains(t, err, "more nodes")
		require.Less(t, taken, uint64(3*hostile.MostBytes), "part %d, with what is freed: slices grow by copying", number)
	}
}

// Whatever a file holds, reading it ends without a panic, and arrays stay inside it.
func FuzzRead(f *testing.F) {
	f.Add(modelOf(sub(sub(nil, 5, tensorOf("w", 16, []uint64{2, 1}, 9, make([]byte, 4))), 1, sub(nil, 4, []byte("Relu")))))
	f.Add(modelOf(sub(sub(nil, 11, sub(nil, 1, []byte("x"))), 5, tensorOf("w", 11, []uint64{1}, 10, make([]byte, 8)))))
	f.Fuzz(func(t *testing.T, input []byte) {
		hostile.Each(t, input, func(b []byte) {
			m, err := read(b, nil)
			if err != nil {
				return
			}
			for _, a := range m.Arrays {
				if a.Readable() != nil {
					continue
				}
				size, err := a.Bytes()
				require.NoError(t, err)
				require.LessOrEqual(t, size, int64(len(b)))
				count, err := a.Count()
				require.NoError(t, err)
				in, err := a.Open()
				require.NoError(t, err)
				require.NoError(t, in.Read(make([]float64, count)))
			}
		})
	})
}
