// Package spelling finds the word that was meant.
package spelling

import "strings"

// Nearest returns the name that is spelt most like word, upper or lower case,
// or "" if none is close. Among equally close ones it prefers the length of
// word: swapped letters are commoner than lost ones.
func Nearest(word string, names []string) string {
	if len(word) > mostLetters {
		return ""
	}
	lower := strings.ToLower(word)
	best, least := "", 2*(1+len(word)/3)+2
	for _, name := range names {
		d := 2 * Distance(lower, strings.ToLower(name))
		if len(name) != len(word) {
			d++
		}
		if d < least && d < 2*len(word) {
			best, least = name, d
		}
	}
	return best
}

// mostLetters is how long a word may be that is compared with others.
const mostLetters = 200

// Meant says what would be right instead of word: the nearest name, or all of
// them.
func Meant(word string, names []string) string {
	if near := Nearest(word, names); near != "" {
		return "did you mean " + near + "?"
	}
	return "want one of " + strings.Join(names, ", ")
}

// Distance counts insertions, deletions, substitutions and swaps of
// neighbouring bytes that turn one word into another, each byte being part of
// at most one of them (optimal string alignment).
func Distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
