package checkpoint

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A header of 640 bytes begins as a pickle of protocol 2 does: the brace behind the
// length tells a safetensors file apart.
func TestHeadersThatLookLikePickles(t *testing.T) {
	header := []byte("\x80\x02\x00\x00\x00\x00\x00\x00{\"w\"")
	require.Equal(t, formatSafetensors, sniff(header, 10_000, "w.safetensors"))
	require.Equal(t, formatPickle, sniff([]byte("\x80\x02}q\x00(X\x01\x00\x00\x00w"), 10_000, "w.pkl"))
}
