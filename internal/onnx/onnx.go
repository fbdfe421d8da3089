// Package onnx reads the weights of a model in the Open Neural Network Exchange
// format, and its graph. The format is that of onnx.proto, version 1.19 of ONNX; the
// numbers of initialisers stay in the file until they are asked for.
package onnx

import (
	"errors"
	"fmt"
	"io"

	"bsnn/internal/tensor"
	"bsnn/internal/words"

	"google.golang.org/protobuf/encoding/protowire"
)

// A Model is a graph and its weights.
type Model struct {
	Arrays  []tensor.Array // initialisers, in the order of the file
	Nodes   []Node         // in the order in which they are computed
	Inputs  []Value        // those that are no initialisers
	Outputs []Value
}

// A Node is one operation.
type Node struct {
	Name, Op, Domain string
	Inputs, Outputs  []string
	Attributes       map[string]Attribute
}

// An Attribute is a constant of a node; only what its type says is set.
type Attribute struct {
	Float  float64
	Int    int64
	Text   string
	Ints   []int64
	Tensor *tensor.Array
}

// A Value is an input or an output.
type Value struct {
	Name  string
	Shape []int64 // −1 where a length is open; nil where the shape is
}

const (
	maxNames  = 1 << 12 // inputs or outputs of a node
	maxMemory = 150 << 20
)

// What the parts of a model take in memory, in bytes, roughly: a file may hold millions of empty ones.
const (
	nodeSize  = 400
	arraySize = 400
	valueSize = 64
	entrySize = 200 // of a map
	wordSize  = 32
)

// takes says that so many bytes of memory are taken.
func (d *decoder) takes(bytes int) error {
	if d.taken += bytes; d.taken > maxMemory {
		return errors.New("more nodes, tensors and names than any model has")
	}
	return nil
}

// Read reads a model of size bytes. Where it keeps numbers in other files, external
// opens them by name.
func Read(r io.ReaderAt, size int64, external func(name string) (tensor.Source, error)) (Model, error) {
	m := message{&file{r: r, size: size, window: make([]byte, 0, windowSize)}, 0, size}
	d := decoder{external: external}
	found := false
	err := m.each(func(f field) error {
		if f.number == 7 { // graph
			found = true
			return d.graph(f.inner)
		}
		return nil
	})
	switch {
	case err != nil:
		return Model{}, fmt.Errorf("not an ONNX model: %w", err)
	case !found:
		return Model{}, errors.New("not an ONNX model: it has no graph")
	}
	d.dropInitialisers()
	return d.model, nil
}

type decoder struct {
	model    Model
	taken    int // bytes of memory
	external func(string) (tensor.Source, error)
}

func (d *decoder) graph(m message) error {
	return m.each(func(f field) (err error) {
		switch f.number {
		case 1:
			var n Node
			if n, err = d.node(f.inner); err == nil {
				d.model.Nodes = append(d.model.Nodes, n)
				err = d.takes(nodeSize)
			}
		case 5:
			var a tensor.Array
			if a, err = d.tensor(f.inner); err == nil {
				d.model.Arrays = append(d.model.Arrays, a)
				err = d.takes(arraySize + len(a.Name))
			}
		case 11:
			var v Value
			v, err = d.value(f.inner)
			d.model.Inputs = append(d.model.Inputs, v)
		case 12:
			var v Value
			v, err = d.value(f.inner)
			d.model.Outputs = append(d.model.Outputs, v)
		}
		return err
	})
}

// dropInitialisers takes from the inputs what has a value: old versions of the format
// listed it.
func (d *decoder) dropInitialisers() {
	initial := map[string]bool{}
	for _, a := range d.model.Arrays {
		initial[a.Name] = true
	}
	var open []Value
	for _, v := range d.model.Inputs {
		if !initial[v.Name] {
			open = append(open, v)
		}
	}
	d.model.Inputs = open
}

func (d *decoder) node(m message) (Node, error) {
	n := Node{Attributes: map[string]Attribute{}}
	err := m.each(func(f field) (err error) {
		var s string
		switch f.number {
		case 1, 2, 3, 4, 7:
			if s, err = f.text(); err == nil {
				err = d.takes(wordSize + len(s))
			}
			if err != nil {
				return err
			}
		}
		switch f.number {
		case 1:
			n.Inputs = append(n.Inputs, s)
		case 2:
			n.Outputs = append(n.Outputs, s)
		case 3:
			n.Name = s
		case 4:
			n.Op = s
		case 5:
			err = d.attribute(f.inner, n.Attributes)
		case 7:
			n.Domain = s
		}
		if len(n.Inputs) > maxNames || len(n.Outputs) > maxNames || len(n.Attributes) > maxNames {
			err = fmt.Errorf("a node with more than %d inputs, outputs or attributes", maxNames)
		}
		return err
	})
	return n, err
}

func (d *decoder) attribute(m message, to map[string]Attribute) error {
	var a Attribute
	var name string
	err := m.each(func(f field) (err error) {
		switch f.number {
		case 1:
			name, err = f.text()
		case 2:
			a.Float = f.float()
		case 3:
			a.Int = int64(f.value)
		case 4:
			if f.inner.end-f.inner.at <= maxText { // longer texts are documentation
				a.Text, err = f.text()
			}
		case 5:
			var t tensor.Array
			t, err = d.tensor(f.inner)
			a.Tensor = &t
		case 8:
			a.Ints, err = f.integers(a.Ints, maxNames)
		}
		return err
	})
	to[name] = a
	if err == nil {
		err = d.takes(entrySize + len(name) + len(a.Text) + 8*len(a.Ints))
	}
	return err
}

// value reads a ValueInfoProto: its name, and the shape of its tensor type.
func (d *decoder) value(m message) (v Value, err error) {
	err = m.each(func(f field) (err error) {
		switch f.number {
		case 1:
			v.Name, err = f.text()
		case 2:
			err = shape(f.inner, []int{1, 2, 1}, &v.Shape)
		}
		return err
	})
	if err == nil {
		err = d.takes(valueSize + len(v.Name) + 8*len(v.Shape))
	}
	return v, err
}

// shape goes down a path of fields, of a type to its tensor type, its shape and the
// dimensions of it.
func shape(m message, path []int, to *[]int64) error {
	return m.each(func(f field) error {
		switch {
		case int(f.number) != path[0] || f.inner.file == nil:
			return nil
		case len(path) > 1:
			return shape(f.inner, path[1:], to)
		case len(*to) >= tensor.MaxDims:
			return fmt.Errorf("more than %d dimensions", tensor.MaxDims)
		}
		length := int64(-1)
		err := f.inner.each(func(f field) error {
			if f.number == 1 && f.inner.file == nil {
				length = int64(f.value)
			}
			return nil
		})
		*to = append(*to, length)
		return err
	})
}

// types are the numbers that the format has for types.
var types = map[uint64]tensor.DType{
	1: tensor.Float32, 2: tensor.Uint8, 3: tensor.Int8, 4: tensor.Uint16, 5: tensor.Int16, 6: tensor.Int32, 7: tensor.Int64,
	9: tensor.Bool, 10: tensor.Float16, 11: tensor.Float64, 12: tensor.Uint32, 13: tensor.Uint64, 14: tensor.Complex64,
	15: tensor.Complex128, 16: tensor.BFloat16, 17: tensor.Float8E4M3, 19: tensor.Float8E5M2,
}

// tensor reads a TensorProto, but for its numbers.
func (d *decoder) tensor(m message) (tensor.Array, error) {
	a := tensor.Array{Shape: []int64{}}
	var typeNumber uint64
	var kind protowire.Number // of field, where the numbers are
	var data *message
	var wide, elsewhere bool
	place := map[string]string{}
	err := m.each(func(f field) (err error) {
		switch f.number {
		case 1:
			a.Shape, err = f.integers(a.Shape, tensor.MaxDims)
		case 2:
			typeNumber = f.value
		case 4, 9, 10: // float_data, raw_data, double_data: little-endian as they stand
			if f.inner.file == nil || data != nil {
				wide = true
			}
			data, kind = &f.inner, f.number
		case 5, 7, 11:
			wide = true
		case 8:
			a.Name, err = f.text()
		case 13:
			err = entry(f.inner, place)
		case 14:
			elsewhere = f.value == 1
		}
		return err
	})
	if err != nil {
		return a, err
	}
	var known bool
	if a.Type, known = types[typeNumber]; !known {
		a.Unreadable = fmt.Sprintf("numbers of type %d of the format, want floating-point ones", typeNumber)
		return a, nil
	}
	wide = wide || kind == 4 && a.Type != tensor.Float32 || kind == 10 && a.Type != tensor.Float64
	switch {
	case elsewhere:
		if a.Source, a.Offset, err = d.elsewhere(place); err != nil {
			return a, fmt.Errorf("%s: %w", words.Name(a.Name), err)
		}
	case data != nil && !wide:
		a.Source = tensor.Section(data.file.r, data.at, data.end-data.at)
	case wide && a.Type.Floating():
		a.Unreadable = "its numbers stand one by one in fields; want raw_data, as onnx.numpy_helper.from_array writes it"
		return a, nil
	default:
		a.Source = tensor.Section(m.file.r, m.at, 0)
	}
	if a.Type.Floating() {
		if _, err := a.Bytes(); err != nil {
			return a, fmt.Errorf("%s: %w", words.Name(a.Name), err)
		}
	}
	return a, nil
}

// entry reads a StringStringEntryProto.
func entry(m message, to map[string]string) error {
	var key, value string
	err := m.each(func(f field) (err error) {
		switch f.number {
		case 1:
			key, err = f.text()
		case 2:
			value, err = f.text()
		}
		return err
	})
	if len(to) < maxNames {
		to[key] = value
	}
	return err
}
