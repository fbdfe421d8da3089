package browsertest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// The first screen in both schemes and at both widths, as files of at most
// 300 kB.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("BSNN_SCREENSHOTS")
	if dir == "" {
		t.Skip("no screenshots asked for: BSNN_SCREENSHOTS names the folder")
	}
	b := open(t)
	for _, v := range views {
		b.window(v.width, v.height, v.scheme)
		png, err := chromedp.Run(b, chromedp.CaptureScreenshot())
		require.NoError(t, err)
		require.LessOrEqual(t, len(png), 300_000, v.name)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "report-"+v.name+".png"), png, 0o666))
	}
}
