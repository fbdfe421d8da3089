package words

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible is a text from anywhere, safe to show on a terminal or a page. What
// would steer the one or break the other is escaped, as Go and JSON do it: control
// characters but for line feeds and tabs, marks that turn the direction of
// writing, and bytes that are not UTF-8.
func Visible(s string) string {
	if strings.IndexFunc(s, hidden) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case hidden(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}

// hidden runes do something where they are shown, and are not seen.
func hidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case unicode.IsControl(r), '\u2028' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069', r == '\u200e', r == '\u200f', r == '\ufeff':
		return true
	}
	return false
}

// Name is a name or a phrase from a file, for a sentence: as it is where all of it
// is plain to see, otherwise quoted; of a long one the beginning.
func Name(s string) string {
	const most = 60
	cut := Shorten(s, most)
	if strings.IndexFunc(cut, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 || !utf8.ValidString(cut) ||
		strings.TrimSpace(cut) != cut || cut == "" {
		return strconv.Quote(cut)
	}
	return cut
}

// Shorten leaves out the middle of a text with more letters than most: what it
// begins and what it ends with says most about it.
func Shorten(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	const gap = " … "
	tail := (most - len(gap)) * 2 / 5
	head := most - utf8.RuneCountInString(gap) - tail
	first, last := firstRunes(s, head), lastRunes(s, tail)
	// Whole words where one ends near the gap.
	if i := strings.LastIndexByte(first, ' '); i > 0 && len(first)-i <= longWord && s[len(first)] != ' ' {
		first = first[:i]
	}
	if i := strings.IndexByte(last, ' '); i >= 0 && i < longWord && i+1 < len(last) && s[len(s)-len(last)-1] != ' ' {
		last = last[i+1:]
	}
	return strings.TrimRight(first, " ") + gap + strings.TrimLeft(last, " ")
}

// longWord is how many bytes are given up at most to end with a whole word.
const longWord = 16

func firstRunes(s string, n int) string {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return s[:at]
}

func lastRunes(s string, n int) string {
	at := len(s)
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return s[at:]
}
