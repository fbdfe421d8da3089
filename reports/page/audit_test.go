package page

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/network"
	"bsnn/network/checkpoint"
	"bsnn/properties/audit"
	"bsnn/reports"
	"bsnn/reports/internal/sample"

	"github.com/stretchr/testify/require"
)

// hostile are names that would do something on a page, in a spreadsheet or on a terminal.
var hostile = []string{
	"2.</script><img src=x onerror=alert(1)>.weight", "4.\"onclick='x'\u202e.weight", "10.<!--\x1b[31m.weight", "11.]]>&amp;\n=1+1.weight",
}

// inFile are they as the file has them: not in the order of the numbers in them.
var inFile = []string{hostile[2], hostile[1], hostile[3], hostile[0]}

// hostileAudit is that of a file with such names in which four layers follow each other; send says whether
// anything is sent.
func hostileAudit(t *testing.T, send bool) *reports.AuditReport {
	t.Helper()
	const n = 12
	var specs []safetensors.Spec
	var values [][]float64
	for k, name := range append(slices.Clone(inFile), "=norm<b>") {
		s := safetensors.Spec{Name: name, Type: tensor.Float32, Shape: []int64{n, n}}
		v := make([]float64, n*n)
		for i := range v {
			v[i] = math.Sin(float64(i+1) * float64(k+2) * 1.7)
		}
		if k == len(hostile) {
			s.Shape = []int64{n * n}
		}
		specs, values = append(specs, s), append(values, v)
	}
	path := filepath.Join(t.TempDir(), "net <i>.safetensors")
	out, err := os.Create(path)
	require.NoError(t, err)
	w, err := safetensors.NewWriter(out, nil, specs...)
	require.NoError(t, err)
	for _, v := range values {
		require.NoError(t, w.Write(v))
	}
	require.NoError(t, w.Close())
	require.NoError(t, out.Close())
	f, err := checkpoint.Open(path)
	require.NoError(t, err)
	defer f.Close()
	r := &reports.AuditReport{Command: "bsnn audit '<x>'", Audit: audit.Audit{File: f.Paths}}
	a := &r.Audit
	a.Layers, a.Skipped, err = audit.Layers(t.Context(), f, audit.Options{})
	require.NoError(t, err)
	if !send {
		a.NotPropagated = "the function <between> is not known"
		return r
	}
	net, err := audit.Follow(a.Layers, nil, network.Activation{Spec: "tanh", AsIs: true})
	require.NoError(t, err)
	require.NoError(t, a.Propagate(t.Context(), audit.Sending{Net: net}))
	require.NoError(t, a.Compare(t.Context(), net))
	return r
}

// elements counts those of a name.
func elements(root *element, name string) (n int) {
	root.within(func(e *element) {
		if e.name == name {
			n++
		}
	})
	return n
}

// Whatever tensors are called, the page is sound, and nothing of a name is markup; layers come in the
// order of the network.
func TestAuditPage(t *testing.T) {
	for _, send := range []bool{true, false} {
		r := hostileAudit(t, send)
		files, err := renderAudit(r)
		require.NoError(t, err)
		page := string(files[pageName])
		require.Equal(t, []string{"script on the page", "script on the page"}, problems(files[pageName]), "sorting, copying, nothing else")
		require.Equal(t, 1, strings.Count(page, "NaN "), "only in the script: no number is drawn that is none")
		root, err := strict(files[pageName])
		require.NoError(t, err)
		require.Equal(t, 2, elements(root, "script"))
		for _, never := range []string{"img", "b", "i"} {
			require.Zero(t, elements(root, never), never)
		}
		require.False(t, strings.ContainsAny(page, "\u202e\x1b"))
		require.Contains(t, page, "survive net &lt;i&gt;.safetensors?")
		require.Equal(t, 2, strings.Count(page, `role="img"`))
		for k := range hostile {
			require.Contains(t, page, `<th scope="row" data-key="`+string(rune('1'+k))+`">`)
		}
		rows, err := csv.NewReader(strings.NewReader(string(files["layers.csv"]))).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 1+len(hostile))
		order := inFile
		if send {
			order = hostile
		}
		for k, row := range rows[1:] {
			require.True(t, strings.HasPrefix(row[0], strings.SplitAfter(order[k], ".")[0]), row[0])
		}
		var read reports.AuditReport
		require.NoError(t, json.Unmarshal(files[auditJSON], &read))
		require.Equal(t, r.Audit.Verdict, read.Audit.Verdict)
		if send {
			require.Contains(t, page, ": forward, <strong>norms are")
			require.Contains(t, page, "theory for ")
			require.Contains(t, page, "What to know")
		} else {
			require.Contains(t, page, "Nothing was sent through it: the function &lt;between&gt; is not known")
		}
	}
}

// A page about norms that somebody recorded has no columns about matrices.
func TestAuditPageOfRecordedNorms(t *testing.T) {
	const table = "repetition,order,module,kind,width,signal,gradient\n0,0,a<b>,Linear,4,1,100\n0,1,b,Linear,4,1,1\n" +
		"1,0,a<b>,Linear,4,2,100\n1,1,b,Linear,4,1,1\n"
	a, err := audit.ReadRecorded("norms.csv", strings.NewReader(table), 10, 0.01)
	require.NoError(t, err)
	files, err := renderAudit(&reports.AuditReport{Audit: a})
	require.NoError(t, err)
	require.Equal(t, []string{"script on the page", "script on the page"}, problems(files[pageName]), "sorting, copying, nothing else")
	page := string(files[pageName])
	require.Contains(t, page, "a module with weights")
	require.Contains(t, page, `<th scope="col">Module</th>`)
	require.Contains(t, page, "multiply the weights of b by 0.1")
	require.Contains(t, page, "a&lt;b&gt;")
	for _, not := range []string{"looks like", "|WᵀW", "theory", "unknown", "Layer"} {
		require.False(t, strings.Contains(page, not), not)
	}
}

// A page about a file takes the place of any other, and gives way to it.
func TestAuditReplacesReports(t *testing.T) {
	dir := written(t, sample.Report())
	put(t, dir, "notes.txt", "precious")
	o, err := Claim(dir)
	require.NoError(t, err)
	require.NoError(t, o.WriteAudit(hostileAudit(t, true)))
	o.Close()
	want := []string{"along.csv", "along.svg", "audit.json", "index.html", "layers.csv", "notes.txt", "report.sha256"}
	require.Equal(t, want, names(t, dir))
	require.NoError(t, Write(dir, sample.Report()))
	require.NoFileExists(t, filepath.Join(dir, auditJSON))
	require.FileExists(t, filepath.Join(dir, "notes.txt"))
}
