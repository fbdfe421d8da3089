package chart

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed chart.css
var shapesCSS string

// StyleSheet is the style of all pictures, for elements inside class "chart".
// On light screens colours are as light and dark ones are asked for, paper has
// its own.
func StyleSheet() string {
	var b strings.Builder
	b.WriteString(shapesCSS)
	schemes(&b, func(c Colour, shade string) string {
		switch c {
		case Ink:
			return fmt.Sprintf(".chart,.chart .ink{color:%s}", shade)
		case Plate:
			return fmt.Sprintf(".chart .plate,.chart .hollow{fill:%s}.chart .mark,.chart .halo{stroke:%s}", shade, shade)
		}
		return fmt.Sprintf(".chart .%s{color:%s}", c, shade)
	})
	return b.String()
}

// Variables are the colours as custom properties of the root, --ink and so
// on, for the style sheet of a page that shows pictures.
func Variables() string {
	var b strings.Builder
	schemes(&b, func(c Colour, shade string) string { return fmt.Sprintf(":root{--%s:%s}", c, shade) })
	return b.String()
}

// schemes writes one rule for each colour: for light screens and everything
// else, then what differs on dark screens and on paper.
func schemes(b *strings.Builder, rule func(c Colour, shade string) string) {
	write := func(medium string, shade func(Shades) string) {
		if medium != "" {
			b.WriteString("@media " + medium + "{")
		}
		for _, e := range palette {
			if s := shade(e.Shades); medium == "" || s != e.Light {
				b.WriteString(rule(e.Colour, s))
			}
		}
		if medium != "" {
			b.WriteString("}")
		}
		b.WriteString("\n")
	}
	write("", func(s Shades) string { return s.Light })
	write("screen and (prefers-color-scheme:dark)", func(s Shades) string { return s.Dark })
	write("print", func(s Shades) string { return s.Print })
}
