package provenance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Compare visits the leaves of two values as JSON sees them, in the order of
// their names, each with its path as in spec.layers[0].width. A leaf is a
// string, a bool, a [json.Number] or nil, which also stands for what only one of
// the values has; where one has a list or an object and the other has not, or a
// list of another length, the pair is visited as a whole. Compare ends when visit
// returns false.
func Compare(a, b any, visit func(path string, a, b any) bool) error {
	x, err := tree(a)
	if err != nil {
		return err
	}
	y, err := tree(b)
	if err != nil {
		return err
	}
	compare("", x, y, visit)
	return nil
}

// tree is a value as JSON sees it, numbers as the decimals that determine
// them: seeds have more digits than a float64.
func tree(v any) (out any, err error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	err = d.Decode(&out)
	return out, err
}

func compare(path string, a, b any, visit func(path string, a, b any) bool) bool {
	if x, ok := a.(map[string]any); ok {
		if y, ok := b.(map[string]any); ok {
			all := maps.Clone(x)
			maps.Copy(all, y)
			for _, name := range slices.Sorted(maps.Keys(all)) {
				below := name
				if path != "" {
					below = path + "." + name
				}
				if !compare(below, x[name], y[name], visit) {
					return false
				}
			}
			return true
		}
	}
	if x, ok := a.([]any); ok {
		if y, ok := b.([]any); ok && len(x) == len(y) {
			for i := range x {
				if !compare(fmt.Sprintf("%s[%d]", path, i), x[i], y[i], visit) {
					return false
				}
			}
			return true
		}
	}
	return visit(path, a, b)
}

// first is where two values first differ, with both as JSON, and whether they
// do. What has no JSON differs from everything.
func first(a, b any) (path, inA, inB string, differs bool) {
	err := Compare(a, b, func(p string, x, y any) bool {
		if !reflect.DeepEqual(x, y) {
			path, inA, inB, differs = p, text(x), text(y), true
		}
		return !differs
	})
	return path, inA, inB, differs || err != nil
}

// text is a leaf as JSON.
func text(v any) string {
	if v == nil {
		return "not given"
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(b.Bytes()))
}
