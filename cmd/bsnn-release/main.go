// Command bsnn-release makes the files of a release from the checkout it is run in:
// static programs for each system in an archive with manual pages and completions,
// Python wheels that hold nothing but the program, and their checksums.
//
//	go run ./cmd/bsnn-release -o dist
//
// The same commit, built by the same Go, gives the same bytes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	out := flag.String("o", "", "folder for the release; must not exist, or be empty")
	only := flag.String("systems", strings.Join(names(systems), ","), "the systems to build for")
	flag.Parse()
	if err := release(ctx, *out, strings.Split(*only, ","), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bsnn-release:", err)
		stop()
		os.Exit(2)
	}
}

// release writes all files of a release, and prints their names.
func release(ctx context.Context, out string, only, rest []string) error {
	if len(rest) > 0 || out == "" {
		return errors.New("want -o FOLDER and no arguments")
	}
	chosen, err := choose(only)
	if err != nil {
		return err
	}
	if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s holds other files; want an empty folder", out)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	work, err := os.MkdirTemp("", "bsnn-release-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	texts, version, err := companions(ctx, work)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	var made []string
	for _, s := range chosen {
		program, err := build(ctx, s, work)
		if err != nil {
			return err
		}
		for _, write := range []func(string, system, string, []file) (string, error){writeArchive, writeWheel} {
			name, err := write(out, s, version, slices.Concat([]file{program}, texts))
			if err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
			made = append(made, name)
			fmt.Println(filepath.Join(out, name))
		}
	}
	return writeChecksums(out, made)
}
