package limits

import (
	"math"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMemory(t *testing.T) {
	require.Greater(t, Memory(), 1e8)
	if runtime.GOOS == "linux" || runtime.GOOS == "darwin" {
		require.Less(t, Memory(), 1e15)
	}
	require.EqualValues(t, 24683620.0*1024, total(strings.NewReader("MemTotal:       24683620 kB\nMemFree: 1 kB\n")))
	require.True(t, math.IsInf(total(strings.NewReader("nonsense\n")), 1))
}

func TestFit(t *testing.T) {
	require.NoError(t, Fit("this", 1e6, "less"))
	err := Fit("a network", 4*Memory(), "less")
	require.ErrorContains(t, err, "a network takes ")
	require.ErrorContains(t, err, "; want less")
	require.NoError(t, Whole("depth", 3, 1, 3))
	require.EqualError(t, Whole("depth", 4, 1, 3), "depth 4; want 1 to 3")
	require.Error(t, Whole("depth", math.MinInt, 1, 3))
}

// What a disk has room for is known where the system says so, and never too little.
func TestFitDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w")
	require.NoError(t, FitDisk(path, 1, "less"))
	require.NoError(t, FitDisk(filepath.Join(path, "no", "folder"), 1e30, "less"), "not known")
	if math.IsInf(room(filepath.Dir(path)), 1) {
		t.Skip("the room on this disk is not known")
	}
	err := FitDisk(path, 1e30, "less")
	require.ErrorContains(t, err, path+" takes 1e+12 EB, and ")
	require.ErrorContains(t, err, " are free on the disk; want less")
}

func TestLargest(t *testing.T) {
	have := Memory()
	if math.IsInf(have, 1) {
		t.Skip("the memory of this machine is not known")
	}
	require.Equal(t, 7, Largest(100, func(n int) float64 { return float64(n) * have / 7.5 }))
	require.Equal(t, 100, Largest(100, func(n int) float64 { return float64(n) }))
	require.Equal(t, 1, Largest(100, func(n int) float64 { return 2 * have }))
}

func TestBytes(t *testing.T) {
	for n, want := range map[float64]string{0: "0 bytes", 999: "999 bytes", 1000: "1 kB", 107.4e9: "107 GB", 999.9e6: "1 GB", 5.3e13: "53 TB",
		1e30: "1e+12 EB"} {
		require.Equal(t, want, Bytes(n))
	}
}
