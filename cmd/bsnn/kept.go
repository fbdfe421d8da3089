package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"bsnn/internal/folder"
	"bsnn/internal/journal"
	"bsnn/internal/provenance"

	"github.com/spf13/cobra"
)

// mixedFlag lets a command go on with what another program or machine has
// finished. It means the same in every verb that keeps something.
type mixedFlag struct{ mixed bool }

func (f *mixedFlag) register(c *cobra.Command) {
	c.Flags().BoolVar(&f.mixed, "mixed", false,
		"go on although another build of bsnn, processor or BLAS library has begun: the last bits may differ")
}

func (f mixedFlag) policy() journal.Policy {
	if f.mixed {
		return journal.Mixed
	}
	return journal.Same
}

// mixedHelp is for the long help of verbs with a mixedFlag.
const mixedHelp = `What is kept is only continued by the build of bsnn and on the kind of processor, and
where matrices are multiplied with the BLAS library, that began it; otherwise the
command ends with exit code 2 and says what differs. --mixed goes on all the same: the
last bits may then differ, and machine.mixed in the results says so.`

// keptError says what is wrong with what a run keeps, and what would be right.
// other is where it might be kept instead, as in "another folder"; field
// translates the name of something that was asked for. Errors about anything else
// are returned as they are.
func keptError(err error, other string, field func(string) string) error {
	var run *journal.RunError
	var damage *journal.DamageError
	var file *fs.PathError
	switch {
	case errors.As(err, &run):
		d := *run.Difference
		if d.Field != "" && field != nil {
			d.Field = field(d.Field)
		}
		if d.Part == provenance.Around {
			return fmt.Errorf("the run in %s cannot be continued: %w; want the same one, --mixed to go on with other last bits, or %s", run.Path,
				&d, other)
		}
		return fmt.Errorf("the run in %s cannot be continued: %w; want the same command as before, or %s", run.Path, &d, other)
	case errors.As(err, &damage):
		return fmt.Errorf("the run in %s is damaged or not one of bsnn: %s at byte %d; want %s, or this one removed", damage.Path, damage.Why,
			damage.Offset, other)
	case errors.Is(err, folder.ErrLocked) && errors.As(err, &file):
		return fmt.Errorf("another bsnn is working on the run in %s; want it to end first, or %s", file.Path, other)
	}
	return err
}

// outputError is what is wrong with the folder that --output names, or with what
// a run keeps in it; field translates as for keptError.
func outputError(err error, field func(string) string) error {
	var f *folder.Error
	if errors.As(err, &f) {
		return errors.New("--output " + f.About())
	}
	return keptError(err, "another --output FOLDER", field)
}

// warnings takes what the packages of long runs have to say.
func warnings(stderr io.Writer) func(string) {
	return func(what string) { note(stderr, "%s", what) }
}

// noteDropped says that the end of a journal was damaged.
func noteDropped(stderr io.Writer, j *journal.Journal) {
	if n := j.Dropped(); n > 0 {
		note(stderr, "the last %d bytes of %s were not written completely; what they held is done again", n, j.Path())
	}
}
