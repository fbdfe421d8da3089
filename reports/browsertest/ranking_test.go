package browsertest

import (
	"fmt"
	"path/filepath"
	"testing"

	"bsnn/reports"
	"bsnn/reports/page"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// rankingAddress is that of a report of 60 activations.
func rankingAddress(t *testing.T) string {
	t.Helper()
	small, err := smallReport()
	require.NoError(t, err)
	r := *small
	r.Subjects, r.Comparison = nil, nil
	for i := range 60 {
		s := small.Subjects[i%len(small.Subjects)]
		s.Subject.Key = fmt.Sprintf("%s-%d", s.Subject.Key, i)
		s.Subject.Title = fmt.Sprintf("%s, number %d", s.Subject.Title, i)
		r.Subjects = append(r.Subjects, s)
	}
	require.Greater(t, len(reports.Ranking(&r)), 50)
	dir := filepath.Join(t.TempDir(), "ranking")
	require.NoError(t, page.Write(dir, &r))
	return "file://" + filepath.Join(dir, "index.html")
}

// A ranking filters by words and by answer, unfolds what it has of one activation, and sorts.
func TestRankingPage(t *testing.T) {
	t.Parallel()
	browser(t)
	b := openAt(t, rankingAddress(t))
	run := func(script string) { b.do(chromedp.Evaluate[chromedp.Void](script)) }
	shown := `[...document.querySelectorAll("table.ranking>tbody")].filter(b => b.offsetHeight > 0).length`
	for _, v := range views {
		b.window(v.width, v.height, v.scheme)
		require.Empty(t, ask[[]string](b, sidewaysScroll), v.name)
		require.Empty(t, ask[[]string](b, faintWords), v.name)
	}
	require.Equal(t, 60, ask[int](b, shown))
	write := func(words, answer string) {
		run(fmt.Sprintf(`wanted.value = %q; wanted.dispatchEvent(new Event("input")); answer.value = %q; answer.dispatchEvent(new Event("change"))`,
			words, answer))
	}
	write("NUMBER 7", "")
	require.Equal(t, 1, ask[int](b, shown), "number 7 alone")
	require.Equal(t, "1 of 60", ask[string](b, `document.getElementById("shown").textContent`))
	write("", "refuted")
	failing := ask[int](b, shown)
	require.True(t, failing > 0 && failing < 60, "%d", failing)
	write("no such words", "")
	require.Equal(t, 0, ask[int](b, shown))
	write("", "")

	details := `[...document.querySelectorAll(".more")].filter(m => m.offsetHeight > 0).length`
	first := `document.querySelector("table.ranking>tbody button")`
	require.Equal(t, 0, ask[int](b, details), "folded")
	run(first + ".click()")
	require.Equal(t, 1, ask[int](b, details))
	require.Equal(t, "true", ask[string](b, first+`.getAttribute("aria-expanded")`))
	run(first + ".click()")
	require.Equal(t, 0, ask[int](b, details))

	ranks := `[...document.querySelectorAll("table.ranking>tbody")].map(b => Number(b.rows[0].cells[1].textContent))`
	heading := `document.querySelector("table.ranking").tHead.rows[0].cells[1].querySelector("button").click()`
	require.Equal(t, 1, ask[[]int](b, ranks)[0])
	run(heading)
	require.Equal(t, 1, ask[[]int](b, ranks)[0])
	run(heading)
	require.Equal(t, 60, ask[[]int](b, ranks)[0])
	require.Equal(t, 2, ask[int](b, `document.querySelector("table.ranking>tbody").rows.length`), "details went along")
}
