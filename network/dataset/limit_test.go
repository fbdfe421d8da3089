package dataset

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCIFARLimit(t *testing.T) {
	file := make([]byte, 3*cifarRecord)
	_, err := readCIFAR("f", bytes.NewReader(file), 2)
	require.EqualError(t, err, "f: more than 2 records; want at most that many")
	images, err := readCIFAR("f", bytes.NewReader(file), 3)
	require.NoError(t, err)
	require.Equal(t, 3, images.Len())
}
