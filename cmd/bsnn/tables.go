package main

import (
	"bsnn/internal/table"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// tableFlags are those of every verb that prints tables.
type tableFlags struct {
	asJSON, verbose bool
	format          string
}

func (f *tableFlags) registerTables(c *cobra.Command, jsonHelp string) {
	c.Flags().BoolVar(&f.asJSON, "json", false, jsonHelp)
	c.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "leave nothing out: all columns and rows, and lines of any width")
	c.Flags().StringVar(&f.format, "format", string(table.Text), "print text, or tables alone as csv, markdown or latex")
	oneOf(c, "format", table.Formats()...)
	c.MarkFlagsMutuallyExclusive("json", "format")
}

// writeCommand prints a command line behind a head, so that it can be pasted.
func writeCommand(w io.Writer, head, command string) error {
	if p, ok := w.(*table.Page); ok {
		return p.Command(head, command)
	}
	_, err := fmt.Fprintln(w, head+command)
	return err
}

// page is where the verb prints what people read.
func (f *tableFlags) page(c *cobra.Command) *table.Page {
	p := pageOf(c.OutOrStdout(), table.Format(f.format))
	if f.verbose {
		p.ShowAll()
	}
	return p
}
