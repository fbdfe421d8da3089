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
const bold = 1.1

// Width is about how wide words are, in pixels, for letters of the given size:
// those of a wide font, since which one is used is not known.
func Width(words string, size float64) float64 {
	sum := 0.0
	for _, r := range words {
		sum += advance(r)
	}
	return sum * size
}

// advance is the width of a letter, where that of a capital M is near 1.
func advance(r rune) float64 {
	switch {
	case strings.ContainsRune("ijlI'|.,:; ·′ ", r):
		return 0.34
	case strings.ContainsRune("⁻⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁽⁾ˡᴸ", r):
		return 0.46
	case strings.ContainsRune("frt()[]/-*\"!", r):
		return 0.45
	case strings.ContainsRune("mwMW%@−+=<>≤≥±×≠…→∞√∂Σ", r):
		return 1
	case 'A' <= r && r <= 'Z':
		return 0.78
	case r >= 0x2e80: // ideographs and signs as wide as they are high
		return 1.1
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
