package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// ErrLocked is wrapped by errors about a journal that another process uses.
var ErrLocked = errors.New("another process is using it")

const (
	flushDelay = 100 * time.Millisecond // longest stay of a record in memory
	flushSize  = 1 << 16                // bytes that are written at once
)

// A Journal is an open journal, locked against other processes. Its methods
// may be called from several goroutines.
type Journal struct {
	path     string
	restored content

	mu      sync.Mutex
	file    *os.File // nil after Close
	section string   // of the last record
	buffer  []byte   // records not yet written
	waiting bool     // for the timer
	timer   *time.Timer
	err     error // of the first write that failed; nothing is written after it
}

// Open opens the journal at path, or makes a new one where there is none, for
// the computation that header describes. Errors wrap [ErrLocked], are a
// [*HeaderError] or a [*DamageError], or come from the file system; the file
// is then as it was.
func Open(path, header string) (*Journal, error) {
	f, err := openLocked(path, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return nil, err
	}
	j := &Journal{path: path, file: f}
	if err := j.load(header); err != nil {
		f.Close()
		return nil, err
	}
	j.section = j.restored.section
	j.timer = time.AfterFunc(time.Hour, j.flush)
	j.timer.Stop()
	return j, nil
}

// openLocked opens and locks a file that is still the one at path afterwards:
// between the two steps another process may remove or rename it.
func openLocked(path string, flags int) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, flags, 0o666)
		if err != nil {
			return nil, err
		}
		if err := lock(f); err != nil {
			f.Close()
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		mine, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, err
		}
		if !mine.Mode().IsRegular() {
			f.Close()
			return nil, fmt.Errorf("%s is not a regular file", path)
		}
		if there, err := os.Stat(path); err == nil && os.SameFile(mine, there) {
			return f, nil
		}
		f.Close()
	}
}

// load reads the file and leaves it ready for appending.
func (j *Journal) load(header string) error {
	data, err := io.ReadAll(j.file)
	if err != nil {
		return err
	}
	if j.restored, err = parse(j.path, data, header); err != nil {
		return err
	}
	if err := j.file.Truncate(int64(j.restored.size)); err != nil {
		return err
	}
	if _, err := j.file.Seek(int64(j.restored.size), io.SeekStart); err != nil {
		return err
	}
	if j.restored.size == 0 {
		_, err = j.file.Write(beginning(header))
	}
	return err
}

// Restored is the number of entries that the journal held when it was opened.
func (j *Journal) Restored() int { return j.restored.count }

// Lookup returns an entry that the journal held when it was opened.
func (j *Journal) Lookup(section string, index int) ([]float64, bool) {
	return j.restored.get(section, index)
}

// Record keeps an entry that the journal does not hold yet; index is not
// negative. What cannot be written is reported by Close.
func (j *Journal) Record(section string, index int, values []float64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil || j.file == nil {
		return
	}
	if section != j.section {
		j.buffer = appendText(j.buffer, kindSection, section)
		j.section = section
	}
	j.buffer = appendValues(j.buffer, index, values)
	switch {
	case len(j.buffer) >= flushSize:
		j.write()
	case !j.waiting:
		j.waiting = true
		j.timer.Reset(flushDelay)
	}
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
// first write that failed, now or before; entries recorded before that one are
// kept. A second Close does nothing.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return nil
	}
	j.timer.Stop()
	j.write()
	err := j.file.Close()
	j.file = nil
	if j.err != nil {
		return j.err
	}
	return err
}

// Remove deletes the file of a computation that is complete, and closes it.
func (j *Journal) Remove() error {
	err := os.Remove(j.path) // while it is locked, so nobody else has begun to use it
	j.mu.Lock()
	j.buffer = nil
	j.mu.Unlock()
	j.Close()
	if err != nil { // some systems do not remove open files
		err = os.Remove(j.path)
	}
	return err
}

// SetAside renames a file that no process uses, so that a new journal can take
// its place. It reports whether there was one that is not empty.
func SetAside(path, aside string) (bool, error) {
	f, err := openLocked(path, os.O_RDWR)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() == 0 {
		return false, err
	}
	return true, os.Rename(path, aside)
}
