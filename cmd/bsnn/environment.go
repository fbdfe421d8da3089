package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/sys/cpu"
)

// environment is what may change the last bits of results besides a run's
// specification. Products of explicit matrices depend on the BLAS library.
func environment(ctx context.Context, explicit bool) map[string]string {
	e := map[string]string{"build of bsnn": program(), "processor": processor()}
	if explicit {
		e["BLAS library"] = blasWords(ctx)
	}
	return e
}

// program is a digest of the running program, or its version where the file
// cannot be read.
var program = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return version()
	}
	f, err := os.Open(path)
	if err != nil {
		return version()
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return version()
	}
	return hex.EncodeToString(h.Sum(nil))
})

// processor names the instructions that Go's mathematical functions and the
// matrix kernels choose by.
func processor() string {
	words := []string{runtime.GOARCH}
	for _, x := range []struct {
		name string
		has  bool
	}{{"avx", cpu.X86.HasAVX}, {"avx2", cpu.X86.HasAVX2}, {"avx512", cpu.X86.HasAVX512F}, {"fma", cpu.X86.HasFMA}} {
		if x.has {
			words = append(words, x.name)
		}
	}
	return strings.Join(words, " ")
}
