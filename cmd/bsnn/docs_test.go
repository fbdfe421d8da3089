package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"bsnn/internal/table"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// smaller are the flags that are added to commands in documents, by the verb or
// by the verb and the one below it, so that a test has time for them. What is
// shown to readers is run as it stands but for these.
var smaller = map[string][]string{
	"haar":   {"--reference", "-1"},
	"report": {"--widths", "8:16", "--depth", "3", "--trials", "9", "--activation", "selu"},
	"verify": {"--widths", "8:16", "--depth", "3", "--trials", "9"},
	"train":  {"--depth", "3", "--width", "16", "--epochs", "1", "--steps", "3", "--batch", "16", "--train-size", "64", "--test-size", "32"},

	"experiment norms": {"--depth", "3", "--width", "8", "--trials", "2"},
	"experiment accuracy": {"--depth", "2", "--width", "8", "--epochs", "1", "--steps", "2", "--pilot-steps", "1", "--batch", "16",
		"--train-size", "32", "--test-size", "16", "--activation", "relu"},
	"experiment published": {"--depth", "2", "--width", "8", "--epochs", "1", "--pilot-steps", "1", "--batch", "16", "--train-size", "32",
		"--test-size", "16", "--cells", "relu-normalised-none"},
	"experiment synthetic":    {"--depth", "2", "--width", "8", "--batch", "8"},
	"experiment fluctuations": {"--depth", "4", "--early", "2", "--widths", "8", "--trials", "9"},
	"experiment shortcuts": {"--depth", "4", "--width", "8", "--steps", "2", "--pilot-steps", "1", "--trials", "1", "--batch", "16",
		"--train-size", "32", "--test-size", "16", "--activation", "relu"},
}

// decisive are used in the place of smaller for commands whose comment promises
// an exit code: as small as a run can be that still finds it.
var decisive = map[string][]string{
	"verify": {"--widths", "1024:2048", "--depth", "5"},
}

// sized are flags that name a file which says how large the run is, and which
// another command of the document wrote: smaller ones are not added to them.
var sized = []string{"--spec", "--from", "--resume"}

// parsedOnly are commands, as they are written, of which only the flags are
// checked, with the reason.
var parsedOnly = map[string]string{
	"bsnn report --part auto/8 --workers 1 -o sweep": "a job array says which part it is",
	"bsnn report --merge sweep":                      "the parts come from a job array",
}

// serving are verbs that run until they are ended: only their flags are checked.
var serving = []string{"explore"}

// examplesFirst are the verbs whose examples write files that those of other
// verbs read.
var examplesFirst = []string{"init", "predict"}

var quoted = regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^\s'"])+`)

// split breaks a shell line into words, without its comment.
func split(line string) []string {
	line, _, _ = strings.Cut(line, " #")
	var out []string
	for _, word := range quoted.FindAllString(line, -1) {
		out = append(out, strings.NewReplacer("'", "", `"`, "").Replace(word))
	}
	return out
}

// arguments are those of a line that runs bsnn, up to where a shell would
// begin another command or send the output elsewhere.
func arguments(line string) (args []string, ok bool) {
	words := split(strings.TrimPrefix(strings.TrimSpace(line), "$ "))
	for _, start := range [][]string{{"bsnn"}, {"./bsnn"}, {"go", "run", "./cmd/bsnn"}} {
		if len(words) < len(start) || !slices.Equal(words[:len(start)], start) {
			continue
		}
		args := words[len(start):]
		if end := slices.IndexFunc(args, func(w string) bool { return slices.Contains([]string{"|", ">", "&&", ";", "||"}, w) }); end >= 0 {
			args = args[:end]
		}
		return args, true
	}
	return nil, false
}

// shown are the lines of a document's blocks of code, fenced or indented, with
// continued lines joined.
func shown(text string) []string {
	var out []string
	fenced, open := false, false
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			continue
		}
		if !fenced && !strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, "\t") {
			continue
		}
		line, continued := strings.CutSuffix(strings.TrimSpace(line), `\`)
		if open {
			out[len(out)-1] += line
		} else {
			out = append(out, line)
		}
		open = continued
	}
	return out
}

// dataFolder holds mnist and cifar-10 where the environment or the place of
// the repository says so.
func dataFolder(root string) string {
	if dir := os.Getenv("BSNN_DATA"); dir != "" {
		return dir
	}
	return filepath.Join(root, "..", "shared", "data")
}

// withData puts folders of data in the place of DIR; missing is the one that is
// not there.
func withData(args []string, root string) (out []string, missing string) {
	for _, arg := range args {
		for kind, folder := range map[string]string{"mnist:DIR": "mnist", "cifar10:DIR": "cifar-10"} {
			if dir := filepath.Join(dataFolder(root), folder); strings.Contains(arg, kind) {
				if _, err := os.Stat(dir); err != nil {
					missing = dir
				}
				arg = strings.ReplaceAll(arg, "DIR", dir)
			}
		}
		out = append(out, arg)
	}
	return out, missing
}

var redirected = regexp.MustCompile(`\s>\s*(\S+)$`)

// scaledDown adds the flags that make a command small, but not too small for
// the exit code that its comment promises, if it does.
func scaledDown(args []string, promises bool) []string {
	for _, arg := range args {
		if name, _, _ := strings.Cut(arg, "="); arg == "--help" || arg == "--merge" || slices.Contains(sized, name) {
			return args
		}
	}
	if slices.Contains(args, "--net") || slices.Contains(args, "--layers") { // which have their own widths
		switch args[0] {
		case "verify", "report":
			return append(slices.Clone(args), "--trials", "20")
		case "width":
			return args
		case "train":
			return append(slices.Clone(args), smaller["train"][4:]...)
		case "experiment":
			return append(slices.Clone(args), smaller["experiment norms"][4:]...)
		}
	}
	for n := min(2, len(args)); n > 0; n-- {
		verb := strings.Join(args[:n], " ")
		if more, ok := decisive[verb]; ok && promises {
			return append(slices.Clone(args), more...)
		}
		if more, ok := smaller[verb]; ok {
			return append(slices.Clone(args), more...)
		}
	}
	return args
}

var promised = regexp.MustCompile(`#.*\bexit ([0-3])\b`)

// try runs a command that a document shows. The exit code is any but that of
// bad input, or the one that the comment promises.
func try(t *testing.T, root, line string, args []string) {
	t.Helper()
	if why, ok := parsedOnly[line]; ok {
		t.Logf("only parsed, %s: %s", why, line)
		parse(t, args)
		return
	}
	if slices.Contains(serving, args[0]) {
		parse(t, args)
		return
	}
	args, missing := withData(args, root)
	if testing.Short() { // what documents show takes its time
		parse(t, args)
		return
	}
	if missing != "" {
		parse(t, args)
		t.Run(line, func(t *testing.T) { t.Skipf("only parsed: no data in %s", filepath.Base(missing)) })
		return
	}
	promise := promised.FindStringSubmatch(line)
	args = scaledDown(args, promise != nil)
	code, stdout, stderr := atTerminal(t, args...)
	require.NotContains(t, []int{exitBadInput, exitFault}, code, "%s: %s", line, stderr)
	if m := redirected.FindStringSubmatch(line); m != nil {
		require.NoError(t, os.WriteFile(m[1], []byte(stdout), 0o600))
	}
	if promise != nil {
		require.Equal(t, promise[1], fmt.Sprint(code), line)
	}
}

// whole are the flags with which lines may be of any width.
var whole = []string{"--json", "--format", "--emit", "--emit-probe", "--mend", "--print-spec", "--print-parts", "--verbose", "-v"}

// atTerminal runs a command at a terminal, which what it prints has to fit.
func atTerminal(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = runOn(t.Context(), args, &output{w: &out, columns: table.Columns}, &output{w: &errs})
	if args[0] != "completion" && !slices.ContainsFunc(args, func(a string) bool { return slices.Contains(whole, a) }) {
		for line := range strings.SplitSeq(out.String(), "\n") {
			require.LessOrEqual(t, utf8.RuneCountInString(line), table.Columns, "bsnn %s: %s", strings.Join(args, " "), line)
		}
	}
	return code, out.String(), errs.String()
}

// furnished is the program as run makes it.
func furnished() *cobra.Command {
	root := newRoot()
	furnish(root, io.Discard, io.Discard)
	root.InitDefaultHelpCmd()
	return root
}

// parse checks the flags and arguments of a command without running it.
func parse(t *testing.T, args []string) {
	t.Helper()
	c, rest, err := furnished().Find(args)
	require.NoError(t, err)
	require.True(t, c.HasParent(), "%q names no command", args)
	require.NoError(t, c.ParseFlags(rest))
	require.NoError(t, c.ValidateArgs(c.Flags().Args()))
	require.NoError(t, checkWords(c))
}

// Every bsnn command in the README and the guides runs, in the order of its
// document and in a folder of the document's own.
func TestCommandsInTheDocumentsRun(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	ran := 0
	for _, path := range append(documents, filepath.Join(root, "README.md")) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			t.Chdir(t.TempDir())
			for _, line := range shown(string(text)) {
				if args, ok := arguments(line); ok {
					try(t, root, line, args)
					ran++
				}
			}
		})
	}
	require.GreaterOrEqual(t, ran, 15)
}

// visible are the verbs that people see, those whose examples others need
// first. A verb that only holds others is replaced by them.
func visible() []*cobra.Command {
	root := furnished()
	var out []*cobra.Command
	for _, c := range root.Commands() {
		switch {
		case !c.IsAvailableCommand() && c.Name() != "help":
		case c.HasAvailableSubCommands() && c.Name() != "completion": // cobra's
			out = append(out, c.Commands()...)
		default:
			out = append(out, c)
		}
	}
	rank := func(c *cobra.Command) int {
		if i := slices.Index(examplesFirst, c.Name()); i >= 0 {
			return i
		}
		return len(examplesFirst)
	}
	slices.SortStableFunc(out, func(a, b *cobra.Command) int { return rank(a) - rank(b) })
	return out
}

// path is what is typed to reach a verb, without the program.
func path(c *cobra.Command) []string { return strings.Fields(c.CommandPath())[1:] }

// Every verb belongs to a group, explains itself, and shows at least two
// examples that run.
func TestEveryVerbTeaches(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	for _, c := range visible() {
		name := strings.Join(path(c), " ")
		top, _, err := c.Root().Find(path(c)[:1])
		require.NoError(t, err)
		require.NotEmpty(t, top.GroupID, "%s has no group: want a GroupID, one of those in groups.go", top.Name())
		require.NotEmpty(t, c.Short, name)
		require.NotRegexp(t, `\.$`, c.Short, name)
		require.NotNil(t, c.Args, "%s takes any arguments: want noArgs or what it needs", name)
		examples := 0
		for line := range strings.SplitSeq(c.Example, "\n") {
			args, ok := arguments(line)
			require.True(t, ok && len(args) >= len(path(c)), "%s: %q is no example", name, line)
			require.Equal(t, path(c), args[:len(path(c))], line)
			try(t, root, line, args)
			examples++
		}
		require.GreaterOrEqual(t, examples, 2, "%s shows %d examples", name, examples)
	}
}

func TestTheScaledDownVerbsExist(t *testing.T) {
	for _, verb := range slices.Sorted(maps.Keys(smaller)) {
		c, _, err := furnished().Find(strings.Fields(verb))
		require.NoError(t, err)
		require.True(t, c.HasParent(), verb)
	}
}

func TestLinesOfDocuments(t *testing.T) {
	require.Equal(t, []string{"bsnn a", "bsnn b c", "go run ./cmd/bsnn d"},
		shown("text bsnn x\n```\nbsnn a\nbsnn b \\\n  c\n```\nbsnn y\n\n    go run ./cmd/bsnn d\n"))
	for line, want := range map[string][]string{
		"bsnn activation 'x * tanh(x)' # why":     {"activation", "x * tanh(x)"},
		`$ ./bsnn verify --set "a=1 2" | less`:    {"verify", "--set", "a=1 2"},
		"go run ./cmd/bsnn report -o r && open r": {"report", "-o", "r"},
		"bsnn completion bash > file":             {"completion", "bash"},
	} {
		got, ok := arguments(line)
		require.True(t, ok, line)
		require.Equal(t, want, got)
	}
	for _, line := range []string{"go build -o bsnn ./cmd/bsnn", "go test ./...", "bsnnx"} {
		_, ok := arguments(line)
		require.False(t, ok, line)
	}
}
