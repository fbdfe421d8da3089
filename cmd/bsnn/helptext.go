package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"bsnn/internal/table"
	"bsnn/internal/words"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// writeHelp explains a verb or a topic, no wider than a terminal.
func writeHelp(w io.Writer, c *cobra.Command) {
	if title, ok := c.Annotations[guide]; ok {
		_ = writeGuide(w, title, c.Long) // the writer keeps its error
		return
	}
	fmt.Fprintln(w, words.Fill(strings.Trim(cmp.Or(c.Long, c.Short), "\n"), table.Columns))
	if c.Runnable() || c.HasAvailableSubCommands() {
		fmt.Fprint(w, "\n", usage(c))
	}
}

// usage is how a verb is called, with its flags.
func usage(c *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintln(&b, "Usage:")
	if c.Runnable() {
		fmt.Fprintf(&b, "  %s\n", c.UseLine())
		if !c.HasParent() {
			fmt.Fprintf(&b, "  %s ACTIVATION [flags]\n", c.CommandPath())
		}
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s [command]\n", c.CommandPath())
	}
	if c.HasExample() {
		fmt.Fprint(&b, "\nExamples:\n")
		for line := range strings.SplitSeq(c.Example, "\n") {
			fmt.Fprintln(&b, words.FoldCommand("  ", strings.TrimSpace(line), table.Columns))
		}
	}
	writeVerbs(&b, c)
	for _, g := range groupsOfFlags(c) {
		fmt.Fprintf(&b, "\n%s:\n", g.title)
		writeFlags(&b, g.flags)
	}
	if d, ok := guideOf(c); ok {
		fmt.Fprintf(&b, "\nGuide: bsnn help topics %s\n", d)
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\nMore about one of them: %s COMMAND --help\n", c.CommandPath())
	}
	return b.String()
}

// guideOf is the document about a verb.
func guideOf(c *cobra.Command) (name string, ok bool) {
	for x := c; x.HasParent(); x = x.Parent() {
		name = x.Name()
	}
	name = cmp.Or(map[string]string{"experiment": "experiments", "predict": "gradients", "verify": "three-questions"}[name], name)
	found, _, err := c.Root().Find([]string{"topics", name})
	return name, err == nil && found.Annotations[guide] != ""
}

// writeVerbs lists what is below a command, by its groups, and topics.
func writeVerbs(w io.Writer, c *cobra.Command) {
	list := func(title string, belongs func(*cobra.Command) bool) {
		var names []*cobra.Command
		longest := 0
		for _, sub := range c.Commands() {
			if belongs(sub) {
				names = append(names, sub)
				longest = max(longest, len(sub.Name()))
			}
		}
		if names != nil {
			fmt.Fprintf(w, "\n%s\n", title)
		}
		for _, sub := range names {
			writeEntry(w, fmt.Sprintf("  %-*s  ", longest, sub.Name()), sub.Short)
		}
	}
	shown := func(sub *cobra.Command) bool { return sub.IsAvailableCommand() || sub.Name() == "help" }
	if len(c.Groups()) == 0 {
		list("Commands:", shown)
	}
	for _, g := range c.Groups() {
		list(g.Title, func(sub *cobra.Command) bool { return shown(sub) && sub.GroupID == g.ID })
	}
	list("Topics (bsnn help TOPIC):", func(sub *cobra.Command) bool {
		return sub.IsAdditionalHelpTopicCommand() && sub.Annotations[guide] == ""
	})
}

// writeEntry sets a text beside its head.
func writeEntry(w io.Writer, head, text string) {
	lines := words.Fold(text, head, strings.Repeat(" ", utf8.RuneCountInString(head)), table.Columns)
	fmt.Fprintln(w, strings.Join(lines, "\n"))
}

// Groups of flags in the help; what belongs to none comes first.
const (
	flagsInGeneral = "Flags"
	flagsOfShape   = "The network, where it is more than layers of one width"
	flagsOfOutput  = "Output"
	flagsOfSharing = "A run on many machines"
	flagsOfExperts = "Expert flags"
)

// flagGroups say where flags stand in the help of every verb that has them.
var flagGroups = map[string][]string{
	flagsOfShape:   append([]string{"net"}, shapeNames...),
	flagsOfOutput:  {"json", "format", "verbose", "digits", "plot", "plot-width", "emit", "emit-probe", "print-spec", "output"},
	flagsOfSharing: {"part", "merge", "print-parts"},
	flagsOfExperts: {
		"workers", "mixed", "state", "max-work", "sampler", "probes", "other-root", "limit", "layer-tolerance", "merged", "alpha",
		"reference", "resolution", "cross-entropy", "no-spectra", "dtype", "pilot-steps", "keep-checkpoints",
		"sphere", "standardize", "record-batches", "train-embedding", "entry-activation", "end-biases", "constraint", "checkpoint-every",
		"warmup", "weight-decay", "momentum", "schedule",
	},
}

type flagGroup struct {
	title string
	flags []*pflag.Flag
}

// groupsOfFlags are the flags of a verb that people see.
func groupsOfFlags(c *cobra.Command) (out []flagGroup) {
	c.InitDefaultHelpFlag()
	for _, title := range []string{flagsInGeneral, flagsOfShape, flagsOfOutput, flagsOfSharing, flagsOfExperts} {
		g := flagGroup{title: title}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			in := flagsInGeneral
			for t, names := range flagGroups {
				if slices.Contains(names, f.Name) {
					in = t
				}
			}
			if in == title && !f.Hidden {
				g.flags = append(g.flags, f)
			}
		})
		if g.flags != nil {
			out = append(out, g)
		}
	}
	return out
}

// widestFlag is up to where texts begin beside their flags; longer ones have a line of their own.
const widestFlag = 28

func writeFlags(w io.Writer, flags []*pflag.Flag) {
	heads, longest := make([]string, len(flags)), 0
	for i, f := range flags {
		heads[i] = "      --" + f.Name
		if f.Shorthand != "" {
			heads[i] = "  -" + f.Shorthand + ", --" + f.Name
		}
		if kind := kindWord(f); kind != "" {
			heads[i] += " " + kind
		}
		if n := len(heads[i]); n <= widestFlag {
			longest = max(longest, n)
		}
	}
	for i, f := range flags {
		head := fmt.Sprintf("%-*s  ", longest, heads[i])
		if len(heads[i]) > longest {
			fmt.Fprintln(w, heads[i])
			head = strings.Repeat(" ", longest+2)
		}
		writeEntry(w, head, f.Usage+defaultWords(f))
	}
}

// kindWord is what a flag takes.
func kindWord(f *pflag.Flag) string {
	switch kind := f.Value.Type(); kind {
	case "bool":
		return ""
	case "string", "stringArray":
		return "string"
	case "stringSlice":
		return "list"
	case "int", "float64":
		return "number"
	default:
		return kind
	}
}

func defaultWords(f *pflag.Flag) string {
	value := strings.Trim(f.DefValue, "[]")
	switch {
	case value == "" || value == "0" || value == "false", strings.Contains(f.Usage, "(default"):
		return ""
	}
	return fmt.Sprintf(" (default %s)", value)
}
