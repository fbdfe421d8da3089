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
	require.Equal(t, "prose\n                      forward        \n            depth         law  proven\n"+
		"    a_b | c & 5 %  −3.2×10⁻³¹       –\n             =1+1          12        \n\n"+
		"  σ min‖∂E/∂W⁽ˡ⁾‖²\n    x₁₂a\nmore prose\n", printed(t, Text))
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
