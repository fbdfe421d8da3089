package main

import (
	"fmt"
	"io"
	"math"
	"slices"

	"bsnn/internal/table"
	"bsnn/internal/words"
	"bsnn/network/checkpoint"
	"bsnn/properties/audit"

	"github.com/spf13/cobra"
)

// likeResult is what init --like prints as JSON.
type likeResult struct {
	checkpoint.LikeWritten
	Like       []string      `json:"like"`
	Activation string        `json:"activation"`
	Scaling    audit.Scaling `json:"scaling"`
}

// runLike writes a start for the network of a file.
func (f *initFlags) runLike(c *cobra.Command) error {
	for _, flag := range []string{"depth", "width", "dtype"} {
		if c.Flags().Changed(flag) {
			return fmt.Errorf("--%s with --like; want one of them: the file says it", flag)
		}
	}
	seed, err := parseSeed(f.seed)
	if err != nil {
		return err
	}
	file, err := checkpoint.Open(f.like...)
	if err != nil {
		return err
	}
	defer file.Close()
	a, _, err := f.of(c, file)
	if err != nil {
		return err
	}
	like := checkpoint.Like{File: file, Path: f.output, Seed: seed, Keep: f.keep, Normalized: !a.AsIs}
	if len(a.Parameters) == 0 {
		like.Activation = a.Spec
	}
	names := like.Matrices()
	scaling, err := audit.Scale(c.Context(), a, len(names))
	if err != nil {
		return err
	}
	first := audit.First(names)
	like.Gain = func(name string) float64 {
		if name == first {
			return 1
		}
		return scaling.Gain
	}
	line := newProgress(c.ErrOrStderr())
	like.Progress = line.counted("writing tensors")
	r, err := like.Write(c.Context())
	line.clear()
	if err != nil {
		return err
	}
	out := likeResult{r, f.like, a.String(), scaling}
	if f.asJSON {
		return writeJSON(c.OutOrStdout(), out)
	}
	return writeLike(pageOf(c.OutOrStdout(), table.Text), out, narrowest(file, names))
}

// narrowest is the width of the narrowest hidden layer: neither the first matrix nor the last is asked. 0 where
// there is none.
func narrowest(file *checkpoint.File, names []string) int {
	width := 0
	for _, t := range file.Tensors {
		if len(t.Shape) != 2 || len(names) < 3 || !slices.Contains(names[1:len(names)-1], t.Name) {
			continue
		}
		if n := min(t.Shape[0], t.Shape[1]); width == 0 || n < width {
			width = n
		}
	}
	return width
}

func writeLike(w io.Writer, r likeResult, width int) error {
	_, err := fmt.Fprintf(w, `%s: %d matrices with orthonormal rows or columns, %d biases of zeros%s, %d tensors kept, %d bytes
gain %s for %s; theory: squared signals × %s a layer, squared gradients × %s
`, r.Path, len(r.Drawn), len(r.Zeroed), resetWords(len(r.Reset)), len(r.Kept), r.Bytes, words.Number(r.Scaling.Gain, 4), r.Activation,
		words.Number(r.Scaling.Forward, 4), words.Number(r.Scaling.Backward, 4))
	spread, drifts := r.Scaling.Drift/math.Sqrt(float64(width)), r.Scaling.Drift > 2*r.Scaling.NormalizedDrift
	if err == nil && width > 0 && drifts && spread > math.Ln2 {
		_, err = fmt.Fprintf(w, "but single networks of width %d differ from that by factors of e^±%s in all: what the length is off grows from "+
			"layer to layer; want --normalized, which needs no gain, or wider layers\n", width, words.Number(spread, 2))
	}
	return err
}

// resetWords says how many stored statistics are those of a start.
func resetWords(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d stored means and variances as at a start", n)
}
