package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"bsnn/internal/fserror"
)

// MNIST reads the four files of MNIST, or of a set published in the same
// form such as Fashion-MNIST, from a folder: train-images-idx3-ubyte,
// train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
// t10k-labels-idx1-ubyte. Each may end in .gz, and a dot may stand in place
// of the second hyphen. Any image size and count is accepted, ten classes
// are required. A fault is reported as a [*FileError].
func MNIST(dir string) (*Set, error) {
	if err := checkDir(dir); err != nil {
		return nil, err
	}
	stems := []string{"train-images", "train-labels", "t10k-images", "t10k-labels"}
	ranks := []string{"idx3", "idx1", "idx3", "idx1"}
	var paths, missing []string
	for i, stem := range stems {
		path, err := findIDX(dir, stem, ranks[i])
		if errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, fmt.Sprintf("%s-%s-ubyte", stem, ranks[i]))
		} else if err != nil {
			return nil, readError(dir, err)
		}
		paths = append(paths, path)
	}
	if len(missing) > 0 {
		return nil, missingIDX(dir, missing)
	}
	train, rows, cols, err := readIDXImages(paths[0], paths[1])
	if err != nil {
		return nil, err
	}
	test, testRows, testCols, err := readIDXImages(paths[2], paths[3])
	if err != nil {
		return nil, err
	}
	if testRows != rows || testCols != cols {
		return nil, &FileError{paths[2], fmt.Sprintf("images of %d×%d pixels", testRows, testCols),
			fmt.Sprintf("%d×%d as in %s", rows, cols, paths[0]), nil}
	}
	return &Set{Name: "mnist", Dim: rows * cols, Channels: 1, Rows: rows, Cols: cols, Classes: 10, Train: train, Test: test}, nil
}

// findIDX returns the first existing spelling of a file of the set.
func findIDX(dir, stem, rank string) (string, error) {
	for _, sep := range []string{"-", "."} {
		for _, ext := range []string{"", ".gz"} {
			path := filepath.Join(dir, stem+sep+rank+"-ubyte"+ext)
			if _, err := os.Stat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
				return path, err
			}
		}
	}
	return "", fs.ErrNotExist
}

func missingIDX(dir string, names []string) error {
	return &FileError{dir, "missing " + strings.Join(names, ", "),
		"each plain or with .gz, also spelled like " + strings.Replace(names[0], "-idx", ".idx", 1), fs.ErrNotExist}
}

func checkDir(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return &FileError{dir, "cannot be opened: " + fserror.Cause(err).Error(), "the folder that holds the set", err}
	}
	if !info.IsDir() {
		return &FileError{dir, "is a file", "the folder that holds the set", nil}
	}
	return nil
}

func readIDXImages(imagePath, labelPath string) (images Images, rows, cols int, err error) {
	pixels, err := readRank(imagePath, 3, "images, rows, columns")
	if err != nil {
		return Images{}, 0, 0, err
	}
	labels, err := readRank(labelPath, 1, "labels")
	if err != nil {
		return Images{}, 0, 0, err
	}
	if len(labels.Data) != pixels.Dims[0] {
		return Images{}, 0, 0, &FileError{labelPath, fmt.Sprintf("%d labels", len(labels.Data)),
			fmt.Sprintf("%d, one for each image in %s", pixels.Dims[0], imagePath), nil}
	}
	if err := checkLabels(labelPath, labels.Data, 10); err != nil {
		return Images{}, 0, 0, err
	}
	rows, cols = pixels.Dims[1], pixels.Dims[2]
	return Images{Dim: rows * cols, Pixels: pixels.Data, Labels: labels.Data}, rows, cols, nil
}

func readRank(path string, rank int, meaning string) (Array[uint8], error) {
	a, err := ReadIDXFile[uint8](path)
	if err == nil && len(a.Dims) != rank {
		err = &FileError{path, fmt.Sprintf("%d dimensions (%s)", len(a.Dims), shape(a.Dims)), fmt.Sprintf("%d: %s", rank, meaning), nil}
	}
	return a, err
}
