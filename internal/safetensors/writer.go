package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"bsnn/internal/tensor"
)

// A Spec announces a tensor to be written.
type Spec struct {
	Name  string
	Type  tensor.DType
	Shape []int64
}

// A Writer writes tensors one after the other as their numbers come.
type Writer struct {
	w     io.Writer
	specs []Spec
	left  []int64 // numbers still missing of each
	at    int
}

// NewWriter writes the header, padded with spaces to a multiple of eight
// bytes. The numbers follow by Write in the order of specs. Names must differ
// from each other; the metadata may be nil.
func NewWriter(w io.Writer, metadata map[string]string, specs ...Spec) (*Writer, error) {
	out := &Writer{w: w, specs: specs}
	text, err := out.header(metadata)
	if err != nil {
		return nil, err
	}
	head := binary.LittleEndian.AppendUint64(nil, uint64(len(text)))
	if _, err := w.Write(append(head, text...)); err != nil {
		return nil, err
	}
	return out, nil
}

func (w *Writer) header(metadata map[string]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	if metadata != nil {
		if err := member(&b, metadataKey, metadata); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{metadataKey: true}
	var at int64
	for _, s := range w.specs {
		if seen[s.Name] {
			return nil, fmt.Errorf("name %q twice or reserved", s.Name)
		}
		seen[s.Name] = true
		if names[s.Type] == "" {
			return nil, fmt.Errorf("tensor %q: numbers of type %v, which the format does not know", s.Name, s.Type)
		}
		count, err := tensor.Count(s.Shape, s.Type.Size())
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", s.Name, err)
		}
		size := count * int64(s.Type.Size())
		if size > math.MaxInt64-at {
			return nil, fmt.Errorf("tensor %q: more bytes than any file", s.Name)
		}
		err = member(&b, s.Name, struct {
			DType   string   `json:"dtype"`
			Shape   []int64  `json:"shape"`
			Offsets [2]int64 `json:"data_offsets"`
		}{names[s.Type], append([]int64{}, s.Shape...), [2]int64{at, at + size}})
		if err != nil {
			return nil, err
		}
		at += size
		w.left = append(w.left, count)
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 {
		b.WriteByte(' ')
	}
	if b.Len() > maxHeader {
		return nil, fmt.Errorf("header of %d bytes, want at most %d", b.Len(), maxHeader)
	}
	return b.Bytes(), nil
}

// member adds one key and value to the object in b.
func member(b *bytes.Buffer, name string, value any) error {
	if b.Len() > 1 {
		b.WriteByte(',')
	}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	for i, part := range []any{name, value} {
		if i > 0 {
			b.WriteByte(':')
		}
		if err := e.Encode(part); err != nil {
			return err
		}
		b.Truncate(b.Len() - 1) // the newline of Encode
	}
	return nil
}

// Write writes the next numbers, which belong to the first tensor that is
// not complete. More than it has room for are an error.
func (w *Writer) Write(values []float64) error {
	w.skipComplete()
	if len(values) == 0 {
		return nil
	}
	if w.at == len(w.specs) {
		return fmt.Errorf("%d numbers after the last tensor", len(values))
	}
	s := w.specs[w.at]
	if int64(len(values)) > w.left[w.at] {
		return fmt.Errorf("tensor %q: %d numbers where there is room for %d more", s.Name, len(values), w.left[w.at])
	}
	if !s.Type.Floating() {
		return fmt.Errorf("tensor %q: numbers of type %v; want them as bytes", s.Name, s.Type)
	}
	w.left[w.at] -= int64(len(values))
	if err := tensor.Write(w.w, s.Type, values); err != nil {
		return fmt.Errorf("tensor %q: %w", s.Name, err)
	}
	return nil
}

// WriteArray writes the next tensor, of which nothing is written yet, from an array of
// its type and shape.
func (w *Writer) WriteArray(a tensor.Array) error {
	count, err := a.Count()
	if err != nil || count == 0 {
		return err
	}
	w.skipComplete()
	if w.at == len(w.specs) {
		return fmt.Errorf("an array %q after the last tensor", a.Name)
	}
	s := w.specs[w.at]
	if a.Type != s.Type || count != w.left[w.at] {
		return fmt.Errorf("tensor %q: %d numbers of type %v where %d of type %v are to come", s.Name, count, a.Type, w.left[w.at], s.Type)
	}
	w.left[w.at] = 0
	if err := a.CopyTo(w.w); err != nil {
		return fmt.Errorf("tensor %q: %w", s.Name, err)
	}
	return nil
}

// Close says whether all tensors are complete. It does not close the file.
func (w *Writer) Close() error {
	w.skipComplete()
	if w.at < len(w.specs) {
		return fmt.Errorf("tensor %q ends with %d numbers missing", w.specs[w.at].Name, w.left[w.at])
	}
	return nil
}

func (w *Writer) skipComplete() {
	for w.at < len(w.specs) && w.left[w.at] == 0 {
		w.at++
	}
}
