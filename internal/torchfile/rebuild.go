package torchfile

import (
	"errors"
	"fmt"
	"strings"

	"bsnn/internal/pickle"
	"bsnn/internal/tensor"
	"bsnn/internal/words"
)

// storageTypes are the classes of storages, by the numbers in them.
var storageTypes = map[string]tensor.DType{
	"DoubleStorage": tensor.Float64, "FloatStorage": tensor.Float32, "HalfStorage": tensor.Float16, "BFloat16Storage": tensor.BFloat16,
	"LongStorage": tensor.Int64, "IntStorage": tensor.Int32, "ShortStorage": tensor.Int16, "CharStorage": tensor.Int8,
	"ByteStorage": tensor.Uint8, "BoolStorage": tensor.Bool,
	"ComplexFloatStorage": tensor.Complex64, "ComplexDoubleStorage": tensor.Complex128,
	"UntypedStorage": tensor.Uint8, // of which a tensor says the type itself
}

// dtypes are the types that tensors name.
var dtypes = map[string]tensor.DType{
	"float64": tensor.Float64, "double": tensor.Float64, "float32": tensor.Float32, "float": tensor.Float32,
	"float16": tensor.Float16, "half": tensor.Float16, "bfloat16": tensor.BFloat16,
	"float8_e4m3fn": tensor.Float8E4M3, "float8_e5m2": tensor.Float8E5M2, "float8_e8m0fnu": tensor.Float8E8M0,
	"int64": tensor.Int64, "int32": tensor.Int32, "int16": tensor.Int16, "int8": tensor.Int8,
	"uint64": tensor.Uint64, "uint32": tensor.Uint32, "uint16": tensor.Uint16, "uint8": tensor.Uint8, "bool": tensor.Bool,
	"complex64": tensor.Complex64, "complex128": tensor.Complex128,
}

// inert are names that stand beside tensors and build none.
var inert = map[pickle.Global]bool{{Module: "torch", Name: "Size"}: true, {Module: "torch", Name: "device"}: true}

const utils = "torch._utils"

// known says whether a name builds a tensor, or nothing that matters.
func known(g pickle.Global) bool {
	switch g.Module {
	case "torch", "torch.storage":
		_, storage := storageTypes[g.Name]
		_, dtype := dtypes[g.Name]
		return storage || dtype && g.Module == "torch" || inert[g]
	case utils:
		switch g.Name {
		case "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter", "_rebuild_parameter_with_state":
			return true
		}
	}
	return false
}

// tensor reads a call that builds a tensor; ok is false for one that does not.
func (r *reader) tensor(c *pickle.Call) (a tensor.Array, ok bool, err error) {
	if c.Func.Module != utils {
		if inert[c.Func] {
			return a, false, nil
		}
		return a, false, fmt.Errorf("a call of %s, which is no function", words.Name(c.Func.String()))
	}
	switch c.Func.Name {
	case "_rebuild_parameter", "_rebuild_parameter_with_state":
		if len(c.Args) > 0 {
			if inner, is := c.Args[0].(*pickle.Call); is && strings.HasPrefix(inner.Func.Name, "_rebuild_tensor") {
				return r.tensor(inner)
			}
		}
		return a, false, errors.New("a parameter without a tensor")
	}
	if len(c.Args) < 4 {
		return a, false, errors.New("a tensor without storage, offset, shape and strides")
	}
	id, is := c.Args[0].(pickle.Persistent)
	if !is {
		return a, false, errors.New("a tensor without a storage")
	}
	source, t, err := r.storage(id)
	if err != nil {
		return a, false, err
	}
	if c.Func.Name == "_rebuild_tensor_v3" {
		g, is := at(c.Args, 6).(pickle.Global)
		if t, ok = dtypes[g.Name]; !is || !ok {
			return a, false, errors.New("a tensor without a dtype")
		}
	}
	offset, is := c.Args[1].(int64)
	if size := int64(t.Size()); !is || offset < 0 || offset > source.Size()/size {
		return a, false, fmt.Errorf("a tensor that begins outside its storage of %d bytes", source.Size())
	}
	a = tensor.Array{Type: t, BigEndian: r.bigEndian, Source: source, Offset: offset * int64(t.Size())}
	if a.Shape, err = lengths(c.Args[2]); err == nil {
		a.Strides, err = lengths(c.Args[3])
	}
	if err == nil && t.Floating() {
		if _, err := a.Bytes(); err != nil {
			a.Unreadable = err.Error()
		}
	}
	return a, err == nil, err
}

func at(t pickle.Tuple, i int) any {
	if i < len(t) {
		return t[i]
	}
	return nil
}

// storage finds the numbers of an id ("storage", type, key, device, count).
func (r *reader) storage(id pickle.Persistent) (tensor.Source, tensor.DType, error) {
	t, _ := id.ID.(pickle.Tuple)
	class, _ := at(t, 1).(pickle.Global)
	key, _ := at(t, 2).(string)
	dtype, ok := storageTypes[class.Name]
	if at(t, 0) != "storage" || !ok {
		return nil, 0, errors.New("a storage of no known type")
	}
	source, ok := r.storages[key]
	if !ok {
		return nil, 0, fmt.Errorf("storage %s is not in the archive", words.Name(key))
	}
	return source, dtype, nil
}

// lengths reads a shape, or strides.
func lengths(v any) ([]int64, error) {
	if c, is := v.(*pickle.Call); is && c.Func.Name == "Size" && len(c.Args) == 1 {
		v = c.Args[0]
	}
	t, is := v.(pickle.Tuple)
	if !is || len(t) > tensor.MaxDims {
		return nil, fmt.Errorf("a shape that is no tuple of at most %d lengths", tensor.MaxDims)
	}
	out := make([]int64, len(t))
	for i, d := range t {
		if out[i], is = d.(int64); !is || out[i] < 0 {
			return nil, errors.New("a shape with what is no length")
		}
	}
	return out, nil
}
