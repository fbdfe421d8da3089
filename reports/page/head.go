package page

import "unicode/utf8"

// Widths of letters in pixels, on the wide side.
const (
	nameLetter = 9.2
	noteLetter = 6.4
)

// head is the line above a panel: the name on the left, cut where there is no
// room for all of it, and a remark of the given class on the right.
func (s *svg) head(y float64, name, class, remark string) {
	const left, right, gap = 8, 368, 8
	letter := noteLetter
	if class != "note" {
		letter = nameLetter
	}
	room := right - left - gap - letter*float64(utf8.RuneCountInString(remark))
	s.text("name", left, y, cut(name, int(room/nameLetter)))
	if remark != "" {
		s.text(class+" end", right, y, remark)
	}
}

// cut shortens words to a number of letters.
func cut(words string, most int) string {
	letters := []rune(words)
	if len(letters) <= most {
		return words
	}
	return string(letters[:max(most-1, 1)]) + "…"
}
