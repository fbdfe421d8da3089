package journal

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
)

// encodeValue is a value in JSON, and before it the numbers in it that are not
// finite: types that may hold such numbers write null for them.
func encodeValue(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var lost []float64
	eachFloat(reflect.ValueOf(v), func(x float64) (float64, bool) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			lost = append(lost, x)
		}
		return x, false
	})
	body := append(appendFloats(binary.AppendUvarint(nil, uint64(len(lost))), lost), text...)
	if err := decodeValue(body, reflect.New(reflect.TypeOf(v)).Interface()); err != nil {
		return nil, fmt.Errorf("it cannot be read again: %w", err)
	}
	return body, nil
}

// cutValue takes apart what encodeValue made.
func cutValue(body []byte) (lost []float64, text []byte, ok bool) {
	count, n := binary.Uvarint(body)
	if n <= 0 || count > uint64(len(body)-n)/8 {
		return nil, nil, false
	}
	return decodeVector(body[n : n+8*int(count)]), body[n+8*int(count):], true
}

// soundValue says whether a body can come from encodeValue.
func soundValue(body []byte) bool {
	_, text, ok := cutValue(body)
	return ok && json.Valid(text)
}

var errOtherType = errors.New("its numbers belong to another type")

// decodeValue undoes encodeValue.
func decodeValue(body []byte, v any) error {
	lost, text, _ := cutValue(body)
	if err := json.Unmarshal(text, v); err != nil {
		return err
	}
	missing := 0
	eachFloat(reflect.ValueOf(v).Elem(), func(x float64) (float64, bool) {
		if !math.IsNaN(x) {
			return x, false
		}
		missing++
		if missing > len(lost) {
			return x, false
		}
		return lost[missing-1], true
	})
	if missing != len(lost) {
		return errOtherType
	}
	return nil
}

// A visitor sees a number and says what to put in its place, if anything.
type visitor func(x float64) (y float64, replace bool)

// eachFloat visits the float64 in a value that JSON sees, in a fixed order. It
// reports whether any was replaced.
func eachFloat(v reflect.Value, visit visitor) (replaced bool) {
	switch v.Kind() {
	case reflect.Float64:
		y, replace := visit(v.Float())
		if replace {
			v.SetFloat(y)
		}
		return replace
	case reflect.Pointer:
		if !v.IsNil() {
			return eachFloat(v.Elem(), visit)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return false
		}
		for i := range v.Len() {
			replaced = eachFloat(v.Index(i), visit) || replaced
		}
	case reflect.Map:
		return eachFloatOfMap(v, visit)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.Tag.Get("json") != "-" && (f.IsExported() || f.Anonymous) {
				replaced = eachFloat(v.Field(i), visit) || replaced
			}
		}
	}
	return replaced
}

// eachFloatOfMap goes by the order of the keys; elements of a map are replaced
// as a whole.
func eachFloatOfMap(m reflect.Value, visit visitor) (replaced bool) {
	keys := map[string]reflect.Value{}
	for _, k := range m.MapKeys() {
		keys[fmt.Sprint(k)] = k
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		element := reflect.New(m.Type().Elem()).Elem()
		element.Set(m.MapIndex(keys[name]))
		if eachFloat(element, visit) {
			m.SetMapIndex(keys[name], element)
			replaced = true
		}
	}
	return replaced
}
