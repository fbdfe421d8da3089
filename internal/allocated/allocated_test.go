package allocated

import (
	"testing"

	"github.com/stretchr/testify/require"
)

var kept []byte

func TestBytes(t *testing.T) {
	n := Bytes(func() { kept = make([]byte, 1<<20); kept = make([]byte, 1<<20) })
	require.GreaterOrEqual(t, n, uint64(2<<20))
	require.Less(t, n, uint64(3<<20))
	require.Less(t, Bytes(func() {}), uint64(1<<16))
	n = Roughly(func() { kept = make([]byte, 1<<20); kept = make([]byte, 1<<20) })
	require.GreaterOrEqual(t, n, uint64(2<<20))
	require.Less(t, n, uint64(3<<20))
}
