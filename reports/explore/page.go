package explore

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/reports/page"
)

//go:embed static
var static embed.FS

// A Backend is what answers a page.
type Backend int

// What may answer a page.
const (
	Server  Backend = iota // the program that serves it
	Browser                // the program of cmd/bsnn-site, in the browser
)

// ProgramName is the file of the program that answers a page in the browser: WebAssembly, compressed by gzip, so that it is small on
// every host.
const ProgramName = "bsnn.wasm.gz"

// pageView is what the template of the page sees.
type pageView struct {
	Static                    bool
	Names, Weights            []string
	Shortcuts, Norms          []string
	Start                     Query
	WidestWidth, DeepestDepth int
	Trials                    int
	LongestText, LongestNet   int
}

// Files are the files of the page by name. In a page that the browser answers, [ProgramName] and the file wasm_exec.js of Go belong
// beside them.
func Files(b Backend) (map[string][]byte, error) {
	t, err := template.ParseFS(static, "static/index.html.tmpl")
	if err != nil {
		return nil, fmt.Errorf("index.html: %w", err)
	}
	v := pageView{
		Static: b == Browser, Names: gpnorm.Names(), Weights: network.WeightsNames(), Shortcuts: network.ShortcutNames(),
		Norms: network.NormChoices(), Start: DefaultQuery(), WidestWidth: WidestWidth, DeepestDepth: DeepestDepth,
		Trials: PageLimits().Trials, LongestText: mostText, LongestNet: mostNet,
	}
	var index bytes.Buffer
	if err := t.Execute(&index, v); err != nil {
		return nil, fmt.Errorf("index.html: %w", err)
	}
	out := map[string][]byte{"index.html": index.Bytes()}
	names := map[string]string{"explore.js": "explore.js", "form.js": "form.js", "backend.js": "server.js"}
	if b == Browser {
		names["backend.js"], names["worker.js"] = "browser.js", "worker.js"
	}
	for name, source := range names {
		if out[name], err = fs.ReadFile(static, "static/"+source); err != nil {
			return nil, err
		}
	}
	css, err := fs.ReadFile(static, "static/explore.css")
	if err != nil {
		return nil, err
	}
	out["explore.css"] = append([]byte(page.Style()), css...)
	return out, nil
}
