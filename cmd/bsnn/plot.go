package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"bsnn/gpnorm"
	"bsnn/internal/folder"
	"bsnn/reports/page"
)

// checkPicture refuses a file that does not end in .svg, and says how to get
// another kind of picture from one that does.
func checkPicture(path string) error {
	extension := filepath.Ext(path)
	if strings.EqualFold(extension, ".svg") {
		return nil
	}
	svg, file := shellWord(strings.TrimSuffix(path, extension)+".svg"), shellWord(path)
	how := ""
	switch format := strings.ToLower(strings.TrimPrefix(extension, ".")); format {
	case "pdf", "png":
		how = fmt.Sprintf(", and convert it: rsvg-convert -f %s -o %s %s, or open it in a browser and print or save it", format, file, svg)
	}
	return fmt.Errorf("--plot %s: pictures are SVG files; want %s%s", file, svg, how)
}

// writePlot draws an activation to a file.
func writePlot(path string, n gpnorm.Normalized) error {
	picture := page.ActivationSVG(n)
	if err := folder.WriteFile(path, func(w io.Writer) error { _, err := w.Write(picture); return err }); err != nil {
		return fmt.Errorf("--plot %w", err)
	}
	return nil
}
