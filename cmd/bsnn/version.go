package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "version",
		GroupID: groupProgram,
		Short:   "Say what this program is made of",
		Args:    noArgs,
		Example: `  bsnn version
  bsnn version --json`,
		RunE: func(c *cobra.Command, _ []string) error {
			if asJSON {
				return writeJSON(c.OutOrStdout(), map[string]string{
					"version": version(), "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH, "blas": blasWords(c.Context()),
				})
			}
			_, err := fmt.Fprintf(c.OutOrStdout(), "bsnn %s, %s, %s/%s\nBLAS: %s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, blasWords(c.Context()))
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// version is the module's version, or its commit where the build recorded
// one.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return info.Main.Version
}
