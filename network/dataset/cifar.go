package dataset

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// cifarRecord is the label byte and three planes of 32×32 pixels.
const cifarRecord = 1 + cifarDim

const cifarDim = 3 * 32 * 32

// maxBatchBytes bounds a batch: all of CIFAR-10 in one file takes 184 MB.
const maxBatchBytes = 1 << 28

// ReadCIFAR10 reads a batch of the binary version of CIFAR-10 (A.
// Krizhevsky): records of a label byte, 0 to 9, and 3,072 pixel bytes, the
// red plane first, then green, then blue. A gzipped stream is recognised by
// its content. The name appears in errors only, which are of type
// [*FileError]: an empty file, a last record cut short, a label out of
// range, more than 256 MiB.
func ReadCIFAR10(name string, r io.Reader) (Images, error) {
	return readCIFAR(name, r, maxBatchBytes/cifarRecord)
}

func readCIFAR(name string, r io.Reader, limit int) (Images, error) {
	in, err := unpacked(r)
	if err != nil {
		return Images{}, readError(name, err)
	}
	images := Images{Dim: cifarDim}
	var record [cifarRecord]byte
	for {
		n, err := io.ReadFull(in, record[:])
		if err == io.EOF {
			break
		}
		if err == io.ErrUnexpectedEOF {
			return Images{}, &FileError{name, fmt.Sprintf("ends with %d bytes of record %d", n, images.Len()),
				fmt.Sprintf("whole records of %d bytes", cifarRecord), nil}
		}
		if err != nil {
			return Images{}, readError(name, err)
		}
		if images.Len() == limit {
			return Images{}, &FileError{name, fmt.Sprintf("more than %d records", limit), "at most that many", nil}
		}
		images.Labels = append(images.Labels, record[0])
		images.Pixels = append(images.Pixels, record[1:]...)
	}
	if images.Len() == 0 {
		return Images{}, &FileError{name, "the file is empty", fmt.Sprintf("records of %d bytes", cifarRecord), nil}
	}
	return images, checkLabels(name, images.Labels, 10)
}

// CIFAR10 reads the binary version of CIFAR-10 from a folder, or from the folder
// cifar-10-batches-bin in it: every
// data_batch_*.bin there as the training part, at least one, in the order
// of their numbers, and test_batch.bin as the test part. Each may end in
// .gz. A set in parts is accepted; without a test batch the test part is
// empty and Warnings says so. A fault is reported as a [*FileError].
func CIFAR10(dir string) (*Set, error) {
	dir, entries, err := unpackedIn(dir, []string{"cifar-10-batches-bin"}, func(name string) bool {
		ok, _ := filepath.Match("data_batch_*.bin*", name)
		return ok
	})
	if err != nil {
		return nil, err
	}
	train, test := cifarFiles(entries)
	if len(train) == 0 {
		return nil, missingBatches(dir, entries)
	}
	set := &Set{Name: "cifar10", Dim: cifarDim, Channels: 3, Rows: 32, Cols: 32, Classes: 10}
	if set.Train, err = readBatches(dir, train); err != nil {
		return nil, err
	}
	if len(test) == 0 {
		set.Test.Dim = cifarDim
		set.Warnings = append(set.Warnings, dir+": test_batch.bin is missing, so the test part is empty")
		return set, nil
	}
	set.Test, err = readBatches(dir, test[:1])
	return set, err
}

func missingBatches(dir string, entries []fs.DirEntry) error {
	problem := otherForm(entries)
	want := "the binary version, cifar-10-binary.tar.gz, unpacked"
	if info, err := os.Stat(filepath.Join(dir, "cifar-10-batches-py")); problem == "" && err == nil && info.IsDir() {
		problem = "holds the Python version, pickled batches"
	}
	if problem == "" {
		problem, want = "no training batch", "at least one data_batch_1.bin, data_batch_2.bin, … (plain or with .gz)"
	}
	return &FileError{dir, problem, want, fs.ErrNotExist}
}

// cifarFiles picks the batches from a listing. Of a batch that is present
// plain and gzipped the plain one is taken.
func cifarFiles(entries []fs.DirEntry) (train, test []string) {
	seen := map[string]bool{}
	for _, e := range entries { // sorted by name: "x.bin" before "x.bin.gz"
		base := strings.TrimSuffix(e.Name(), ".gz")
		if seen[base] {
			continue
		}
		seen[base] = true
		if base == "test_batch.bin" {
			test = append(test, e.Name())
		} else if ok, _ := filepath.Match("data_batch_*.bin", base); ok {
			train = append(train, e.Name())
		}
	}
	slices.SortStableFunc(train, func(a, b string) int {
		a, b = strings.TrimSuffix(a, ".gz"), strings.TrimSuffix(b, ".gz")
		if len(a) != len(b) { // batch 10 comes after batch 9
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return train, test
}

func readBatches(dir string, names []string) (Images, error) {
	var pixels, labels [][]uint8
	for _, name := range names {
		path := filepath.Join(dir, name)
		batch, err := readCIFARFile(path)
		if err != nil {
			return Images{}, err
		}
		pixels, labels = append(pixels, batch.Pixels), append(labels, batch.Labels)
	}
	return Images{Dim: cifarDim, Pixels: slices.Concat(pixels...), Labels: slices.Concat(labels...)}, nil
}

func readCIFARFile(path string) (Images, error) {
	f, err := openFile(path)
	if err != nil {
		return Images{}, err
	}
	defer f.Close()
	return ReadCIFAR10(path, f)
}
