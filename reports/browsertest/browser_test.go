package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bsnn/reports"
	"bsnn/reports/page"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// browser is the program to drive; the test is skipped where there is none.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("BSNN_BROWSER"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no browser: install chromium, or name one in BSNN_BROWSER")
	return ""
}

var smallReport = sync.OnceValues(func() (*reports.Report, error) {
	s := reports.DefaultSpec()
	s.Widths, s.Depth, s.Trials = []int{16, 32, 64, 128}, 10, 40
	s.Subjects = append(s.Subjects, reports.NewSubject("sin(x)*exp(-x^2/9)+0.3*x+tanh(2*x-1)", nil, false))
	old, err := reports.Run(context.Background(), s, reports.Options{})
	if err != nil {
		return nil, err
	}
	s.Seed++
	r, err := reports.Run(context.Background(), s, reports.Options{BLAS: "none", Replay: func(q reports.Question) string {
		return fmt.Sprintf("bsnn verify --activation %s --widths %d --alpha %g --seed 2", q.Subject.Activation, q.Width, q.Alpha)
	}})
	if err != nil {
		return nil, err
	}
	r.Comparison = reports.Compare(old, r)
	r.Failures = append(r.Failures, reports.Failure{Subject: "elu", Width: 64, Depth: 10, Error: "a cell that failed, to see how it looks"})
	return r, nil
})

// address is that of a page that stands alone in its folder: nothing of
// the report is beside it.
func address(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("BSNN_REPORT")
	if dir == "" {
		dir = filepath.Join(t.TempDir(), "report")
		r, err := smallReport()
		require.NoError(t, err)
		require.NoError(t, page.Write(dir, r))
	}
	data, err := os.ReadFile(filepath.Join(dir, "index.html"))
	require.NoError(t, err)
	require.Less(t, len(data), 5_000_000, "the page is too large")
	alone := filepath.Join(t.TempDir(), "page.html")
	require.NoError(t, os.WriteFile(alone, data, 0o600))
	return "file://" + alone
}

// A tab is a page that is open in a browser, with what it complained about.
type tab struct {
	context.Context
	t *testing.T

	mu         sync.Mutex
	complaints []string
	requests   []string
}

// open starts a browser and opens the page of a report.
func open(t *testing.T) *tab {
	t.Helper()
	browser(t)
	return openAt(t, address(t))
}

// openAt starts a browser and opens a page.
func openAt(t *testing.T, url string) *tab {
	t.Helper()
	program := browser(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(2*time.Minute))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &tab{Context: ctx, t: t}
	require.NoError(t, chromedp.Listen(ctx, b.listen))
	call(b, log.Enable, cdp.Empty{})
	call(b, runtime.Enable, cdp.Empty{})
	call(b, network.Enable, network.EnableParams{})
	b.do(chromedp.Navigate(url), chromedp.WaitReady("main"))
	return b
}

// call sends a command of the protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], parameters P) {
	b.t.Helper()
	_, err := chromedp.Call(b, command, parameters)
	require.NoError(b.t, err)
}

func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, "console: "+string(e.Type))
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, "log: "+e.Entry.Text)
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b, steps...))
}

// ask evaluates an expression of JavaScript.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b, chromedp.Evaluate[T](expression))
	require.NoError(b.t, err)
	return out
}

// window sets the size, and the colour scheme or "print".
func (b *tab) window(width, height int64, scheme string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if scheme == "print" {
		media = emulation.SetEmulatedMediaParams{Media: "print"}
	}
	call(b, emulation.SetEmulatedMedia, media)
}
