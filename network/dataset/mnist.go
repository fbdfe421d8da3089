package dataset

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
)

// MNIST reads the files of MNIST, or of a set published in the same form such
// as Fashion-MNIST or a split of EMNIST, from a folder or the folder in it to
// which torchvision unpacks them: train-images-idx3-ubyte, train-labels-idx1-ubyte,
// t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte. Each may end in .gz, and a dot
// may stand in place of the second hyphen; those of EMNIST begin with emnist-, the
// split and a hyphen, and say test for t10k. Any image size and count is accepted.
//
// Labels above 9 must have no gaps; where they begin at 1, as in the split letters
// of EMNIST, they are moved to begin at 0. Images without labels are accepted, as are
// training images alone; Warnings say what is missing. A fault is reported as a
// [*FileError].
func MNIST(dir string) (*Set, error) {
	dir, entries, err := unpackedIn(dir, []string{"raw", "MNIST/raw", "FashionMNIST/raw", "EMNIST/raw"}, idxFile.MatchString)
	if err != nil {
		return nil, err
	}
	files, err := idxFiles(dir, entries)
	if err != nil {
		return nil, err
	}
	if files["train-images"] == "" {
		return nil, missingIDX(dir, files, entries)
	}
	set := &Set{Name: "mnist", Channels: 1, Classes: 10}
	if set.Train, set.Rows, set.Cols, err = readIDXImages(files["train-images"], files["train-labels"]); err != nil {
		return nil, err
	}
	set.Dim = set.Rows * set.Cols
	set.Test.Dim = set.Dim
	if files["test-images"] != "" {
		var rows, cols int
		if set.Test, rows, cols, err = readIDXImages(files["test-images"], files["test-labels"]); err != nil {
			return nil, err
		}
		if rows != set.Rows || cols != set.Cols {
			return nil, &FileError{files["test-images"], fmt.Sprintf("images of %d×%d pixels", rows, cols),
				fmt.Sprintf("%d×%d as in %s", set.Rows, set.Cols, files["train-images"]), nil}
		}
	}
	if err := set.count(files["train-labels"], files["test-labels"]); err != nil {
		return nil, err
	}
	for _, part := range []string{"train-labels", "test-images", "test-labels"} {
		if files[part] == "" && (part != "test-labels" || files["test-images"] != "") {
			set.Warnings = append(set.Warnings, dir+": "+published(part)+" is missing, so "+withoutPart[part])
		}
	}
	return set, nil
}

var withoutPart = map[string]string{
	"train-labels": "the training images have no labels",
	"test-images":  "the test part is empty",
	"test-labels":  "the test images have no labels",
}

// idxFile matches the names of the files: the split, the part, what it holds.
var idxFile = regexp.MustCompile(`^(emnist-[a-z]+-)?(train|t10k|test)-(images[-.]idx3|labels[-.]idx1)-ubyte(\.gz)?$`)

// published is how MNIST names a part.
func published(part string) string {
	rank := map[bool]string{true: "3", false: "1"}[strings.HasSuffix(part, "images")]
	return strings.Replace(part, "test", "t10k", 1) + "-idx" + rank + "-ubyte"
}

// idxFiles are the paths of the parts train-images, train-labels, test-images and
// test-labels, as far as they are there. Of several spellings the plain one, and the
// one with a hyphen, is taken.
func idxFiles(dir string, entries []fs.DirEntry) (map[string]string, error) {
	files, splits := map[string]string{}, map[string]bool{}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.SortFunc(names, func(a, b string) int {
		if ga, gb := strings.HasSuffix(a, ".gz"), strings.HasSuffix(b, ".gz"); ga != gb {
			return map[bool]int{true: 1, false: -1}[ga]
		}
		return strings.Compare(a, b) // a hyphen comes before a dot
	})
	for _, name := range names {
		m := idxFile.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		splits[m[1]] = true
		part := strings.Replace(m[2], "t10k", "test", 1) + "-" + m[3][:len("images")]
		if files[part] == "" {
			files[part] = dir + string(os.PathSeparator) + name
		}
	}
	if len(splits) > 1 {
		var list []string
		for s := range splits {
			list = append(list, strings.Trim("mnist "+s, " -"))
		}
		slices.Sort(list)
		return nil, &FileError{dir, "holds several sets: " + strings.Join(list, ", "), "a folder with the files of one", nil}
	}
	return files, nil
}

func missingIDX(dir string, files map[string]string, entries []fs.DirEntry) error {
	if other := otherForm(entries); other != "" {
		return &FileError{dir, other, "the IDX files: train-images-idx3-ubyte and so on, plain or with .gz", fs.ErrNotExist}
	}
	var names []string
	for _, part := range []string{"train-images", "train-labels", "test-images", "test-labels"} {
		if files[part] == "" {
			names = append(names, published(part))
		}
	}
	return &FileError{dir, "missing " + strings.Join(names, ", "),
		"each plain or with .gz, also spelled like " + strings.Replace(names[0], "-idx", ".idx", 1), fs.ErrNotExist}
}

// readIDXImages reads images with their labels, if there are any.
func readIDXImages(imagePath, labelPath string) (images Images, rows, cols int, err error) {
	pixels, err := readRank(imagePath, 3, "images, rows, columns")
	if err != nil {
		return Images{}, 0, 0, err
	}
	rows, cols = pixels.Dims[1], pixels.Dims[2]
	images = Images{Dim: rows * cols, Pixels: pixels.Data}
	if labelPath == "" {
		return images, rows, cols, nil
	}
	labels, err := readRank(labelPath, 1, "labels")
	if err != nil {
		return Images{}, 0, 0, err
	}
	if len(labels.Data) != pixels.Dims[0] {
		return Images{}, 0, 0, &FileError{labelPath, fmt.Sprintf("%d labels", len(labels.Data)),
			fmt.Sprintf("%d, one for each image in %s", pixels.Dims[0], imagePath), nil}
	}
	images.Labels = labels.Data
	return images, rows, cols, nil
}

func readRank(path string, rank int, meaning string) (Array[uint8], error) {
	a, err := ReadIDXFile[uint8](path)
	if err == nil && len(a.Dims) != rank {
		err = &FileError{path, fmt.Sprintf("%d dimensions (%s)", len(a.Dims), shape(a.Dims)), fmt.Sprintf("%d: %s", rank, meaning), nil}
	}
	return a, err
}
