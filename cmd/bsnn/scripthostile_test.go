package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"bsnn/internal/journal"
	"bsnn/internal/words"

	"github.com/rogpeppe/go-internal/testscript"
)

// spoil copies a file, with one text replaced by another wherever it is there. In
// a journal the checksums are made right again.
func spoil(ts *testscript.TestScript, args []string) error {
	path := ts.MkAbs(args[1])
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	if err != nil {
		return err
	}
	found := false
	change := func(b []byte) []byte {
		found = found || bytes.Contains(b, []byte(args[2]))
		return bytes.ReplaceAll(b, []byte(args[2]), []byte(args[3]))
	}
	if filepath.Ext(path) == ".journal" {
		data, err = journal.Forge(data, change)
	} else {
		data = change(data)
	}
	switch {
	case err != nil:
		return err
	case !found:
		return fmt.Errorf("%s does not hold %q", args[0], args[2])
	}
	return os.WriteFile(path, data, 0o600)
}

// bomb writes a batch of a gigabyte of pictures, all black, in a megabyte of gzip.
func bomb(ts *testscript.TestScript, args []string) error {
	var member bytes.Buffer
	z := gzip.NewWriter(&member)
	if _, err := z.Write(make([]byte, 10<<20)); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(ts.MkAbs(args[0]), bytes.Repeat(member.Bytes(), 100), 0o600) // members follow each other
}

// manyDimensions writes a safetensors file with one tensor of two million
// dimensions.
func manyDimensions(ts *testscript.TestScript, args []string) error {
	header := `{"a":{"dtype":"U8","shape":[` + strings.Repeat("1,", 2_000_000) + `1],"data_offsets":[0,1]}}`
	file := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return os.WriteFile(ts.MkAbs(args[0]), append(append(file, header...), 0), 0o600)
}

// harmless demands that the files of some patterns hold nothing that steers a terminal,
// and that pictures are XML.
func harmless(ts *testscript.TestScript, args []string) error {
	for _, pattern := range args {
		paths, err := filepath.Glob(ts.MkAbs(pattern))
		if err != nil || len(paths) == 0 {
			return fmt.Errorf("%s: no files (%v)", pattern, err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if string(data) != words.Visible(string(data)) {
				return fmt.Errorf("%s holds control characters", path)
			}
			if filepath.Ext(path) == ".svg" {
				if err := readXML(data); err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
			}
		}
	}
	return nil
}

func readXML(data []byte) error {
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
