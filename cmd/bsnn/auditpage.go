package main

import (
	"fmt"
	"io"
	"path/filepath"

	"bsnn/internal/provenance"
	"bsnn/properties/audit"
	"bsnn/reports"
	"bsnn/reports/page"

	"github.com/spf13/cobra"
)

// auditFolder is where a page goes; nil where none is asked for.
type auditFolder struct{ *page.Output }

// folder is that of --output, claimed before anything is measured.
func (f *auditFlags) folder() (*auditFolder, error) {
	if f.output == "" {
		return nil, nil
	}
	o, err := page.Claim(f.output)
	if err != nil {
		return nil, outputError(err, nil)
	}
	return &auditFolder{o}, nil
}

// Close lets other processes have the folder.
func (a *auditFolder) Close() {
	if a != nil {
		a.Output.Close()
	}
}

// finish writes the page, if one is asked for, prints the audit and answers.
func (f *auditFlags) finish(c *cobra.Command, r audit.Audit, folder *auditFolder, write func(io.Writer, audit.Audit) error) error {
	if folder != nil {
		with := changes{}
		if p := r.Propagation; p != nil && p.Gradients != audit.Recorded {
			with["seed"] = fmt.Sprint(p.Seed)
		}
		err := folder.WriteAudit(&reports.AuditReport{
			Machine: provenance.Here(blasWords(c.Context())), Command: commandLine(c, with, "json", "format"), Audit: r,
		})
		if err != nil {
			return outputError(err, nil)
		}
	}
	var err error
	if f.asJSON {
		err = writeJSON(c.OutOrStdout(), r)
	} else if err = write(f.page(c), r); err == nil && folder != nil {
		_, err = fmt.Fprintln(f.page(c), filepath.Join(f.output, "index.html"))
	}
	if err != nil {
		return err
	}
	return auditAnswer(r)
}
