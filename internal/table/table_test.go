package table

import (
	encoding "encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// printed is a page with prose around two tables.
func printed(t testing.TB, f Format) string {
	var b strings.Builder
	p := NewPage(&b, f)
	fmt.Fprintln(p, "prose")
	w := New(p, Right)
	w.Heading("\tforward\t\t\ndepth\tlaw\tproven\t", "depth\tforward law\tforward proven\t")
	fmt.Fprint(w, "  a_b | c & 5 %\t−3.2×10⁻³¹\t–\t\n", "=1+1\t12\t\t\n")
	fmt.Fprint(w, "\n", "σ min\t‖∂E/∂W⁽ˡ⁾‖²\n", "x₁₂\ta\n")
	require.NoError(t, w.Flush())
	fmt.Fprintln(p, "more prose")
	return b.String()
}

func TestFormats(t *testing.T) {
	require.Equal(t, "prose\n                      forward\n            depth         law  proven\n"+
		"    a_b | c & 5 %  −3.2×10⁻³¹       –\n             =1+1          12\n\n"+
		"  σ min  ‖∂E/∂W⁽ˡ⁾‖²\n    x₁₂            a\nmore prose\n", printed(t, Text))
	require.Equal(t, "depth,forward law,forward proven\na_b | c & 5 %,-3.2e-31,\n'=1+1,12,\n\nσ min,‖∂E/∂W⁽ˡ⁾‖²\nx₁₂,a\n", printed(t, CSV))
	require.Equal(t, `| depth | forward law | forward proven |
| --- | ---: | ---: |
| a\_b \| c &amp; 5 % | −3.2×10⁻³¹ | – |
| =1+1 | 12 |  |

| σ min | ‖∂E/∂W⁽ˡ⁾‖² |
| --- | --- |
| x₁₂ | a |
`, printed(t, Markdown))
	require.Equal(t, `\begin{tabular}{lrr}
\hline
depth & forward law & forward proven \\
\hline
a\_b \textbar{} c \& 5 \% & $-$3.2$\times$10$^{-31}$ & -- \\
=1+1 & 12 &  \\
\hline
\end{tabular}

\begin{tabular}{ll}
\hline
$\sigma$ min & $\|\partial$E/$\partial$W$^{(l)}\|^{2}$ \\
\hline
x$_{12}$ & a \\
\hline
\end{tabular}
`, printed(t, LaTeX))
}

// No cell ends its row, or is taken for what it is not, whatever is in it.
func TestAnyCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching("[a-z0-9|&%$#_{}~^<>*`\\\\\"',; =+−×²√κ–-]{1,12}")
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 2, 4).Draw(t, "rows")
		text := ""
		for _, r := range rows {
			text += strings.Join(r, "\t") + "\t\n"
		}
		in := func(f Format) string {
			var b strings.Builder
			w := New(NewPage(&b, f), Left)
			fmt.Fprint(w, text)
			require.NoError(t, w.Flush())
			return b.String()
		}
		records, err := encoding.NewReader(strings.NewReader(in(CSV))).ReadAll()
		require.NoError(t, err)
		require.Len(t, records, len(rows))
		for _, r := range records {
			require.Len(t, r, 3)
		}
		for line := range strings.Lines(in(Markdown)) {
			bars := strings.Count(strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\|`, ""), "|")
			require.Equal(t, 4, bars, line)
		}
		body := in(LaTeX)
		escaped := strings.NewReplacer(`\\`, "", `\&`, "", `\$`, "", `\%`, "", `\#`, "", `\_`, "", `\{`, "", `\}`, "").Replace(body)
		require.Equal(t, 2*len(rows), strings.Count(escaped, "&"), body)
		require.Zero(t, strings.Count(escaped, "$")%2, body)
		require.NotContains(t, escaped, "%")
		require.NotContains(t, escaped, "#")
		require.Equal(t, strings.Count(escaped, "{"), strings.Count(escaped, "}"), body)
	})
}

func TestTooWide(t *testing.T) {
	const heading = "a first column\tmean square\tspared by the reader\tlast word of a long heading\tverdict\t\n"
	rows := "alpha beta gamma delta epsilon\t0.123456789\t0.123456789012345\t1\tundecided\t\n" +
		"  zeta\t1\t2\t0.98765\trefuted\t\n"
	text := func(all bool, spare ...string) string {
		var b strings.Builder
		p := NewPage(&b, Text)
		if all {
			p.ShowAll()
		}
		w := New(p, Left)
		w.Spare(spare...)
		fmt.Fprint(w, heading, rows)
		require.NoError(t, w.Flush())
		return b.String()
	}
	require.Equal(t, `                                             last word of a long
a first column                  mean square  heading                   verdict
alpha beta gamma delta epsilon  0.123456789  1                         undecided
  zeta                          1            0.98765                   refuted
(--verbose adds: spared by the reader)
`, text(false, "spared by the reader"))
	require.Equal(t, `                                                              last
                                                              word of
                                           spared by the      a long
a first column                mean square  reader             heading  verdict
alpha beta gamma delta        0.123456789  0.123456789012345  1        undecided
  epsilon
  zeta                        1            2                  0.98765  refuted
`, text(false))
	require.Equal(t, 1+strings.Count(heading+rows, "\n")-1, strings.Count(text(true), "\n"))
}

// Whatever the cells: text is no wider than a terminal where no cell has a word that is, all
// words are there, and nothing is left out of all.
func TestEveryTableFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 5).Draw(t, "columns")
		cell := rapid.StringMatching(`[a-zα-ω0-9]{0,9}( [a-z]{1,9}){0,6}`)
		var source strings.Builder
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			for range columns {
				fmt.Fprint(&source, cell.Draw(t, "cell"), "\t")
			}
			fmt.Fprintln(&source)
		}
		a := rapid.SampledFrom([]Alignment{Left, Right}).Draw(t, "alignment")
		text := func(p *Page) []string {
			w := New(p, a)
			fmt.Fprint(w, source.String())
			require.NoError(t, w.Flush())
			return strings.Split(p.w.(*strings.Builder).String(), "\n")
		}
		narrow := text(NewPage(&strings.Builder{}, Text))
		for _, line := range narrow {
			require.LessOrEqual(t, lengthOf(line), Columns, "%q", line)
		}
		count := func(s string) map[string]int {
			out := map[string]int{}
			for _, w := range strings.Fields(s) {
				out[w]++
			}
			return out
		}
		require.Equal(t, count(source.String()), count(strings.Join(narrow, " ")))
		require.Len(t, text(NewPage(&strings.Builder{}, Text).ShowAll()), strings.Count(source.String(), "\n")+1)
	})
}
