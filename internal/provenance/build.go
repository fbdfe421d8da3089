package provenance

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"runtime/debug"
	"sync"
)

// Build is the SHA-256, in hexadecimal, of the file of the program that is
// running: also of one that go run or go test made, and on Linux of one that was
// replaced or removed since it began. Where that file cannot be read it is a
// digest of what the linker wrote into the program.
var Build = sync.OnceValue(func() string {
	for _, open := range []func() (*os.File, error){openRunning, openNamed} {
		if sum, err := digestOf(open); err == nil {
			return sum
		}
	}
	info, _ := debug.ReadBuildInfo()
	sum := sha256.Sum256([]byte(info.String()))
	return hex.EncodeToString(sum[:])
})

// openRunning opens the file that the system itself has loaded.
func openRunning() (*os.File, error) { return os.Open("/proc/self/exe") }

// openNamed opens the file by the name that it was started under.
func openNamed() (*os.File, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}

func digestOf(open func() (*os.File, error)) (string, error) {
	f, err := open()
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// module is the path of the module that this package is part of.
const module = "bsnn"

// Version is the version of the module that a tag or, as a pseudo-version, the
// commit gave the build; "(devel)" where the build did not record one.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if info.Main.Path != module { // a program of somebody else
		for _, dep := range info.Deps {
			if dep.Path == module {
				return dep.Version
			}
		}
		return "unknown"
	}
	return info.Main.Version
}
