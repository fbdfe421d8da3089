package main

import (
	"context"
	"fmt"
	"io"
	"runtime"

	"bsnn/internal/provenance"
	"bsnn/internal/table"

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
			return writeVersion(c.Context(), c.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func writeVersion(ctx context.Context, w io.Writer) error {
	w = pageOf(w, table.Text)
	_, err := fmt.Fprintf(w, "bsnn %s, %s, %s/%s\nBLAS: %s\n", provenance.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH,
		blasWords(ctx))
	return err
}
