package main

import "github.com/spf13/cobra"

// Groups of verbs in the help, by what people come for. Every verb names its
// own as its GroupID.
const (
	groupQuestions = "questions"
	groupNetworks  = "networks"
	groupPages     = "pages"
	groupProgram   = "program"
)

func addGroups(root *cobra.Command) {
	root.AddGroup(
		&cobra.Group{ID: groupQuestions, Title: "Answer a question:"},
		&cobra.Group{ID: groupPages, Title: "Measure, and write it down:"},
		&cobra.Group{ID: groupNetworks, Title: "Make networks:"},
		&cobra.Group{ID: groupProgram, Title: "About this program:"},
	)
}
