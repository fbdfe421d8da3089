package training

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"math"
	"os"

	"bsnn/internal/atomicfile"
	"bsnn/internal/fserror"
	"bsnn/internal/limits"
	"bsnn/internal/provenance"
)

// A checkpoint is
//
//	magic, header length (uint64), header (JSON), tensors, SHA-256 of all that
//
// with little-endian numbers. The header has everything but the numbers that
// JSON does not hold exactly, and says how many bytes of tensors follow.
const checkpointMagic = "bsnn training checkpoint 2\n"

// maxHeader bounds what a damaged length makes a reader allocate.
const maxHeader = 1 << 30

type checkpointHeader struct {
	Spec    Spec          `json:"spec"`
	Data    string        `json:"data"` // fingerprint of the training set
	Step    int           `json:"step"`
	Counts  counts        `json:"counts"` // of the epoch at hand
	Records []EpochRecord `json:"records"`
	Bytes   int64         `json:"bytes"` // of tensors
}

// A tensor is a piece of state: []float32 or []float64.
type tensor any

// tensors are all numbers that a step changes, or that are drawn.
func (e *engine[T]) tensors() []tensor {
	var all []tensor
	keep := func(parameters ...parameter[T]) {
		for _, p := range parameters {
			all = append(all, p.tensors()...)
		}
	}
	keep(e.embed.parameter, e.embedBias, e.out.parameter, e.outBias)
	for i := range e.layers {
		p := &e.layers[i]
		keep(p.parameter, p.bias, p.scale, p.shift)
		all = append(all, p.mean, p.spread, p.inverse)
	}
	return append(all, e.due)
}

// state is the tensors of the machine and of the sums.
func (r *Run) state() []tensor {
	all := r.machine.tensors()
	for _, x := range r.sums.numbers() {
		all = append(all, x)
	}
	return all
}

func (r *Run) write(path string) error {
	state := r.state()
	header := checkpointHeader{
		Spec: r.spec, Data: r.DataChecksum(), Step: r.step, Counts: r.sums.counts, Records: r.records, Bytes: sizeOf(state),
	}
	text, err := json.Marshal(header)
	if err == nil {
		err = atomicfile.Write(path, func(file io.Writer) error {
			sum := sha256.New()
			w := io.MultiWriter(file, sum)
			if _, err := io.WriteString(w, checkpointMagic); err != nil {
				return err
			}
			if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(text)))); err != nil {
				return err
			}
			if _, err := w.Write(text); err != nil {
				return err
			}
			if err := writeTensors(w, state); err != nil {
				return err
			}
			_, err := file.Write(sum.Sum(nil))
			return err
		})
	}
	if err != nil {
		return &CheckpointError{path, "cannot be written: " + err.Error(), "a file in a folder with room", err}
	}
	r.file = path
	return nil
}

// Resume continues a run from its checkpoint: from there on it computes the
// bits that the run would have computed without the interruption. The spec and
// the data must be those of the checkpoint, except for Epochs and Steps; every
// complaint about the file is a *CheckpointError.
func Resume(path string, spec Spec, train, test Data) (*Run, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &CheckpointError{path, "cannot be read: " + fserror.Cause(err).Error(), "a checkpoint of this run", err}
	}
	defer f.Close()
	in := &checkpointReader{path: path, file: f, r: bufio.NewReaderSize(f, 1<<16), sum: sha256.New()}
	header, err := in.header()
	if err != nil {
		return nil, err
	}
	data := ""
	if train != nil {
		data = Checksum(train)
	}
	if err := header.matches(path, spec, data); err != nil {
		return nil, err
	}
	run, err := newRun(spec, train, test)
	if err != nil {
		return nil, err
	}
	if !header.possible(run) {
		return nil, in.damaged()
	}
	run.step, run.records, run.sums.counts, run.file, run.data = header.Step, header.Records, header.Counts, path, data
	if err := in.tensors(run.state(), header.Bytes); err != nil {
		return nil, err
	}
	return run, nil
}

// checkpointReader reads a checkpoint and hashes it on the way.
type checkpointReader struct {
	path string
	file *os.File
	r    io.Reader
	sum  hash.Hash
}

// read fills b and hashes it.
func (c *checkpointReader) read(b []byte) error {
	if _, err := io.ReadFull(c.r, b); err != nil {
		return c.truncated(err)
	}
	c.sum.Write(b)
	return nil
}

func (c *checkpointReader) header() (*checkpointHeader, error) {
	magic := make([]byte, len(checkpointMagic))
	if err := c.read(magic); err != nil || string(magic) != checkpointMagic {
		return nil, &CheckpointError{c.path, "is not a training checkpoint of this version", "a file written by a training run", err}
	}
	var length [8]byte
	if err := c.read(length[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint64(length[:])
	info, err := c.file.Stat()
	if err != nil {
		return nil, c.truncated(err)
	}
	if size > maxHeader {
		return nil, c.damaged()
	}
	if size > uint64(info.Size()) {
		return nil, c.truncated(io.ErrUnexpectedEOF)
	}
	text := make([]byte, size)
	if err := c.read(text); err != nil {
		return nil, err
	}
	var h checkpointHeader
	if err := json.Unmarshal(text, &h); err != nil || h.Step < 0 || h.Bytes < 0 {
		return nil, c.damaged()
	}
	whole := int64(len(checkpointMagic)) + 8 + int64(size) + h.Bytes + sha256.Size
	switch {
	case info.Size() < whole:
		return nil, c.truncated(io.ErrUnexpectedEOF)
	case info.Size() > whole:
		return nil, c.damaged()
	}
	return &h, nil
}

func (c *checkpointReader) tensors(state []tensor, size int64) error {
	if sizeOf(state) != size {
		return c.damaged()
	}
	if err := readTensors(c.read, state); err != nil {
		return err
	}
	want := c.sum.Sum(nil)
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c.r, got); err != nil {
		return c.truncated(err)
	}
	if !bytes.Equal(got, want) {
		return c.damaged()
	}
	return nil
}

func (c *checkpointReader) damaged() error {
	return &CheckpointError{c.path, "is damaged: its checksum or structure is wrong", "the file as the run wrote it", nil}
}

func (c *checkpointReader) truncated(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &CheckpointError{c.path, "ends in the middle", "the file as the run wrote it", err}
	}
	return &CheckpointError{c.path, "cannot be read: " + fserror.Cause(err).Error(), "a readable file", err}
}

// chunk is how many numbers are converted at a time.
const chunk = 1 << 13

func sizeOf(state []tensor) (bytes int64) {
	for _, t := range state {
		switch x := t.(type) {
		case []float32:
			bytes += 4 * int64(len(x))
		case []float64:
			bytes += 8 * int64(len(x))
		}
	}
	return bytes
}

func writeTensors(w io.Writer, state []tensor) error {
	buffer := make([]byte, 0, 8*chunk)
	for _, t := range state {
		var err error
		switch x := t.(type) {
		case []float32:
			err = inChunks(x, func(part []float32) error {
				buffer = buffer[:0]
				for _, v := range part {
					buffer = binary.LittleEndian.AppendUint32(buffer, math.Float32bits(v))
				}
				_, err := w.Write(buffer)
				return err
			})
		case []float64:
			err = inChunks(x, func(part []float64) error {
				buffer = buffer[:0]
				for _, v := range part {
					buffer = binary.LittleEndian.AppendUint64(buffer, math.Float64bits(v))
				}
				_, err := w.Write(buffer)
				return err
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func readTensors(read func([]byte) error, state []tensor) error {
	buffer := make([]byte, 8*chunk)
	for _, t := range state {
		var err error
		switch x := t.(type) {
		case []float32:
			err = inChunks(x, func(part []float32) error {
				b := buffer[:4*len(part)]
				if err := read(b); err != nil {
					return err
				}
				for i := range part {
					part[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
				}
				return nil
			})
		case []float64:
			err = inChunks(x, func(part []float64) error {
				b := buffer[:8*len(part)]
				if err := read(b); err != nil {
					return err
				}
				for i := range part {
					part[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
				}
				return nil
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func inChunks[T real](x []T, f func(part []T) error) error {
	for len(x) > 0 {
		m := min(len(x), chunk)
		if err := f(x[:m]); err != nil {
			return err
		}
		x = x[m:]
	}
	return nil
}

// Checksum identifies data by all of its samples: SHA-256, in hexadecimal, of a
// zero byte, the number of samples and of inputs, then the number of classes and
// for each sample its row, its label and, of [Targets], its target, all of them
// as 64-bit little-endian numbers.
func Checksum(d Data) string {
	targets, regression := d.(Targets)
	row, target := make([]float64, d.Inputs()), make([]float64, d.Classes())
	return provenance.Data("", d.Len(), d.Inputs(), func(w io.Writer) {
		number := binary.LittleEndian.AppendUint64
		buffer := number(nil, uint64(d.Classes()))
		for i := range d.Len() {
			d.Row(row, i)
			for _, v := range row {
				buffer = number(buffer, math.Float64bits(v))
			}
			buffer = number(buffer, uint64(d.Label(i)))
			if regression {
				targets.Target(target, i)
				for _, v := range target {
					buffer = number(buffer, math.Float64bits(v))
				}
			}
			_, _ = w.Write(buffer) // into a hash, which takes everything
			buffer = buffer[:0]
		}
	})
}

// possible says whether a run of the Spec can have come to this state. The
// checksum says nothing of that: anybody can write one.
func (h *checkpointHeader) possible(r *Run) bool {
	c, perEpoch := h.Counts, r.perEpoch()
	if h.Step > limits.Steps || c.Steps < 0 || c.Steps > perEpoch || c.Samples != c.Steps*r.spec.Batch ||
		c.Correct < 0 || c.Correct > c.Samples {
		return false
	}
	for _, record := range h.Records {
		if !record.whole(r.spec.Depth) || record.Step > h.Step {
			return false
		}
	}
	return c.Steps <= h.Step && len(h.Records) <= h.Step/perEpoch
}

// matches reports the first field in which the checkpoint differs.
func (h *checkpointHeader) matches(path string, spec Spec, data string) error {
	theirs, ours := h.Spec, spec
	if spec.Optimizer.Schedule.Kind != Cosine {
		theirs.Epochs, theirs.Steps = ours.Epochs, ours.Steps
	}
	if d := (provenance.Run{Asked: ours}).Against(provenance.Run{Asked: theirs}); d != nil {
		return &CheckpointError{path, "is from another run: " + d.Error(), "the specification of that run, or another file", d}
	}
	if h.Data != data {
		return &CheckpointError{path, "is from a run on other data", "the training set that it was written with", nil}
	}
	return nil
}
