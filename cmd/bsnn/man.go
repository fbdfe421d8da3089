package main

import (
	"fmt"
	"runtime/debug"
	"time"

	"bsnn/internal/fserror"
	"bsnn/internal/provenance"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newMan is for those who package the program; no list of verbs shows it.
func newMan() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write manual pages into a folder",
		Hidden: true,
		Long:   "Write one manual page for each command, bsnn-VERB.1, into a folder that exists.",
		Example: `  bsnn man DIR
  bsnn man .`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			day := built()
			header := doc.GenManHeader{Section: "1", Source: "bsnn " + provenance.Version(), Manual: "bsnn", Date: &day}
			c.Root().DisableAutoGenTag = true
			if err := doc.GenManTree(c.Root(), &header, args[0]); err != nil {
				return fmt.Errorf("man: %s: %w; want a folder that exists", args[0], fserror.Cause(err))
			}
			return nil
		},
	}
}

// built is the time of the commit that the program was made from, so that the same
// commit gives the same pages.
func built() time.Time {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.time" {
				if t, err := time.Parse(time.RFC3339, s.Value); err == nil {
					return t
				}
			}
		}
	}
	return time.Unix(0, 0).UTC()
}
