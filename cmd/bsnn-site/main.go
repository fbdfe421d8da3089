//go:build !js

// Command bsnn-site writes the page of "bsnn explore" for any web host: static files and the program in WebAssembly, which answers in
// the browser.
//
//	go run ./cmd/bsnn-site -o DIR
//
// It runs in a checkout, since it compiles itself for the browser.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"bsnn/internal/atomicfile"
	"bsnn/reports/explore"
)

func main() {
	out := flag.String("o", "", "folder to write, which is made where there is none")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *out == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "bsnn-site: want a folder, as in: go run ./cmd/bsnn-site -o DIR")
		os.Exit(2)
	}
	if err := write(ctx, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bsnn-site:", err)
		os.Exit(2)
	}
}

// write makes the folder.
func write(ctx context.Context, dir string) error {
	files, err := explore.Files(explore.Browser)
	if err != nil {
		return err
	}
	if files["wasm_exec.js"], err = support(ctx); err != nil {
		return err
	}
	if files[explore.ProgramName], err = program(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, name)
		if err := atomicfile.Write(path, func(w io.Writer) error { _, err := w.Write(files[name]); return err }); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		fmt.Printf("%9d  %s\n", len(files[name]), path)
	}
	return nil
}

// support is the file of Go that starts a program in a browser.
func support(ctx context.Context) ([]byte, error) {
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	return os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
}

// program compiles this command for the browser, and compresses it.
func program(ctx context.Context) ([]byte, error) {
	dir, err := os.MkdirTemp("", "bsnn-site")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "bsnn.wasm")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "bsnn/cmd/bsnn-site")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if said, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("compiling for the browser: %w: %s", err, bytes.TrimSpace(said))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err = w.Close() // writes the rest
	return b.Bytes(), err
}
