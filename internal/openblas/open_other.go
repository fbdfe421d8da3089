//go:build !linux || !(amd64 || arm64) || noblas

package openblas

import "fmt"

func candidates() []string { return nil }

func open(name string) (lib *library, opened bool, err error) {
	return nil, false, fmt.Errorf("cannot load %s: this build loads no libraries", name)
}
