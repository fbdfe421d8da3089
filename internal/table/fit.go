package table

import (
	"slices"
	"strings"
	"unicode/utf8"

	"bsnn/internal/words"
)

// Columns is how many letters wide tables in text are at most, unless a terminal has others or
// all of a page is asked for.
const Columns = 80

const gap = 2 // between columns

// A layout is a table that becomes text.
type layout struct {
	rows   [][]string // of equal length
	headed bool       // by the first of them
	widths []int      // of the columns
	right  bool       // numbers, which end below each other
	lead   int        // spaces in front of each line
}

func lengthOf(s string) int { return utf8.RuneCountInString(s) }

func newLayout(rows [][]string, a Alignment, headed bool) *layout {
	columns := 0
	for _, r := range rows {
		columns = max(columns, len(r))
	}
	l := &layout{headed: headed, right: a == Right, widths: make([]int, columns)}
	if l.right {
		l.lead = gap
	}
	for _, r := range rows {
		l.rows = append(l.rows, append(slices.Clone(r), make([]string, columns-len(r))...))
	}
	l.measure()
	return l
}

// measure gives every column the width of its widest cell.
func (l *layout) measure() {
	clear(l.widths)
	for _, r := range l.rows {
		for i, cell := range r {
			l.widths[i] = max(l.widths[i], lengthOf(cell))
		}
	}
}

func (l *layout) width() int {
	sum := l.lead + gap*(len(l.widths)-1)
	for _, w := range l.widths {
		sum += w
	}
	return sum
}

// fit makes the table at most so wide, as far as it can: it breaks headings into several lines,
// then leaves out the columns that can be spared, in their order, then breaks cells. The names
// of what is left out are returned.
func (l *layout) fit(width int, spare []string) (out []string) {
	if l.width() <= width {
		return nil
	}
	l.lead = 0
	if !l.headed {
		spare = nil
	}
	l.narrowHeadings(width)
	for _, name := range spare {
		if l.width() <= width {
			return out
		}
		if i := slices.Index(l.rows[0], name); i >= 0 {
			l.drop(i)
			l.measure()
			l.narrowHeadings(width)
			out = append(out, name)
		}
	}
	for range l.widths {
		if excess := l.width() - width; excess <= 0 || !l.narrowWidest(excess) {
			break
		}
	}
	return out
}

// narrowHeadings lets headings take several lines, those that gain most first.
func (l *layout) narrowHeadings(width int) {
	if !l.headed {
		return
	}
	least := make([]int, len(l.widths))
	for i := range l.widths {
		for _, r := range l.rows[1:] {
			least[i] = max(least[i], lengthOf(r[i]))
		}
		least[i] = max(least[i], longestWord(l.rows[0][i]))
	}
	for l.width() > width {
		best := -1
		for i, w := range l.widths {
			if w > least[i] && (best < 0 || w-least[i] > l.widths[best]-least[best]) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		l.widths[best] = max(least[best], l.widths[best]-(l.width()-width))
	}
}

// narrowWidest breaks the cells of the widest column that can be broken.
func (l *layout) narrowWidest(excess int) bool {
	best, least := -1, 0
	for i, w := range l.widths {
		longest := 0
		for _, r := range l.rows {
			longest = max(longest, longestWord(r[i])+len(hangOf(r[i])))
		}
		if longest < w && (best < 0 || w > l.widths[best]) {
			best, least = i, longest
		}
	}
	if best < 0 {
		return false
	}
	l.widths[best] = max(least, l.widths[best]-excess)
	return true
}

func (l *layout) drop(column int) {
	l.widths = slices.Delete(l.widths, column, column+1)
	for i, r := range l.rows {
		l.rows[i] = slices.Delete(r, column, column+1)
	}
}

func longestWord(s string) (n int) {
	for _, w := range strings.Fields(s) {
		n = max(n, lengthOf(w))
	}
	return n
}

// hangOf is in front of the further lines of a cell.
func hangOf(cell string) string {
	return strings.Repeat(" ", len(cell)-len(strings.TrimLeft(cell, " "))+gap)
}

// text writes the table. Headings end at the bottom of their lines, other cells begin at the
// top.
func (l *layout) text() string {
	var b strings.Builder
	for i, r := range l.rows {
		cells, height := make([][]string, len(r)), 1
		for j, cell := range r {
			cells[j] = l.linesOf(cell, l.widths[j], l.headed && i == 0)
			height = max(height, len(cells[j]))
		}
		for k := range height {
			line := strings.Repeat(" ", l.lead)
			for j, lines := range cells {
				at := k
				if l.headed && i == 0 {
					at -= height - len(lines)
				}
				text := ""
				if at >= 0 && at < len(lines) {
					text = lines[at]
				}
				space := strings.Repeat(" ", max(0, l.widths[j]-lengthOf(text)))
				switch {
				case l.right:
					line += space + text
				default:
					line += text + space
				}
				if j < len(cells)-1 {
					line += strings.Repeat(" ", gap)
				}
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return b.String()
}

// linesOf are the lines of a cell.
func (l *layout) linesOf(cell string, width int, heading bool) []string {
	if lengthOf(cell) <= width {
		return []string{cell}
	}
	hang := hangOf(cell)
	if heading || l.right {
		hang = ""
	}
	text := strings.TrimLeft(cell, " ")
	return words.Fold(text, cell[:len(cell)-len(text)], hang, width)
}
