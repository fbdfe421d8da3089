// Package faults holds planted defects: small wrong variants of the
// components of a suite.System. A suite that lets one of them pass is not worth
// its name.
package faults

import "bsnn/properties/internal/suite"

// A Fault is a planted defect.
type Fault struct {
	ID        string
	Component string // what is wrong
	What      string // how, in words
	Catcher   string // the check that is expected to see it
	Plant     func(*suite.System)
}

// System is this project with the defect.
func (f Fault) System() suite.System {
	s := suite.Real()
	f.Plant(&s)
	return s
}

// All are the planted defects.
func All() []Fault {
	var all []Fault
	for _, group := range [][]Fault{activations(), weights(), streams(), networks(), simulators(), moments(), bounds(), laws(), verdicts(),
		architectures(), passages(), rectangles(), pairs()} {
		all = append(all, group...)
	}
	return all
}
