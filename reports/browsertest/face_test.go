package browsertest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"bsnn/reports/page"

	protocol "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// written is the address of a report about the first so many activations of the small one, or about the last
// where that is negative, whose name is long.
func written(t *testing.T, activations int) string {
	t.Helper()
	small, err := smallReport()
	require.NoError(t, err)
	r := *small
	r.Comparison, r.Failures = nil, nil
	if activations < 0 {
		r.Subjects = r.Subjects[len(r.Subjects)+activations:]
	} else {
		r.Subjects = r.Subjects[:activations]
	}
	dir := filepath.Join(t.TempDir(), "report")
	require.NoError(t, page.Write(dir, &r))
	return "file://" + filepath.Join(dir, "index.html")
}

func (b *tab) run(script string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](script))
}

// spoil adds a style to the page, which spoil.remove() takes away.
func spoil(b *tab, style string) {
	b.t.Helper()
	b.run(fmt.Sprintf(`spoil = document.head.appendChild(document.createElement("style")); spoil.textContent = %q`, style))
}

const unfold = `for (const d of document.querySelectorAll("details")) d.open = true`

// The panels of a page about one activation are no larger than those of a page about six, nor are their letters;
// a title that is cut has all of it as tooltip.
func TestPanelsOfOneActivation(t *testing.T) {
	t.Parallel()
	browser(t)
	// Of every picture but those of cards, which are small: how wide panels are, and how high their letters.
	const sizes = `["svg.chart:not(.small *)", "svg.chart:not(.small *) text.name"].map(q => Math.max(...[...document.querySelectorAll(q)].
		map(e => q.endsWith("name") ? e.getBoundingClientRect().height : e.getBoundingClientRect().width)))`
	b := openAt(t, written(t, 6))
	windows := []int64{1440, 1000, 700, 390}
	var usual [][]float64
	for _, w := range windows {
		b.window(w, 900, "light")
		b.run(unfold)
		usual = append(usual, ask[[]float64](b, sizes))
	}
	for _, activations := range []int{1, 2, -1} {
		b.do(chromedp.Navigate(written(t, activations)), chromedp.WaitReady("main"))
		for i, w := range windows {
			b.window(w, 900, "light")
			b.run(unfold)
			for k, size := range ask[[]float64](b, sizes) {
				require.Positive(t, size)
				require.LessOrEqual(t, size, usual[i][k]+0.6, "%d activations, window of %d", activations, w)
			}
			require.Empty(t, ask[[]string](b, sidewaysScroll), "window of %d", w)
		}
	}
	// The last page has a long name.
	cut := ask[[]string](b, `[...document.querySelectorAll("svg.chart text")].filter(e => e.lastChild.textContent.endsWith("…")).
		map(e => (e.querySelector("title") || {textContent: ""}).textContent)`)
	require.NotEmpty(t, cut)
	for _, whole := range cut {
		require.Contains(t, whole, "tanh(2*x-1)", "all of what is cut")
	}
	require.Empty(t, ask[[]string](b, `[...document.querySelectorAll("main, header")].flatMap(m => [...m.querySelectorAll("strong, th a, th span, h3 span")]).
		filter(e => e.textContent.includes(" … ") && !e.closest("[title]") && !e.querySelector("[title]")).map(e => e.outerHTML.slice(0, 200))`))
}

// On a phone a report is short, its headings stay in sight, no column is squeezed, and tables that are wider than
// the window scroll by themselves, say so and keep their first column. A style that spoils one of these is noticed.
func TestPhone(t *testing.T) {
	t.Parallel()
	browser(t)
	b := openAt(t, written(t, 6))
	b.window(390, 844, "light")
	require.Equal(t, 4, ask[int](b, `document.querySelectorAll("details.fold").length`))
	require.Zero(t, ask[int](b, `document.querySelectorAll("details[open]").length`), "folded by default")
	require.Less(t, ask[float64](b, "document.documentElement.scrollHeight"), 12_000.0)

	b.run(unfold)
	for name, c := range map[string]struct{ check, spoil string }{
		"headings of sections":        {headingsAway, `.fold>summary{position:static!important}`},
		"columns of words":            {squeezedCells, `td.wrap{min-width:0!important}`},
		"hints":                       {withoutHint, `.scroll.wide::before{display:none!important}`},
		"first columns":               {firstColumnAway, `tbody th{position:static!important}`},
		"headings of tables":          {tableHeadingsAway, `.long thead th{position:static!important}`},
		"what is wider than a window": {sidewaysScroll, `.scroll{overflow:visible!important}`},
	} {
		require.Empty(t, ask[[]string](b, c.check), name)
		spoil(b, c.spoil)
		require.NotEmpty(t, ask[[]string](b, c.check), "%s are looked at", name)
		b.run(`spoil.remove()`)
	}
}

const (
	// headingsAway are those out of sight or covered in the middle of their section.
	headingsAway = `[...document.querySelectorAll("section")].flatMap(s => {
		const box = s.getBoundingClientRect(), head = s.querySelector("h2");
		scrollTo(0, scrollY + box.top + box.height / 2);
		const top = head.getBoundingClientRect().top, seen = document.elementFromPoint(60, top + 12);
		return box.height > 1200 && (top < -1 || top > 40 || !head.parentElement.contains(seen)) ? [head.textContent + " is at " + top] : [];
	})`

	// squeezedCells have their words broken into four lines or more.
	squeezedCells = `[...document.querySelectorAll("table :is(th, td)")].flatMap(c => {
		const r = document.createRange();
		r.selectNodeContents(c);
		const lines = Math.round(r.getBoundingClientRect().height / parseFloat(getComputedStyle(c).lineHeight));
		return lines > 3 ? [lines + " lines: " + c.textContent.slice(0, 60)] : [];
	}).slice(0, 10)`

	// withoutHint are tables that scroll sideways and do not say so.
	withoutHint = `[...document.querySelectorAll(".scroll")].filter(s => s.scrollWidth > s.clientWidth + 1 && s.querySelector("table")).filter(s => {
		const hint = getComputedStyle(s, "::before");
		return !hint.content.includes("scroll") || hint.display === "none";
	}).map(s => s.getAttribute("aria-label"))`

	// firstColumnAway are tables whose first column leaves when they are scrolled.
	firstColumnAway = `[...document.querySelectorAll(".scroll")].filter(s => {
		const first = s.querySelector("tbody tr:not(.group) th");
		s.scrollLeft = 200;
		return s.scrollLeft > 20 && first !== null && Math.abs(first.getBoundingClientRect().left - s.getBoundingClientRect().left) > 2;
	}).map(s => s.getAttribute("aria-label"))`

	// tableHeadingsAway are long tables whose headings leave when they are scrolled.
	tableHeadingsAway = `[...document.querySelectorAll(".scroll.long")].filter(s => {
		s.scrollTop = 300;
		return s.scrollTop > 100 && Math.abs(s.querySelector("thead th").getBoundingClientRect().top - s.getBoundingClientRect().top) > 3;
	}).map(s => s.getAttribute("aria-label"))`
)

// A click copies a command; without a script, what is selected by one is all of it.
func TestCommandsAreCopied(t *testing.T) {
	t.Parallel()
	browser(t)
	b := openAt(t, written(t, 1))
	b.window(1440, 900, "light")
	commands := ask[int](b, `document.querySelectorAll(".command button:not([hidden])").length`)
	require.Greater(t, commands, 1)
	b.run(unfold)
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		call(b, protocol.SetPermission, protocol.SetPermissionParams{
			Permission: &protocol.PermissionDescriptor{Name: name}, Setting: protocol.PermissionSettingGranted})
	}
	b.do(chromedp.Click(".commands .command button"))
	want := ask[string](b, `document.querySelector(".commands code").textContent`)
	require.Regexp(t, `^bsnn verify .* --alpha [0-9](\.[0-9])?e-[0-9]+ `, want)
	require.Equal(t, want, ask[string](b, "getSelection().toString()"))
	b.run(`globalThis.pasted = ""; navigator.clipboard.readText().then(text => { globalThis.pasted = text; })`)
	require.Eventually(t, func() bool { return ask[string](b, "pasted") == want }, 10*time.Second, 20*time.Millisecond, "it can be pasted")
	require.Equal(t, "Copied", ask[string](b, `document.querySelector(".commands .command button").textContent`))
	require.Equal(t, "all", ask[string](b, `getComputedStyle(document.querySelector(".commands code")).userSelect`))
}

// What was open is printed open, what was folded stays so; either way on few pages, with no heading at the end of
// one, pictures beside their legends, and cards whole.
func TestPrintedPages(t *testing.T) {
	t.Parallel()
	browser(t)
	b := openAt(t, written(t, 6))
	const paper = (297 - 20) * 960 / 254
	printed := func() []byte {
		pdf, err := chromedp.Run(b, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
		require.NoError(t, err)
		return pdf
	}
	shownHeadings := func() []string {
		return ask[[]string](b, `[...document.querySelectorAll("h1, h2, h3")].filter(h => !h.closest("details:not([open])")).map(h => h.textContent.trim())`)
	}
	folded := printed()
	require.Empty(t, orphans(t, folded, shownHeadings()))
	b.run(`document.getElementById("unfold").click()`)
	whole, headings := printed(), shownHeadings()
	require.Empty(t, orphans(t, whole, headings))
	require.Greater(t, pages(whole), pages(folded)+4, "what is open is printed")
	require.LessOrEqual(t, pages(whole), 16)
	spoil(b, `@media print{h2,h3,summary{break-after:page!important}}`)
	if _, err := exec.LookPath("pdftotext"); err == nil {
		require.NotEmpty(t, orphans(t, printed(), headings), "the last lines of pages are looked at")
	}
	b.run(`spoil.remove()`)
	b.window(paper, 700, "print")
	const high = (210 - 18) * 960 / 254
	split := fmt.Sprintf(`[...document.querySelectorAll(".card, .pair, figure")].filter(e => getComputedStyle(e).breakInside !== "avoid" ||
		e.getBoundingClientRect().height > %d).map(e => e.tagName + " of " + e.getBoundingClientRect().height)`, int(high))
	require.Empty(t, ask[[]string](b, split), "not whole on one page")
	spoil(b, `.card{break-inside:auto!important}`)
	require.NotEmpty(t, ask[[]string](b, split), "cards are looked at")
}

// pages counts those of a document.
func pages(pdf []byte) int {
	return len(regexp.MustCompile(`/Type /Page\b[^s]`).FindAll(pdf, -1))
}

// orphans are the headings that are the last line of a page, where there is a program that reads it.
func orphans(t *testing.T, pdf []byte, headings []string) []string {
	t.Helper()
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		return nil
	}
	file := filepath.Join(t.TempDir(), "report.pdf")
	require.NoError(t, os.WriteFile(file, pdf, 0o600))
	text, err := exec.Command(program, "-layout", file, "-").Output()
	require.NoError(t, err)
	var out []string
	for _, p := range strings.Split(string(text), "\f") {
		lines := strings.Split(strings.TrimSpace(p), "\n")
		last := strings.TrimSpace(lines[len(lines)-1])
		for _, h := range headings {
			if last == h || last != "" && strings.HasPrefix(strings.TrimLeft(last, "▸▾▶▼ "), h+" ") {
				out = append(out, h)
			}
		}
	}
	return out
}

// Reports with one vocabulary: the words of verdicts are these, in every table and picture.
func TestOneVocabulary(t *testing.T) {
	t.Parallel()
	browser(t)
	b := openAt(t, written(t, 6))
	require.Empty(t, ask[[]string](b, `[...document.querySelectorAll(".verdict, .badge")].map(e => e.textContent.trim()).
		filter(w => !/^([✓✗?] )(confirmed|refuted|undecided)$/.test(w))`))
	require.Empty(t, ask[[]string](b, `[...document.querySelectorAll(".card")].filter(c => {
		const row = document.querySelector('.glance a[href="#' + c.id + '"]').closest("tr"), word = c.querySelector(".verdict").textContent.trim();
		const leading = [...row.cells].slice(1, 3).map(d => d.querySelector(".verdict").textContent.trim());
		const joint = leading.find(w => w.startsWith("✗")) || leading.find(w => w.startsWith("?")) || leading[0];
		return joint !== word;
	}).map(c => c.id)`), "cards that say something else than the table")
}
