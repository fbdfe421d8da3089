package safetensors

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"bsnn/internal/tensor"
	"bsnn/internal/words"
)

// parseHeader reads the JSON of a header. Tensors are in the order of their
// places.
func parseHeader(text []byte) ([]entry, map[string]string, error) {
	if len(text) == 0 || text[0] != '{' {
		return nil, nil, errors.New("it does not begin with '{'")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return nil, nil, err
	}
	var tensors []entry
	var metadata map[string]string
	seen := map[string]bool{}
	for d.More() {
		name, err := key(d, seen)
		if err != nil {
			return nil, nil, err
		}
		if name == metadataKey {
			if metadata, err = readMetadata(d); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", metadataKey, err)
			}
			continue
		}
		if len(tensors) == maxTensors {
			return nil, nil, fmt.Errorf("more than %d tensors", maxTensors)
		}
		t, err := readEntry(d)
		if err != nil {
			return nil, nil, fmt.Errorf("tensor %s: %w", quoted(name), err)
		}
		t.name = name
		tensors = append(tensors, t)
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return nil, nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, nil, errors.New("something follows the JSON object")
	}
	slices.SortStableFunc(tensors, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	return tensors, metadata, nil
}

// readMetadata reads what a file says of itself.
func readMetadata(d *json.Decoder) (metadata map[string]string, err error) {
	var text json.RawMessage
	if err := d.Decode(&text); err != nil {
		return nil, err
	}
	if bytes.Count(text, []byte(",")) > maxMetadata { // before each takes memory
		return nil, fmt.Errorf("more than %d commas", maxMetadata)
	}
	err = json.Unmarshal(text, &metadata)
	return metadata, err
}

// key reads the next key of an object and refuses one that was seen.
func key(d *json.Decoder, seen map[string]bool) (string, error) {
	token, err := d.Token()
	if err != nil {
		return "", err
	}
	name := token.(string) // encoding/json returns keys as strings
	if seen[name] {
		return "", fmt.Errorf("key %s twice", quoted(name))
	}
	seen[name] = true
	return name, nil
}

// readEntry reads what the header says of one tensor.
func readEntry(d *json.Decoder) (entry, error) {
	var raw struct {
		DType   *string  `json:"dtype"`
		Shape   []int64  `json:"shape"`
		Offsets *[]int64 `json:"data_offsets"`
	}
	var text json.RawMessage
	if err := d.Decode(&text); err != nil {
		return entry{}, err
	}
	if len(text) > maxEntry { // before it is decoded
		return entry{}, fmt.Errorf("a description of %d bytes, want at most %d", len(text), maxEntry)
	}
	for _, field := range []string{`"dtype"`, `"shape"`, `"data_offsets"`} { // what comes twice is read otherwise by others
		if bytes.Count(bytes.ToLower(text), []byte(field)) > 1 { // as encoding/json reads names
			return entry{}, fmt.Errorf("%s twice", field)
		}
	}
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&raw); err != nil {
		return entry{}, err
	}
	if raw.DType == nil || raw.Shape == nil || raw.Offsets == nil || len(*raw.Offsets) != 2 {
		return entry{}, errors.New("want dtype, shape and two data_offsets")
	}
	t := entry{shape: raw.Shape, begin: (*raw.Offsets)[0], end: (*raw.Offsets)[1]}
	var ok bool
	if t.dtype, ok = types[*raw.DType]; !ok {
		return entry{}, fmt.Errorf("unknown dtype %s", quoted(*raw.DType))
	}
	if len(t.shape) > tensor.MaxDims {
		return entry{}, fmt.Errorf("%d dimensions, want at most %d", len(t.shape), tensor.MaxDims)
	}
	count, err := tensor.Count(t.shape, t.dtype.Size())
	if err != nil {
		return entry{}, err
	}
	if t.begin < 0 || t.end < t.begin {
		return entry{}, fmt.Errorf("data_offsets [%d, %d] are not a range", t.begin, t.end)
	}
	if want := count * int64(t.dtype.Size()); t.end-t.begin != want {
		return entry{}, fmt.Errorf("shape %v of %s needs %d bytes, data_offsets [%d, %d] have %d", tensor.Shape(t.shape), *raw.DType, want,
			t.begin, t.end, t.end-t.begin)
	}
	return t, nil
}

// quoted is a name from a file, for a message.
func quoted(name string) string { return strconv.Quote(words.Shorten(name, 60)) }

// checkCover reports a hole, an overlap or an end other than size.
func checkCover(tensors []entry, size int64) error {
	var at int64
	for _, t := range tensors {
		switch {
		case t.end > size:
			return fmt.Errorf("truncated: tensor %s ends at byte %d of %d", quoted(t.name), t.end, size)
		case t.begin > at:
			return fmt.Errorf("hole of %d bytes before tensor %s", t.begin-at, quoted(t.name))
		case t.begin < at:
			return fmt.Errorf("tensor %s overlaps the one before it by %d bytes", quoted(t.name), at-t.begin)
		}
		at = t.end
	}
	if at != size {
		return fmt.Errorf("%d bytes follow the last tensor", size-at)
	}
	return nil
}
