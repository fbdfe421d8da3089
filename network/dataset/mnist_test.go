package dataset_test

import (
	"io/fs"
	"maps"
	"os"
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
		"label out of range": {"train-labels-idx1-ubyte", idx(8, []int{3}, []uint8{0, 10, 4}),
			"DIR/train-labels-idx1-ubyte: label 10 of image 1 is out of range; " +
				"want 0 to 9, or more classes with images for each label from 0 or 1 on, as in EMNIST"},
		"test label out of range": {"t10k-labels-idx1-ubyte", idx(8, []int{2}, []uint8{0, 10}),
			"DIR/t10k-labels-idx1-ubyte: label 10 of image 1 is out of range; want 0 to 9"},
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

// Images serve without labels, and without a test part, where labels are not
// needed; training says what it lacks.
func TestMNISTInParts(t *testing.T) {
	files := tinyMNIST()
	delete(files, "t10k-labels-idx1-ubyte")
	dir := folder(t, files)
	set, err := dataset.MNIST(dir)
	require.NoError(t, err)
	require.Equal(t, 2, set.Test.Len())
	require.False(t, set.Test.Labelled())
	require.Equal(t, []string{dir + ": t10k-labels-idx1-ubyte is missing, so the test images have no labels"}, set.Warnings)
	e, err := dataset.Open("mnist:"+dir, dataset.Sizes{})
	require.NoError(t, err)
	require.Equal(t, 1, e.Test.Len(), "held out of the training part")

	dir = folder(t, map[string][]byte{"train-images-idx3-ubyte": files["train-images-idx3-ubyte"]})
	set, err = dataset.MNIST(dir)
	require.NoError(t, err)
	require.Equal(t, 3, set.Train.Len())
	require.Zero(t, set.Test.Len())
	require.Len(t, set.Warnings, 2)
	summary, err := dataset.ThinShell(set.Train)
	require.NoError(t, err)
	require.Equal(t, 3, summary.Count)
	_, err = dataset.Open("mnist:"+dir, dataset.Sizes{})
	require.ErrorContains(t, err, "have no labels, and training needs them; want")
}

// EMNIST has files of its own names, and 26 classes that begin at 1, or 47.
func TestEMNIST(t *testing.T) {
	split := func(name string, first, classes int) map[string][]byte {
		var labels []uint8
		for i := range classes {
			labels = append(labels, uint8(first+i))
		}
		return map[string][]byte{
			"emnist-" + name + "-train-images-idx3-ubyte.gz": zipped(idx(8, []int{classes, 1, 2}, make([]uint8, 2*classes))),
			"emnist-" + name + "-train-labels-idx1-ubyte.gz": zipped(idx(8, []int{classes}, labels)),
			"emnist-" + name + "-test-images-idx3-ubyte.gz":  zipped(idx(8, []int{1, 1, 2}, []uint8{3, 4})),
			"emnist-" + name + "-test-labels-idx1-ubyte.gz":  zipped(idx(8, []int{1}, labels[classes-1:])),
		}
	}
	for name, c := range map[string]struct{ first, classes int }{"letters": {1, 26}, "balanced": {0, 47}, "digits": {0, 10}} {
		set, err := dataset.Load("MNIST:" + folder(t, split(name, c.first, c.classes)))
		require.NoError(t, err, name)
		require.Equal(t, c.classes, set.Classes, name)
		require.Zero(t, set.Train.Label(0), name)
		require.Equal(t, c.classes-1, set.Train.Label(c.classes-1), name)
		require.Equal(t, c.classes-1, set.Test.Label(0), name)
		require.Empty(t, set.Warnings, name)
	}
	both := split("letters", 1, 26)
	maps.Copy(both, split("balanced", 0, 47))
	dir := folder(t, both)
	_, err := dataset.MNIST(dir)
	require.EqualError(t, err, dir+": holds several sets: mnist emnist-balanced, mnist emnist-letters; want a folder with the files of one")
}

// Sets are found where other programs unpack them, and other forms of them
// are named.
func TestWhereSetsLie(t *testing.T) {
	root := t.TempDir()
	for folder, files := range map[string]map[string][]byte{
		"torch/MNIST/raw": tinyMNIST(), "torch2/raw": tinyMNIST(),
		"cifar/cifar-10-batches-bin": {"data_batch_1.bin": cifar(1)},
		"python/cifar-10-batches-py": {"data_batch_1": nil},
		"pickled":                    {"data_batch_1": nil, "batches.meta": nil},
		"packed":                     {"cifar-10-binary.tar.gz": nil},
		"numpy":                      {"mnist.npz": nil},
		"table":                      {"mnist_train.csv": nil},
	} {
		dir := filepath.Join(root, filepath.FromSlash(folder))
		require.NoError(t, os.MkdirAll(dir, 0o755))
		for name, content := range files {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o644))
		}
	}
	for spec, want := range map[string]string{
		"mnist:torch": "", "Mnist:torch2": "", "CIFAR10:cifar": "",
		"cifar10:python":  "holds the Python version, pickled batches; want the binary version, cifar-10-binary.tar.gz, unpacked",
		"cifar10:pickled": "holds the Python version, pickled batches; want the binary version",
		"cifar10:packed":  "holds cifar-10-binary.tar.gz, which is still packed; want",
		"mnist:numpy":     "holds mnist.npz, arrays of NumPy; want the IDX files",
		"mnist:table":     "holds mnist_train.csv, a table; want the IDX files",
	} {
		kind, folder, _ := strings.Cut(spec, ":")
		_, err := dataset.Load(kind + ":" + filepath.Join(root, folder))
		if want == "" {
			require.NoError(t, err, spec)
			continue
		}
		require.ErrorContains(t, err, want, spec)
	}
}

func TestMNISTNoFolder(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	_, err := dataset.MNIST(none)
	require.EqualError(t, err, none+": cannot be opened: no such file or directory; want the folder that holds the set")

	empty := t.TempDir()
	_, err = dataset.MNIST(empty)
	require.EqualError(t, err,
		empty+": missing train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte; "+
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
