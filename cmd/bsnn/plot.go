package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"bsnn/internal/chart"
	"bsnn/internal/folder"

	"github.com/spf13/cobra"
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

// plotFlags are those of verbs that draw a picture.
type plotFlags struct{ plot, width string }

func (f *plotFlags) register(c *cobra.Command, what string) {
	c.Flags().StringVar(&f.plot, "plot", "", what)
	c.Flags().StringVar(&f.width, "plot-width", "", "width of the picture, whose letters keep their size: 3.3in, 84mm, 8.4cm, 240pt or 317px")
}

// check looks at the flags before anything is computed.
func (f *plotFlags) check() error {
	if f.plot == "" {
		if f.width != "" {
			return fmt.Errorf("--plot-width without --plot; want --plot FILE.svg beside it")
		}
		return nil
	}
	if err := checkPicture(f.plot); err != nil {
		return err
	}
	_, err := f.inches()
	return err
}

// inInches are the units of lengths.
var inInches = map[string]float64{"in": 1, "mm": 1 / 25.4, "cm": 1 / 2.54, "pt": 1. / 72, "px": 1. / 96}

// inches is --plot-width, 0 where it is not given.
func (f *plotFlags) inches() (float64, error) {
	if f.width == "" {
		return 0, nil
	}
	unit := f.width[max(0, len(f.width)-2):]
	length, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(f.width, unit)), 64)
	inches := length * inInches[unit]
	if err != nil || !(inches >= chart.MinInches && inches <= chart.MaxInches) {
		return 0, fmt.Errorf("--plot-width %q; want a width from %din to %din, as in 3.3in, 84mm, 8.4cm, 240pt or 317px", f.width,
			chart.MinInches, chart.MaxInches)
	}
	return inches, nil
}

// write draws a picture, which is given its width.
func (f *plotFlags) write(picture func(inches float64) []byte) error {
	inches, err := f.inches()
	if err != nil {
		return err
	}
	drawn := picture(inches)
	if err := folder.WriteFile(f.plot, func(w io.Writer) error { _, err := w.Write(drawn); return err }); err != nil {
		return fmt.Errorf("--plot %w", err)
	}
	return nil
}
