//go:build linux && (amd64 || arm64) && !noblas

package openblas

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/ebitengine/purego"
)

const withoutNames = "no OpenBLAS is known for linux/" + runtime.GOARCH

// candidates are the names under which distributions install OpenBLAS, in
// the order of preference: first what the dynamic linker knows, then the
// folders of Debian, Fedora and of a build from source.
func candidates() []string {
	names := []string{"libopenblas.so.0", "libopenblas.so", "libopenblas64.so.0", "libopenblas64_.so.0"}
	triplet := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[runtime.GOARCH]
	for _, variant := range []string{"openblas-pthread", "openblas-openmp", "openblas-serial"} {
		names = append(names, "/usr/lib/"+triplet+"/"+variant+"/libopenblas.so.0")
	}
	return append(names,
		"/usr/lib64/libopenblasp.so.0",
		"/usr/lib64/libopenblas.so.0",
		"/usr/local/lib/libopenblas.so.0",
		"/opt/OpenBLAS/lib/libopenblas.so.0")
}

// open loads a library and binds its routines. opened is true when name is a
// shared library at all.
func open(name string) (lib *library, opened bool, err error) {
	if !dynamic() {
		return nil, false, fmt.Errorf("cannot load %s: this program is linked statically and loads no libraries", name)
	}
	handle, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, false, fmt.Errorf("cannot load %s: %w", name, err)
	}
	lib, err = bind(handle)
	if err != nil {
		return nil, true, fmt.Errorf("%s: %w", name, err)
	}
	if path := fileOf(lib.anchor); path != "" {
		name = path
	}
	lib.path = name
	return lib, true, nil
}

// bind finds every symbol or fails. Builds with 64-bit integers may carry a
// suffix on every name.
func bind(handle uintptr) (*library, error) {
	for _, suffix := range []string{"", "64_", "_64"} {
		anchor, err := purego.Dlsym(handle, "openblas_get_config"+suffix)
		if err != nil {
			continue
		}
		s := symbols{handle: handle, suffix: suffix}
		lib := &library{anchor: anchor}
		bindRoutines(&s, "d", &lib.d)
		bindRoutines(&s, "s", &lib.s)
		var config func() string
		s.bind(&config, "openblas_get_config")
		s.bind(&lib.setLibraryThreads, "openblas_set_num_threads")
		if s.err != nil {
			return nil, s.err
		}
		lib.config = strings.Join(strings.Fields(config()), " ")
		lib.maxInt = integerLimit(suffix != "" || strings.Contains(lib.config, "USE64BITINT"))
		return lib, nil
	}
	return nil, fmt.Errorf("is not OpenBLAS: no symbol openblas_get_config")
}

func bindRoutines[T float32 | float64](s *symbols, letter string, r *routines[T]) {
	s.bind(&r.gemm, "cblas_"+letter+"gemm")
	if address, err := purego.Dlsym(s.handle, letter+"gemm_"+s.suffix); err == nil {
		r.gemm = fortranGemm[T](address)
	}
	s.bind(&r.symm, "cblas_"+letter+"symm")
	s.bind(&r.syrk, "cblas_"+letter+"syrk")
	s.bind(&r.syr2k, "cblas_"+letter+"syr2k")
	s.bind(&r.trmm, "cblas_"+letter+"trmm")
	s.bind(&r.trsm, "cblas_"+letter+"trsm")
}

// symbols binds functions until one is missing.
type symbols struct {
	handle uintptr
	suffix string
	err    error
}

func (s *symbols) bind(function any, name string) {
	if s.err != nil {
		return
	}
	address, err := purego.Dlsym(s.handle, name+s.suffix)
	if err != nil {
		s.err = fmt.Errorf("no symbol %s%s", name, s.suffix)
		return
	}
	purego.RegisterFunc(function, address)
}

// fileOf is the file that is mapped at an address, or "".
func fileOf(address uintptr) (path string) {
	_ = mappings(func(from, to uintptr, file string) bool {
		if from <= address && address < to {
			path = file
		}
		return path == ""
	})
	return path
}

// dynamic says whether the system's loader of libraries is in memory. In a program
// without it, one that is linked statically, the C library has a function that
// loads libraries, but ends the program.
func dynamic() (found bool) {
	err := mappings(func(_, _ uintptr, file string) bool {
		found = isLoader(file)
		return !found
	})
	return found || err != nil
}

// isLoader recognises ld-linux-x86-64.so.2, ld-2.31.so, ld-musl-x86_64.so.1 and
// their like.
func isLoader(file string) bool {
	name := filepath.Base(file)
	return strings.HasPrefix(name, "ld-") && strings.Contains(name, ".so") || strings.HasPrefix(name, "ld.so")
}

// mappings goes through the files that are mapped into memory, as long as visit
// says so.
func mappings(visit func(from, to uintptr, file string) bool) error {
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return err
	}
	defer maps.Close()
	lines := bufio.NewScanner(maps)
	for lines.Scan() {
		var from, to uintptr
		fields := strings.Fields(lines.Text())
		if len(fields) < 6 {
			continue
		}
		if _, err := fmt.Sscanf(fields[0], "%x-%x", &from, &to); err == nil && !visit(from, to, strings.Join(fields[5:], " ")) {
			return nil
		}
	}
	return lines.Err()
}
