package dataset

import "fmt"

// typeCode is the third byte of an IDX file of elements T.
func typeCode[T Element]() byte {
	var zero T
	switch any(zero).(type) {
	case uint8:
		return 0x08
	case int8:
		return 0x09
	case int16:
		return 0x0b
	case int32:
		return 0x0c
	case float32:
		return 0x0d
	default:
		return 0x0e
	}
}

func typeSize(code byte) int {
	switch code {
	case 0x08, 0x09:
		return 1
	case 0x0b:
		return 2
	case 0x0c, 0x0d:
		return 4
	default:
		return 8
	}
}

func typeName(code byte) string {
	names := map[byte]string{0x08: "uint8", 0x09: "int8", 0x0b: "int16", 0x0c: "int32", 0x0d: "float32", 0x0e: "float64"}
	if name, ok := names[code]; ok {
		return fmt.Sprintf("%s (code 0x%02x)", name, code)
	}
	return fmt.Sprintf("unknown (code 0x%02x)", code)
}
