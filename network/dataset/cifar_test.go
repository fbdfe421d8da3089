package dataset_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/hostile"
	"bsnn/network/dataset"
)

func TestCIFARRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.SliceOfN(rapid.ByteRange(0, 9), 1, 5).Draw(t, "labels")
		file := cifar(labels...)
		packed := rapid.Bool().Draw(t, "gzip")
		stream := file
		if packed {
			stream = zipped(file)
		}
		got, err := dataset.ReadCIFAR10("f", bytes.NewReader(stream))
		require.NoError(t, err)
		require.Equal(t, labels, got.Labels)
		require.Equal(t, 3072, got.Dim)
		for i := range got.Len() {
			require.Equal(t, file[i*3073+1:(i+1)*3073], got.At(i))
		}
	})
}

func TestCIFARBatches(t *testing.T) {
	batch := func(label byte) []byte { return cifar(label, label) }
	dir := folder(t, map[string][]byte{
		"data_batch_10.bin":   batch(5),
		"data_batch_2.bin":    batch(3),
		"data_batch_2.bin.gz": batch(7), // shadowed by the plain file
		"data_batch_1.bin.gz": zipped(batch(1)),
		"test_batch.bin":      cifar(8),
		"readme.html":         []byte("not a batch"),
	})
	set, err := dataset.Load("cifar10:" + dir)
	require.NoError(t, err)
	require.Equal(t, []uint8{1, 1, 3, 3, 5, 5}, set.Train.Labels)
	require.Equal(t, []uint8{8}, set.Test.Labels)
	require.Len(t, set.Train.Pixels, 6*3072)
	require.Equal(t, cifar(0, 0)[3074:], set.Train.At(5))
	require.Empty(t, set.Warnings)

	partial := folder(t, map[string][]byte{"data_batch_4.bin": batch(4)})
	set, err = dataset.CIFAR10(partial)
	require.NoError(t, err)
	require.Equal(t, 2, set.Train.Len())
	require.Zero(t, set.Test.Len())
	require.Equal(t, []string{partial + ": test_batch.bin is missing, so the test part is empty"}, set.Warnings)
}

func TestCIFARBadInput(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":        {nil, "f: the file is empty; want records of 3073 bytes"},
		"short record": {cifar(1, 2)[:3073+100], "f: ends with 100 bytes of record 1; want whole records of 3073 bytes"},
		"trailing":     {append(cifar(1), 2), "f: ends with 1 bytes of record 1; want whole records of 3073 bytes"},
		"label":        {cifar(1, 2, 10), "f: label 10 of image 2 is out of range; want 0 to 9"},
		"short gzip":   {zipped(cifar(1))[:40], "f: the gzip stream ends in the middle; want a complete gzip file or the unpacked one"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := dataset.ReadCIFAR10("f", bytes.NewReader(c.file))
			require.EqualError(t, err, c.want)
		})
	}
	dir := t.TempDir()
	_, err := dataset.CIFAR10(dir)
	require.EqualError(t, err, dir+": no training batch; want at least one data_batch_1.bin, data_batch_2.bin, … (plain or with .gz)")
	_, err = dataset.CIFAR10(dir + "/none")
	require.EqualError(t, err, dir+"/none: cannot be opened: no such file or directory; want the folder that holds the set")

	bad := folder(t, map[string][]byte{"data_batch_1.bin": cifar(1), "test_batch.bin": cifar(99)})
	_, err = dataset.CIFAR10(bad)
	require.EqualError(t, err, bad+"/test_batch.bin: label 99 of image 0 is out of range; want 0 to 9")
}

// FuzzCIFAR feeds arbitrary bytes. An accepted plain batch must be exactly
// what encoding the result gives.
func FuzzCIFAR(f *testing.F) {
	for _, seed := range [][]byte{nil, cifar(3), cifar(1, 2)[:5000], cifar(200), zipped(cifar(1, 2)), zipped(cifar(1))[:30]} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		hostile.Each(t, input, func(file []byte) {
			images, err := dataset.ReadCIFAR10("f", bytes.NewReader(file))
			if err != nil {
				require.True(t, strings.HasPrefix(err.Error(), "f: "), "no file named: %v", err)
				require.Contains(t, err.Error(), "; want ")
				require.NotContains(t, err.Error(), "\n")
				return
			}
			require.Positive(t, images.Len())
			require.Len(t, images.Pixels, images.Len()*images.Dim)
			var back []byte
			for i, c := range images.Labels {
				require.Less(t, c, uint8(10))
				back = append(append(back, c), images.At(i)...)
			}
			if !bytes.HasPrefix(file, []byte{0x1f, 0x8b}) {
				require.Equal(t, file, back)
			}
		})
	})
}
