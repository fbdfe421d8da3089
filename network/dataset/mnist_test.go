package dataset_test

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"bsnn/network/dataset"
)

func TestMNISTSpellings(t *testing.T) {
	want, err := dataset.MNIST(folder(t, tinyMNIST()))
	require.NoError(t, err)
	require.Equal(t, &dataset.Set{
		Name: "mnist", Dim: 4, Channels: 1, Rows: 2, Cols: 2, Classes: 10,
		Train: dataset.Images{Dim: 4, Pixels: []uint8{0, 0, 0, 0, 255, 0, 0, 0, 1, 2, 3, 4}, Labels: []uint8{0, 9, 4}},
		Test:  dataset.Images{Dim: 4, Pixels: []uint8{9, 8, 7, 6, 5, 4, 3, 2}, Labels: []uint8{1, 2}},
	}, want)
	rename := map[string]func(name string, content []byte) (string, []byte){
		"gzip": func(n string, c []byte) (string, []byte) { return n + ".gz", zipped(c) },
		"dot":  func(n string, c []byte) (string, []byte) { return strings.Replace(n, "-idx", ".idx", 1), c },
		"dot and gzip": func(n string, c []byte) (string, []byte) {
			return strings.Replace(n, "-idx", ".idx", 1) + ".gz", zipped(c)
		},
		"gzip without .gz":  func(n string, c []byte) (string, []byte) { return n, zipped(c) },
		"plain named as gz": func(n string, c []byte) (string, []byte) { return n + ".gz", c },
	}
	for name, f := range rename {
		t.Run(name, func(t *testing.T) {
			files := map[string][]byte{}
			for n, c := range tinyMNIST() {
				n, c = f(n, c)
				files[n] = c
			}
			got, err := dataset.Load("mnist:" + folder(t, files))
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(want, got))
		})
	}
}

func TestMNISTBadInput(t *testing.T) {
	for name, c := range map[string]struct {
		file    string // replaced by content, removed when content is nil
		content []byte
		want    string // DIR stands for the folder
	}{
		"missing images": {"train-images-idx3-ubyte", nil,
			"DIR: missing train-images-idx3-ubyte; want each plain or with .gz, also spelled like train-images.idx3-ubyte"},
		"missing labels": {"t10k-labels-idx1-ubyte", nil,
			"DIR: missing t10k-labels-idx1-ubyte; want each plain or with .gz, also spelled like t10k-labels.idx1-ubyte"},
		"label out of range": {"train-labels-idx1-ubyte", idx(8, []int{3}, []uint8{0, 10, 4}),
			"DIR/train-labels-idx1-ubyte: label 10 of image 1 is out of range; want 0 to 9"},
		"fewer labels": {"train-labels-idx1-ubyte", idx(8, []int{2}, []uint8{0, 1}),
			"DIR/train-labels-idx1-ubyte: 2 labels; want 3, one for each image in DIR/train-images-idx3-ubyte"},
		"more labels": {"t10k-labels-idx1-ubyte", idx(8, []int{3}, []uint8{0, 1, 2}),
			"DIR/t10k-labels-idx1-ubyte: 3 labels; want 2, one for each image in DIR/t10k-images-idx3-ubyte"},
		"labels as images": {"train-images-idx3-ubyte", idx(8, []int{3}, []uint8{0, 9, 4}),
			"DIR/train-images-idx3-ubyte: 1 dimensions (3); want 3: images, rows, columns"},
		"images as labels": {"train-labels-idx1-ubyte", idx(8, []int{1, 1, 3}, []uint8{0, 9, 4}),
			"DIR/train-labels-idx1-ubyte: 3 dimensions (1×1×3); want 1: labels"},
		"no images": {"train-images-idx3-ubyte", idx(8, []int{0, 2, 2}, []uint8{}),
			"DIR/train-images-idx3-ubyte: dimension 1 of 3 is 0, so the file holds no data; want at least 1"},
		"no labels": {"t10k-labels-idx1-ubyte", idx(8, []int{0}, []uint8{}),
			"DIR/t10k-labels-idx1-ubyte: dimension 1 of 1 is 0, so the file holds no data; want at least 1"},
		"float images": {"t10k-images-idx3-ubyte", idx(0x0d, []int{2, 1, 1}, []float32{0, 1}),
			"DIR/t10k-images-idx3-ubyte: elements of type float32 (code 0x0d); want uint8 (code 0x08)"},
		"other size": {"t10k-images-idx3-ubyte", idx(8, []int{2, 1, 4}, make([]uint8, 8)),
			"DIR/t10k-images-idx3-ubyte: images of 1×4 pixels; want 2×2 as in DIR/train-images-idx3-ubyte"},
	} {
		t.Run(name, func(t *testing.T) {
			files := tinyMNIST()
			files[c.file] = c.content
			if c.content == nil {
				delete(files, c.file)
			}
			dir := folder(t, files)
			_, err := dataset.MNIST(dir)
			require.EqualError(t, err, strings.ReplaceAll(c.want, "DIR", dir))
			if c.content == nil {
				require.ErrorIs(t, err, fs.ErrNotExist)
			}
		})
	}
}

func TestMNISTNoFolder(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	_, err := dataset.MNIST(none)
	require.EqualError(t, err, none+": cannot be opened: no such file or directory; want the folder that holds the set")

	empty := t.TempDir()
	_, err = dataset.MNIST(empty)
	require.EqualError(t, err, empty+": missing train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte; "+
		"want each plain or with .gz, also spelled like train-images.idx3-ubyte")

	file := filepath.Join(folder(t, map[string][]byte{"f": nil}), "f")
	for _, load := range []func(string) (*dataset.Set, error){dataset.MNIST, dataset.CIFAR10} {
		_, err = load(file)
		require.EqualError(t, err, file+": is a file; want the folder that holds the set")
	}
}

func TestLoadBadSpecification(t *testing.T) {
	for _, spec := range []string{"", "mnist", "mnist:", "imagenet:dir", "synthetic"} {
		_, err := dataset.Load(spec)
		require.EqualError(t, err, `data "`+spec+`" names no image set; want mnist:DIR or cifar10:DIR`)
	}
}
