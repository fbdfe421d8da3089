package chart

import "strings"

// Sizes of letters in pixels, as in the style sheet.
const (
	headingSize = 19
	nameSize    = 15
	labelSize   = 12
	noteSize    = 11.5
)

// bold is how much wider bold letters are.
const bold = 1.13

// Width is about how wide words are, in pixels, for letters of the given size.
// Which font shows them is not known; those of DejaVu Sans are wide.
func Width(words string, size float64) float64 {
	sum := 0.0
	for _, r := range words {
		sum += advance(r)
	}
	return sum * size
}

// ascii holds the advances of the letters from the space to the tilde, in
// hundredths of their size.
var ascii = [...]uint8{
	32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79,
	60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63,
	63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
}

// advance is the width of a letter of size 1.
func advance(r rune) float64 {
	switch {
	case ' ' <= r && r <= '~':
		return float64(ascii[r-' ']) / 100
	case strings.ContainsRune("·′’ˡ⁽⁾", r):
		return 0.32
	case strings.ContainsRune("⁰¹²³⁴⁵⁶⁷⁸⁹ᴸ", r):
		return 0.4
	case strings.ContainsRune("−±×≠≤≥→∞✓✗…½", r) || r >= 0x2e80: // the last are ideographs and what is as wide
		return 1
	}
	return 0.65
}

// Cut shortens words to a width in pixels; what is left ends with an ellipsis.
func Cut(words string, room, size float64) string {
	if Width(words, size) <= room {
		return words
	}
	letters := []rune(words)
	for len(letters) > 1 && Width(string(letters)+"…", size) > room {
		letters = letters[:len(letters)-1]
	}
	return strings.TrimRight(string(letters), " ") + "…"
}

// Wrap breaks words into lines of at most a width in pixels, between words
// where that is possible.
func Wrap(text string, room, size float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if longer := strings.TrimSpace(line + " " + word); line == "" || Width(longer, size) <= room {
			line = longer
			continue
		}
		lines = append(lines, Cut(line, room, size))
		line = word
	}
	return append(lines, Cut(line, room, size))
}
