package main

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"

	"bsnn/gpnorm"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completions by name of the flags that mean the same in every verb.
var completions = map[string]cobra.CompletionFunc{
	"activation": completeActivation,
	"data":       completeData,
	"seed":       oneOfWords("random"),
	"widths":     oneOfWords("64:4096", "64:65536"),
	"weights":    oneOfWords("haar", "gaussian"),
	"sampler":    oneOfWords("lazy", "dense", "reflectors"),
	"dtype":      oneOfWords("float32", "float64"),
	"plot":       filesEnding("svg"),
	"schedule":   oneOfWords("constant", "step:2:0.5", "cosine", "cosine:0.1"),
	"set":        cobra.NoFileCompletions,
	"tensor":     cobra.NoFileCompletions,
}

// addCompletions teaches shells the values of the flags of c and of all verbs
// below it: the choices of those that have some, the shared flags by name,
// nothing for numbers, and files otherwise.
func addCompletions(c *cobra.Command) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if _, known := c.GetFlagCompletionFunc(f.Name); known {
			return
		}
		complete := completions[f.Name]
		switch values := f.Annotations[choice]; {
		case values != nil:
			complete = oneOfWords(values...)
		case complete != nil:
		case f.Value.Type() == "string":
			return
		default:
			complete = cobra.NoFileCompletions
		}
		// It fails only for flags that do not exist or are known.
		_ = c.RegisterFlagCompletionFunc(f.Name, complete)
	})
	for _, sub := range c.Commands() {
		addCompletions(sub)
	}
}

// oneOfWords completes one of a few words.
func oneOfWords(values ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return beginning(typed, values), cobra.ShellCompDirectiveNoFileComp
	}
}

// beginning are the words that begin as typed.
func beginning(typed string, words []string) []string {
	var out []string
	for _, w := range words {
		if strings.HasPrefix(w, typed) {
			out = append(out, w)
		}
	}
	return out
}

// filesEnding completes files with one of the extensions.
func filesEnding(extensions ...string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return extensions, cobra.ShellCompDirectiveFilterFileExt
	}
}

// completeActivation completes names; expressions have to be typed.
func completeActivation(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return beginning(typed, gpnorm.Names()), cobra.ShellCompDirectiveNoFileComp
}

// completeData completes the kind of data, and then the folder.
func completeData(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	kind, dir, chosen := strings.Cut(typed, ":")
	if !chosen {
		return beginning(typed, []string{"synthetic", "mnist:", "cifar10:"}), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
	parent, _ := filepath.Split(dir)
	entries, _ := os.ReadDir(cmp.Or(parent, ".")) // of a folder that cannot be read, nothing
	var out []string
	for _, e := range entries {
		if info, err := os.Stat(filepath.Join(parent, e.Name())); err == nil && info.IsDir() {
			out = append(out, kind+":"+parent+e.Name()+string(filepath.Separator))
		}
	}
	return beginning(typed, out), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
