package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"bsnn/internal/atomicfile"
	"bsnn/internal/disk"
	"bsnn/internal/folder"
	"bsnn/internal/provenance"
)

const (
	flushDelay = 100 * time.Millisecond // longest stay of a vector in memory
	flushSize  = 1 << 16                // bytes that are written at once
)

// A Policy says what may be continued.
type Policy int

const (
	// Same continues what was begun in the same environment, to the same bits.
	Same Policy = iota
	// Mixed also continues what was begun by another build of the program or
	// with another processor or BLAS library: the last bits may differ.
	Mixed
)

// A Journal is an open journal, locked against other processes. Its methods
// may be called from several goroutines.
type Journal struct {
	path     string
	lock     *folder.Lock // nil in a folder that is locked as a whole
	restored content
	had      int // vectors and values that were restored
	mixed    bool

	mu      sync.Mutex
	file    *disk.File                   // nil after Close
	section string                       // of the last record
	values  map[string]map[string][]byte // bodies of the values in JSON, by section and name
	buffer  []byte                       // records not yet written
	waiting bool                         // for the timer
	timer   *time.Timer
	err     error // of the first write that failed; nothing is written after it
}

// Open opens the journal at path, or makes a new one where there is none, for
// the given run. Errors wrap [folder.ErrLocked], are a [*RunError] or a
// [*DamageError], or come from the file system; the file is then as it was.
func Open(path string, run provenance.Run, policy Policy) (*Journal, error) {
	l, err := folder.LockFile(path)
	if err != nil {
		return nil, err
	}
	j, err := open(path, l, run, policy)
	if err != nil {
		l.Release()
		return nil, err
	}
	return j, nil
}

// OpenIn is Open for a journal in a folder that the caller has claimed, and keeps
// until the journal is closed.
func OpenIn(c *folder.Claim, name string, run provenance.Run, policy Policy) (*Journal, error) {
	return open(c.Path(name), nil, run, policy)
}

func open(path string, l *folder.Lock, run provenance.Run, policy Policy) (*Journal, error) {
	j := &Journal{path: path, lock: l}
	if err := j.load(run, policy); err != nil {
		if j.file != nil {
			j.file.Close()
		}
		return nil, err
	}
	j.section, j.values, j.had = j.restored.section, j.restored.values, j.restored.count()
	j.timer = time.AfterFunc(time.Hour, j.flush)
	j.timer.Stop()
	return j, nil
}

// openRegular opens what is a file like any other, and no link to one: whoever
// has put a link there means another file to be changed.
func openRegular(path string) (*disk.File, error) {
	there, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if there.Mode().Type() == fs.ModeSymlink {
		return nil, fmt.Errorf("%s is a link; want the file itself", path)
	}
	if !there.Mode().IsRegular() { // opening a pipe would wait for somebody to write to it
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	f, err := disk.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !os.SameFile(there, info) {
		err = fmt.Errorf("%s has just been replaced", path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// load reads the file, which it makes where there is none, and leaves it ready for
// appending.
func (j *Journal) load(run provenance.Run, policy Policy) (err error) {
	begin, err := beginning(run)
	if err != nil {
		return fmt.Errorf("%s: %w", j.path, err)
	}
	j.file, err = openRegular(j.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if j.restored, err = parse(j.path, nil); err != nil {
			return err
		}
		return j.begin(begin)
	case err != nil:
		return err
	}
	data, err := io.ReadAll(j.file)
	if err != nil {
		return err
	}
	if j.restored, err = parse(j.path, data); err != nil {
		return err
	}
	if j.restored.size == 0 { // nothing in it can be of use
		if err := j.file.Close(); err != nil {
			return err
		}
		return j.begin(begin)
	}
	d := run.Against(j.restored.run)
	if d != nil && (d.Part != provenance.Around || policy != Mixed) {
		return &RunError{Path: j.path, Difference: d}
	}
	if err := j.sweep(); err != nil {
		return err
	}
	j.mixed = d != nil || j.restored.mixed
	if err := j.file.Truncate(int64(j.restored.size)); err != nil {
		return err
	}
	if d == nil || j.restored.mixed {
		return nil
	}
	_, err = j.file.Write(appendRecord(nil, func(b []byte) []byte { return append(b, kindMixed) }))
	return err
}

// begin makes the file with its first bytes: they appear at once, so that no
// journal is ever without them.
func (j *Journal) begin(first []byte) error {
	if err := j.sweep(); err != nil {
		return err
	}
	err := atomicfile.Write(j.path, func(w io.Writer) error {
		_, err := w.Write(first)
		return err
	})
	if err != nil {
		return err
	}
	if j.file, err = openRegular(j.path); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, j.file) // to its end
	return err
}

// sweep removes what processes left that died when they began the journal. In a
// folder that is locked as a whole, its claim does it.
func (j *Journal) sweep() error {
	if j.lock == nil {
		return nil
	}
	return atomicfile.Sweep(j.path)
}

// Path is the journal's file.
func (j *Journal) Path() string { return j.path }

// Restored is the number of vectors and values that the journal held when it
// was opened.
func (j *Journal) Restored() int { return j.had }

// Dropped is the number of bytes of a damaged tail that was cut off when the
// journal was opened.
func (j *Journal) Dropped() int { return j.restored.dropped }

// Mixed says whether the journal may hold parts from different environments.
func (j *Journal) Mixed() bool { return j.mixed }

// Lookup returns a vector that the journal held when it was opened.
func (j *Journal) Lookup(section string, index int) ([]float64, bool) {
	return j.restored.get(section, index)
}

// Record keeps a vector that the journal does not hold yet; index is not
// negative. What cannot be written is reported by Close.
func (j *Journal) Record(section string, index int, values []float64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil || j.file == nil {
		return
	}
	j.enter(section)
	j.buffer = appendVector(j.buffer, index, values)
	switch {
	case len(j.buffer) >= flushSize:
		j.write()
	case !j.waiting:
		j.waiting = true
		j.timer.Reset(flushDelay)
	}
}

// enter makes section the one of the next record; j.mu is held.
func (j *Journal) enter(section string) {
	if section != j.section {
		j.buffer = appendText(j.buffer, kindSection, section)
		j.section = section
	}
}

// Get decodes the value that was last put under a name, now or before the
// journal was opened, into the variable that v points to, which must be of the
// type that was put and zero. It reports whether there is one.
func (j *Journal) Get(section, name string, v any) (bool, error) {
	j.mu.Lock()
	body := j.values[section][name]
	j.mu.Unlock()
	return decodeNamed(j.path, section, name, body, v)
}

// decodeNamed decodes the body of a value of the file at path, and reports whether there is
// one.
func decodeNamed(path, section, name string, body []byte, v any) (bool, error) {
	if body == nil {
		return false, nil
	}
	if err := decodeValue(body, v); err != nil {
		return false, fmt.Errorf("%s: %s %q: %w", path, section, name, err)
	}
	return true, nil
}

// Put keeps a value under a name, in place of a former one, and returns when it
// is on the disk. The value must have JSON from which Go can read it; NaN and the
// infinities that a type of floating-point numbers writes as null are kept too,
// to the bit.
func (j *Journal) Put(section, name string, v any) error {
	body, err := encodeValue(v)
	if err != nil {
		return fmt.Errorf("%s: %s %q: %w", j.path, section, name, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return fmt.Errorf("%s: %w", j.path, os.ErrClosed)
	}
	if j.err == nil {
		j.enter(section)
		j.buffer = appendNamed(j.buffer, name, body)
		j.write()
	}
	if j.err == nil {
		j.err = j.file.Sync()
	}
	if j.err != nil {
		return j.err
	}
	if j.values[section] == nil {
		j.values[section] = map[string][]byte{}
	}
	j.values[section][name] = body
	return nil
}

// Names are those of the values that a section has, in alphabetical order.
func (j *Journal) Names(section string) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Sorted(maps.Keys(j.values[section]))
}

// Len is the number of values that a section has.
func (j *Journal) Len(section string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.values[section])
}

func (j *Journal) flush() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting = false
	j.write()
}

// write empties the buffer; j.mu is held.
func (j *Journal) write() {
	if j.err == nil && j.file != nil && len(j.buffer) > 0 {
		_, j.err = j.file.Write(j.buffer)
	}
	j.buffer = j.buffer[:0]
}

// Close writes what is left and unlocks the file. It returns the error of the
// first write that failed, now or before; what was kept before that one is
// kept. A second Close does nothing.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return nil
	}
	j.timer.Stop()
	j.write()
	err := errors.Join(j.err, j.file.Close())
	j.file = nil
	j.lock.Release()
	return err
}

// Finish closes the journal of a run that is complete and gives it another name in its
// folder, all of it on the disk. It fails where something has that name, or where something
// could not be written; the journal then stays as it is.
func (j *Journal) Finish(path string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return fmt.Errorf("%s: %w", j.path, os.ErrClosed)
	}
	j.timer.Stop()
	j.write()
	if j.err == nil {
		j.err = j.file.Sync()
	}
	if j.err != nil {
		return j.err
	}
	if _, err := os.Lstat(path); err == nil {
		return &fs.PathError{Op: "rename", Path: path, Err: fs.ErrExist}
	}
	if err := disk.Rename(j.path, path); err != nil {
		return err
	}
	err := errors.Join(disk.SyncFolder(filepath.Dir(path)), j.file.Close())
	j.file = nil
	j.lock.Release()
	return err
}

// Remove closes the journal of a run that is complete, and deletes its file.
func (j *Journal) Remove() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return disk.Remove(j.path)
	}
	j.timer.Stop()
	j.file.Close() // nobody will read it
	j.file = nil
	err := disk.Remove(j.path) // while it is locked, so nobody else has begun to use it
	j.lock.Release()
	return err
}

// SetAside renames a journal that no process uses, so that a new one can take
// its place. It reports whether there was one. What is at aside stays: then the
// error wraps fs.ErrExist.
func SetAside(path, aside string) (bool, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	l, err := folder.LockFile(path)
	if err != nil {
		return false, err
	}
	defer l.Release()
	f, err := openRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	info, err := f.Stat()
	f.Close()
	if err != nil || info.Size() == 0 {
		return false, err
	}
	if _, err := os.Lstat(aside); err == nil {
		return false, &fs.PathError{Op: "rename", Path: aside, Err: fs.ErrExist}
	}
	return true, disk.Rename(path, aside)
}

// Discard deletes a journal that no process uses, with what was left of earlier
// ones. Other files stay, which is an error.
func Discard(path string) error {
	l, err := folder.LockFile(path)
	if err != nil {
		return err
	}
	defer l.Release()
	if err := recognise(path); err != nil {
		return err
	}
	return errors.Join(atomicfile.Sweep(path), disk.Remove(path))
}

// DiscardIn is Discard for a journal in a folder that the caller has claimed.
func DiscardIn(c *folder.Claim, name string) error {
	if err := recognise(c.Path(name)); err != nil {
		return err
	}
	return disk.Remove(c.Path(name))
}

// recognise says what is wrong with a file that should be a journal, or empty.
func recognise(path string) error {
	f, err := openRegular(path)
	if err != nil {
		return err
	}
	defer f.Close()
	first := make([]byte, len(magic))
	n, err := io.ReadFull(f, first)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	if first = first[:n]; n > 0 && string(first) != magic[:n] && string(first) != formerMagic[:n] {
		return &DamageError{Path: path, Why: "it does not begin as a journal does"}
	}
	return nil
}
