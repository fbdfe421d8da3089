package main

import (
	"io"

	"bsnn/internal/table"

	"github.com/spf13/cobra"
)

// tableFlags are those of every verb that prints tables.
type tableFlags struct {
	asJSON bool
	format string
}

func (f *tableFlags) registerTables(c *cobra.Command, jsonHelp string) {
	c.Flags().BoolVar(&f.asJSON, "json", false, jsonHelp)
	c.Flags().StringVar(&f.format, "format", string(table.Text), "print text, or tables alone as csv, markdown or latex")
	oneOf(c, "format", table.Formats()...)
	c.MarkFlagsMutuallyExclusive("json", "format")
}

// page is where the verb prints what people read.
func (f *tableFlags) page(c *cobra.Command) io.Writer {
	return table.NewPage(c.OutOrStdout(), table.Format(f.format))
}
