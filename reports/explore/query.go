package explore

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bsnn/network"
)

// A Query is what is on the page: a function, and layers of one width with it or a network of any blocks.
type Query struct {
	// Settings are the function and what the layers are made of.
	network.Settings
	Width, Depth int

	// Net describes the network as [network.ReadArchitecture] reads it, in the place of all of the above; its first function is the one
	// of the card.
	Net string

	Seed uint64 // of live runs
}

// Bounds of a query.
const (
	mostText       = 1000    // bytes of a function
	mostNet        = 8 << 10 // bytes of a description
	mostParameters = 16
	mostQuery      = 16 << 10 // bytes of a link

	// WidestWidth and DeepestDepth are the largest that a page asks about.
	WidestWidth, DeepestDepth = 65_536, 10_000
)

// DefaultQuery is where a page begins.
func DefaultQuery() Query {
	s := network.DefaultSettings()
	s.Activation.Spec = "gelu"
	return Query{Settings: s, Width: 512, Depth: 30, Seed: 1}
}

// The names of the settings in a link; those that the command line has are spelt as there.
const (
	keyActivation = "activation"
	keySet        = "set"
	keyAsIs       = "as-is"
	keyWidth      = "width"
	keyDepth      = "depth"
	keyWeights    = "weights"
	keyGain       = "gain"
	keyBias       = "bias"
	keyNorm       = "norm"
	keyShortcut   = "shortcut"
	keyBranch     = "branch"
	keyNet        = "net"
	keySeed       = "seed"
)

// setters read the settings of a link.
var setters = map[string]func(*Query, string) error{
	keyActivation: func(q *Query, v string) error { return text(&q.Activation.Spec, v, mostText) },
	keyAsIs:       func(q *Query, v string) error { return yes(&q.Activation.AsIs, v) },
	keyWidth:      func(q *Query, v string) error { return whole(&q.Width, v, WidestWidth) },
	keyDepth:      func(q *Query, v string) error { return whole(&q.Depth, v, DeepestDepth) },
	keyWeights:    func(q *Query, v string) error { return text(&q.Weights, v, mostText) },
	keyBias:       func(q *Query, v string) error { return yes(&q.Bias, v) },
	keyNorm:       func(q *Query, v string) error { return text(&q.Norm, v, mostText) },
	keyShortcut:   func(q *Query, v string) error { return text(&q.Shortcut, v, mostText) },
	keyBranch:     func(q *Query, v string) error { return text(&q.Branch, v, mostText) },
	keyNet:        func(q *Query, v string) error { return text(&q.Net, v, mostNet) },
	keyGain: func(q *Query, v string) (err error) {
		if q.Gain, err = strconv.ParseFloat(v, 64); err != nil {
			err = fmt.Errorf("%.40q; want a number", v)
		}
		return err
	},
	keySeed: func(q *Query, v string) (err error) {
		if q.Seed, err = strconv.ParseUint(v, 10, 64); err != nil {
			err = fmt.Errorf("%.40q; want a whole number from 0 to 2^64−1", v)
		}
		return err
	},
	keySet: parameters,
}

// parameters reads NAME=NUMBER, NAME=NUMBER, …
func parameters(q *Query, v string) error {
	list := strings.Split(v, ",")
	switch {
	case strings.TrimSpace(v) == "":
		return nil
	case len(v) > mostText || len(list) > mostParameters:
		return fmt.Errorf("of %d parameters in %d bytes; want at most %d in %d", len(list), len(v), mostParameters, mostText)
	}
	q.Activation.Parameters = map[string]string{}
	for _, p := range list {
		name, value, ok := strings.Cut(strings.TrimSpace(p), "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || name == "" || value == "" {
			return fmt.Errorf("%.40q; want NAME=NUMBER, as in alpha=0.2", p)
		}
		if q.Activation.Parameters[name] != "" {
			return fmt.Errorf("%.40q is given twice; want each parameter once", name)
		}
		q.Activation.Parameters[name] = value
	}
	return nil
}

func text(out *string, v string, most int) error {
	if len(v) > most {
		return fmt.Errorf("of %d bytes; want at most %d", len(v), most)
	}
	*out = v
	return nil
}

func yes(out *bool, v string) error {
	*out = v == "true"
	if v != "true" && v != "false" {
		return fmt.Errorf("%.40q; want true or false", v)
	}
	return nil
}

func whole(out *int, v string, most int) error {
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil || n < 1 || n > most {
		return fmt.Errorf("%.40q; want a whole number from 1 to %d", v, most)
	}
	*out = n
	return nil
}

// ParseQuery reads what Query.Link writes; what it does not say is as in DefaultQuery. The error is a *Problem.
func ParseQuery(link string) (Query, error) {
	q := DefaultQuery()
	if len(link) > mostQuery {
		return q, &Problem{Message: fmt.Sprintf("a link of %d bytes; want at most %d", len(link), mostQuery)}
	}
	values, err := url.ParseQuery(link)
	if err != nil {
		return q, &Problem{Message: "this is no link to the page: " + err.Error()}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		set := setters[key]
		if set == nil {
			return q, &Problem{Message: fmt.Sprintf("unknown setting %.40q in the link", key)}
		}
		if len(values[key]) > 1 {
			return q, &Problem{Field: key, Message: key + " is given twice"}
		}
		if err := set(&q, values[key][0]); err != nil {
			return q, &Problem{Field: key, Message: key + " " + err.Error()}
		}
	}
	return q, nil
}

// Link is the query as the end of a link, without what DefaultQuery has too, but always with the function or the description.
func (q Query) Link() string {
	v, d := url.Values{}, DefaultQuery()
	put := func(key, value, usual string) {
		if value != usual {
			v.Set(key, value)
		}
	}
	put(keySeed, strconv.FormatUint(q.Seed, 10), strconv.FormatUint(d.Seed, 10))
	if q.Net != "" {
		v.Set(keyNet, q.Net)
		return v.Encode()
	}
	v.Set(keyActivation, q.Activation.Spec)
	var set []string
	for name, value := range q.Activation.Parameters {
		set = append(set, name+"="+value)
	}
	slices.Sort(set)
	put(keySet, strings.Join(set, ","), "")
	put(keyAsIs, strconv.FormatBool(q.Activation.AsIs), "false")
	put(keyWidth, strconv.Itoa(q.Width), strconv.Itoa(d.Width))
	put(keyDepth, strconv.Itoa(q.Depth), strconv.Itoa(d.Depth))
	put(keyWeights, q.Weights, d.Weights)
	put(keyGain, strconv.FormatFloat(q.Gain, 'g', -1, 64), "1")
	put(keyBias, strconv.FormatBool(q.Bias), "false")
	put(keyNorm, q.Norm, d.Norm)
	put(keyShortcut, q.Shortcut, d.Shortcut)
	put(keyBranch, q.Branch, d.Branch)
	return v.Encode()
}

// Architecture is the network that is meant. The error is a *Problem.
func (q Query) Architecture() (network.Architecture, error) {
	if q.Net != "" {
		return q.described()
	}
	s, err := q.Settings.Stack()
	if err != nil {
		return network.Architecture{}, problemOf(err)
	}
	a, err := s.Tower(q.Width, q.Depth)
	if err != nil {
		return a, problemOf(err)
	}
	return a, nil
}

// described is the network of a description.
func (q Query) described() (network.Architecture, error) {
	const name = "line"
	a, err := network.ReadArchitecture(name, []byte(q.Net))
	if err == nil && !slices.ContainsFunc(a.Blocks, network.HasLinear) {
		err = errors.New("a network without a linear map; want one at least")
	}
	if err != nil {
		p := &Problem{Field: keyNet, Message: err.Error()}
		rest, found := strings.CutPrefix(p.Message, name+":")
		if line, text, cut := strings.Cut(rest, ": "); found && cut {
			if p.Line, err = strconv.Atoi(line); err == nil {
				p.Message = text
			}
		}
		return a, p
	}
	return a, nil
}

// function is the one of the card; none in a network without functions.
func (q Query) function(a network.Architecture) (f network.Activation, found bool) {
	if q.Net == "" {
		return q.Activation, true
	}
	return firstFunction(a.Blocks)
}

func firstFunction(blocks []network.Block) (f network.Activation, found bool) {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Activation:
			return b, true
		case network.Shortcut:
			f, found = firstFunction(b.Blocks)
		case network.Repeat:
			f, found = firstFunction(b.Blocks)
		}
		if found {
			return f, true
		}
	}
	return f, false
}
