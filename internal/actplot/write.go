package actplot

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"bsnn/gpnorm"
)

const (
	width  = 9 * vg.Inch
	height = 7 * vg.Inch
	dpi    = 144 // of a PNG
)

// Formats returns the formats that Write knows.
func Formats() []string { return []string{"png", "svg"} }

// Format returns the format that the extension of a file name stands for. The
// error says which extensions are known.
func Format(file string) (string, error) {
	extension := filepath.Ext(file)
	format := strings.ToLower(strings.TrimPrefix(extension, "."))
	if err := known(format); err != nil {
		return "", fmt.Errorf("actplot: file %q: extension %q is not that of a picture, want .%s", file, extension, strings.Join(Formats(), " or ."))
	}
	return format, nil
}

func known(format string) error {
	for _, f := range Formats() {
		if format == f {
			return nil
		}
	}
	return fmt.Errorf("unknown format %q, want %s", format, strings.Join(Formats(), " or "))
}

// Write draws n and its maps in four panels. The same arguments give the same
// bytes. The error reports an unknown format, a map without a single value,
// and a failure to write.
func Write(w io.Writer, format string, n gpnorm.Normalized, maps Maps) error {
	if err := known(format); err != nil {
		return fmt.Errorf("actplot: %w", err)
	}
	var c vg.CanvasWriterTo
	if format == "svg" {
		c = vgsvg.New(width, height)
	} else {
		c = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))}
	}
	if err := drawFigure(draw.New(c), n, maps); err != nil {
		return fmt.Errorf("actplot: %s: %w", n.Raw.Name, err)
	}
	if _, err := c.WriteTo(w); err != nil {
		return fmt.Errorf("actplot: %w", err)
	}
	return nil
}
