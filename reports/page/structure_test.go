package page

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bsnn/reports/internal/sample"

	"github.com/stretchr/testify/require"
)

// problems are what a strict reader finds wrong with a page: elements that are
// not closed or badly nested, ids that appear twice, links and references that
// lead nowhere or out of the page, and what has no name for people who cannot
// see it.
func problems(page []byte) []string {
	root, err := strict(page)
	if err != nil {
		return []string{err.Error()}
	}
	c := checker{ids: map[string]bool{}}
	root.within(c.identify)
	root.within(c.check)
	return c.found
}

var (
	voidElements = regexp.MustCompile(`<(meta[^>]*|br|img[^>]*|hr)>`)
	styleElement = regexp.MustCompile(`(?s)<style>.*?</style>`)
)

// strict reads the page as XML, which forgives nothing.
func strict(page []byte) (*element, error) {
	text := strings.Replace(string(page), "<!DOCTYPE html>", "", 1)
	return readXML(voidElements.ReplaceAllString(styleElement.ReplaceAllString(text, ""), "<$1/>"))
}

// An element of a parsed document.
type element struct {
	name  string
	attrs map[string]string
	text  string // of itself and what it holds
	inner []*element

	begin int // of its text in that of the document
}

// readXML reads a document strictly.
func readXML(document string) (*element, error) {
	d := xml.NewDecoder(strings.NewReader(document))
	root := &element{}
	stack := []*element{root}
	var text strings.Builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if len(stack) > 1 {
				return nil, fmt.Errorf("%s is not closed", stack[len(stack)-1].name)
			}
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch x := token.(type) {
		case xml.StartElement:
			e := &element{name: x.Name.Local, attrs: map[string]string{}, begin: text.Len()}
			for _, a := range x.Attr {
				if _, twice := e.attrs[a.Name.Local]; twice {
					return nil, fmt.Errorf("%s has attribute %s twice", e.name, a.Name.Local)
				}
				e.attrs[a.Name.Local] = a.Value
			}
			top.inner = append(top.inner, e)
			stack = append(stack, e)
		case xml.EndElement:
			top.text = text.String()[top.begin:]
			stack = stack[:len(stack)-1]
		case xml.CharData:
			text.Write(x)
		}
	}
}

type checker struct {
	ids   map[string]bool
	found []string
}

func (c *checker) problem(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

func (c *checker) identify(e *element) {
	id, ok := e.attrs["id"]
	switch {
	case !ok:
	case id == "":
		c.problem("%s has an empty id", e.name)
	case c.ids[id]:
		c.problem("id %s twice", id)
	}
	c.ids[id] = true
}

func (c *checker) check(e *element) {
	named := func() bool {
		for _, id := range strings.Fields(e.attrs["aria-labelledby"]) {
			if !c.ids[id] {
				return false
			}
		}
		return strings.TrimSpace(e.attrs["aria-label"]) != "" || e.attrs["aria-labelledby"] != ""
	}
	switch e.name {
	case "a":
		c.link(e)
	case "img":
		if strings.TrimSpace(e.attrs["alt"]) == "" {
			c.problem("img without alt")
		}
	case "svg":
		if e.attrs["role"] == "img" && (!named() || len(e.inner) == 0 || e.inner[0].name != "title") {
			c.problem("svg without a name")
		}
	case "input", "select", "textarea":
		if !named() {
			c.problem("%s without a label", e.name)
		}
	case "table":
		if len(e.inner) == 0 || e.inner[0].name != "caption" {
			c.problem("table without caption")
		}
	case "details":
		if len(e.inner) == 0 || e.inner[0].name != "summary" {
			c.problem("details without summary")
		}
	case "script", "iframe", "object", "link":
		c.problem("%s on the page", e.name)
	}
	if e.attrs["role"] == "region" && !named() {
		c.problem("region without a name")
	}
}

func (c *checker) link(a *element) {
	target := a.attrs["href"]
	switch anchor, inside := strings.CutPrefix(target, "#"); {
	case strings.TrimSpace(a.text) == "":
		c.problem("link to %.40s without words", target)
	case inside && !c.ids[anchor]:
		c.problem("link to #%s leads nowhere", anchor)
	case !inside && !strings.HasPrefix(target, "data:"):
		c.problem("link to %.40s leaves the page", target)
	case !inside && a.attrs["download"] == "":
		c.problem("file without a name")
	}
}

func TestPageHasNoProblems(t *testing.T) {
	r := sample.Report()
	r.Comparison = sample.Comparison()
	page := rendered(t, r)[pageName]
	require.Equal(t, []string{"script on the page"}, problems(page), "one that copies and unfolds, and nothing else")
}

// Every kind of problem is found in a page that has it.
func TestProblemsAreFound(t *testing.T) {
	page := regexp.MustCompile(`;base64,[^"]*`).ReplaceAll(rendered(t, sample.Report())[pageName], []byte(";base64,AAAA"))
	for name, c := range map[string]struct{ old, new, want string }{
		"id twice":         {`id="rates"`, `id="verdicts"`, "id verdicts twice"},
		"not closed":       {"</main>", "", "main"},
		"badly nested":     {"</figure>", "", "figure"},
		"overlapping":      {"<strong>tanh</strong>", "<em><strong>tanh</em></strong>", "em"},
		"dangling":         {`href="#depth"`, `href="#dpeth"`, "#dpeth leads nowhere"},
		"outside":          {`href="#depth"`, `href="depth.html"`, "depth.html leaves the page"},
		"section dropped":  {`<section id="shape">`, `<section>`, "#shape leads nowhere"},
		"no region name":   {`aria-label="Fitted slopes"`, `aria-label=""`, "region without a name"},
		"no picture name":  {`role="img" aria-label="tanh: confirmed`, `role="img" aria-label="" data-was="`, "svg without a name"},
		"no caption":       {"<caption><span>One row a claim</span></caption>", "", "table without caption"},
		"empty link":       {">Verdicts in full</a>", "></a>", "without words"},
		"image":            {"<main>", `<main><img src="x">`, "img without alt"},
		"script":           {"<main>", "<main><script></script>", "script on the page\nscript on the page"},
		"file name":        {`download="data.csv"`, `download=""`, "file without a name"},
		"attribute twice":  {`<section id="depth">`, `<section id="depth" id="depth2">`, "attribute id twice"},
		"details, summary": {"<details><summary>", "<details><p></p><summary>", "details without summary"},
	} {
		spoiled := bytes.Replace(page, []byte(c.old), []byte(c.new), 1)
		require.NotEqual(t, page, spoiled, name)
		require.Contains(t, strings.Join(problems(spoiled), "\n"), c.want, name)
	}
}

// downloads are the files inside the page.
func downloads(t *testing.T, root *element) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, a := range root.all("a") {
		name := a.attrs["download"]
		if name == "" {
			continue
		}
		_, encoded, ok := strings.Cut(a.attrs["href"], ";base64,")
		require.True(t, ok, name)
		data, err := base64.StdEncoding.DecodeString(encoded)
		require.NoError(t, err, name)
		if before, ok := out[name]; ok {
			require.True(t, bytes.Equal(before, data), "%s is two files", name)
		}
		out[name] = data
	}
	return out
}

// The page is enough: it holds every other file of the report, and for every
// picture its numbers.
func TestPageHoldsEverything(t *testing.T) {
	r := sample.Report()
	files := rendered(t, r)
	root, err := strict(files[pageName])
	require.NoError(t, err)
	inside := downloads(t, root)
	for name, data := range files {
		if name != pageName && name != listName {
			require.True(t, bytes.Equal(data, inside[name]), "%s is not in the page", name)
		}
	}
	for _, figure := range root.all("figure") {
		var kinds []string
		for _, a := range figure.all("a") {
			kinds = append(kinds, a.attrs["download"][strings.LastIndex(a.attrs["download"], "."):])
		}
		require.Equal(t, []string{".svg", ".csv"}, kinds, figure.text)
	}
	for name, data := range inside {
		if strings.HasSuffix(name, ".csv") {
			rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
			require.NoError(t, err, name)
			require.Greater(t, len(rows), 1, name)
			require.False(t, slices.Contains(rows[0], ""), name)
		}
	}
}

// The numbers of a chart are those that it draws.
func TestNumbersOfCharts(t *testing.T) {
	r := sample.Report()
	root, err := strict(rendered(t, r)[pageName])
	require.NoError(t, err)
	inside := downloads(t, root)
	rows := func(name string) [][]string {
		t.Helper()
		out, err := csv.NewReader(bytes.NewReader(inside[name])).ReadAll()
		require.NoError(t, err)
		return out[1:]
	}
	all, err := csv.NewReader(bytes.NewReader(inside[csvName])).ReadAll()
	require.NoError(t, err)
	at := slices.Index(all[0], "statement")
	require.Positive(t, at)
	for _, st := range []string{"theorem1", "theorem2", "definition1-forward", "definition1-backward"} {
		var want [][]string
		for _, row := range all[1:] {
			if row[at] == st {
				want = append(want, row)
			}
		}
		require.Equal(t, want, rows(st+".csv"))
	}
	require.Len(t, rows("concentration.csv"), 4*2*4, "both directions over depth")

	h := r.Subjects[0].Histograms[1]
	counts := rows("histogram-50.csv")[:len(h.Counts)+2]
	require.Equal(t, []string{"tanh", "50", "1024", "100", "", "-4", "0"}, counts[0][:7])
	require.Equal(t, []string{"tanh", "50", "1024", "100", "-1", "0", "34", "34.13447460685429"}, counts[4])
	require.Equal(t, []string{"4", "", "2"}, counts[9][4:7])

	require.Equal(t, []string{"tanh", "50", "forward", "0.25", "0.1", "1500", "45000", "64", "256"}, rows("widths.csv")[4])
	require.Equal(t, []string{"tanh", "50", "backward", "0.25", "0.1", "2000", "", "", "64"}, rows("widths.csv")[5])
	require.Equal(t, []string{"tanh", "‖x⁽ˡ⁾‖²/n", "1024", "1000", "2", "0.998", "1", "1.002"}, rows("layers-forward.csv")[1])
	require.Equal(t, []string{"derivative", "0", ""}, rows("card-tanh.csv")[4])
}

// A page that would be too large links to its pictures beside it.
func TestLargePage(t *testing.T) {
	v := newView(sample.Report())
	v.JSON, v.CSV = download{jsonName, jsonType, []byte("{}")}, download{csvName, csvType, []byte("a")}
	whole, err := v.page(pageLimit)
	require.NoError(t, err)
	require.Contains(t, string(whole), `download="concentration.svg"`)
	lean, err := v.page(len(whole) - 1)
	require.NoError(t, err)
	require.Less(t, len(lean), len(whole)*3/4)
	require.Contains(t, string(lean), `<a href="concentration.svg">Picture (SVG)</a>`)
	require.Contains(t, string(lean), `download="concentration.csv"`)
	for _, p := range problems(lean) {
		require.Regexp(t, `^(link to [a-z0-9-]+\.svg leaves the page|script on the page)$`, p)
	}
}
