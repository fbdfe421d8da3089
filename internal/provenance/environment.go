package provenance

import (
	"runtime"
	"strings"

	"golang.org/x/sys/cpu"
)

// An Environment is what the last bits of results may depend on besides what
// was asked for.
type Environment struct {
	Build     string `json:"build"`          // see [Build]
	Processor string `json:"processor"`      // see [Processor]
	BLAS      string `json:"blas,omitempty"` // empty where no matrix product leaves our own code
}

// Now is the environment of this process. blas says in words what multiplies
// explicit matrices; it is empty for results that form none.
func Now(blas string) Environment {
	if why := strings.Index(blas, " ("); strings.HasPrefix(blas, "pure Go") && why > 0 {
		blas = blas[:why] // whatever the reason is that there is no library
	}
	return Environment{Build: Build(), Processor: Processor(), BLAS: blas}
}

// Processor names the instructions by which Go's mathematical functions and
// the kernels choose their code.
func Processor() string {
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
