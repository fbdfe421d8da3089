package page

import (
	"regexp"
	"strings"

	"bsnn/reports"
)

// fileName is the name of a file of a report: what it is, of what, and its
// extension. It is computed, not copied: whatever a report from somewhere calls its
// activations and statements, the name is one word of small letters, digits, dots
// and hyphens, the same for the same words and different for different ones.
func fileName(kind, of, extension string) string {
	name := kind
	if of != "" {
		name += "-" + reports.PathKey(of)
	}
	return name + extension
}

// fileNames are all that fileName makes.
var fileNames = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)

// pathless says whether a name is one of a file in the folder, on any system.
func pathless(name string) bool {
	return fileNames.MatchString(name) && len(name) <= 200 && !strings.Contains(name, "..")
}
