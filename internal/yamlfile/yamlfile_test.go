package yamlfile_test

import (
	"testing"

	"bsnn/internal/yamlfile"

	"github.com/stretchr/testify/require"
)

func read(text string) (width int, law string, bias bool, err error) {
	f := yamlfile.File{Name: "n.yaml"}
	root, err := f.Parse([]byte(text), "settings")
	if err != nil {
		return 0, "", false, err
	}
	err = f.Mapping(root, "setting", map[string]yamlfile.Reader{
		"width": f.Whole("width", &width, 1, 9), "law": f.Choice("law", &law, "haar", "gaussian"), "bias": f.Yes("bias", &bias),
	})
	return width, law, bias, err
}

func TestMapping(t *testing.T) {
	width, law, bias, err := read("law: haar\nwidth: 7\nbias: true\n")
	require.NoError(t, err)
	require.Equal(t, 7, width)
	require.Equal(t, "haar", law)
	require.True(t, bias)
}

func TestMistakesNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "n.yaml:1: the file is empty; want settings",
		"width: 3\n\twidth":       "n.yaml:2: not YAML: ",
		"width: 1\n---\nwidth: 2": "n.yaml:2: a second document; want one",
		"width: 1\nwidht: 2":      `n.yaml:2: unknown setting "widht"; did you mean width?`,
		"width: 1\nwidth: 2":      `n.yaml:2: setting "width" appears twice`,
		"zzzzzzzz: 1":             `want one of bias, law, width`,
		"width: 10":               `n.yaml:1: width "10"; want a whole number from 1 to 9`,
		"law: Haar":               `n.yaml:1: law "Haar"; did you mean haar?`,
		"bias: yes":               `n.yaml:1: bias "yes"; want true or false`,
		"[1, 2]":                  "n.yaml:1: want settings, one on a line, as in bias: …",
	} {
		_, _, _, err := read(text)
		require.ErrorContains(t, err, want, text)
	}
}
