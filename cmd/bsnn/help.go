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

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND|TOPIC]",
		Short:   "Explain a command or a topic",
		GroupID: groupProgram,
		Long:    "Explain a command, as its --help does, or a topic that belongs to none.",
		Example: `  bsnn help verify
  bsnn help topics
  bsnn help exit-codes`,
		Args: cobra.ArbitraryArgs,
		ValidArgsFunction: func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			var names []string
			about, rest, err := c.Root().Find(args)
			for _, x := range about.Commands() {
				if err == nil && len(rest) == 0 && (x.IsAvailableCommand() || x.IsAdditionalHelpTopicCommand()) {
					names = append(names, cobra.CompletionWithDesc(x.Name(), x.Short))
				}
			}
			return beginning(typed, names), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 && (about == c.Root() || about.HasSubCommands()) {
				return unknownVerb(about, rest[0])
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// addCompletionVerb adds cobra's command that writes completion scripts.
func addCompletionVerb(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	c, _, err := root.Find([]string{"completion"})
	if err != nil || c == root {
		return
	}
	c.GroupID = groupProgram
	c.Short = "Teach your shell to complete commands, flags and their values"
	c.Example = `  bsnn completion bash
  bsnn completion zsh`
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownVerb(c, args[0])
		}
		return noArgs(c, args)
	}
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
}
