package words

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// label is what stands in front of a text that is set in a column of its own: a word or two
// before a gap, a number, an arrow.
var label = regexp.MustCompile(`^ *(?:\S+(?: \S+){0,4} {2,}|\d+\. |→ |· |- )`)

// widestLabel is how far to the right a line may go on below the text beside a label.
const widestLabel = 28

// Wrap breaks a line at spaces so that none of what it becomes is wider than the given number
// of letters, where words are not. What follows the first line stands below the text beside
// its label, or two letters to the right of where it begins. A number stays with its per cent
// sign.
func Wrap(line string, width int) string {
	if utf8.RuneCountInString(line) <= width {
		return line
	}
	head := line[:len(line)-len(strings.TrimLeft(line, " "))]
	hang := head + "  "
	if l := label.FindString(line); l != "" && utf8.RuneCountInString(l) <= widestLabel {
		head, hang = l, strings.Repeat(" ", utf8.RuneCountInString(l))
	}
	return strings.Join(Fold(line[len(head):], head, hang, width), "\n")
}

// Fold sets words in lines of a width; the first line begins with head, the others with hang.
// Words that are wider have a line of their own.
func Fold(text, head, hang string, width int) []string {
	lines, open, used := []string{head}, true, utf8.RuneCountInString(head)
	for _, word := range together(text) {
		n := utf8.RuneCountInString(word)
		last := len(lines) - 1
		switch {
		case open:
			lines[last] += word
			used += n
		case used+1+n <= width:
			lines[last] += " " + word
			used += 1 + n
		default:
			lines = append(lines, hang+word)
			used = utf8.RuneCountInString(hang) + n
		}
		open = false
	}
	return lines
}

// together are the words of a text, a number and what belongs to it being one.
func together(text string) (out []string) {
	for _, word := range strings.Fields(text) {
		if last := len(out) - 1; last >= 0 && (strings.HasPrefix(word, "%") || strings.HasSuffix(out[last], " …") || word == "…") {
			out[last] += " " + word
			continue
		}
		out = append(out, word)
	}
	return out
}

// Fill sets prose in paragraphs of a width. Lines that begin with a space stay as they are, as
// code, lists and tables do.
func Fill(text string, width int) string {
	var out, paragraph []string
	end := func() {
		if paragraph != nil {
			out = append(out, Fold(strings.Join(paragraph, " "), "", "", width)...)
			paragraph = nil
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" || strings.HasPrefix(line, " ") {
			end()
			out = append(out, line)
			continue
		}
		paragraph = append(paragraph, line)
	}
	end()
	return strings.Join(out, "\n")
}

// FoldCommand sets a command line of a shell in lines of a width, in which it can be pasted: it is
// broken between words and never inside of quotes.
func FoldCommand(head, command string, width int) string {
	if utf8.RuneCountInString(head+command) <= width {
		return head + command
	}
	var parts []string
	quoted := false
	for i, word := range strings.Split(command, " ") {
		switch {
		case i > 0 && (quoted || !strings.HasPrefix(word, "-")): // the value of a flag stays with it
			parts[len(parts)-1] += " " + word
		default:
			parts = append(parts, word)
		}
		if strings.Count(word, "'")%2 == 1 {
			quoted = !quoted
		}
	}
	out, used := head, utf8.RuneCountInString(head)
	for i, part := range parts {
		n := utf8.RuneCountInString(part)
		switch {
		case i == 0:
			out += part
			used += n
		case used+1+n+len(` \`) <= width:
			out += " " + part
			used += 1 + n
		default:
			out += " \\\n    " + part
			used = 4 + n
		}
	}
	return out
}
