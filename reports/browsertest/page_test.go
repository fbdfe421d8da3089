package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// views are the windows that everything is looked at in.
var views = []struct {
	name          string
	width, height int64
	scheme        string
}{
	{"wide-light", 1440, 900, "light"}, {"wide-dark", 1440, 900, "dark"},
	{"narrow-light", 390, 844, "light"}, {"narrow-dark", 390, 844, "dark"},
}

func TestPageInEveryWindow(t *testing.T) {
	t.Parallel()
	b := open(t)
	background := map[string]string{}
	for _, v := range views {
		b.window(v.width, v.height, v.scheme)
		require.Empty(t, ask[[]string](b, flatPictures), v.name)
		require.Empty(t, ask[[]string](b, sidewaysScroll), v.name)
		require.Empty(t, ask[[]string](b, faintWords), v.name)
		background[v.scheme] = ask[string](b, "getComputedStyle(document.body).backgroundColor")
	}
	require.NotEqual(t, background["light"], background["dark"], "the page follows the colour scheme")
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(t, b.complaints)
	for _, url := range b.requests {
		require.True(t, strings.HasPrefix(url, "file://") && strings.HasSuffix(url, "/page.html"), "the page asks for %s", url)
	}
}

func TestWordsDoNotCollide(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, v := range views {
		b.window(v.width, v.height, v.scheme)
		require.Empty(t, ask[[]string](b, collisions), v.name)
	}
}

func TestLinksResolve(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.window(1440, 900, "light")
	require.Empty(t, ask[[]string](b, brokenLinks))
	for _, id := range ask[[]string](b, `[...document.querySelectorAll("nav a")].map(a => a.hash.slice(1))`) {
		b.do(chromedp.Click(`nav a[href="#` + id + `"]`))
		require.Zero(t, ask[int](b, `document.querySelectorAll("#`+id+`>details.fold:not([open])").length`), "%s is unfolded", id)
		top := ask[float64](b, `document.getElementById("`+id+`").getBoundingClientRect().top`)
		bottom := ask[bool](b, "innerHeight + scrollY >= document.documentElement.scrollHeight - 2")
		require.True(t, top > -2 && top < 40 || bottom && top < 900, "%s is at %v", id, top)
		b.do(chromedp.Evaluate[chromedp.Void]("scrollTo(0, 0)"))
	}
}

// Tooltips give values: every marker and bar has one with a number in it.
func TestTooltipsGiveValues(t *testing.T) {
	t.Parallel()
	b := open(t)
	require.Empty(t, ask[[]string](b, `[...document.querySelectorAll('svg[role="img"] .mark:not(.key), svg[role="img"] .bar, svg[role="img"] .span')]
		.filter(e => !e.querySelector("title") || !/\d|∞|axis/.test(e.querySelector("title").textContent)).map(e => e.outerHTML.slice(0, 200))`))
	require.Positive(t, ask[int](b, `document.querySelectorAll('svg[role="img"] .mark').length`))
}

// On paper no table is cut, no row is split, and nothing but tables needs a
// second page's width.
func TestPrint(t *testing.T) {
	t.Parallel()
	b := open(t)
	// A4 across, less the margins of the style sheet, at 96 pixels per inch.
	const paper = (297 - 24) * 960 / 254
	b.window(paper, 700, "print")
	require.Empty(t, ask[[]string](b, cutTables))
	require.Empty(t, ask[[]string](b, sidewaysScroll))
	require.Empty(t, ask[[]string](b, flatPictures))
	pdf, err := chromedp.Run(b, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	require.NoError(t, err)
	require.Greater(t, strings.Count(string(pdf), "/Type /Page\n")+strings.Count(string(pdf), "/Type /Page/"), 2)
}

const (
	// flatPictures are pictures without size, or with nothing in them.
	flatPictures = `[...document.querySelectorAll('svg')].filter(s => {
		const box = s.getBoundingClientRect(), inner = [...s.querySelectorAll("path, rect, line")].filter(e => !e.closest("clipPath"));
		return !s.closest("details:not([open])") && (box.width < 10 || box.height < 8 || !inner.some(e => { const b = e.getBBox(); return b.width + b.height > 0; }));
	}).map(s => s.getAttribute("aria-label") || s.outerHTML.slice(0, 120))`

	// sidewaysScroll is what makes the page wider than its window.
	sidewaysScroll = `(() => {
		const width = document.documentElement.clientWidth, out = [];
		if (document.documentElement.scrollWidth > width) out.push("the page is " + document.documentElement.scrollWidth + " wide");
		for (const e of document.querySelectorAll("body *")) {
			if (e.closest(".scroll") && !e.matches(".scroll") || e.closest("svg") && !e.matches("svg")) continue;
			const box = e.getBoundingClientRect();
			if (box.width > 0 && (box.right > width + 1 || box.left < -1)) out.push(e.tagName + " " + e.className + ": " + box.left + " to " + box.right);
		}
		return out.slice(0, 10);
	})()`

	// faintWords are words with too little contrast to what is behind them
	// (WCAG 2, level AA).
	faintWords = `(() => {
		const rgb = c => (c.match(/[\d.]+/g) || []).map(Number);
		const channel = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
		const light = c => { const [r, g, b] = rgb(c).map(channel); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
		const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if ((rgb(c)[3] ?? 1) > 0) return c; } return "rgb(255,255,255)"; };
		const out = new Map();
		for (const e of document.querySelectorAll("body *")) {
			if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || e.matches("title, desc, style")) continue;
			const style = getComputedStyle(e), colour = e.closest("svg") ? style.fill : style.color;
			const a = light(colour), b = light(behind(e.closest("svg") ? e.closest("svg").parentElement : e));
			const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
			if (!(ratio >= 4.5)) out.set(e.tagName + "." + (e.className.baseVal ?? e.className), e.textContent.trim().slice(0, 40) + ": contrast " + ratio.toFixed(2));
		}
		return [...out].map(x => x.join(" ")).slice(0, 10);
	})()`

	// collisions are words in pictures that touch other words.
	collisions = `(() => {
		const out = [];
		for (const s of document.querySelectorAll('svg[role="img"]')) {
			const texts = [...s.querySelectorAll("text")].map(e => [e, e.getBoundingClientRect()]);
			for (let i = 0; i < texts.length; i++) for (let j = 0; j < i; j++) {
				const [e, a] = texts[i], [f, b] = texts[j];
				const w = Math.min(a.right, b.right) - Math.max(a.left, b.left), h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
				if (w > 1 && h > 0.3 * Math.min(a.height, b.height)) out.push(s.getAttribute("aria-label") + ": " + e.textContent + " on " + f.textContent);
			}
			const box = s.getBoundingClientRect();
			for (const [e, a] of texts) if (a.left < box.left - 1 || a.right > box.right + 1) out.push(s.getAttribute("aria-label") + ": " + e.textContent + " leaves the picture");
		}
		return out.slice(0, 10);
	})()`

	// brokenLinks lead nowhere, or to files that cannot be read.
	brokenLinks = `[...document.querySelectorAll("a")].filter(a => {
		const target = a.getAttribute("href");
		if (target.startsWith("#")) return !document.getElementById(target.slice(1));
		if (!target.startsWith("data:") || !a.download) return true;
		try { return atob(target.slice(target.indexOf(",") + 1)).length === 0; } catch { return true; }
	}).map(a => a.getAttribute("href").slice(0, 60))`

	// cutTables lose something at the edge of the paper, or in a cell.
	cutTables = `(() => {
		const width = document.documentElement.clientWidth, out = [];
		for (const t of document.querySelectorAll("table")) {
			if (t.closest("details:not([open])")) continue;
			const name = t.caption.textContent.slice(0, 40), box = t.getBoundingClientRect();
			if (box.right > width + 1) out.push(name + ": ends at " + box.right + " of " + width);
			for (const c of t.querySelectorAll("th, td")) if (c.scrollWidth > c.clientWidth + 1 && getComputedStyle(c).overflow !== "visible") out.push(name + ": " + c.textContent.slice(0, 40));
			for (const c of t.querySelectorAll("th, td")) {
				const right = c.getBoundingClientRect().right, r = document.createRange();
				r.selectNodeContents(c);
				if (r.getBoundingClientRect().right > right + 1) out.push(name + ": words leave " + c.textContent.slice(0, 40));
			}
			for (const r of t.rows) if (getComputedStyle(r).breakInside !== "avoid") { out.push(name + ": rows may be split"); break; }
			let s = t.parentElement;
			if (getComputedStyle(s).overflowX !== "visible") out.push(name + ": its frame would cut it");
		}
		return out.slice(0, 10);
	})()`
)
