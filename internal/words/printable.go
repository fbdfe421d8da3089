package words

import (
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line is a text for one line: as it is where all of it is plain to see,
// otherwise quoted.
func Line(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 && utf8.ValidString(s) {
		return s
	}
	return strconv.Quote(s)
}

// MakePrintable replaces every text in what v points to by its [Line], for a value
// that was read from a file and will be shown. Fields with the tag printable:"-",
// which are read by a parser of their own, stay as they are.
func MakePrintable(v any) { makePrintable(reflect.ValueOf(v).Elem()) }

func makePrintable(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(Line(v.String()))
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			makePrintable(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		if plain(v.Type().Elem()) {
			return
		}
		for i := range v.Len() {
			makePrintable(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("printable") != "-" {
				makePrintable(v.Field(i))
			}
		}
	case reflect.Map:
		if v.Type().Key().Kind() == reflect.String && v.Type().Elem().Kind() == reflect.String {
			for _, k := range v.MapKeys() {
				v.SetMapIndex(k, reflect.ValueOf(Line(v.MapIndex(k).String())).Convert(v.Type().Elem()))
			}
		}
	}
}

// plain types hold no texts.
func plain(t reflect.Type) bool {
	k := t.Kind()
	return k == reflect.Bool || reflect.Int <= k && k <= reflect.Complex128
}
