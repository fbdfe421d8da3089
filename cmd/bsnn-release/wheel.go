package main

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
)

// writeWheel writes a Python wheel, by https://packaging.python.org/specifications/binary-distribution-format,
// which puts the program where pip puts programs. It holds no Python.
func writeWheel(out string, s system, version string, files []file) (string, error) {
	base := "bsnn-" + pythonVersion(version)
	info := base + ".dist-info/"
	var list []file
	for _, f := range files {
		switch {
		case f.runs:
			f.name = base + ".data/scripts/" + f.name
		case f.name == "LICENSE":
			f.name = info + "licenses/LICENSE"
		case strings.HasPrefix(f.name, "man/"):
			f.name = base + ".data/data/share/" + f.name
		default:
			continue
		}
		list = append(list, f)
	}
	tags := strings.Builder{}
	for tag := range strings.SplitSeq(s.wheel, ".") {
		fmt.Fprintf(&tags, "Tag: py3-none-%s\n", tag)
	}
	list = append(list,
		file{name: info + "METADATA", content: []byte("Metadata-Version: 2.4\nName: bsnn\nVersion: " + pythonVersion(version) +
			"\nSummary: Verify that signals and gradients survive deep networks\nLicense-Expression: BSD-3-Clause\nLicense-File: LICENSE\n")},
		file{name: info + "WHEEL", content: []byte("Wheel-Version: 1.0\nGenerator: bsnn-release\nRoot-Is-Purelib: false\n" + tags.String())},
	)
	var record strings.Builder
	for _, f := range list {
		sum := sha256.Sum256(f.content)
		fmt.Fprintf(&record, "%s,sha256=%s,%d\n", f.name, base64.RawURLEncoding.EncodeToString(sum[:]), len(f.content))
	}
	fmt.Fprintf(&record, "%sRECORD,,\n", info)
	list = append(list, file{name: info + "RECORD", content: []byte(record.String())})
	name := base + "-py3-none-" + s.wheel + ".whl"
	return name, create(filepath.Join(out, name), func(w io.Writer) error { return writeZip(w, list) })
}

var released = regexp.MustCompile(`^(\d+(?:\.\d+)*)(.*)$`)

// pythonVersion is a version as Python writes it, https://packaging.python.org/specifications/version-specifiers:
// what Go puts behind the number of a commit without a tag becomes a local version.
func pythonVersion(version string) string {
	m := released.FindStringSubmatch(version)
	if m == nil {
		return "0.dev0"
	}
	if m[2] == "" {
		return m[1]
	}
	return m[1] + ".dev0+" + strings.Trim(regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(m[2], "."), ".")
}
