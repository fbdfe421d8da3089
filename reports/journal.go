package reports

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

// A Journal remembers the finished cells of a sweep in a file, so that a sweep
// that was interrupted, by whatever means, goes on where it was: every cell is
// on the disk before the next one counts as begun, and what was being written
// when the machine stopped is recognised and forgotten.
//
// The file is a sequence of records: length and CRC-32 of the contents, both
// 32-bit little-endian, then the contents, an entry in gob encoding.
type Journal struct {
	path  string
	file  *os.File
	cells map[string]cellResult
}

// entry is one record.
type entry struct {
	Key  string
	Cell cellResult
}

// Fingerprint identifies what the numbers of a sweep depend on: the
// specification, the images and the program, of which digest is a checksum.
func Fingerprint(spec Spec, imagesSHA256, digest string) (string, error) {
	data, err := json.Marshal(struct {
		Format       int
		Spec         Spec
		Images, Code string
	}{Format, spec, imagesSHA256, digest})
	if err != nil {
		return "", fmt.Errorf("reports: specification: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// OpenJournal opens the journal at path, or begins it.
func OpenJournal(path string) (*Journal, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("reports: journal: %w", err)
	}
	j := &Journal{path: path, file: file, cells: map[string]cellResult{}}
	if err := j.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("reports: journal %s: %w", path, err), file.Close())
	}
	return j, nil
}

// read takes in all records up to the first that is not whole, and cuts the
// file there.
func (j *Journal) read() error {
	data, err := io.ReadAll(j.file)
	if err != nil {
		return err
	}
	good := 0
	for {
		e, size, ok := readEntry(data[good:])
		if !ok {
			break
		}
		j.cells[e.Key] = e.Cell
		good += size
	}
	if err := j.file.Truncate(int64(good)); err != nil {
		return err
	}
	_, err = j.file.Seek(int64(good), io.SeekStart)
	return err
}

const recordHead = 8

func readEntry(data []byte) (e entry, size int, ok bool) {
	if len(data) < recordHead {
		return e, 0, false
	}
	length := int(binary.LittleEndian.Uint32(data))
	if length > len(data)-recordHead {
		return e, 0, false
	}
	body := data[recordHead : recordHead+length]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(data[4:]) {
		return e, 0, false
	}
	if gob.NewDecoder(bytes.NewReader(body)).Decode(&e) != nil {
		return e, 0, false
	}
	return e, recordHead + length, true
}

// add writes a finished cell down and waits until it is on the disk.
func (j *Journal) add(key string, c cellResult) error {
	var b bytes.Buffer
	b.Write(make([]byte, recordHead))
	if err := gob.NewEncoder(&b).Encode(entry{key, c}); err != nil {
		return fmt.Errorf("reports: journal: %w", err)
	}
	record := b.Bytes()
	binary.LittleEndian.PutUint32(record, uint32(len(record)-recordHead))
	binary.LittleEndian.PutUint32(record[4:], crc32.ChecksumIEEE(record[recordHead:]))
	if _, err := j.file.Write(record); err != nil {
		return fmt.Errorf("reports: journal: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("reports: journal: %w", err)
	}
	j.cells[key] = c
	return nil
}

// Finished is how many cells the journal holds.
func (j *Journal) Finished() int { return len(j.cells) }

// Path is the journal's file.
func (j *Journal) Path() string { return j.path }

// Close ends the use of a journal; its file stays, unless it is empty.
func (j *Journal) Close() error {
	err := j.file.Close()
	if len(j.cells) == 0 {
		err = errors.Join(err, os.Remove(j.path))
	}
	return err
}

// Remove closes the journal of a sweep that is written down and removes it.
func (j *Journal) Remove() error {
	j.cells = nil
	return j.Close()
}
