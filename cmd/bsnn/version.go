package main

import (
	"fmt"
	"runtime"

	"bsnn/internal/provenance"

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
					"version": provenance.Version(), "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH, "blas": blasWords(c.Context()),
				})
			}
			_, err := fmt.Fprintf(c.OutOrStdout(), "bsnn %s, %s, %s/%s\nBLAS: %s\n", provenance.Version(), runtime.Version(), runtime.GOOS,
				runtime.GOARCH, blasWords(c.Context()))
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
