package main

import "github.com/spf13/cobra"

// newTopics are texts that help shows and that belong to no verb.
func newTopics() []*cobra.Command {
	return []*cobra.Command{
		newGuides(),
		{
			Use:   "conventions",
			Short: "What is the same in every command: output, flags, widths, data, seeds",
			Long: `Results go to stdout; progress, notes and errors to stderr. Progress is drawn on a
terminal; elsewhere a line says every 30 seconds how far a command is. Tables fit 80
columns, or those of the terminal: --verbose shows what was left out. An error is one line that says what is wrong, where, and what would be
right. --json prints the result for programs; --format csv, markdown or latex the
tables alone, to paste.

Flags that mean the same everywhere:

  --activation NAME|EXPR   a built-in name or an expression in x; normalised
                           first; where functions are compared, repeat for more
  --as-is                  take the function as it is
  --set NAME=NUMBER        a parameter of the expression
  --widths a:b | a,b,c     from a, doubling, up to at most b; or a list
  --depth L                layers of the deep networks
  --weights haar|gaussian  the law of the weight matrices; there are others
  --sampler lazy|dense|reflectors
                           how they are represented; the law is the same
  --data synthetic|mnist:DIR|cifar10:DIR
                           where inputs come from; DIR holds the files, or the
                           folder to which the set unpacks. mnist: also
                           Fashion-MNIST and the splits of EMNIST; without
                           labels where nothing is trained
  --tolerance ε            how far a norm, not its square, may be off,
                           relatively: 0.1 lets pass what is within 10 % of what
                           it should be
  --trials N               networks to draw, at most
  --alpha α                probability that any verdict of the run is wrong
  --seed N|random          determines every random number
  --workers N              parallel workers; 0 means one for each core
  --verbose, -v            all columns and rows, and lines of any width

Random numbers belong to their place, not to the order of the work: the same seed gives
the same result, bit for bit, for any number of workers and after any interruption.

Ctrl-C stops cleanly, keeps what is done and says how to continue. A second Ctrl-C stops
at once. BSNN_BLAS=off|auto|PATH chooses the library that multiplies explicit matrices,
BSNN_VECTOR=avx512|avx2|go the instructions of loops over neurons, which changes no bit.`,
		},
		{
			Use:   "net",
			Short: "How a file describes a network",
			Long: `A network is an input width and a list of blocks, applied in this order:

  input: 784
  blocks:
    - linear: {to: 512}      # Haar weights: orthonormal rows or columns, scaled
    - activation: gelu       # a name or an expression in x, normalised first
    - repeat: 30
      blocks:
        - shortcut: {branch: 1/30}
          blocks: [ {linear: {to: 512}}, {activation: gelu} ]
    - norm: rms
    - linear: {to: 10}

  linear      to: numbers that leave it; weights: haar, gaussian, uniform,
              torch-default or keras-default; gain: factor of the weights; bias:
              true for what the law draws at the start, or the standard
              deviation of normal ones. Or weights from a file of any format
              that bsnn audit reads: file: beside this one, tensor: its name or
              a pattern for the maps of a repetition, bias: true for that of the
              file; such networks can be measured and trained, not predicted
  activation  as_is: true takes the function as it is; parameters: {c: 0.2} of
              an expression
  norm        rms (divides by the root of the mean square), layer (subtracts the
              mean of the entries before) or batch (does so for each entry over
              a batch of inputs)
  shortcut    x ↦ αx + βV·B(x) around its blocks: branch: β² with α² = 1 − β²,
              or alpha: and beta:; V is a second Haar map, which plain: true
              leaves out
  repeat      so many times, with weights drawn anew`,
		},
		{
			Use:   "exit-codes",
			Short: "What the exit code says",
			Long: `  0  confirmed, or done
  1  refuted, or not qualified
  2  bad input: one line on stderr says what is wrong, where, and what would be
     right
  3  undecided: the trials ran out before the answer was certain, or the run was
     interrupted

A claim of a test with error probability α is confirmed or refuted only if the chance
to be wrong is below α. More --trials, or a wider --tolerance, turn 3 into an answer.
Scripts can rely on these numbers:

  bsnn activation --require "$f" && echo "$f is normalised as it is"`,
		},
	}
}
