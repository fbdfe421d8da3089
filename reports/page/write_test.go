package page

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bsnn/internal/chart"
	"bsnn/reports"
	"bsnn/reports/internal/sample"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
)

var (
	translation = regexp.MustCompile(`^translate\(([-\d.]+) [-\d.]+\)$`)
	coordinate  = regexp.MustCompile(`-?\d+(\.\d+)?`)
)

func rendered(t *testing.T, r *reports.Report) map[string][]byte {
	t.Helper()
	files, err := render(r)
	require.NoError(t, err)
	return files
}

// parse reads a document strictly.
func parse(t *testing.T, data []byte) *element {
	t.Helper()
	root, err := readXML(string(data))
	require.NoError(t, err)
	return root
}

// all are the elements below with a name.
func (e *element) all(name string) []*element {
	var out []*element
	for _, x := range e.inner {
		if x.name == name {
			out = append(out, x)
		}
		out = append(out, x.all(name)...)
	}
	return out
}

// within is e and everything below.
func (e *element) within(visit func(*element)) {
	visit(e)
	for _, x := range e.inner {
		x.within(visit)
	}
}

// htmlDocument makes a page fit for an XML reader: the only elements without
// an end that the page uses are meta and br.
func htmlDocument(t *testing.T, files map[string][]byte) *element {
	t.Helper()
	page := strings.Replace(string(files[pageName]), "<!DOCTYPE html>", "", 1)
	page = regexp.MustCompile(`<(meta[^>]*|br)>`).ReplaceAllString(page, "<$1/>")
	style := regexp.MustCompile(`(?s)<style>.*?</style>`)
	require.Len(t, style.FindAllString(page, -1), 1)
	return parse(t, []byte(style.ReplaceAllString(page, "")))
}

func TestPageStructure(t *testing.T) {
	r := sample.Report()
	files := rendered(t, r)
	page := htmlDocument(t, files)
	require.Len(t, page.all("h1"), 1)
	require.Equal(t, "Do signals and gradients survive depth?", page.all("h1")[0].text)
	require.Len(t, page.all("main"), 1)
	require.Equal(t, "en", page.inner[0].attrs["lang"])

	ids := map[string]bool{}
	scripts := 0
	page.within(func(e *element) {
		if id := e.attrs["id"]; id != "" {
			require.False(t, ids[id], "id %s twice", id)
			ids[id] = true
		}
		if e.name == "script" {
			scripts++
			require.Empty(t, e.attrs, "inside of the page")
		}
	})
	require.Equal(t, 1, scripts)
	for _, table := range page.all("table") {
		require.Len(t, table.all("caption"), 1)
		for _, th := range table.all("th") {
			require.Contains(t, []string{"col", "row", "rowgroup"}, th.attrs["scope"])
		}
		requireRectangular(t, table)
	}
	require.Len(t, page.all("article"), len(r.Subjects))
}

// requireRectangular checks that every row of a table fills its columns.
func requireRectangular(t *testing.T, table *element) {
	t.Helper()
	width := 0
	for _, tr := range table.all("tr") {
		n := 0
		for _, c := range tr.inner {
			span, err := strconv.Atoi(c.attrs["colspan"])
			if err != nil {
				span = 1
			}
			n += span
		}
		if width == 0 {
			width = n
		}
		require.Equal(t, width, n, tr.text)
	}
}

// Nothing comes from elsewhere, and nothing says where it was made.
func TestSelfContained(t *testing.T) {
	for name, data := range rendered(t, sample.Report()) {
		text := strings.ReplaceAll(string(data), "http://www.w3.org/2000/svg", "")
		for _, bad := range []string{"http:", "https:", "//cdn", "<script ", "@import", "src=", "url(http", os.TempDir(), "/home/", "/Users/"} {
			require.NotContains(t, text, bad, name)
		}
		require.NotContains(t, text, "NaN", name)
		require.NotContains(t, text, "Inf", name)
		require.NotContains(t, text, "%!", name)
		require.NotContains(t, text, "ZgotmplZ", name)
	}
}

func TestVerdictWordsMatchOutcomes(t *testing.T) {
	r := sample.Report()
	page := htmlDocument(t, rendered(t, r))
	rows := map[string][]string{}
	for _, tr := range page.all("table")[0].all("tbody")[0].all("tr") {
		for _, td := range tr.all("td") {
			title := strings.TrimSpace(tr.all("th")[0].text)
			rows[title] = append(rows[title], td.text)
		}
	}
	for title, want := range map[string]string{"tanh": "✓ confirmed from 256", `x<y & "z"`: "✓ confirmed from 256", "slow": "? undecided",
		"bad, raw": "✗ refuted by theory too"} {
		require.Equal(t, slices.Repeat([]string{want}, 4), rows[title], title)
	}
	var answers []string
	for _, p := range page.all("header")[0].all("p") {
		answers = append(answers, p.text)
	}
	require.Len(t, answers, 4)
	require.Equal(t, "1 of 32 cells could not be measured: see failures.", answers[3])
	require.Regexp(t, `^✓ .* with: tanh, x<y & "z"\.$`, answers[0])
	require.Regexp(t, `^✗ .* with: bad, raw\.$`, answers[1])
	require.Regexp(t, `^\? .* with: slow\.$`, answers[2])

	var badges []string
	for _, text := range page.all("figure")[0].all("text") {
		if strings.Contains(text.attrs["class"], "badge") {
			badges = append(badges, text.text)
		}
	}
	require.Equal(t, []string{"✓ confirmed", "✓ confirmed", "? undecided", "✗ refuted"}, badges)
}

// A control that passes is not passed over.
func TestSurprisingControl(t *testing.T) {
	r := sample.Report()
	r.Subjects[0].Subject.Control = true
	require.Contains(t, string(rendered(t, r)[pageName]), "Expected to be refuted as negative control, but was not: tanh.")
}

// One failing direction is enough to fail, one undecided to leave it open.
func TestJointOutcome(t *testing.T) {
	r := sample.Report()
	s := r.Subjects[0]
	s.Series[3].Verdict = r.Subjects[2].Series[3].Verdict
	require.Equal(t, "undecided", readingOf(s.Outcome()).Word)
	s.Series[3].Verdict = r.Subjects[3].Series[3].Verdict
	require.Equal(t, "refuted", readingOf(s.Outcome()).Word)
	require.Equal(t, "backward, at these widths", standingOf(s).Remark(), "no assumption fails, and no width is known")
}

func TestEveryPictureIsReadable(t *testing.T) {
	files := rendered(t, sample.Report())
	pictures := 0
	for name, data := range files {
		if !strings.HasSuffix(name, ".svg") {
			continue
		}
		pictures++
		root := parse(t, data).inner[0]
		require.Equal(t, "svg", root.name)
		require.NotEmpty(t, root.attrs["aria-label"], name)
		require.Equal(t, "title", root.inner[0].name, name)
		require.Equal(t, root.attrs["aria-label"], strings.TrimSpace(root.inner[0].text))
		require.NotEmpty(t, root.all("desc")[0].text)
		requireInside(t, name, root)
	}
	require.Equal(t, 1+3*4+2+3+1+4, pictures)
	for _, e := range htmlDocument(t, files).all("svg") {
		if e.attrs["role"] == "img" {
			require.NotEmpty(t, e.attrs["aria-label"])
			require.Equal(t, "title", e.inner[0].name)
			require.NotEmpty(t, append(e.all("path"), e.all("line")...), e.attrs["aria-label"])
			requireInside(t, e.attrs["aria-label"], e)
		}
	}
}

// requireInside checks that words fit the view box, at seven pixels for each
// letter of ordinary size, and that nothing is drawn outside of it.
func requireInside(t *testing.T, name string, root *element) {
	t.Helper()
	box := strings.Fields(root.attrs["viewBox"])
	width, err := strconv.ParseFloat(box[2], 64)
	require.NoError(t, err)
	height, err := strconv.ParseFloat(box[3], 64)
	require.NoError(t, err)
	var visit func(e *element, shift float64)
	visit = func(e *element, shift float64) {
		if m := translation.FindStringSubmatch(e.attrs["transform"]); m != nil {
			dx, err := strconv.ParseFloat(m[1], 64)
			require.NoError(t, err)
			shift += dx
		}
		if e.name == "text" && e.attrs["transform"] == "" {
			x, err := strconv.ParseFloat(e.attrs["x"], 64)
			require.NoError(t, err)
			x += shift
			class := strings.Fields(e.attrs["class"])
			size := 6.4
			for _, big := range []string{"heading", "name", "badge"} {
				if slices.Contains(class, big) {
					size = 9
				}
			}
			length := size * float64(len([]rune(e.text)))
			lo, hi := x, x+length
			if slices.Contains(class, "end") {
				lo, hi = x-length, x
			}
			if slices.Contains(class, "mid") {
				lo, hi = x-length/2, x+length/2
			}
			require.GreaterOrEqual(t, lo, -1.0, "%s: %q", name, e.text)
			require.LessOrEqual(t, hi, width+1, "%s: %q", name, e.text)
		}
		for _, n := range coordinate.FindAllString(e.attrs["d"], -1) {
			v, err := strconv.ParseFloat(n, 64)
			require.NoError(t, err)
			require.True(t, -10 < v && v < max(width, height)+10, "%s: %v", name, v)
		}
		for _, x := range e.inner {
			visit(x, shift)
		}
	}
	visit(root, 0)
}

func TestCSVReadsBack(t *testing.T) {
	r := sample.Report()
	rows, err := csv.NewReader(bytes.NewReader(rendered(t, r)[csvName])).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+4*4*4)
	place := map[string]int{}
	for i, name := range rows[0] {
		place[name] = i
	}
	at := 1
	for _, s := range r.Subjects {
		for _, x := range s.Series {
			for _, c := range x.Cells {
				row := rows[at]
				at++
				require.Equal(t, []string{s.Subject.Key, s.Subject.Activation, x.Statement},
					[]string{row[place["subject"]], row[place["activation"]], row[place["statement"]]})
				require.Equal(t, c.Verdict.Outcome.String(), row[place["outcome"]])
				for name, want := range map[string]reports.Number{
					"width": reports.Number(c.Width), "trials": reports.Number(c.Trials), "mean": c.Mean, "sd": c.SD, "q05": c.Q05, "q50": c.Q50,
					"q95":     c.Q95,
					"outside": c.Outside, "predicted_mean": c.PredictedMean, "predicted_sd": c.PredictedSD, "predicted_outside": c.PredictedOutside,
					"bound": c.Bound, "alpha": reports.Number(c.Verdict.Alpha), "limit": reports.Number(c.Verdict.Limit),
					"resolution":     reports.Number(c.Verdict.Resolution),
					"verdict_trials": reports.Number(c.Verdict.Trials), "verdict_events": reports.Number(c.Verdict.Events),
					"lo": reports.Number(c.Verdict.Lo), "hi": reports.Number(c.Verdict.Hi),
					"exact_mean": c.ExactMean, "exact_sd": c.ExactSD, "deviation_q05": c.Deviation.Q05, "deviation_q50": c.Deviation.Q50,
					"deviation_q95": c.Deviation.Q95,
					"deviation_rms": c.Deviation.RMS, "deviation_exact": c.Deviation.Exact, "deviation_law": c.Deviation.Law,
					"deviation_bound": c.Deviation.Bound,
					"depth":           reports.Number(x.Depth), "tolerance": reports.Number(x.Tolerance),
				} {
					text := row[place[name]]
					if !want.Finite() {
						require.Empty(t, text, name)
						continue
					}
					got, err := strconv.ParseFloat(text, 64)
					require.NoError(t, err)
					require.Equal(t, float64(want), got, name)
				}
			}
		}
	}
}

func TestJSONRoundTrip(t *testing.T) {
	r := sample.Report()
	data := rendered(t, r)[jsonName]
	var back reports.Report
	require.NoError(t, json.Unmarshal(data, &back))
	// Infinities come back as NaN, as Number says.
	same := cmp.Comparer(func(a, b reports.Number) bool { return a == b || !a.Finite() && !b.Finite() })
	require.Empty(t, cmp.Diff(r, &back, same, cmpopts.EquateEmpty()))
	again, err := jsonFile(jsonName, &back)
	require.NoError(t, err)
	require.Equal(t, string(data), string(again))
	require.Contains(t, string(data), "null")
}

func TestSameReportSameBytes(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "x", "y", "b")
	require.NoError(t, Write(a, sample.Report()))
	require.NoError(t, Write(b, sample.Report()))
	require.Equal(t, contents(t, a), contents(t, b))
	require.Contains(t, contents(t, a), "concentration.svg")
}

// Reports of other shapes: one layer only, one width, one activation, nothing
// known.
func TestUnusualReports(t *testing.T) {
	one := sample.Report()
	one.Subjects = one.Subjects[:1]
	one.Subjects[0].Series = one.Subjects[0].Series[:2]
	one.Spec.Depth = 1
	one.Input.Images = nil
	one.Warnings = nil
	one.Spec.Widths = one.Spec.Widths[:1]
	for i := range one.Subjects[0].Series {
		one.Subjects[0].Series[i].Cells = one.Subjects[0].Series[i].Cells[:1]
	}
	page := string(rendered(t, one)[pageName])
	require.Contains(t, page, "through one layer both norms are kept")
	htmlDocument(t, rendered(t, one))

	unknown := sample.Report()
	unknown.Subjects = unknown.Subjects[3:]
	files := rendered(t, unknown)
	htmlDocument(t, files)
	for name := range maps.Keys(files) {
		if strings.HasSuffix(name, ".svg") {
			parse(t, files[name])
		}
	}
	_, err := render(&reports.Report{})
	require.EqualError(t, err, "nothing measured; want at least one activation and one width")
}

// contents are the files of a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	out := map[string]string{}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		out[e.Name()] = string(data)
	}
	return out
}

// Beside a fitted slope stand its degrees of freedom and the exact slope; a report
// of an older build has neither.
func TestFitWords(t *testing.T) {
	f := reports.Fit{Slope: -0.49, StdErr: 0.0034, Degrees: 4, Exact: -0.490847, Predicted: -0.5}
	require.Equal(t, "−0.4900 ± 0.0034 (4 df), exact −0.4908", fitWords(f))
	require.Equal(t, ": slope −0.4900 ± 0.0034 (4 df), exact −0.4908, law −½", spreadSlope(reports.Series{Fit: f}))
	f.Exact = reports.Number(math.NaN())
	require.Equal(t, "−0.4900 ± 0.0034 (4 df)", fitWords(f))
	require.Equal(t, "−0.4900 ± 0.0034", fitWords(reports.Fit{Slope: -0.49, StdErr: 0.0034}))
}

// The slope of the standard deviation stands beside no curve that does not
// fall with it.
func TestSlopeOfWhatIsNotNormalised(t *testing.T) {
	s := sample.Report().Subjects[0]
	x := s.Series[0]
	x.Fit.Slope, x.Fit.StdErr = -0.49, 0.0034
	require.Equal(t, "sd: slope −0.4900 ± 0.0034", deviationRemark(s, x))
	s.Subject.AsIs, s.Card.GPNormalized = true, true
	require.NotEmpty(t, deviationRemark(s, x), "given as it is, and normalised so")
	s.Card.GPNormalized = false
	require.Empty(t, deviationRemark(s, x))
}

// One command stands for both directions when it repeats both.
func TestReplayIsPrintedOnce(t *testing.T) {
	s := sample.Report().Subjects[0]
	for i, replay := range []string{"a", "a", "b --alpha 1.5151e-06 c", ""} {
		s.Series[i].Verdict.Replay = replay
	}
	require.Equal(t, []command{{"one layer, forward and backward", "a"}, {"50 layers, forward", "b --alpha 1.6e-06 c"}}, commandsOf(s))
}

func TestLabels(t *testing.T) {
	v := newView(sample.Report())
	require.Equal(t, []int{2, 3, 0, 1}, v.Glance(), "the deepest networks come first")
	require.Equal(t, "One layer, forward (Theorem 1)", heading(v.Statements[0].Series))
	require.Equal(t, "50 layers, backward (Definition 1)", label(v.Statements[3].Series))
	require.Equal(t, "50 layers, forward", networksOf(v.Statements[2].Series))
}

// An axis without networks and law has no ticks: it would be invented.
func TestHistogramOffItsAxis(t *testing.T) {
	h := reports.Histogram{Depth: 1, Width: 64, Trials: 9, SD: reports.Number(math.NaN()), Lo: -4, Step: 0.25, Counts: make([]int, 32),
		Below: 9, Median: -77.5}
	s := sample.Report().Subjects[0]
	drawn := func() string { return chart.Figure{Panels: []chart.Panel{histogramPanel(s, histogram{h})}}.Inline() }
	require.NotContains(t, drawn(), `class="tick`)
	require.Contains(t, drawn(), "median −77.5")
	h.SD = 1
	require.Contains(t, drawn(), `class="tick`, "where the law is")
	h.SD, h.Below, h.Counts[3] = reports.Number(math.NaN()), 8, 1
	require.Contains(t, drawn(), `class="tick`, "where a network is")
}

// The density expects all networks somewhere, and 68 % within one standard
// deviation.
func TestExpectedCounts(t *testing.T) {
	h := histogram{reports.Histogram{Trials: 700, SD: 1.7}}
	require.InDelta(t, 700, h.expected(math.Inf(-1), math.Inf(1)), 1e-9)
	require.InDelta(t, 700*0.6826894921, h.expected(-1.7, 1.7), 1e-7)
}
