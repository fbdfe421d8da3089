package properties

import "bsnn/theorem"

// What is asked about the random networks of an architecture unless something else is said.
const (
	ArchitectureTolerance = theorem.AskedTolerance      // of a norm
	ArchitectureLimit     = 1 - theorem.AskedConfidence // of the networks do not keep it, at most
	ArchitectureBatch     = 64                          // inputs at once, where a batch is normalised
	ArchitectureTrials    = 1000                        // networks
	ArchitectureFormed    = 400                         // networks whose matrices are formed, which takes longer
)
