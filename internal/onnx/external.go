package onnx

import (
	"errors"
	"fmt"
	"strconv"

	"bsnn/internal/tensor"
	"bsnn/internal/words"
)

// elsewhere finds the numbers of a tensor in another file, from its location, offset
// and length.
func (d *decoder) elsewhere(place map[string]string) (tensor.Source, int64, error) {
	if d.external == nil {
		return nil, 0, errors.New("its numbers are in another file")
	}
	source, err := d.external(place["location"])
	if err != nil {
		return nil, 0, err
	}
	var offset int64
	if text := place["offset"]; text != "" {
		if offset, err = strconv.ParseInt(text, 10, 64); err != nil || offset < 0 || offset > source.Size() {
			return nil, 0, fmt.Errorf("offset %s of %d bytes in %s", words.Name(text), source.Size(), words.Name(place["location"]))
		}
	}
	return source, offset, nil
}
