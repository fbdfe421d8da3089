package npy

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

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// file makes an .npy file by hand.
func file(major byte, dict string, data int) []byte {
	b := append([]byte(magic), major, 0)
	if major == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(dict)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(dict)))
	}
	return append(append(b, dict...), make([]byte, data)...)
}

func open(b []byte) (tensor.Array, error) {
	return Read(tensor.Section(bytes.NewReader(b), 0, int64(len(b))))
}

// numbers reads all of an array, and that no more are there.
func numbers(t require.TestingT, a tensor.Array) []float64 {
	count, err := a.Count()
	require.NoError(t, err)
	in, err := a.Open()
	require.NoError(t, err)
	defer in.Close()
	got := make([]float64, count)
	require.NoError(t, in.Read(got))
	require.Error(t, in.Read(make([]float64, 1)), "the end")
	return got
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.Int64Range(0, 7), 0, 4).Draw(t, "shape")
		dtype := rapid.SampledFrom([]tensor.DType{tensor.Float32, tensor.Float64}).Draw(t, "type")
		count, err := tensor.Count(shape, 8)
		require.NoError(t, err)
		values := make([]float64, count)
		for i := range values {
			values[i] = float64(rapid.Float32().Draw(t, "value"))
		}

		var b bytes.Buffer
		w, err := NewWriter(&b, dtype, shape...)
		require.NoError(t, err)
		require.Zero(t, b.Len()%64, "numbers begin at a multiple of 64")
		for left := values; len(left) > 0; {
			part := rapid.IntRange(1, len(left)).Draw(t, "part")
			require.Error(t, w.Close(), "not complete")
			require.NoError(t, w.Write(left[:part]))
			left = left[part:]
		}
		require.NoError(t, w.Close())
		require.ErrorContains(t, w.Write([]float64{1}), "room for 0 more")

		r, err := open(b.Bytes())
		require.NoError(t, err)
		require.Equal(t, dtype, r.Type)
		require.Equal(t, append([]int64{}, shape...), r.Shape)
		require.Equal(t, values, numbers(t, r))

		cut := rapid.IntRange(0, b.Len()-1).Draw(t, "cut")
		if cut > 0 || count > 0 {
			_, err = open(b.Bytes()[:cut])
			require.Error(t, err, "truncated at %d of %d", cut, b.Len())
		}
	})
}

func TestHeadersOfAllVersions(t *testing.T) {
	for _, c := range []struct {
		dict  string
		shape []int64
	}{
		{"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }    \n", []int64{2, 3}},
		{`{"shape":(2,3,),"fortran_order":False,"descr":"<f8"}`, []int64{2, 3}},
		{"{'descr': '<f8', 'fortran_order': False, 'shape': (6,)}", []int64{6}},
		{"{'descr': '<f8', 'fortran_order': False, 'shape': (6L,)}", []int64{6}},
		{"{ 'descr' : '<f8' ,\n'fortran_order' : False , 'shape' : ( 3 , 2 , 1 ) }", []int64{3, 2, 1}},
	} {
		for major := byte(1); major <= 3; major++ {
			r, err := open(file(major, c.dict, 48))
			require.NoError(t, err, c.dict)
			require.Equal(t, c.shape, r.Shape)
			require.Len(t, numbers(t, r), 6)
		}
	}
	r, err := open(file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': ()}", 4))
	require.NoError(t, err)
	require.Empty(t, r.Shape)
}

func TestBadHeaders(t *testing.T) {
	dict := func(descr, fortran, shape string) string {
		return fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s}", descr, fortran, shape)
	}
	for _, c := range []struct {
		want, dict string
	}{
		{"where ']' should be", "{'descr': [('a', '<f8')"},
		{"truncated: shape [2 4]", dict("'<f8'", "False", "(2, 4)")},
		{"shape [2 2] of float64 needs 32 bytes, but 48 follow", dict("'<f8'", "False", "(2, 2)")},
		{"more bytes than any file", dict("'<f8'", "False", "(4294967296, 4294967296)")},
		{"truncated: shape [1000000000000]", dict("'<f8'", "False", "(1000000000000,)")},
		{"out of range", dict("'<f8'", "False", "(99999999999999999999,)")},
		{"a length", dict("'<f8'", "False", "(-1,)")},
		{"','", dict("'<f8'", "False", "(6)")},
		{"','", dict("'<f8'", "False", "(2 3)")},
		{"True or False", dict("'<f8'", "0", "(6,)")},
		{"a length", dict("[('a', x)]", "False", "(6,)")},
		{"a string", dict("8", "False", "(6,)")},
		{"without an end", "{'descr': '<f8"},
		{"has an escape", `{'d\'escr': '<f8'}`},
		{`key "shape" is missing`, "{'descr': '<f8', 'fortran_order': False}"},
		{`key "descr" twice`, "{'descr': '<f8', 'descr': '<f8'}"},
		{"unknown key", "{'colour': 'red'}"},
		{"header ends", "{"},
		{"header ends", ""},
		{"'{'", "[]"},
		{"the end", dict("'<f8'", "False", "(2, 3)") + "x"},
		{"'}'", "{'descr': '<f8' 'shape': (6,)}"},
	} {
		_, err := open(file(2, c.dict, 48))
		require.ErrorContains(t, err, c.want, c.dict)
	}

	good := file(1, dict("'<f8'", "False", "(6,)"), 48)
	for want, change := range map[string]func(b []byte) []byte{
		"format version 4.0":                func(b []byte) []byte { b[6] = 4; return b },
		"format version 0.0":                func(b []byte) []byte { b[6] = 0; return b },
		"format version 1.1":                func(b []byte) []byte { b[7] = 1; return b },
		"not an .npy file":                  func(b []byte) []byte { b[1] = 'n'; return b },
		"truncated: header of 65535 bytes":  func(b []byte) []byte { b[8], b[9] = 0xff, 0xff; return b },
		"header of 4294967295 bytes, want ": func(b []byte) []byte { return append(append(b[:6:6], 2, 0, 255, 255, 255, 255), b[10:]...) },
		"truncated in the header length":    func(b []byte) []byte { return append(b[:6:6], 2, 0, 1, 0) },
	} {
		_, err := open(change(bytes.Clone(good)))
		require.ErrorContains(t, err, want)
	}
}

// A header that claims much costs no more memory than the file.
func TestLyingHeaderAllocatesNothing(t *testing.T) {
	b := file(2, "{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000,)}", 8)
	lying := file(2, "", 0)
	binary.LittleEndian.PutUint32(lying[8:], math.MaxUint32)
	var err, lengthErr error
	taken := allocated.Bytes(func() {
		_, err = open(b)
		_, lengthErr = open(lying)
	})
	require.Error(t, err)
	require.Error(t, lengthErr)
	require.Less(t, taken, uint64(1<<16))
}

func TestWriterErrors(t *testing.T) {
	var b bytes.Buffer
	_, err := NewWriter(&b, tensor.Float64, 2, -1)
	require.ErrorContains(t, err, "negative")
	_, err = NewWriter(&b, tensor.Float64, make([]int64, 40000)...)
	require.ErrorContains(t, err, "40000 dimensions")
	require.Zero(t, b.Len())
}

// No input makes the reader panic or allocate beyond its size; what it
// accepts holds exactly what it says.
func FuzzReader(f *testing.F) {
	f.Add(file(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n", 48))
	f.Add(file(2, "{'descr': '<f4', 'fortran_order': True, 'shape': (), }\n", 4))
	f.Add(file(3, "{'descr': '>f4', 'fortran_order': False, 'shape': (1L,), }\n", 4))
	f.Add(file(2, "{'descr': [('a', '<f8')], "+strings.Repeat(" ", 30), 3))
	f.Fuzz(func(t *testing.T, input []byte) {
		hostile.Each(t, input, func(b []byte) {
			r, err := open(b)
			if err != nil || r.Readable() != nil {
				return
			}
			size, err := r.Bytes()
			require.NoError(t, err)
			require.LessOrEqual(t, size, int64(len(b)))
			numbers(t, r)
		})
	})
}

// Every order, byte order and size of floating-point numbers is read; of other types
// the header is.
func TestOrders(t *testing.T) {
	dict := func(descr string, fortran string) string {
		return fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': (2, 3)}", descr, fortran)
	}
	half := func(order binary.ByteOrder, values ...uint16) (b []byte) {
		for _, v := range values {
			b = append(b, 0, 0)
			order.PutUint16(b[len(b)-2:], v)
		}
		return b
	}
	bits := []uint16{0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600} // 1 … 6
	for _, c := range []struct {
		descr, fortran string
		data           []byte
		want           []float64
	}{
		{"'<f2'", "False", half(binary.LittleEndian, bits...), []float64{1, 2, 3, 4, 5, 6}},
		{"'>f2'", "False", half(binary.BigEndian, bits...), []float64{1, 2, 3, 4, 5, 6}},
		{"'>f2'", "True", half(binary.BigEndian, bits...), []float64{1, 3, 5, 2, 4, 6}},
	} {
		a, err := open(append(file(1, dict(c.descr, c.fortran), 0), c.data...))
		require.NoError(t, err)
		require.Equal(t, c.want, numbers(t, a))
	}
	for want, descr := range map[string]string{
		"numbers of type int32": "'<i4'", "numbers of type bool": "'|b1'", "numbers of type complex64": "'<c8'",
		"Python objects": "'|O'", `dtype "<U4"`: "'<U4'", "structured dtype": "[('a', '<f8', (2, 3)), ('b', '<i4')]",
	} {
		size := 24
		switch descr {
		case "'|b1'":
			size = 6
		case "'<c8'":
			size = 48
		}
		a, err := open(file(1, dict(descr, "False"), size))
		require.NoError(t, err)
		require.ErrorContains(t, a.Readable(), want)
		_, err = a.Open()
		require.ErrorContains(t, err, want)
	}
}
