// Command bsnn verifies that signals and gradients survive deep networks: it
// judges activations, tests the theory of bidirectional self-normalisation on
// random networks of any width and writes reports.
//
// Exit codes: 0 confirmed or done, 1 refuted or not qualified, 2 bad input,
// 3 undecided, 70 a fault of the program.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"bsnn/internal/fserror"
	"bsnn/internal/openblas"
	"bsnn/internal/parallel"
	"bsnn/internal/vector"
	"bsnn/internal/words"

	"github.com/spf13/cobra"
)

// Exit codes of the program.
const (
	exitDone      = 0
	exitRefuted   = 1
	exitBadInput  = 2
	exitUndecided = 3
	exitFault     = 70 // of the program itself, as sysexits.h has it
)

// answer is an error that carries an exit code other than bad input: the
// command worked, and this is what it found.
type answer struct {
	code int
	text string
}

func (a answer) Error() string { return a.text }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	// The first signal asks for a clean end; a second one ends at once.
	context.AfterFunc(ctx, stop)
	blas, err := openblas.Use(os.Getenv(openblas.Environment))
	if err == nil {
		_, err = vector.Path()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bsnn:", oneLine(err))
		os.Exit(exitBadInput)
	}
	os.Exit(run(withBLAS(ctx, blas), os.Args[1:], os.Stdout, os.Stderr))
}

// run executes one command line and returns the exit code. Errors are one
// line on stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return runOn(ctx, args, newOutput(stdout), newOutput(stderr))
}

// runOn is run where the outputs are known.
func runOn(ctx context.Context, args []string, out, stderr *output) int {
	stdout := io.Writer(out)
	root := newRoot()
	furnish(root, stdout, stderr)
	args = withVerb(root, args)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		if c == root && !strings.HasPrefix(args[0], "-") { // flags of a verb that does not exist
			return unknownVerb(root, args[0])
		}
		return flagError(c, err)
	})
	code := execute(ctx, root, args, stderr)
	if out.err != nil && code != exitBadInput && code != exitFault {
		fmt.Fprintln(stderr, "bsnn: the result could not all be written:", fserror.Cause(out.err))
		return exitBadInput
	}
	return code
}

// execute runs a command and turns what it returns into an exit code.
func execute(ctx context.Context, root *cobra.Command, args []string, stderr io.Writer) (code int) {
	defer func() {
		if p := parallel.Caught(recover()); p != nil {
			fmt.Fprintln(stderr, "bsnn:", faultWords(p))
			code = exitFault
		}
	}()
	root.SetArgs(args)
	c, err := root.ExecuteContextC(ctx)
	var a answer
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &a):
		if a.text != "" {
			fmt.Fprintln(stderr, "bsnn:", a.text)
		}
		return a.code
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "bsnn: "+interruption(err))
		return exitUndecided
	default:
		fmt.Fprintln(stderr, "bsnn:", fitted(oneLine(err)+settable(c, err)))
		return exitBadInput
	}
}

// interruption is what the error of a run says that the user ended.
func interruption(err error) string {
	if err == context.Canceled { // nobody says where
		return "interrupted"
	}
	return "interrupted: " + oneLine(err)
}

// faultWords say what went wrong in the program itself, and where.
func faultWords(p *parallel.Panic) string {
	return "a fault of the program: " + words.Shorten(folded(p.String()), 150) + placeOf(p) + "; want a report of it with the command line"
}

// placeOf is the line of code that panicked, in parentheses.
func placeOf(p *parallel.Panic) string {
	_, stack, _ := strings.Cut(string(p.Stack), "\npanic(")
	lines := strings.Split(stack, "\n") // a function, then its file with a tab, and so on
	for i := 2; i+1 < len(lines); i += 2 {
		if strings.HasPrefix(lines[i], "runtime.") {
			continue
		}
		file, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
		return " (" + filepath.Base(file) + ")"
	}
	return ""
}

// newRoot is the program with its verbs; each names its group and shows at
// least two examples.
func newRoot() *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:   "bsnn",
		Short: "Verify that signals and gradients survive deep networks",
		Long: `bsnn verifies that signals and gradients survive deep networks: it judges
activations, tests the theory of bidirectional self-normalisation on random
networks of any width, and writes concentration-against-width reports.

  exit code 0  confirmed, or done        3  undecided
            1  refuted, not qualified   70  a fault of the program
            2  bad input`,
		Example: `  bsnn gelu
  bsnn predict --layers 784,512x29,10 --activation gelu --as-is
  bsnn verify --activation gelu`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownVerb(c, args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if version {
				return writeVersion(c.Context(), c.OutOrStdout())
			}
			return c.Help()
		},
		PersistentPreRunE: func(c *cobra.Command, _ []string) error { return checkWords(c) },
	}
	root.Flags().BoolVarP(&version, "version", "v", false, "say what this program is made of")
	root.AddCommand(newActivation(), newExplore(), newPredict(), newWidth(), newVerify(), newHaar(), newAudit(), newReport(), newTrain(),
		newExperiment(), newInit(), newVersion(), newMan())
	return root
}

// furnish adds what belongs to no verb, and what is done for all of them.
func furnish(root *cobra.Command, stdout, stderr io.Writer) {
	root.SetOut(stdout)
	root.SetErr(stderr)
	addGroups(root)
	root.AddCommand(newTopics()...)
	root.AddCommand(shortGuides(root)...)
	root.SetHelpCommand(newHelp())
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { writeHelp(c.OutOrStdout(), c) })
	root.SetUsageFunc(func(c *cobra.Command) error {
		_, err := io.WriteString(c.OutOrStderr(), usage(c))
		return err
	})
	addCompletionVerb(root)
	addCompletions(root)
}
