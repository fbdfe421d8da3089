package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"bsnn/docs"
	"bsnn/internal/table"
	"bsnn/network"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// complete is what a shell would be offered.
func complete(t *testing.T, words ...string) (offered []string, directive string) {
	t.Helper()
	code, stdout, stderr := command(t, append([]string{"__complete"}, words...)...)
	require.Equal(t, exitDone, code, stderr)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	for _, line := range lines[:len(lines)-1] {
		word, _, _ := strings.Cut(line, "\t")
		offered = append(offered, word)
	}
	return offered, lines[len(lines)-1]
}

const (
	anyFile   = ":0"
	noFile    = ":4"
	noSpace   = ":6" // and no file
	extension = ":8"
)

func TestCompletion(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "data", "mnist"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "file"), nil, 0o600))
	t.Chdir(dir)
	for _, c := range []struct {
		words     string
		want      []string
		directive string
	}{
		{"ver|", []string{"verify", "version"}, noFile},
		{"activation|ge|", []string{"gelu"}, noFile},
		{"activation|gelu||", nil, noFile},
		{"verify|--activation|si|", []string{"sigmoid", "silu", "sin"}, noFile},
		{"verify|--activation=ge|", []string{"gelu"}, noFile},
		{"report|--activation|t|", []string{"tanh"}, noFile},
		{"verify|--weights|ha|", []string{"haar"}, noFile},
		{"report|--weights||", network.WeightsNames(), noFile},
		{"report|--weights|g|", []string{"gaussian"}, noFile},
		{"verify|--sampler||", []string{"lazy", "dense", "reflectors"}, noFile},
		{"activation|--emit|p|", []string{"pytorch"}, noFile},
		{"train|--shortcut||", []string{"none", "rotated", "plain", "identity", "balanced"}, noFile},
		{"train|--weights||", []string{"haar", "gaussian", "uniform", "torch-default", "keras-default", "he"}, noFile},
		{"train|--loss|s|", []string{"squared-error"}, noFile},
		{"train|--constraint|c|", []string{"cayley"}, noFile},
		{"train|--dtype||", []string{"float64", "float32"}, noFile},
		{"train|--schedule|cos|", []string{"cosine", "cosine:0.1"}, noFile},
		{"init|--dtype||", []string{"float32", "float64"}, noFile},
		{"verify|--data||", []string{"synthetic", "mnist:", "cifar10:"}, noSpace},
		{"verify|--data|mn|", []string{"mnist:"}, noSpace},
		{"verify|--data|mnist:|", []string{"mnist:data/"}, noSpace},
		{"verify|--data|mnist:data/|", []string{"mnist:data/mnist/"}, noSpace},
		{"verify|--data|mnist:nowhere/|", nil, noSpace},
		{"verify|--depth||", nil, noFile},
		{"verify|--alpha||", nil, noFile},
		{"verify|--seed||", []string{"random"}, noFile},
		{"verify|--state||", nil, anyFile},
		{"report|--output||", nil, anyFile},
		{"init|--output||", nil, anyFile},
		{"haar||", weightFiles, extension},
		{"activation|tanh|--plot||", []string{"svg"}, extension},
		{"verify|--layer-|", []string{"--layer-tolerance"}, noFile},
		{"help|exit|", []string{"exit-codes"}, noFile},
		{"completion|f|", []string{"fish"}, noFile},
	} {
		words := strings.Split(c.words, "|")
		offered, directive := complete(t, words[:len(words)-1]...)
		require.Equal(t, c.want, offered, c.words)
		require.Equal(t, c.directive, directive, c.words)
	}
	offered, _ := complete(t, "verify", "--data", "mnist:"+dir+"/da")
	require.Equal(t, []string{"mnist:" + dir + "/data/"}, offered)
}

// Whatever verbs there are: numbers offer no files, and flags that take one of a few
// words offer them.
func TestEveryFlagCompletes(t *testing.T) {
	for _, c := range visible() {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Value.Type() == "bool" || f.NoOptDefVal != "" {
				return
			}
			offered, directive := complete(t, append(path(c), "--"+f.Name, "")...)
			if values := f.Annotations[choice]; values != nil {
				require.Equal(t, values, offered, "%s --%s", c.Name(), f.Name)
			}
			if f.Value.Type() != "string" {
				require.NotEqual(t, anyFile, directive, "%s --%s", c.Name(), f.Name)
			}
		})
	}
}

// The scripts are read by the shells that are installed, and bash completes
// with its own.
func TestCompletionScripts(t *testing.T) {
	dir := t.TempDir()
	for _, shell := range []string{"bash", "zsh", "fish"} {
		code, script, stderr := command(t, "completion", shell)
		require.Equal(t, exitDone, code, stderr)
		require.Contains(t, script, "__complete")
		path := filepath.Join(dir, shell)
		require.NoError(t, os.WriteFile(path, []byte(script), 0o600))
		t.Run(shell, func(t *testing.T) {
			program, err := exec.LookPath(shell)
			if err != nil {
				t.Skipf("no %s: its script is not read", shell)
			}
			out, err := exec.Command(program, "-n", path).CombinedOutput()
			require.NoError(t, err, "%s", out)
		})
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	for line, want := range map[string]string{
		"bsnn veri":                              "verify",
		"bsnn verify --activation ge":            "gelu",
		"bsnn verify --weights h":                "haar",
		"bsnn activation --emit p":               "pytorch",
		"bsnn verify --widths 8 --sampler refle": "reflectors",
	} {
		// The package bash-completion is stood in for by what of it is used.
		script := `_init_completion() { words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=${words[cword]}; prev=${words[cword-1]}; }
source ./bash; compopt() { :; }; COMP_WORDS=(` + line + `); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); COMP_LINE="` + line + `"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
__start_bsnn; echo "${COMPREPLY[@]}"`
		p := exec.Command(bash, "--norc", "--noprofile", "-c", script)
		p.Dir = dir
		out, err := p.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Equal(t, want, strings.TrimSpace(string(out)), line)
	}
}

// Help fits a terminal, and so do the topics.
func TestHelpFitsATerminal(t *testing.T) {
	for _, c := range append(visible(), furnished()) {
		atTerminal(t, append([]string{"help"}, path(c)...)...)
	}
	for _, topic := range newTopics() {
		atTerminal(t, "help", topic.Name())
	}
}

// The installed program carries the guides: each is there under its name, below topics and, where
// no verb has the name, alone.
func TestGuides(t *testing.T) {
	_, list, _ := command(t, "help", "topics")
	for _, d := range docs.Guides() {
		require.Contains(t, list, d.Name+" ")
		require.Contains(t, list, d.Title)
		_, text, stderr := command(t, "help", "topics", d.Name)
		require.Contains(t, text, d.Title, stderr)
		require.NotContains(t, text, "](", d.Name)
		require.NotContains(t, text, "```", d.Name)
		for line := range strings.SplitSeq(text, "\n") { // but code and tables of numbers, which stand as they are
			if !strings.HasPrefix(line, " ") && !strings.Contains(line, "  ") {
				require.LessOrEqual(t, utf8.RuneCountInString(line), table.Columns, line)
			}
		}
	}
	_, under, _ := command(t, "help", "topics", "cluster")
	_, alone, _ := command(t, "help", "cluster")
	require.Equal(t, under, alone)
	code, _, stderr := command(t, "help", "topics", "clster")
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, "did you mean cluster?")
}
