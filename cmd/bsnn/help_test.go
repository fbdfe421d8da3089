package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

func TestHelpIsGroupedByTask(t *testing.T) {
	code, stdout, stderr := command(t, "--help")
	require.Equal(t, exitDone, code, stderr)
	at := 0
	for _, want := range []string{"Answer a question:", "activation ", "verify ", "Measure, and write it down:", "report ", "Make networks:", "init ", "About this program:", "version ", "conventions", "exit-codes"} {
		next := strings.Index(stdout[at:], want)
		require.GreaterOrEqual(t, next, 0, "%q after byte %d of %s", want, at, stdout)
		at += next
	}
	require.NotContains(t, stdout, "Additional Commands", "a verb without a group")
}

func TestHelpOnTopicsAndVerbs(t *testing.T) {
	for _, args := range [][]string{{"help", "exit-codes"}, {"exit-codes"}} {
		_, stdout, _ := command(t, args...)
		for _, want := range []string{"0  confirmed", "1  refuted", "2  bad input", "3  undecided"} {
			require.Contains(t, stdout, want)
		}
	}
	_, direct, _ := command(t, "verify", "--help")
	_, about, _ := command(t, "help", "verify")
	require.Equal(t, direct, about)
	require.Contains(t, direct, "--resume")
	_, general, _ := command(t)
	_, help, _ := command(t, "help")
	require.Equal(t, general, help)
}

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
		{"verify|--weights||", []string{"haar", "gaussian"}, noFile},
		{"report|--weights|g|", []string{"gaussian"}, noFile},
		{"verify|--sampler||", []string{"lazy", "dense", "reflectors"}, noFile},
		{"activation|--emit|p|", []string{"pytorch"}, noFile},
		{"train|--shortcut||", []string{"none", "plain", "balanced"}, noFile},
		{"train|--weights||", []string{"haar", "gaussian", "xavier", "he"}, noFile},
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
		{"haar||", []string{"npy", "safetensors"}, extension},
		{"activation|tanh|--plot||", []string{"svg"}, extension},
		{"verify|--lay|", []string{"--layer-tolerance"}, noFile},
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
		if program, err := exec.LookPath(shell); err == nil {
			out, err := exec.Command(program, "-n", path).CombinedOutput()
			require.NoError(t, err, "%s: %s", shell, out)
		} else {
			t.Logf("no %s: its script is not read", shell)
		}
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(dir, "bsnn")))
	for line, want := range map[string]string{
		"bsnn veri":                              "verify",
		"bsnn verify --activation ge":            "gelu",
		"bsnn verify --weights h":                "haar",
		"bsnn activation --emit p":               "pytorch",
		"bsnn verify --widths 8 --sampler refle": "reflectors",
	} {
		// The package bash-completion is stood in for by what of it is used.
		script := `_init_completion() { words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=${words[cword]}; prev=${words[cword-1]}; }
source bash; compopt() { :; }; COMP_WORDS=(` + line + `); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); COMP_LINE="` + line + `"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
__start_bsnn; echo "${COMPREPLY[@]}"`
		p := exec.Command(bash, "--norc", "--noprofile", "-c", script)
		p.Dir = dir
		p.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), runAsProgram+"=1")
		out, err := p.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Equal(t, want, strings.TrimSpace(string(out)), line)
	}
}

func TestMisspellings(t *testing.T) {
	for line, says := range map[string]string{
		"verfy":                          "did you mean verify?",
		"verfy --widths 64":              "did you mean verify?",
		"repot -o x":                     "did you mean report?",
		"act gelu":                       "did you mean activation?",
		"help verfy":                     "did you mean verify?",
		"completion zhs":                 "did you mean zsh?",
		"verify --widht 64":              "did you mean --widths?",
		"verify --act gelu":              "did you mean --activation?",
		"verify --actvation=gelu":        "did you mean --activation?",
		"verify --asis":                  "did you mean --as-is?",
		"verify --weights guassian":      "did you mean gaussian?",
		"verify --weights Haar":          "did you mean haar?",
		"report --weights=gausian":       "did you mean gaussian?",
		"verify --sampler reflector":     "did you mean reflectors?",
		"verify --activation gleu":       `did you mean "gelu"?`,
		"activation rleu":                `did you mean "relu"?`,
		"activation tanh --emit torch":   "want go, pytorch or jax",
		"activation tanh --emit pytroch": "did you mean pytorch?",
		"init --dtype float46":           "did you mean float64?",
		"verify -widths 64":              "two dashes",
		"--json verify":                  "without a command",
	} {
		code, stdout, stderr := command(t, strings.Fields(line)...)
		require.Equal(t, exitBadInput, code, line)
		require.Empty(t, stdout, line)
		require.Contains(t, stderr, says, line)
		require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
		require.NotContains(t, stderr, "bsnn: bsnn", line)
	}
}
