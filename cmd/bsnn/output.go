package main

import (
	"io"
	"os"
	"unicode/utf8"

	"bsnn/internal/table"
	"bsnn/internal/words"

	"golang.org/x/term"
)

// An output passes on text without what would steer a terminal: names in files
// may be anything. JSON stays the same JSON.
type output struct {
	w       io.Writer
	columns int    // of the terminal behind it, 0 where there is none
	rest    []byte // the beginning of a letter that the next Write ends
	err     error  // of the first Write that failed: not all who write look at it
}

// newOutput is one to w.
func newOutput(w io.Writer) *output {
	o := &output{w: w}
	if f := terminalOf(w); f != nil {
		o.columns, _, _ = term.GetSize(int(f.Fd()))
	}
	return o
}

// pageOf is where a verb prints what people read.
func pageOf(w io.Writer, f table.Format) *table.Page {
	p := table.NewPage(w, f)
	if o, ok := w.(*output); ok && o.columns > 0 {
		p.Terminal(o.columns)
	}
	return p
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	text := append(o.rest, p...)
	whole := len(text)
	for cut := 1; cut < utf8.UTFMax && cut <= len(text); cut++ {
		if tail := text[len(text)-cut:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				whole -= cut
			}
			break
		}
	}
	if _, err := io.WriteString(o.w, words.Visible(string(text[:whole]))); err != nil {
		if o.err == nil {
			o.err = err
		}
		return 0, err
	}
	o.rest = append([]byte{}, text[whole:]...)
	return len(p), nil
}

// terminalOf is the file behind w, if that is a terminal on which something can
// be written over.
func terminalOf(w io.Writer) *os.File {
	if os.Getenv("TERM") == "dumb" {
		return nil
	}
	if o, ok := w.(*output); ok {
		w = o.w
	}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}
