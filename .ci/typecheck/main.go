// Command typecheck loads the packages of a module for other systems and reports what a compiler
// there would: errors of syntax and type, and functions without a body where no assembly gives one.
// It reads sources alone, the standard library's too, and so takes seconds where building takes minutes.
//
//	typecheck [-tests] OS/ARCH... -- PATTERN...
package main

import (
	"flag"
	"fmt"
	"go/ast"
	"os"
	"strings"

	"golang.org/x/tools/go/packages"
)

func main() {
	tests := flag.Bool("tests", false, "load the test files too")
	flag.Parse()
	targets, patterns := []string{}, []string{}
	for i, arg := range flag.Args() {
		if arg == "--" {
			patterns = flag.Args()[i+1:]
			break
		}
		targets = append(targets, arg)
	}
	if len(targets) == 0 || len(patterns) == 0 {
		fmt.Fprintln(os.Stderr, "typecheck: want OS/ARCH... -- PATTERN...")
		os.Exit(2)
	}
	faults := 0
	for _, target := range targets {
		fmt.Println(target)
		found, err := check(target, *tests, patterns)
		if err != nil {
			fmt.Fprintf(os.Stderr, "typecheck %s: %v\n", target, err)
			os.Exit(1)
		}
		for _, fault := range found {
			fmt.Fprintf(os.Stderr, "%s: %s\n", target, fault)
		}
		faults += len(found)
	}
	if faults > 0 {
		os.Exit(1)
	}
}

// check returns the faults of the packages that match the patterns, as seen by the target system.
func check(target string, tests bool, patterns []string) ([]string, error) {
	system, arch, ok := strings.Cut(target, "/")
	if !ok {
		return nil, fmt.Errorf("%q: want OS/ARCH", target)
	}
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedDeps |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes | packages.NeedModule,
		Tests: tests,
		Env:   append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0"),
	}, patterns...)
	if err != nil {
		return nil, fmt.Errorf("load packages: %w", err)
	}
	if len(loaded) == 0 {
		return nil, fmt.Errorf("no packages match %q", patterns)
	}
	var faults []string
	for _, p := range loaded {
		for _, e := range p.Errors {
			faults = append(faults, e.Error())
		}
		if hasAssembly(p) {
			continue
		}
		for _, file := range p.Syntax {
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Body == nil && !linknamed(file, f) {
					faults = append(faults, fmt.Sprintf("%s: %s has no body", p.Fset.Position(f.Pos()), f.Name.Name))
				}
			}
		}
	}
	return faults, nil
}

// hasAssembly says whether the package has assembly for the system it was loaded for.
func hasAssembly(p *packages.Package) bool {
	for _, file := range p.OtherFiles {
		if strings.HasSuffix(file, ".s") {
			return true
		}
	}
	return false
}

// linknamed says whether a directive gives the function's body elsewhere.
func linknamed(file *ast.File, f *ast.FuncDecl) bool {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if strings.HasPrefix(comment.Text, "//go:linkname "+f.Name.Name+" ") {
				return true
			}
		}
	}
	return false
}
