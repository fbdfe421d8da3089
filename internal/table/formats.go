package table

import (
	"regexp"
	"strings"

	"bsnn/internal/csvfile"
	"bsnn/internal/words"
)

func csv(rows [][]string) (string, error) {
	plain := make([][]string, len(rows))
	for i, r := range rows {
		for _, cell := range r {
			plain[i] = append(plain[i], machine(cell))
		}
	}
	data, err := csvfile.Format(plain)
	return string(data), err
}

var power = regexp.MustCompile(`^([−+-]?[0-9.]+)[×·]10([⁺⁻]?[⁰¹²³⁴-⁹]+)$`)

// machine is a cell as other programs read it.
func machine(cell string) string {
	if cell == words.NoNumber {
		return ""
	}
	if m := power.FindStringSubmatch(cell); m != nil {
		cell = m[1] + "e" + plainDigits.Replace(m[2])
	}
	if rest, negative := strings.CutPrefix(cell, "−"); negative && startsWithDigit(rest) {
		cell = "-" + rest
	}
	return cell
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// numeric columns have a number, or nothing, in every row but the heading.
func numeric(rows [][]string, column int) bool {
	for _, r := range rows[1:] {
		cell := strings.TrimLeft(r[column], "−+-±<>≤≥ ")
		if cell != "" && cell != words.NoNumber && cell != "∞" && !startsWithDigit(cell) {
			return false
		}
	}
	return len(rows) > 1
}

var inMarkdown = strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "<", "&lt;", "[", `\[`, "~", `\~`, "&", "&amp;",
	"#", `\#`, "$", `\$`)

func markdown(rows [][]string) (string, error) {
	var b strings.Builder
	for i, r := range rows {
		b.WriteString("|")
		for _, cell := range r {
			b.WriteString(" " + inMarkdown.Replace(oneLine(cell)) + " |")
		}
		b.WriteString("\n")
		if i > 0 {
			continue
		}
		b.WriteString("|")
		for column := range r {
			b.WriteString(map[bool]string{true: " ---: |", false: " --- |"}[numeric(rows, column)])
		}
		b.WriteString("\n")
	}
	return b.String(), nil
}

// oneLine is a cell without what would end its row.
func oneLine(cell string) string { return strings.Join(strings.Fields(words.Visible(cell)), " ") }

func latex(rows [][]string) (string, error) {
	var b strings.Builder
	b.WriteString(`\begin{tabular}{`)
	for column := range rows[0] {
		b.WriteString(map[bool]string{true: "r", false: "l"}[numeric(rows, column)])
	}
	b.WriteString("}\n\\hline\n")
	for i, r := range rows {
		cells := make([]string, len(r))
		for j, cell := range r {
			cells[j] = inLaTeX(oneLine(cell))
		}
		b.WriteString(strings.Join(cells, " & ") + ` \\` + "\n")
		if i == 0 {
			b.WriteString("\\hline\n")
		}
	}
	b.WriteString("\\hline\n\\end{tabular}\n")
	return b.String(), nil
}
