// Package bounded reads whole files that may come from anyone: not more than
// they may reasonably hold, and nothing that has no end.
package bounded

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"bsnn/internal/limits"
	"bsnn/internal/words"
)

// Sizes of files that people and this program write.
const (
	Document = 1 << 29 // JSON with results: a deep report has a line for every layer
	Settings = 1 << 20 // YAML written by hand
	List     = 1 << 24 // one line for each file of a folder
)

// ErrTooLarge is what the error of a file wraps that is larger than it may be.
var ErrTooLarge = errors.New("is too large")

// errNoJSON is for what begins as no JSON object does.
var errNoJSON = errors.New("does not begin with {")

// Read reads the file at path, which may also be a pipe, if it has at most most
// bytes. What does not exist and what cannot be read is an error of the file
// system.
func Read(path string, most int64) ([]byte, error) {
	return read(path, most, func([]byte) error { return nil })
}

// ReadJSON is Read for a JSON object: it gives up at once where something else
// begins.
func ReadJSON(path string, most int64) ([]byte, error) {
	return read(path, most, func(head []byte) error {
		if text := bytes.TrimLeft(head, " \t\r\n\ufeff"); len(text) > 0 && text[0] == '{' {
			return nil
		}
		return fmt.Errorf("%s %w", path, errNoJSON)
	})
}

// headSize is how much of a file is looked at before the rest is read.
const headSize = 1 << 12

func read(path string, most int64, check func(head []byte) error) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	tooLarge := fmt.Errorf("%s %w: more than %s", path, ErrTooLarge, limits.Bytes(float64(most)))
	var data bytes.Buffer
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		if info.Size() > most {
			return nil, tooLarge
		}
		data.Grow(int(info.Size()) + bytes.MinRead)
	}
	if _, err := io.CopyN(&data, f, headSize); err != nil && err != io.EOF {
		return nil, err
	}
	if err := check(data.Bytes()); err != nil {
		return nil, err
	}
	if _, err := io.Copy(&data, io.LimitReader(f, most+1-int64(data.Len()))); err != nil {
		return nil, err
	}
	if int64(data.Len()) > most {
		return nil, tooLarge
	}
	return data.Bytes(), nil
}

// DecodeJSON decodes the JSON of a file into the variable that v points to. Its
// texts are then safe to show, as [words.MakePrintable] makes them.
func DecodeJSON(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return errors.New(words.Shorten(err.Error(), 120)) // which quotes what it found
	}
	words.MakePrintable(v)
	return nil
}
