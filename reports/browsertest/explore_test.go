package browsertest

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bsnn/reports/explore"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// A site serves the page of bsnn explore; it can go away and come back.
type site struct {
	t       *testing.T
	handler http.Handler
	address string

	mu     sync.Mutex
	server *http.Server
}

const siteToken = "SECRET"

func newSite(t *testing.T) *site {
	t.Helper()
	h, err := explore.NewHandler(explore.New(explore.ServerLimits()), siteToken)
	require.NoError(t, err)
	s := &site{t: t, handler: h, address: "127.0.0.1:0"}
	s.start()
	t.Cleanup(s.stop)
	return s
}

func (s *site) start() {
	s.t.Helper()
	l, err := net.Listen("tcp", s.address)
	require.NoError(s.t, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.address, s.server = l.Addr().String(), &http.Server{Handler: s.handler, ReadHeaderTimeout: time.Minute}
	go func(server *http.Server) { _ = server.Serve(l) }(s.server) // it ends with stop
}

func (s *site) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.server.Close()
}

func (s *site) url(query string) string {
	return "http://" + s.address + "/" + siteToken + "/#" + query
}

// until waits for an expression to hold.
func (b *tab) until(expression string) {
	b.t.Helper()
	for end := time.Now().Add(time.Minute); !ask[bool](b, "Boolean("+expression+")"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("never: %s; the page says: %s", expression, ask[string](b, "document.body.innerText.slice(0, 1500)"))
		}
	}
}

// another opens a second tab in the same browser.
func (b *tab) another(url string) *tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.Context)
	b.t.Cleanup(cancel)
	c := &tab{Context: ctx, t: b.t}
	require.NoError(b.t, chromedp.Listen(ctx, c.listen))
	call(c, log.Enable, cdp.Empty{})
	call(c, runtime.Enable, cdp.Empty{})
	call(c, network.Enable, network.EnableParams{})
	c.do(chromedp.Navigate(url), chromedp.WaitReady("main"))
	return c
}

// enter puts a text in the place of the function, key by key.
func (b *tab) enter(text string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("activation").select()`), chromedp.SendKeys("#activation", text))
}

const (
	headline = `document.querySelector(".headline").textContent`
	stage    = `document.getElementById("found").dataset.stage`
)

// Everything that somebody does on the page of bsnn explore, in one browser.
func TestExplore(t *testing.T) {
	t.Parallel()
	browser(t)
	s := newSite(t)
	b := openAt(t, s.url("activation=tanh&depth=5"))

	// The link says what is seen, at once and with a proof behind it.
	b.until(stage + ` === "proven"`)
	require.Equal(t, "Signals and gradients survive 5 layers of tanh.", ask[string](b, headline))
	require.Contains(t, ask[string](b, `document.getElementById("card").innerText`), "proven")
	require.Equal(t, 4, ask[int](b, `document.querySelectorAll("#curves .panels svg").length`))

	// A mistake is shown at its column while the answer before it stays.
	b.enter("x*tnh(x)")
	b.until(`document.querySelector("#problem mark")`)
	b.until(`document.querySelector("#problem pre").textContent === "x*tnh(x)"`)
	require.Equal(t, "t", ask[string](b, `document.querySelector("#problem mark").textContent`))
	require.Contains(t, ask[string](b, `document.getElementById("problem").innerText`), "column 3: unknown function")
	require.True(t, ask[bool](b, `document.getElementById("activation").hasAttribute("aria-invalid") && document.getElementById("run").disabled`))

	// Mended, it is answered; how long that takes from the last key on is told.
	b.do(chromedp.Evaluate[chromedp.Void](`document.addEventListener("input", () => { window.typed = performance.now(); }, true);
		new MutationObserver(() => { if (document.getElementById("found").dataset.link.includes("tanh%28x%29"))
			window.took ??= performance.now() - window.typed; }).observe(document.getElementById("found"), {attributes: true})`))
	b.enter("x*tanh(x)")
	b.until(headline + `.endsWith("5 layers of x*tanh(x).") && window.took`)
	t.Logf("x*tanh(x) is answered %.0f ms after the last key", ask[float64](b, "window.took"))
	require.Less(t, ask[float64](b, "window.took"), 3000., "milliseconds, with room for a machine that does much else")
	require.True(t, ask[bool](b, `document.getElementById("problem").hidden`))
	require.Contains(t, ask[string](b, "location.hash"), "depth=5")

	// Sliders, by keyboard.
	b.do(chromedp.Focus("#depth-slider"), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.PageUp))
	b.until(`Number(document.getElementById("depth").value) > 5`)
	b.until(headline + `.includes(" " + document.getElementById("depth").value + " layers")`)

	// A live run, to its verdict.
	b.do(chromedp.Evaluate[chromedp.Void](`location.hash = "activation=relu&depth=3&width=128"`))
	b.until(headline + `.includes("3 layers of relu")`)
	b.do(chromedp.Click("#run"))
	b.until(`document.getElementById("run").hidden === false && document.getElementById("verdicts").textContent.includes("Ended after")`)
	require.Contains(t, ask[string](b, `document.getElementById("verdicts").innerText`), "confirmed signals are kept")
	require.Contains(t, ask[string](b, `document.getElementById("along").innerText`), "median")

	// Two tabs run at once, and one is cancelled.
	const large = "activation=gelu&depth=2000&width=8192"
	b.do(chromedp.Evaluate[chromedp.Void](`location.hash = "` + large + `"`))
	b.until(headline + `.includes("2,000 layers of gelu")`)
	b.do(chromedp.Click("#run"))
	b.until(`document.getElementById("count").textContent.includes("networks")`)
	c := b.another(s.url("activation=tanh&depth=2&width=64"))
	c.until(headline + `.includes("2 layers of tanh")`)
	c.do(chromedp.Click("#run"))
	c.until(`document.getElementById("verdicts").textContent.includes("Ended after")`)
	require.True(t, ask[bool](b, `document.getElementById("run").hidden`), "the first tab runs on")
	b.do(chromedp.Click("#cancel"))
	b.until(`document.getElementById("count").textContent === "cancelled" && !document.getElementById("run").hidden`)

	// A report is kept.
	c.do(chromedp.Click("#save"))
	c.until(`document.getElementById("kept").textContent.startsWith("saved")`)

	// What is on the page fits, can be read, and came from nowhere else.
	for _, v := range views {
		c.window(v.width, v.height, v.scheme)
		require.Empty(t, ask[[]string](c, flatPictures), v.name)
		require.Empty(t, ask[[]string](c, sidewaysScroll), v.name)
		require.Empty(t, ask[[]string](c, faintWords), v.name)
		require.Empty(t, ask[[]string](c, collisions), v.name)
		c.picture("explore-" + v.name)
	}
	for _, x := range []*tab{b, c} {
		x.mu.Lock()
		require.Empty(t, x.complaints)
		for _, url := range x.requests {
			require.True(t, strings.HasPrefix(url, "http://"+s.address+"/"+siteToken+"/") || strings.HasPrefix(url, "data:"), url)
		}
		x.mu.Unlock()
	}

	// The program goes away, and comes back.
	s.stop()
	b.enter("sin(x)")
	b.until(`!document.getElementById("away").hidden`)
	require.Contains(t, ask[string](b, headline), "gelu", "what was seen stays")
	s.start()
	b.do(chromedp.Click("#retry"))
	b.until(`document.getElementById("away").hidden && ` + headline + `.includes("sin(x)")`)
}

// picture keeps what is seen where pictures are asked for.
func (b *tab) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("BSNN_SCREENSHOTS")
	if dir == "" {
		return
	}
	b.do(chromedp.Evaluate[chromedp.Void]("scrollTo(0, 0)"))
	png, err := chromedp.Run(b, chromedp.CaptureScreenshot())
	require.NoError(b.t, err)
	require.LessOrEqual(b.t, len(png), 200_000, name)
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o666))
}

// The page that answers itself says the same as the program: BSNN_SITE is the folder that cmd/bsnn-site wrote.
func TestExploreAlone(t *testing.T) {
	t.Parallel()
	browser(t)
	dir := os.Getenv("BSNN_SITE")
	if dir == "" {
		t.Skip("no page that answers itself: BSNN_SITE names the folder that cmd/bsnn-site wrote")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: http.FileServer(http.Dir(dir)), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }() // until the end of the test
	t.Cleanup(func() { _ = server.Close() })
	const query = "activation=gelu&depth=6&width=128"
	q, err := explore.ParseQuery(query)
	require.NoError(t, err)
	want, err := explore.New(explore.PageLimits()).Answer(context.Background(), q, explore.Proven)
	require.NoError(t, err)

	b := openAt(t, "http://"+l.Addr().String()+"/#"+query)
	b.until(stage + ` === "proven"`)
	for _, part := range []string{"card", "answer"} {
		plain := ask[string](b, `document.getElementById("`+part+`").innerHTML.replace(/\s+/g, " ")`)
		given := ask[string](b, `(() => { const e = document.createElement("div"); e.innerHTML = `+quote(string(want.Parts[part]))+
			`; return e.innerHTML.replace(/\s+/g, " "); })()`)
		require.Equal(t, given, plain, part)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`document.addEventListener("input", () => { window.typed = performance.now(); }, true);
		new MutationObserver(() => { if (document.getElementById("found").dataset.link.includes("tanh%28x%29"))
			window.took ??= performance.now() - window.typed; }).observe(document.getElementById("found"), {attributes: true})`))
	b.enter("x*tanh(x)")
	b.until(headline + `.endsWith("6 layers of x*tanh(x).") && window.took`)
	t.Logf("x*tanh(x) is answered %.0f ms after the last key", ask[float64](b, "window.took"))
	b.enter("x*tnh(x)")
	b.until(`document.querySelector("#problem mark")?.textContent === "t"`)
	b.do(chromedp.Evaluate[chromedp.Void](`location.hash = "activation=relu&depth=3&width=64"`))
	b.until(headline + `.includes("3 layers of relu")`)
	b.do(chromedp.Click("#run"))
	b.until(`document.getElementById("verdicts").textContent.includes("Ended after")`)
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(t, b.complaints)
	for _, url := range b.requests {
		require.True(t, strings.HasPrefix(url, "http://"+l.Addr().String()+"/") || strings.HasPrefix(url, "data:"), url)
	}
}

// quote is a text as JavaScript reads it.
func quote(s string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`", "$", "\\$").Replace(s) + "`"
}
