// Package svgplot draws line and dot charts as SVG files that stand alone. They
// are readable on light and dark screens and in print: the colours follow
// prefers-color-scheme and are those of Okabe and Ito (2008), which people with
// any kind of colour blindness tell apart; lines differ by dashes and marks by
// shape as well. Every mark has a tooltip and every figure a description.
package svgplot
