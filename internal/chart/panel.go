package chart

// A Panel is one pair of axes and what lies on them.
type Panel struct {
	Name     string // above the axes; cut where there is no room for all of it, with a tooltip that has it
	Remark   Remark // right of the name
	Note     string // below the remark
	Alt      string // the text alternative
	X, Y     Axis
	Elements []Element
}

// A Remark is words beside the name of a panel.
type Remark struct {
	Words string
	Tone  Colour // Holds, Fails or Open for a verdict, which is bold
}

// Add puts elements over those that are there.
func (p *Panel) Add(elements ...Element) { p.Elements = append(p.Elements, elements...) }

// Distances in pixels.
const (
	edge      = 8  // of words from the edge of a panel
	tickReach = 5  // of ticks out of the frame
	tickWords = 8  // of labels of the vertical axis from the frame
	labelDrop = 17 // of the labels below the frame
	titleDrop = 34 // of the title of the horizontal axis below the frame
	nameLine  = 18 // of the name below the top
	noteLine  = 34
	lineOf    = 13 // height of a label
	perLabelX = 34 // pixels of a horizontal axis for each label
	perLabelY = 28
)

// draw draws the panel into a frame of the given size.
func (p Panel) draw(out *svg, inside box, width float64) {
	p.head(out, width)
	f := newFrame(out, inside, p.X, p.Y)
	for _, e := range p.Elements {
		if s, below := e.(Strip); below {
			s.draw(f)
		}
	}
	p.axes(f, width)
	for _, e := range p.Elements {
		if _, below := e.(Strip); !below {
			e.draw(f)
		}
	}
}

// head writes the words above the axes.
func (p Panel) head(out *svg, width float64) {
	class, size := "note soft", noteSize
	if p.Remark.Tone != "" {
		class, size = classes("badge", string(p.Remark.Tone)), nameSize*bold
	}
	room := width - 2*edge
	if p.Remark.Words != "" {
		out.fitted(class, End, width-edge-4, nameLine, p.Remark.Words, room/2, size)
		room -= min(Width(p.Remark.Words, size), room/2) + 2*edge
	}
	if p.Name != "" {
		out.fitted("name", Start, edge, nameLine, p.Name, room, nameSize*bold)
	}
	if p.Note != "" {
		out.fitted("note soft", End, width-edge-4, noteLine, p.Note, width-2*edge, noteSize)
	}
}

// axes draws the grid, the frame and the labels.
func (p Panel) axes(f frame, width float64) {
	for _, t := range f.x.horizontal() {
		at := f.x.px(t.At)
		if t.Label == "" {
			f.line("tick soft", at, f.bottom, at, f.bottom+3)
			continue
		}
		f.line("grid faint", at, f.top, at, f.bottom)
		f.line("tick soft", at, f.bottom, at, f.bottom+tickReach)
		f.text("soft", Middle, at, f.bottom+labelDrop, t.Label)
	}
	for _, t := range f.y.vertical() {
		at := f.y.px(t.At)
		if t.Label == "" {
			f.line("tick soft", f.left-3, at, f.left, at)
			continue
		}
		f.line("grid faint", f.left, at, f.right, at)
		f.line("tick soft", f.left-tickReach, at, f.left, at)
		f.fitted("soft", End, f.left-tickWords, at+4, t.Label, p.labelRoom(width), labelSize)
	}
	f.rect("frame soft", "", f.left, f.top, f.right-f.left, f.bottom-f.top)
	if p.X.Title != "" {
		f.text("soft", Middle, (f.left+f.right)/2, f.bottom+titleDrop, p.X.Title)
	}
	if p.Y.Title != "" {
		f.turned("soft", edge+6, (f.top+f.bottom)/2, p.Y.Title)
	}
}

// horizontal and vertical are the ticks of the two axes.
func (a side) horizontal() []Tick {
	return a.labels(int(abs(a.to-a.from)/perLabelX), func(label string) float64 { return Width(label, labelSize) })
}

func (a side) vertical() []Tick {
	return a.labels(int(abs(a.to-a.from)/perLabelY), func(string) float64 { return lineOf })
}

// labelRoom is how long labels of the vertical axis may be, in pixels.
func (p Panel) labelRoom(width float64) float64 { return 0.35 * width }

// inside is the frame that the words of a panel leave free in a picture of the
// given size.
func (p Panel) inside(width, height float64) box {
	b := box{left: edge, top: edge, right: width - edge - 4, bottom: height - edge}
	if p.Name != "" || p.Remark.Words != "" {
		b.top = nameLine + 12
	}
	if p.Note != "" {
		b.top = noteLine + 8
	}
	if p.X.Title != "" {
		b.bottom = height - titleDrop - edge
	}
	if p.X.Title == "" && len(side{p.X, b.left, b.right}.horizontal()) > 0 {
		b.bottom = height - labelDrop - edge
	}
	for _, t := range (side{p.Y, b.bottom, b.top}).vertical() {
		if t.Label != "" {
			b.left = max(b.left, edge+min(Width(t.Label, labelSize), p.labelRoom(width))+tickWords)
		}
	}
	if p.Y.Title != "" {
		b.left += 20
	}
	for range 3 { // a narrower frame may have other labels
		x := side{p.X, b.left, b.right}
		for _, t := range x.horizontal() { // they may be wider than what lies beside their tick
			half := Width(t.Label, labelSize) / 2
			b.left = max(b.left, x.from+half-x.px(t.At)+2)
			b.right = min(b.right, width-2-(x.px(t.At)+half-x.to))
		}
	}
	return b
}
