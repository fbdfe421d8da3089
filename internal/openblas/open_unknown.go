//go:build !linux || !(amd64 || arm64)

package openblas

import "runtime"

const withoutNames = "no OpenBLAS is known for " + runtime.GOOS + "/" + runtime.GOARCH
