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

// version is the version that a tag or, as a pseudo-version, the commit gave
// the build; where the build did not record one it is "(devel)".
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}
