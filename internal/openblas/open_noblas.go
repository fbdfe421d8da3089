//go:build linux && (amd64 || arm64) && noblas

package openblas

const withoutNames = "built with the tag noblas"
