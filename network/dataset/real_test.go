package dataset_test

import (
	"crypto/md5"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/network/dataset"
)

// realData returns the folder of a real set: $BSNN_DATA/name, then
// ../shared/data/name beside the module. It skips the test when neither is
// there.
func realData(t testing.TB, name string) string {
	root, err := filepath.Abs(".")
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		require.NotEqual(t, filepath.Dir(root), root, "no go.mod above the test")
		root = filepath.Dir(root)
	}
	tried := []string{filepath.Join(filepath.Dir(root), "shared", "data", name)}
	if data := os.Getenv("BSNN_DATA"); data != "" {
		tried = append([]string{filepath.Join(data, name)}, tried...)
	}
	for _, dir := range tried {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
	}
	t.Skipf("no real data: set BSNN_DATA to a folder that holds %s (looked in %v)", name, tried)
	return ""
}

func TestRealMNIST(t *testing.T) {
	t.Parallel()
	set, err := dataset.MNIST(realData(t, "mnist"))
	require.NoError(t, err)
	require.Equal(t, 784, set.Dim)
	require.Equal(t, []uint8{5, 0, 4, 1, 9}, set.Train.Labels[:5])
	require.Equal(t, []uint8{7, 2, 1, 0, 4}, set.Test.Labels[:5])
	require.Equal(t, [10]int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, counts(set.Train))
	require.Equal(t, [10]int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, counts(set.Test))

	h := md5.New() // of the unpacked file: its header, then the pixels
	h.Write([]byte{0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28})
	h.Write(set.Train.Pixels)
	require.Equal(t, "6bbc9ace898e44ae57da46a324031adb", hex.EncodeToString(h.Sum(nil)))

	// Global mean and standard deviation that everybody who standardises
	// MNIST uses: 0.1307 and 0.3081.
	s, err := dataset.ThinShell(set.Train)
	require.NoError(t, err)
	require.InDelta(t, 0.1307, s.Standardized.Scaling.Mean, 5e-5)
	require.InDelta(t, 0.3081, s.Standardized.Scaling.SD, 5e-5)
	require.Zero(t, s.Blank)
	t.Logf("%+v", s)
	t.Log(s.Statement())
}

func TestRealCIFAR10(t *testing.T) {
	t.Parallel()
	set, err := dataset.CIFAR10(realData(t, "cifar-10"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, set.Train.Len(), 10_000)
	require.Zero(t, set.Train.Len()%10_000, "batches hold 10,000 images")
	for c, k := range counts(set.Train) {
		// Ten binomial counts at 5.5 standard deviations: a balanced random
		// subset fails with probability 4e-7 (normal approximation).
		n := float64(set.Train.Len())
		require.InDelta(t, 0.1, float64(k)/n, 5.5*math.Sqrt(0.1*0.9/n), "class %d", c)
	}
	s, err := dataset.ThinShell(set.Train)
	require.NoError(t, err)
	t.Logf("%+v", s)
	t.Log(s.Statement())
}

func counts(images dataset.Images) (c [10]int) {
	for i := range images.Len() {
		c[images.Label(i)]++
	}
	return c
}

func BenchmarkMNIST(b *testing.B) {
	dir := realData(b, "mnist")
	for b.Loop() {
		set, err := dataset.MNIST(dir)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(set.Train.Pixels) + len(set.Test.Pixels)))
	}
}

func BenchmarkThinShell(b *testing.B) {
	set, err := dataset.MNIST(realData(b, "mnist"))
	require.NoError(b, err)
	b.SetBytes(2 * int64(len(set.Train.Pixels)))
	for b.Loop() {
		if _, err := dataset.ThinShell(set.Train); err != nil {
			b.Fatal(err)
		}
	}
}
