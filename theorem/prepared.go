package theorem

import (
	"fmt"
	"slices"
	"sync"

	"bsnn/gpnorm"
)

// prepared keeps the chains of the activations that were asked for last,
// most recent first: a report asks for dozens of widths of each of a few, and
// most of the time goes into tables that do not depend on the width.
var prepared struct {
	sync.Mutex
	list []*chain
}

const mostPrepared = 8

// chainFor is newChain, or a chain with the same values at the same nodes and
// the same Lipschitz constant: bounds depend on nothing else.
func chainFor(a gpnorm.Activation) (*chain, error) {
	sh, err := newShells(a)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.Name, err)
	}
	h, slope := sh.steepest()
	if err := exceeds(a.Name, "φ′", h, slope, a.Lipschitz); err != nil {
		return nil, err
	}
	prepared.Lock()
	defer prepared.Unlock()
	at := slices.IndexFunc(prepared.list, func(c *chain) bool {
		return c.act.Lipschitz == a.Lipschitz && valueAt(c.act, 0) == valueAt(a, 0) && c.shells.same(sh)
	})
	if at >= 0 {
		c := prepared.list[at]
		prepared.list = slices.Insert(slices.Delete(prepared.list, at, at+1), 0, c)
		return c, nil
	}
	c, err := newChain(a, sh)
	if err != nil {
		return nil, err
	}
	prepared.list = slices.Insert(prepared.list, 0, c)
	prepared.list = prepared.list[:min(len(prepared.list), mostPrepared)]
	return c, nil
}

// same says whether two sets of nodes are equal, with the values there.
func (s *shells) same(o *shells) bool {
	return slices.Equal(s.h, o.h) && slices.Equal(s.value, o.value) && slices.Equal(s.deriv, o.deriv)
}
