package journal

import "fmt"

// Forge is a journal in which every record's body, but for its kind, is what change
// makes of it, with a checksum that is right: what anybody can write. It is for
// tests of those who read journals.
func Forge(data []byte, change func(body []byte) []byte) ([]byte, error) {
	if len(data) < len(magic) || string(data[:len(magic)]) != magic {
		return nil, fmt.Errorf("no journal: it begins with %q", data[:min(len(data), len(magic))])
	}
	out := []byte(magic)
	for rest := data[len(magic):]; len(rest) > 0; {
		body, after, why := next(rest)
		if why != "" {
			return nil, fmt.Errorf("byte %d: %s", len(data)-len(rest), why)
		}
		rest = after
		out = appendRecord(out, func(b []byte) []byte { return append(append(b, body[0]), change(body[1:])...) })
	}
	return out, nil
}
