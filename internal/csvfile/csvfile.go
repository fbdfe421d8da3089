// Package csvfile writes tables as CSV that a spreadsheet shows and does not run.
package csvfile

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"bsnn/internal/words"
)

// Format is the table as a file. Every line ends with a line feed. A cell that a
// spreadsheet would take for a formula, because it begins with = + - @ and is no
// number, is marked as text by an apostrophe before it.
func Format(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = text(cell)
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// text is a cell that is no formula.
func text(cell string) string {
	cell = words.Visible(cell)
	if strings.IndexAny(strings.TrimLeft(cell, " \t\n"), "=+-@") != 0 {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}
