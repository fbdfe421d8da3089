package page

import (
	"fmt"

	"bsnn/internal/folder"
	"bsnn/internal/journal"
	"bsnn/internal/provenance"
)

// An OutputError says why a report cannot be written to a folder.
type OutputError = folder.Error

// An Output is a folder that a report is to be written to. It is this process's
// alone until Close.
type Output struct {
	dir   string // as the user wrote it
	claim *folder.Claim
}

const want = "one that is new, empty or holds a former report"

// Claim locks the folder for a report, and makes it where there is none, so that
// a long run does not end in a surprise. A folder qualifies when it is new or empty
// or holds a former report. The files that the former report lists as its own give
// way to the new ones, if they are as it wrote them; whatever else is in the folder
// stays. A claim leaves nothing behind if nothing is written. The error is an
// *[OutputError], or says that another process works in the folder.
func Claim(dir string) (*Output, error) {
	claim, err := folder.Take(dir, want)
	if err != nil {
		return nil, err
	}
	o := &Output{dir, claim}
	if err := o.look(); err != nil {
		o.Close()
		return nil, err
	}
	return o, nil
}

// look says whether the folder qualifies, and then puts it in order.
func (o *Output) look() error {
	if err := o.recognise(); err != nil {
		return err
	}
	if err := o.claim.Sweep(); err != nil {
		return o.refuse(err)
	}
	_, err := o.inspect()
	return err
}

// refuse says what is wrong with the folder.
func (o *Output) refuse(problem error) error {
	return &OutputError{Dir: o.dir, Problem: problem.Error(), Err: problem}
}

// Close lets other processes have the folder. A second call does nothing.
func (o *Output) Close() { o.claim.Release() }

// Journal opens the journal of a run that measures for the report. Each run has
// its own, so that another one can be measured first. It must be closed before the
// Output is.
func (o *Output) Journal(run provenance.Run, policy journal.Policy) (*journal.Journal, error) {
	name, err := run.Name()
	if err != nil {
		return nil, err
	}
	return journal.OpenIn(o.claim, fmt.Sprintf("report.%.12s.journal", name), run, policy)
}
