package torchfile

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"bsnn/internal/hostile"
	"bsnn/internal/tensor"
	"bsnn/internal/zipfile"

	"github.com/stretchr/testify/require"
)

// archive is a file of torch.save with a pickle and one storage of eight bytes.
func archive(t require.TestingT, pickle string) []zipfile.File {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range [][2]string{{"m/data.pkl", pickle}, {"m/byteorder", "little"}, {"m/data/0", "\x00\x00\x80\x3f\x00\x00\x00\x40"}} {
		out, err := w.CreateHeader(&zip.FileHeader{Name: f[0], Method: zip.Store})
		require.NoError(t, err)
		_, err = out.Write([]byte(f[1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	files, err := zipfile.Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	require.True(t, Is(files))
	return files
}

// build is the pickle of a tensor over the storage.
func build(class, key string, offset int, shape, strides string) string {
	return "ctorch._utils\n_rebuild_tensor_v2\n((Vstorage\nctorch\n" + class + "\nV" + key + "\nVcpu\nK\x02tQ" +
		fmt.Sprintf("I%d\n%s%s", offset, shape, strides) + "\x89NtR"
}

const (
	two = "K\x02\x85"
	one = "K\x01\x85"
)

func TestRead(t *testing.T) {
	dict := "\x80\x02}(Va\n" + build("FloatStorage", "0", 0, two, one) + "Vb\n}Vc\n](" + build("FloatStorage", "0", 1, ")", ")") + "esu."
	c, err := Read(archive(t, dict))
	require.NoError(t, err)
	require.Len(t, c.Arrays, 2)
	for i, want := range []struct {
		name   string
		values []float64
	}{{"a", []float64{1, 2}}, {"b.c.0", []float64{2}}} {
		require.Equal(t, want.name, c.Arrays[i].Name)
		in, err := c.Arrays[i].Open()
		require.NoError(t, err)
		got := make([]float64, len(want.values))
		require.NoError(t, in.Read(got))
		require.Equal(t, want.values, got)
		require.Equal(t, tensor.Float32, c.Arrays[i].Type)
	}
}

func TestBadFiles(t *testing.T) {
	in := func(value string) string { return "}Va\n" + value + "s." }
	for want, pickle := range map[string]string{
		"not in the archive":      in(build("FloatStorage", "7", 0, two, one)),
		"outside its storage":     in(build("FloatStorage", "0", 3, two, one)),
		"no known type":           in(build("Size", "0", 0, two, one)),
		"os.system":               in("cos\nsystem\n(Vls\ntR"),
		"torch.FakeStorage":       in(build("FakeStorage", "0", 0, two, one)),
		"torch._utils._rebuild_x": in("ctorch._utils\n_rebuild_x\n)R"),
		"a whole model":           in("ctorch.nn.modules.linear\nLinear\n)\x81"),
		"without a storage":       in("ctorch._utils\n_rebuild_tensor_v2\n(NNNNtR"),
		"offset, shape":           in("ctorch._utils\n_rebuild_tensor_v2\n)R"),
		"no tuple":                in(build("FloatStorage", "0", 0, "N", one)),
		"no length":               in(build("FloatStorage", "0", 0, "N\x85", one)),
		"a name of more":          "}Va\n}X\x00\x10\x00\x00" + strings.Repeat("k", 1<<12) + "]Nass.",
		"holds itself":            "}q\x00Va\nh\x00s.",
		"more than 64 times":      strings.Repeat("]", 100) + strings.Repeat("a", 99) + ".",
		"a parameter without":     in("ctorch._utils\n_rebuild_parameter\n(NtR"),
		"no function":             in("ctorch\nfloat32\n)R"),
		"more than 2097152 v":     "]q\x00](h\x00h\x00eq\x01](h\x01h\x01e" + doubled(30) + ".",
	} {
		_, err := Read(archive(t, pickle))
		require.ErrorContains(t, err, want)
	}
	c, err := Read(archive(t, in(build("FloatStorage", "0", 0, "K\x05\x85", one))))
	require.NoError(t, err)
	require.ErrorContains(t, c.Arrays[0].Readable(), "does not fit the 8 bytes")
	c, err = Read(archive(t, in(build("FloatStorage", "0", 0, "K\x05\x85", "K\x00\x85"))))
	require.NoError(t, err)
	require.ErrorContains(t, c.Arrays[0].Readable(), "repeats numbers")
	_, err = Read(nil)
	require.ErrorContains(t, err, "no data.pkl")
}

// doubled puts a list twice into the next one, so many times.
func doubled(times int) string {
	var s strings.Builder
	for i := range times {
		fmt.Fprintf(&s, "q%c](h%ch%ce", 2+i, 2+i, 2+i)
	}
	return s.String()
}

// Whatever a pickle says, reading ends without a panic, and arrays stay inside their
// storages.
func FuzzRead(f *testing.F) {
	f.Add([]byte("}(Va\n" + build("FloatStorage", "0", 0, two, one) + "Vb\n" +
		build("BFloat16Storage", "0", 1, "K\x01K\x02\x86", "K\x02K\x01\x86") + "u."))
	f.Add([]byte("}(Vstate\n}Vparam_groups\n]u."))
	f.Add([]byte("](ctorch._utils\n_rebuild_parameter\n(" + build("HalfStorage", "0", 0, "ctorch\nSize\nK\x04\x85\x85R", one) + "\x88NtRe."))
	f.Fuzz(func(t *testing.T, input []byte) {
		hostile.Each(t, input, func(b []byte) {
			c, err := Read(archive(t, string(b)))
			if err != nil {
				return
			}
			for _, a := range c.Arrays {
				if a.Readable() != nil {
					continue
				}
				count, err := a.Count()
				require.NoError(t, err)
				require.LessOrEqual(t, count, int64(8))
				in, err := a.Open()
				require.NoError(t, err)
				require.NoError(t, in.Read(make([]float64, count)))
			}
		})
	})
}
