package main

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

//go:embed peers.py
var peersProgram string

// A peer is another library in a Python process of its own, which waits
// between the requests.
type peer struct {
	name, version string
	label         string // its name, with the threads where it has fewer than everyone
	process       *exec.Cmd
	requests      io.WriteCloser
	answers       *bufio.Scanner
}

// errAbsent says that no interpreter can import the library.
var errAbsent = errors.New("not installed")

// startPeer starts the first interpreter that can import the library, with
// that many threads for everything that takes its number from the
// environment.
func startPeer(name string, interpreters []string, threads int) (*peer, error) {
	reason := "no interpreter among " + strings.Join(interpreters, ", ")
	for _, python := range interpreters {
		path, err := exec.LookPath(python)
		if err != nil {
			continue
		}
		p, why, err := tryPeer(name, path, threads)
		if err != nil {
			return nil, fmt.Errorf("%s in %s: %w", name, path, err)
		}
		if p != nil {
			return p, nil
		}
		reason = path + ": " + why
	}
	return nil, fmt.Errorf("%s: %w (%s)", name, errAbsent, reason)
}

// tryPeer returns no peer, but the reason, when the library is absent there.
func tryPeer(name, python string, threads int) (p *peer, reason string, err error) {
	process := exec.Command(python, "-c", peersProgram, name, strconv.Itoa(threads))
	process.Env, _ = steered(os.Environ())
	for _, variable := range []string{"OMP_NUM_THREADS", "MKL_NUM_THREADS"} { // OpenBLAS reads the first
		process.Env = append(process.Env, variable+"="+strconv.Itoa(threads))
	}
	var complaints strings.Builder
	process.Stderr = &complaints
	requests, err := process.StdinPipe()
	if err != nil {
		return nil, "", err
	}
	output, err := process.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := process.Start(); err != nil {
		return nil, err.Error(), nil
	}
	p = &peer{name: name, label: name, process: process, requests: requests, answers: bufio.NewScanner(output)}
	first, _ := p.answer()
	word, rest, _ := strings.Cut(first, " ")
	if word == "ready" {
		p.version = rest
		return p, "", nil
	}
	p.stop()
	if word == "absent" {
		return nil, rest, nil
	}
	return nil, "it failed: " + lastLine(complaints.String()), nil
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

func (p *peer) answer() (string, error) {
	if p.answers.Scan() {
		return p.answers.Text(), nil
	}
	if err := p.answers.Err(); err != nil {
		return "", err
	}
	return "", io.ErrUnexpectedEOF
}

// time asks for one run of a job and returns how long it took.
func (p *peer) time(request string) (time.Duration, error) {
	if _, err := fmt.Fprintln(p.requests, request); err != nil {
		return 0, fmt.Errorf("%s: %s: %w", p.label, request, err)
	}
	text, err := p.answer()
	if err != nil {
		return 0, fmt.Errorf("%s: %s: %w", p.label, request, err)
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %s: %w", p.label, request, err)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

func (p *peer) stop() {
	p.requests.Close()
	_ = p.process.Wait() // its answers are already here
}
