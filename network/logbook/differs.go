package logbook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"bsnn/network/training"
)

// A MismatchError says that a run was asked to go on as another one.
type MismatchError struct {
	Dir   string
	Field string // JSON name in training.json, for example "spec.optimizer.momentum"
	Has   string // in the folder, as JSON
	Asked string
}

// Error is one line.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("the run in %s has %s %s, not %s; want what it was begun with, or another folder", e.Dir, e.Field, e.Has, e.Asked)
}

// accept returns a *MismatchError unless spec and data are those of the
// Document. A run may get more epochs or another cap on its steps, and its files
// may have moved; the engine compares the rows themselves.
func (d *Document) accept(dir string, spec training.Spec, data Data) error {
	identity := func(x Data) Data {
		return Data{Name: x.Name, TrainSize: x.TrainSize, TestSize: x.TestSize, Seed: x.Seed, TrainRows: x.TrainRows, TestRows: x.TestRows}
	}
	if field, has, asked := Differs(identity(d.Data), identity(data)); field != "" {
		return &MismatchError{dir, "data." + field, has, asked}
	}
	spec.Epochs, spec.Steps = d.Spec.Epochs, d.Spec.Steps
	if field, has, asked := Differs(d.Spec, spec); field != "" {
		return &MismatchError{dir, "spec." + field, has, asked}
	}
	return nil
}

// Differs compares two values field by field as JSON and returns the dotted
// name of the first field, in alphabetical order, whose values differ, with
// both values; or an empty name.
func Differs[T any](a, b T) (field, inA, inB string) {
	return difference("", tree(a), tree(b))
}

func tree(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	var out any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // seeds have more digits than a float64
	if err := d.Decode(&out); err != nil {
		return err.Error()
	}
	return out
}

func difference(name string, a, b any) (field, inA, inB string) {
	x, isX := a.(map[string]any)
	y, isY := b.(map[string]any)
	if !isX || !isY {
		if p, q := text(a), text(b); p != q {
			return name, p, q
		}
		return "", "", ""
	}
	var keys []string
	for k := range x {
		keys = append(keys, k)
	}
	for k := range y {
		if _, both := x[k]; !both {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		below := k
		if name != "" {
			below = name + "." + k
		}
		if field, inA, inB := difference(below, x[k], y[k]); field != "" {
			return field, inA, inB
		}
	}
	return "", "", ""
}

// text is a value as JSON; an absent one is "nothing".
func text(v any) string {
	if v == nil {
		return "nothing"
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}
