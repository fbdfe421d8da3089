package reports

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"bsnn/internal/yamlfile"
)

//go:embed spec.yaml.tmpl
var specTemplate string

// SpecText is a specification as YAML with comments, as ReadSpec reads it.
func SpecText(s Spec) (string, error) {
	t, err := template.New("spec").Funcs(template.FuncMap{
		"text": yamlfile.Text, "widths": widthsText, "parameters": parametersText,
		"real": func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) },
	}).Parse(specTemplate)
	if err != nil {
		return "", fmt.Errorf("specification: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, s); err != nil {
		return "", fmt.Errorf("specification: %w", err)
	}
	return b.String(), nil
}

// widthsText is short where the widths double.
func widthsText(widths []int) string {
	doubling := len(widths) > 1
	var words []string
	for i, n := range widths {
		doubling = doubling && (i == 0 || n == 2*widths[i-1])
		words = append(words, strconv.Itoa(n))
	}
	if doubling {
		return fmt.Sprintf("%d:%d", widths[0], widths[len(widths)-1])
	}
	return "[" + strings.Join(words, ", ") + "]"
}

func parametersText(p map[string]string) (string, error) {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(p)) {
		key, err := yamlfile.Text(name)
		if err != nil {
			return "", err
		}
		value, err := yamlfile.Text(p[name])
		if err != nil {
			return "", err
		}
		words = append(words, key+": "+value)
	}
	return "{" + strings.Join(words, ", ") + "}", nil
}
