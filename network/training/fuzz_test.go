package training

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// sealed is a checkpoint with any header and a checksum that is right.
func sealed(header, tensors []byte) []byte {
	b := binary.LittleEndian.AppendUint64([]byte(checkpointMagic), uint64(len(header)))
	b = append(append(b, header...), tensors...)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// Whatever a checkpoint holds, also with a checksum that is right, it is refused or
// goes on.
func FuzzCheckpoint(f *testing.F) {
	s, train, _ := small()
	s.Width, s.Depth, s.Steps = 4, 2, 3
	path := filepath.Join(f.TempDir(), "real")
	run, err := New(s, train, nil)
	require.NoError(f, err)
	_, err = run.Train(f.Context(), Options{Workers: 1, Checkpoint: path})
	require.NoError(f, err)
	whole, err := os.ReadFile(path)
	require.NoError(f, err)
	at := len(checkpointMagic)
	size := int(binary.LittleEndian.Uint64(whole[at:]))
	header, tensors := whole[at+8:at+8+size], whole[at+8+size:len(whole)-sha256.Size]
	require.Equal(f, whole, sealed(header, tensors))
	f.Add(header)
	for _, change := range [][2]string{
		{`"step":3`, `"step":9223372036854775807`}, {`"step":3`, `"step":-1`}, {`"step":3`, `"step":0`}, {`"steps":3`, `"steps":1000000`},
		{`"correct":`, `"correct":-`}, {`"samples":`, `"samples":9`}, {`"records":null`, `"records":[{}]`}, {`"records":[]`, `"records":[{}]`},
		{`"bytes":`, `"bytes":9`}, {`"depth":2`, `"depth":100000`}, {`"spec":{`, `"spec":null,"x":{`},
	} {
		f.Add(bytes.ReplaceAll(header, []byte(change[0]), []byte(change[1])))
	}
	s.Steps = 5
	f.Fuzz(func(t *testing.T, header []byte) {
		path := filepath.Join(t.TempDir(), "c")
		require.NoError(t, os.WriteFile(path, sealed(header, tensors), 0o600))
		run, err := Resume(path, s, train, nil)
		if err != nil {
			return
		}
		_, err = run.Train(t.Context(), Options{Workers: 1})
		require.NoError(t, err)
		require.LessOrEqual(t, run.Step(), max(5, run.step))
	})
}
