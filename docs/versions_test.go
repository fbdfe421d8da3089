package docs_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	released = regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)$`)
	section  = regexp.MustCompile(`(?m)^## (.*)$`)
	cited    = regexp.MustCompile(`(?m)^version: (\S+)\ndate-released: (\S+)$`)
)

// The version that people cite is the last one that the list of changes
// describes.
func TestVersionsAgree(t *testing.T) {
	changes, err := os.ReadFile("../CHANGELOG.md")
	require.NoError(t, err)
	citation, err := os.ReadFile("../CITATION.cff")
	require.NoError(t, err)
	last, quoted := released.FindSubmatch(changes), cited.FindSubmatch(citation)
	require.NotNil(t, last, "CHANGELOG.md has no released version")
	require.NotNil(t, quoted, "CITATION.cff has no version with its date")
	require.Equal(t, string(last[1]), string(quoted[1]), "version")
	require.Equal(t, string(last[2]), string(quoted[2]), "date")
	first := string(section.FindSubmatch(changes)[1])
	require.Contains(t, []string{"Unreleased", string(last[1]) + " (" + string(last[2]) + ")"}, first, "what stands above the last release")
}
