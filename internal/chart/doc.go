// Package chart draws figures as SVG: the charts of a report, the picture of
// an activation, those of experiments. A figure is a value, and the same value
// gives the same bytes.
//
//   - [Figure]: panels of equal size, a title, a text alternative and a legend;
//     [Figure.Inline] for a page, [Figure.Document] for a file that stands alone
//   - [Panel]: one pair of axes and what lies on them
//   - [Axis], [Scale], [Extent], [Ticks]: linear, logarithmic or by name
//   - [Line], [Band], [Strip], [Rule], [Mark], [Arrows], [Bar], [Span], [Note]:
//     the elements of a panel, in the coordinates of the data
//   - [Stroke], [Marker], [Colour], [Series]: how they look
//   - [Entry]: a sample and its meaning, for legends
//   - [StyleSheet], [Variables]: the colours for light and dark screens and for
//     paper
//
// Pictures need neither scripts nor fonts of their own, and every mark has a
// tooltip with its values. What lies beyond the axes is cut off at the frame,
// exactly, so that coordinates never leave the picture. Colours are those that
// people with any kind of colour blindness tell apart, and nothing is told by
// colour alone: lines differ by dashes and marks by shape as well. The style
// sheet uses no variables, which some converters from SVG do not know.
package chart
