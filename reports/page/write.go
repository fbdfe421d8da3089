package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"bsnn/reports"
)

const (
	pageName = "index.html"
	jsonName = "report.json"
	csvName  = "data.csv"
)

// Write renders a report into the folder dir: index.html, a page that needs
// nothing but itself; report.json, all numbers and the specification;
// data.csv, described by [Columns]; the charts as SVG files; and
// report.sha256, a list of all these with their SHA-256, as the program
// sha256sum reads it. A report of more than 30 activations is a ranking: its page is a table that
// sorts and filters, without charts, and ranking.csv holds the same. The same report gives the
// same bytes. It is [Claim] and [Output.Write] in one.
func Write(dir string, r *reports.Report) error {
	o, err := Claim(dir)
	if err != nil {
		return err
	}
	defer o.Close()
	return o.Write(r)
}

// Write renders a report into the folder; see the function of the same name.
//
// No file of a report appears before all of them are written. In a folder that
// was there, the files that a former report lists as its own give way, and all
// others stay. The page is one file, so whoever looks sees the former one or the
// new one; should the process die while the files change their places, the next
// claim of the folder for a report completes that.
func (o *Output) Write(r *reports.Report) error {
	files, err := render(r)
	if err != nil {
		return err
	}
	return o.put(files)
}

// put puts files in the place of those of a former report.
func (o *Output) put(files map[string][]byte) error {
	found, err := o.inspect()
	if err != nil {
		return err
	}
	for name := range files {
		if slices.Contains(found.others, name) {
			return o.refuse(fmt.Errorf("holds %s, which is not of the former report, and the new one has a file of that name; "+
				"give it another name and it stays", name))
		}
	}
	if err := o.claim.Replace(files, found.own); err != nil {
		return o.refuse(err)
	}
	return nil
}

// render makes all files of a report.
func render(r *reports.Report) (map[string][]byte, error) {
	if len(r.Subjects) == 0 || len(r.Spec.Widths) == 0 {
		return nil, errors.New("nothing measured; want at least one activation and one width")
	}
	files := map[string][]byte{}
	var err error
	text := reportFile
	if ranked(r) {
		text = longReportFile
	}
	if files[jsonName], err = text(r); err != nil {
		return nil, err
	}
	if files[csvName], err = allCells(r).csv(); err != nil {
		return nil, err
	}
	if ranked(r) {
		return files, renderRanking(r, files)
	}
	v := newView(r)
	v.JSON, v.CSV = download{jsonName, jsonType, files[jsonName]}, download{csvName, csvType, files[csvName]}
	for _, c := range v.pictures() {
		if _, twice := files[c.file]; twice || !pathless(c.file) {
			return nil, fmt.Errorf("a picture with the file name %q, which is another's or none; want other keys", c.file)
		}
		files[c.file] = c.Document()
	}
	if files[pageName], err = v.page(pageLimit); err != nil {
		return nil, err
	}
	files[listName] = newFileList(files).text()
	return files, nil
}

func reportFile(r *reports.Report) ([]byte, error) { return jsonFile(jsonName, r) }

// subjectBytes is about what an activation takes in a long report.
const subjectBytes = 48 << 10

// longReportFile is the same JSON with a line for each activation, which is not indented.
func longReportFile(r *reports.Report) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(subjectBytes * len(r.Subjects))
	frame := *r
	frame.Subjects = []reports.SubjectResult{}
	around, err := lineOf(frame)
	if err != nil {
		return nil, err
	}
	before, after, found := bytes.Cut(around, []byte(`"subjects":[]`)) // that of the specification is not empty
	if !found {
		return nil, fmt.Errorf("%s: it has no place for activations", jsonName)
	}
	b.Write(before)
	b.WriteString("\"subjects\":[")
	for i, s := range r.Subjects {
		text, err := lineOf(s)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(text)
	}
	b.WriteString("\n]")
	b.Write(after)
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// lineOf is a value in JSON on one line.
func lineOf(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("%s: %w", jsonName, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// jsonFile is a value as a file of that name.
func jsonFile(name string, v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b.Bytes(), nil
}
