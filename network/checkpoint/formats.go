package checkpoint

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// headSize is how much of a file is looked at to know its format.
const headSize = 1 << 10

type format int

const (
	formatUnknown format = iota
	formatEmpty
	formatNPY
	formatZIP
	formatONNX
	formatJSON
	formatSafetensors
	formatHDF5
	formatKeras
	formatGGUF
	formatLFS
	formatHTML
	formatTar
	formatPickle
	formatTorchLegacy
)

// signatures are what files begin with.
var signatures = []struct {
	at     int
	text   string
	format format
}{
	{0, "\x93NUMPY", formatNPY},
	{0, "PK\x03\x04", formatZIP}, {0, "PK\x05\x06", formatZIP},
	{0, "\x89HDF\r\n\x1a\n", formatHDF5},
	{0, "GGUF", formatGGUF},
	{0, "version https://git-lfs", formatLFS},
	{257, "ustar", formatTar},
	// A long number that torch.save wrote before version 1.6: 0x1950a86a20f9469cfc6c.
	{0, "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", formatTorchLegacy},
}

// sniff knows a format by the beginning of a file of size bytes; for ONNX, which has
// no sign of its own, the name counts too.
func sniff(head []byte, size int64, path string) format {
	if size == 0 {
		return formatEmpty
	}
	for _, s := range signatures {
		if len(head) > s.at && bytes.HasPrefix(head[s.at:], []byte(s.text)) {
			return s.format
		}
	}
	if head[0] == 0x93 { // damaged in its second byte or later
		return formatNPY
	}
	if len(head) > 8 && head[8] == '{' && binary.LittleEndian.Uint64(head) <= uint64(size) {
		return formatSafetensors
	}
	if len(head) > 1 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5 {
		return formatPickle
	}
	text := bytes.ToLower(bytes.TrimLeft(head, " \t\r\n\ufeff"))
	if bytes.HasPrefix(text, []byte("<!doctype")) || bytes.HasPrefix(text, []byte("<html")) { // whatever it is called
		return formatHTML
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".onnx":
		return formatONNX
	case ".safetensors":
		return formatSafetensors
	}
	switch {
	case bytes.HasPrefix(text, []byte("{")):
		return formatJSON
	case head[0] == 0x08: // the field ir_version
		return formatONNX
	case len(head) >= 8 && binary.LittleEndian.Uint64(head) <= uint64(size):
		return formatSafetensors
	}
	return formatUnknown
}

// known lists what is read, for messages.
const known = "safetensors, .npy, .npz, PyTorch's .pt or .pth, or ONNX"

// foreign says what a file is that is not read, and what to do.
func foreign(kind format, name string) error {
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	say := func(what, line string) error {
		return fmt.Errorf("%s, which is not read; to convert it with Python: %s", what,
			strings.NewReplacer("FILE", name, "STEM", stem).Replace(line))
	}
	switch kind {
	case formatEmpty:
		return errors.New("empty file, want " + known)
	case formatHDF5:
		return say("an HDF5 file", `import h5py, numpy; d = {}; h5py.File("FILE").visititems(`+
			`lambda n, v: d.update({n: v[()]}) if hasattr(v, "shape") else None); numpy.savez("STEM.npz", **d)`)
	case formatKeras:
		return say("a Keras archive", `import keras, numpy; numpy.savez("STEM.npz", **{w.path: w.numpy() for w in keras.models.load_model("FILE").weights})`)
	case formatGGUF:
		return say("a GGUF file", `import gguf, numpy; numpy.savez("STEM.npz", **{t.name: gguf.dequantize(t.data, t.tensor_type) `+
			`for t in gguf.GGUFReader("FILE").tensors})`)
	case formatLFS:
		return say("a Git LFS pointer, not the file itself", `import subprocess; subprocess.run(["git", "lfs", "pull", "--include", "FILE"])`)
	case formatHTML:
		return say("an HTML page, not the file itself", `import urllib.request; `+
			`urllib.request.urlretrieve("https://HOST/…/resolve/main/FILE", "FILE")`)
	case formatTar, formatTorchLegacy:
		return say("a file of torch.save before PyTorch 1.6", `import torch; torch.save(torch.load("FILE", map_location="cpu"), "STEM-new.pt")`)
	case formatPickle:
		return say("a Python pickle", `import pickle, numpy; numpy.savez("STEM.npz", **pickle.load(open("FILE", "rb")))`)
	}
	return errors.New("of no known format; want " + known)
}

// named puts the name of a file into the line of Python of an error, where FILE stands
// for it.
func named(err error, path string) error {
	if err == nil || !strings.Contains(err.Error(), "FILE") {
		return err
	}
	return &namedError{err, strings.ReplaceAll(err.Error(), "FILE", filepath.Base(path))}
}

type namedError struct {
	error
	text string
}

func (e *namedError) Error() string { return e.text }
func (e *namedError) Unwrap() error { return e.error }
