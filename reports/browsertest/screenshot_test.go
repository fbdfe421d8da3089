package browsertest

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	protocol "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// rankingSpec is a sweep of more activations than a page has pictures of.
const rankingSpec = `seed: 1
activations:
  - activation: max(x, alpha*x)
    parameters: {alpha: [%s]}
  - {activation: tanh, as_is: true, control: true}
  - activation: gelu
widths: 64:512
depth: 20
`

// shown are the pages in the documentation, with the commands that make them. The last word is the folder.
var shown = []struct {
	name     string
	commands []string
}{
	{"report", []string{"report -o report"}},
	{"one-activation", []string{"report --activation gelu --widths 32:64 -o one-activation"}},
	{"training", []string{"train --depth 20 --width 64 --epochs 3 -o run",
		"report --activation tanh --widths 64:512 --training run -o training"}},
	{"network", []string{"report --layers 784,256x20,10 --activation gelu -o network"}},
	{"audit", []string{"init --depth 12 --width 128 --activation gelu -o start.safetensors",
		"audit start.safetensors --activation gelu --as-is -o audit"}},
	{"ranking", []string{"report --spec ranking.yaml -o ranking"}},
}

// Every kind of page on a wide window in light and in dark, on a phone and on paper, as one picture each of at
// most 150 kB. The pages are those that the commands write.
func TestScreenshots(t *testing.T) {
	out := os.Getenv("BSNN_SCREENSHOTS")
	if out == "" {
		t.Skip("no screenshots asked for: BSNN_SCREENSHOTS names the folder")
	}
	browser(t)
	dir := t.TempDir()
	program := filepath.Join(dir, "bsnn")
	build := exec.Command("go", "build", "-o", program, "./cmd/bsnn")
	build.Dir = "../.."
	said, err := build.CombinedOutput()
	require.NoError(t, err, "%s", said)
	var slopes []string
	for i := range 40 {
		slopes = append(slopes, fmt.Sprint(float64(i)/40))
	}
	spec := fmt.Sprintf(rankingSpec, strings.Join(slopes, ", "))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ranking.yaml"), []byte(spec), 0o600))
	for _, s := range shown {
		for _, line := range s.commands {
			c := exec.Command(program, strings.Fields(line)...)
			c.Dir = dir
			_, err := c.Output() // an answer may be an exit code
			if _, ended := err.(*exec.ExitError); !ended {
				require.NoError(t, err, line)
			}
		}
		picture(t, "file://"+filepath.Join(dir, s.name, "index.html"), filepath.Join(out, s.name+".webp"))
	}
}

// picture writes the four views of a page, side by side.
func picture(t *testing.T, url, file string) {
	t.Helper()
	b := openAt(t, url)
	images := []any{}
	for _, v := range []struct {
		width, height int64
		scheme        string
	}{{1440, 1600, "light"}, {1440, 1600, "dark"}, {390, 1600, "light"}, {1047, 1600, "print"}} {
		b.window(v.width, v.height, v.scheme)
		png, err := chromedp.Run(b, chromedp.CaptureScreenshot())
		require.NoError(t, err)
		images = append(images, base64.StdEncoding.EncodeToString(png))
	}
	html := fmt.Sprintf(`<main style="display:flex;gap:8px;background:#888;padding:8px"><style>body{margin:0}img{height:800px}</style>`+
		strings.Repeat(`<img src="data:image/png;base64,%s">`, len(images))+`</main>`, images...)
	sheet := filepath.Join(t.TempDir(), "sheet.html")
	require.NoError(t, os.WriteFile(sheet, []byte(html), 0o600))
	b.window(2204, 816, "light")
	b.do(chromedp.Navigate("file://"+sheet), chromedp.WaitReady("main"))
	var data []byte
	for quality := int64(70); quality == 70 || len(data) > 150_000; quality -= 10 {
		require.Positive(t, quality, file)
		shot, err := chromedp.Call(b, protocol.CaptureScreenshot, protocol.CaptureScreenshotParams{
			Format: protocol.CaptureScreenshotFormatWebp, Quality: &quality})
		require.NoError(t, err)
		data = shot.Data
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(t, os.WriteFile(file, data, 0o644)) //nolint:gosec // a picture for everybody
}
