package page

import (
	"html/template"
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/chart"
	"bsnn/reports"
)

// Style is the style sheet of all pages, with the colours of their pictures.
func Style() template.CSS { return view{}.Style() }

// A Panels is a picture for a page that shows it at once: one SVG element for each panel, and what its lines are.
type Panels struct {
	SVG    template.HTML
	Legend []LegendEntry
}

// A LegendEntry is a sample of a line or a mark with its meaning.
type LegendEntry struct {
	Sample template.HTML
	Words  string
}

func panelsOf(f chart.Figure) Panels {
	p := Panels{SVG: picture{Figure: f}.Inline()}
	for _, e := range f.Legend {
		p.Legend = append(p.Legend, LegendEntry{sampleOf(e), e.Words})
	}
	return p
}

// ActivationPanels are the curves of a function as a report has them: φ, φ′ and the length map, and, where maps are wanted,
// which takes longer, the correlation map; its place is kept otherwise. asIs is the function that was not normalised.
func ActivationPanels(n gpnorm.Normalized, asIs, maps bool) Panels {
	const reach, points = 4, 201
	p := portrait{title: n.Raw.Name, kappa: math.NaN()}
	if asIs {
		p.curves = reports.NewCurves(n.Raw, false, reach, points)
		return panelsOf(p.figure())
	}
	p.curves, p.a, p.b, p.kappa = reports.NewCurves(n.Activation, maps, reach, points), n.A, n.B, n.Roots[n.Chosen].Slope
	if !maps {
		nan := reports.Number(math.NaN())
		p.curves.Rho, p.curves.Correlation = []reports.Number{-1, 1}, []reports.Number{nan, nan}
	}
	return panelsOf(p.figure())
}

// AlongPanels are squared norms along the blocks of a network as its report has them; measured says whether there is more than
// theory.
func AlongPanels(title string, bands reports.AlongBands, measured bool) Panels {
	a := architectureAlong(&reports.ArchitectureReport{Name: title, AlongBands: bands})
	f := a.chart().Figure
	if !measured {
		f.Legend = f.Legend[len(f.Legend)-1:]
	}
	return panelsOf(f)
}

// ArchitecturePage is the page of [Output.WriteArchitecture] alone: it needs nothing but itself.
func ArchitecturePage(r *reports.ArchitectureReport) ([]byte, error) {
	files, err := renderArchitecture(r)
	return files[pageName], err
}
