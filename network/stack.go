package network

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Stack is the commonest architecture in a few words: linear maps to the given
// widths, each but the last followed by the activation.
type Stack struct {
	Input      int
	Runs       []Run // the widths after each linear map, in order
	Linear     Linear
	Activation Activation

	Norm *Norm // after each activation; nil for none

	// Shortcut leads around each linear map that keeps the width, with its
	// activation; "" for none, "rotated", "plain" (α² + β² = 1, without the second
	// rotation) or "identity" (α = β = 1, plain). Branch is β²; 0 means 1/L with
	// L the number of shortcuts.
	Shortcut string
	Branch   float64
}

// A Run is so many linear maps to one width.
type Run struct{ Width, Times int }

// ShortcutNames lists what Stack.Shortcut may be.
func ShortcutNames() []string { return []string{"none", "rotated", "plain", "identity"} }

// ParseLayers reads the widths of a stack, as "784,512x29,10": 784 numbers enter,
// 29 linear maps lead to 512 each and one to 10.
func ParseLayers(text string) (input int, runs []Run, err error) {
	total := 0.
	for i, word := range strings.Split(text, ",") {
		r := Run{Times: 1}
		width, times, repeated := strings.Cut(strings.TrimSpace(word), "x")
		r.Width, err = strconv.Atoi(width)
		if err == nil && repeated {
			r.Times, err = strconv.Atoi(times)
		}
		if err != nil || r.Width < 1 || r.Times < 1 {
			return 0, nil, fmt.Errorf("%q; want widths, as in 784,512x29,10 where x repeats one", text)
		}
		if r.Width > mostWidth {
			return 0, nil, fmt.Errorf("%q: width %d; want at most %d", text, r.Width, mostWidth)
		}
		if total += float64(r.Times); total > MostBlocks {
			return 0, nil, fmt.Errorf("%q: %.3g layers; want at most %d", text, total, MostBlocks)
		}
		if i == 0 {
			input = r.Width
			if r.Times--; r.Times == 0 {
				continue
			}
		}
		runs = append(runs, r)
	}
	if len(runs) == 0 {
		return 0, nil, fmt.Errorf("%q; want two widths at least, as in 784,512x29,10: what enters and what leaves the linear maps", text)
	}
	return input, runs, nil
}

// Architecture writes the stack out.
func (s Stack) Architecture() (Architecture, error) {
	a := Architecture{Input: s.Input}
	branch, err := s.branch()
	if err != nil {
		return a, err
	}
	in := s.Input
	for i, r := range s.Runs {
		last := i == len(s.Runs)-1
		first := 0 // maps of the run that change the width
		if in != r.Width {
			first = 1
			a.add(1, s.layer(r.Width, last && r.Times == 1))
		}
		inner := r.Times - first
		if last && inner > 0 {
			inner--
		}
		a.add(inner, s.around(branch, s.layer(r.Width, false)))
		if last && r.Times > first {
			a.add(1, s.layer(r.Width, true))
		}
		in = r.Width
	}
	_, err = a.Output()
	return a, err
}

// Tower is as many layers of one width, each with the activation behind it: the networks
// of the theory, with what the stack adds to them. Its own widths are not used.
func (s Stack) Tower(width, depth int) (Architecture, error) {
	s.Input, s.Runs = width, []Run{{width, depth + 1}}
	branch, err := s.branch()
	if err != nil {
		return Architecture{}, err
	}
	a := Architecture{Input: width}
	a.add(depth, s.around(branch, s.layer(width, false)))
	_, err = a.Output()
	return a, err
}

// add appends blocks that are applied so many times.
func (a *Architecture) add(times int, blocks []Block) {
	switch {
	case times == 1:
		a.Blocks = append(a.Blocks, blocks...)
	case times > 1:
		a.Blocks = append(a.Blocks, Repeat{times, blocks})
	}
}

// layer is a linear map with what follows it.
func (s Stack) layer(to int, last bool) []Block {
	l := s.Linear
	l.To = to
	if last {
		return []Block{l}
	}
	return append([]Block{l, s.Activation}, s.normalization()...)
}

func (s Stack) normalization() []Block {
	if s.Norm == nil {
		return nil
	}
	return []Block{Normalization{*s.Norm}}
}

// around leads a shortcut around a layer; normalisation stays outside.
func (s Stack) around(branch float64, layer []Block) []Block {
	if s.Shortcut == "" || s.Shortcut == "none" {
		return layer
	}
	c := Balanced(branch, layer[:2]...)
	c.Plain = s.Shortcut != "rotated"
	if s.Shortcut == "identity" {
		c.Alpha, c.Beta = 1, 1
	}
	return append([]Block{c}, layer[2:]...)
}

func (s Stack) branch() (float64, error) {
	switch s.Shortcut {
	case "", "none", "identity":
		if s.Branch != 0 {
			return 0, fmt.Errorf("branch %v without a shortcut whose parts are weighed; want rotated or plain with it", s.Branch)
		}
		return 0, nil
	case "rotated", "plain":
	default:
		return 0, fmt.Errorf("shortcut %q; want one of %s", s.Shortcut, strings.Join(ShortcutNames(), ", "))
	}
	switch {
	case !(s.Branch >= 0 && s.Branch <= 1):
		return 0, fmt.Errorf("branch %v; want a number from 0 to 1", s.Branch)
	case s.Branch > 0:
		return s.Branch, nil
	}
	n := s.shortcuts()
	if n == 0 {
		return 0, fmt.Errorf("no linear map keeps its width, so that no shortcut can lead around one; want equal widths, as in 512x10")
	}
	return 1 / n, nil
}

// shortcuts is how many linear maps keep the width, the last one apart.
func (s Stack) shortcuts() float64 {
	total, in := 0., s.Input
	for _, r := range s.Runs {
		total += float64(r.Times)
		if in != r.Width {
			total--
		}
		in = r.Width
	}
	if k := len(s.Runs) - 1; s.Runs[k].Times > 1 || k == 0 && s.Input == s.Runs[k].Width || k > 0 && s.Runs[k-1].Width == s.Runs[k].Width {
		total--
	}
	return math.Max(total, 0)
}
