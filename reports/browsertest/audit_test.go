package browsertest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/properties/audit"
	"bsnn/reports"
	"bsnn/reports/page"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// auditAddress is that of a page about norms that somebody recorded, of twelve modules whose names, signals
// and gradients are in different orders.
func auditAddress(t *testing.T) string {
	var table strings.Builder
	table.WriteString("repetition,order,module,kind,width,signal,gradient\n")
	for k := range 30 {
		for i := range 12 {
			signal := fmt.Sprint((i*7)%12 + 1)
			if i == 4 {
				signal = "inf"
			}
			fmt.Fprintf(&table, "%d,%d,layer%d,Linear,4,%s,%d\n", k, i, 11-i, signal, (i*5)%12+1)
		}
	}
	a, err := audit.ReadRecorded("norms.csv", strings.NewReader(table.String()), 10, 1e-6)
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "audit")
	o, err := page.Claim(dir)
	require.NoError(t, err)
	defer o.Close()
	require.NoError(t, o.WriteAudit(&reports.AuditReport{Command: "bsnn audit norms.csv", Audit: a}))
	return "file://" + filepath.Join(dir, "index.html")
}

// A click on a heading sorts the rows by the numbers in its column, another one the other way round; rows without
// a number come last, and the first column has the order of the network.
func TestAuditPageSorts(t *testing.T) {
	t.Parallel()
	browser(t)
	b := openAt(t, auditAddress(t))
	b.window(390, 844, "light")
	require.Empty(t, ask[[]string](b, sidewaysScroll))
	require.Equal(t, "Module", ask[string](b, heading(0)+".textContent"))
	column := func(at int) []float64 {
		return ask[[]float64](b, fmt.Sprintf(
			`[...document.querySelector("table.sortable").tBodies[0].rows].map(r => Number(r.cells[%d].dataset.key || -1))`, at))
	}
	none := 0
	sorted := func(x []float64, sign float64) {
		t.Helper()
		require.Len(t, x, 12)
		if x[11] == -1 {
			none++
			x = x[:11]
		}
		for i := range x[1:] {
			require.LessOrEqual(t, sign*x[i], sign*x[i+1], "%v", x)
		}
	}
	sorted(column(0), 1)
	for at := range ask[int](b, `document.querySelector("table.sortable").tHead.rows[0].cells.length`) {
		if at == 1 {
			continue // kinds, which are all the same
		}
		for _, sign := range []float64{1, -1, 1} {
			b.do(chromedp.Evaluate[chromedp.Void](heading(at) + ".querySelector('button').click()"))
			want := map[float64]string{1: "ascending", -1: "descending"}[sign]
			require.Equal(t, want, ask[string](b, heading(at)+`.getAttribute("aria-sort")`), "column %d", at)
			sorted(column(at), sign)
			require.Equal(t, 1, ask[int](b, `document.querySelectorAll("[aria-sort]").length`))
		}
	}
	require.Positive(t, none, "a module whose signal is infinite comes last")
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(t, b.complaints)
}

// heading is that of a column, as an expression.
func heading(at int) string {
	return fmt.Sprintf(`document.querySelector("table.sortable").tHead.rows[0].cells[%d]`, at)
}
