package dataset_test

import (
	"testing"

	"bsnn/network/dataset"

	"github.com/stretchr/testify/require"
)

// The checksum is in report.json: it stays what it is, and any change of the
// images changes it.
func TestChecksumOfASet(t *testing.T) {
	require.Empty(t, (*dataset.Set)(nil).Checksum())
	set := func() *dataset.Set {
		return &dataset.Set{Name: "mnist", Train: dataset.Images{Dim: 2, Pixels: []byte{1, 2, 3, 4}, Labels: []byte{7, 8}}}
	}
	seen := map[string]bool{}
	for name, change := range map[string]func(*dataset.Set){
		"nothing": func(*dataset.Set) {},
		"pixel":   func(s *dataset.Set) { s.Train.Pixels[3]++ },
		"label":   func(s *dataset.Set) { s.Train.Labels[0]++ },
		"name":    func(s *dataset.Set) { s.Name = "cifar10" },
		"shape": func(s *dataset.Set) {
			s.Train = dataset.Images{Dim: 4, Pixels: []byte{1, 2, 3, 4, 7}, Labels: []byte{8}}
		},
	} {
		s := set()
		change(s)
		require.False(t, seen[s.Checksum()], name)
		seen[s.Checksum()] = true
	}
	// SHA-256 of "mnist", 0, 2 and 2 in 8 bytes each, the pixels, the labels.
	require.Equal(t, "ffec10216ce40f60f67ea2c8988bec57c2de64ec7bfd3829779f7b30b0069aca", set().Checksum())
}
