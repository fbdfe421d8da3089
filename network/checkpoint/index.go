package checkpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"bsnn/internal/limits"
	"bsnn/internal/words"
)

// maxIndex bounds an index: a line for each tensor.
const (
	maxIndex   = 64 << 20
	maxIndexed = 1 << 19
)

// fromIndex reads the shards that an index names, as model.safetensors.index.json:
// {"weight_map": {"name of a tensor": "name of a file", …}}. The files must hold what
// it says, and stand beside it.
func (f *File) fromIndex(path string, in io.Reader, size int64) error {
	if size > maxIndex {
		return fmt.Errorf("an index of %s, want at most %s", limits.Bytes(float64(size)), limits.Bytes(maxIndex))
	}
	text, err := io.ReadAll(io.LimitReader(in, maxIndex))
	if err != nil {
		return err
	}
	if bytes.Count(text, []byte(",")) > maxIndexed { // before they take memory
		return fmt.Errorf("an index of more than %d tensors", maxIndexed)
	}
	var index struct {
		Map map[string]string `json:"weight_map"`
	}
	if err := json.Unmarshal(text, &index); err != nil {
		return errors.New("JSON that is no index: " + words.Shorten(err.Error(), 120))
	}
	if len(index.Map) == 0 {
		return errors.New("JSON without weight_map; want an index, as model.safetensors.index.json, or a file with tensors")
	}
	names := map[string]bool{}
	for _, shard := range index.Map {
		if names[shard] = true; len(names) > maxFiles {
			return fmt.Errorf("an index of more than %d files", maxFiles)
		}
	}
	shards := slices.Sorted(maps.Keys(names))
	for _, shard := range shards {
		place, err := beside(path, shard)
		if err != nil {
			return err
		}
		if err := f.add(place, true); err != nil {
			return fmt.Errorf("shard %s: %w", words.Name(shard), err)
		}
	}
	return f.checkIndex(index.Map, path)
}

// checkIndex compares what an index says with what the shards hold.
func (f *File) checkIndex(index map[string]string, path string) error {
	have := map[string]string{}
	for _, t := range f.Tensors {
		have[t.Name] = t.Path
	}
	for _, s := range f.Skipped {
		have[s.Name] = ""
	}
	for name, shard := range index {
		at, ok := have[name]
		if !ok {
			return fmt.Errorf("tensor %s is not in %s, where the index says it is", words.Name(name), words.Name(shard))
		}
		if at != "" && at != filepath.Join(filepath.Dir(path), shard) {
			return fmt.Errorf("tensor %s is in %s, and the index says %s", words.Name(name), at, words.Name(shard))
		}
	}
	return nil
}

// beside is the path of a file that another one names. It must stand in the same
// folder or below it.
func beside(path, name string) (string, error) {
	if !filepath.IsLocal(name) || strings.Contains(name, `\`) || strings.ContainsRune(name, 0) {
		return "", fmt.Errorf("it names the file %s; want one in its own folder", words.Name(name))
	}
	return filepath.Join(filepath.Dir(path), name), nil
}
