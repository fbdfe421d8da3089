package page

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/reports"
)

//go:embed ranking.html.tmpl
var rankingTemplate string

const rankingName = "ranking.csv"

// mostWithPictures is how many activations a page has with pictures of each; with more it is a ranking.
const mostWithPictures = 30

// ranked says whether a report is shown as a ranking.
func ranked(r *reports.Report) bool { return len(r.Subjects) > mostWithPictures }

// rankingView is what the template of a ranking sees.
type rankingView struct {
	view
	Rows    []rankingRow
	Totals  []rankingTotal
	Leading []reports.Series // of the first activation, for what all have in common
	Notes   []string         // of the comparison with an older report
}

// rankingTotal is how many activations have one answer.
type rankingTotal struct {
	reading
	Count int
	Depth int
	At    string   // the widths
	here  int      // so many are refuted at these widths
	First []string // titles of those that rank first
}

// More is how many are not among the first.
func (t rankingTotal) More() int { return t.Count - len(t.First) }

// rankingFirst is how many of one answer the heading of a ranking names.
const rankingFirst = 5

// View is the view that all pages of reports have.
func (v rankingView) View() view { return v.view }

// rankingRow is an activation and its rank, from 1.
type rankingRow struct {
	reports.SubjectResult
	Rank  reports.Rank
	Place int
	Group int // answers in the order of the ranking
}

// Outcome is the joint answer about the deepest networks.
func (r rankingRow) Outcome() montecarlo.Outcome { return r.Rank.Outcome }

// Widest is the cell at the widest width; nil where none was measured.
func (rankingRow) Widest(s reports.Series) *reports.Cell {
	if len(s.Cells) == 0 {
		return nil
	}
	return &s.Cells[len(s.Cells)-1]
}

// Root is the one in use; nil for a function as it is, or where there is none.
func (r rankingRow) Root() *reports.Root {
	if i := chosenRoot(r.Card); i >= 0 && !r.Subject.AsIs {
		return &r.Card.Roots[i]
	}
	return nil
}

func newRankingView(r *reports.Report) rankingView {
	v := rankingView{view: view{Report: r, Columns: Columns()}, Leading: r.Subjects[0].Leading()}
	for i, rank := range reports.Ranking(r) {
		group := 0
		if i > 0 {
			group = v.Rows[i-1].Group
			if v.Rows[i-1].Outcome() != rank.Outcome {
				group++
			}
		}
		v.Rows = append(v.Rows, rankingRow{r.Subjects[rank.Subject], rank, i + 1, group})
	}
	v.Totals = totalsOf(v.Rows, v.Leading, widthsWord(r.Spec.Widths))
	if r.Comparison != nil {
		v.Notes = strings.Split(Summary(r.Comparison), "\n")
	}
	return v
}

// totalsOf counts the answers, in the order of the ranking.
func totalsOf(rows []rankingRow, leading []reports.Series, at string) []rankingTotal {
	var out []rankingTotal
	depth := 0
	for _, x := range leading {
		depth = max(depth, x.Depth)
	}
	for _, row := range rows {
		reading := readingOf(row.Outcome())
		if len(out) == 0 || out[len(out)-1].reading != reading {
			out = append(out, rankingTotal{reading: reading, Depth: depth, At: at})
		}
		t := &out[len(out)-1]
		t.Count++
		if standingOf(row.SubjectResult).Where() == atTheseWidths {
			t.here++
		}
		if len(t.First) < rankingFirst {
			t.First = append(t.First, words.Shorten(row.Subject.Title, mostOfTitle))
		}
	}
	return out
}

// Sentence says how many activations have the answer, and what it means for a network.
func (t rankingTotal) Sentence() string {
	count := words.Count(t.Count) + " activations"
	if t.Count == 1 {
		count = "1 activation"
	}
	layers := layersWord(t.Depth)
	switch t.Class {
	case "holds":
		return "Confirmed of " + count + ": both norms are kept through " + layers + ", forward and backward, once the network is wide enough"
	case "fails":
		text := "Refuted of " + count + ": norms are not kept, in at least one direction; "
		switch t.here {
		case 0:
			return text + "by theory too"
		case t.Count:
			return text + "at these widths, " + t.At
		}
		return text + fmt.Sprintf("with %s at these widths, %s, and with %s by theory too",
			words.Count(t.here), t.At, words.Count(t.Count-t.here))
	}
	return "Undecided of " + count + ": the trials at these widths, " + t.At + ", do not suffice for an answer"
}

// names lists the first of them.
func (t rankingTotal) names() string {
	text := strings.Join(t.First, "; ")
	if more := t.More(); more > 0 {
		text += fmt.Sprintf("; and %s more", words.Count(more))
	}
	return text
}

// rankingAnswer is a ranking in a few lines of text.
func rankingAnswer(r *reports.Report) string {
	var lines []string
	for _, t := range newRankingView(r).Totals {
		lines = append(lines, fmt.Sprintf("%s %s: %s", t.Symbol, t.Sentence(), t.names()))
	}
	return strings.Join(lines, "\n")
}

func (v rankingView) render() ([]byte, error) {
	funcs := reportFuncs()
	funcs["csv"] = func() string { return rankingName }
	funcs["key"] = exact
	funcs["tidy"] = tidy
	funcs["answersOf"] = answerWords
	funcs["lastWidth"] = func(widths []int) int { return len(widths) - 1 }
	funcs["columns"] = func() int { return 7 + 3*len(v.Leading) }
	return execute(strings.TrimSpace(reportParts)+rankingTemplate, funcs, v)
}

// renderRanking makes the files of a report with many activations: all numbers, the ranking, and a page
// without pictures.
func renderRanking(r *reports.Report, files map[string][]byte) error {
	v := newRankingView(r)
	var err error
	if files[rankingName], err = v.table().csv(); err != nil {
		return err
	}
	v.CSV = download{rankingName, csvType, files[rankingName]}
	if files[pageName], err = v.render(); err != nil {
		return err
	}
	files[listName] = newFileList(files).text()
	return nil
}

// table is ranking.csv.
func (v rankingView) table() table {
	t := table{file: rankingName, header: []string{"rank", "subject", "activation", "as_is", "outcome"}}
	for _, x := range v.Leading {
		t.header = append(t.header, x.Direction, x.Direction+"_from_width", x.Direction+"_outside", x.Direction+"_median")
	}
	t.header = append(t.header, "limit_law_width", "length_map_slope", "forward_variance", "backward_variance")
	for _, r := range v.Rows {
		row := []string{strconv.Itoa(r.Place), r.Subject.Key, r.Subject.Activation, strconv.FormatBool(r.Subject.AsIs), r.Outcome().String()}
		for _, x := range r.SubjectResult.Leading() {
			outside, median := "", ""
			if c := r.Widest(x); c != nil {
				outside, median = exact(c.Outside), exact(c.Q50)
			}
			row = append(row, x.Verdict.Outcome.String(), orNone(x.Verdict.From), outside, median)
		}
		row = append(row, orNone(r.Rank.Need))
		if root := r.Root(); root != nil {
			row = append(row, exact(root.LengthMapSlope), exact(root.ForwardVariance), exact(root.BackwardVariance))
		} else {
			row = append(row, "", "", "")
		}
		t.add(row...)
	}
	return t
}

// orNone is a width, "" for none.
func orNone(width int) string {
	if width == 0 {
		return ""
	}
	return strconv.Itoa(width)
}
