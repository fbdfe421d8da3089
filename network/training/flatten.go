package training

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// flatten lists the fields of a Spec by their JSON names, with their values as
// JSON.
func flatten(s Spec) [][2]string { return flattenValue("", reflect.ValueOf(s)) }

func flattenValue(prefix string, v reflect.Value) (fields [][2]string) {
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if f := v.Field(i); f.Kind() == reflect.Struct {
			fields = append(fields, flattenValue(prefix+name+".", f)...)
		} else {
			text, err := json.Marshal(f.Interface())
			if err != nil { // a NaN, which Validate refuses
				text = fmt.Append(nil, f.Interface())
			}
			fields = append(fields, [2]string{prefix + name, string(text)})
		}
	}
	return fields
}
