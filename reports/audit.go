package reports

import (
	"bsnn/internal/provenance"
	"bsnn/properties/audit"
)

// An AuditReport is what the network in a weight file, or in a table of norms that
// somebody recorded, does to signals and gradients.
type AuditReport struct {
	Machine provenance.Machine `json:"machine"`
	Command string             `json:"command"` // that repeats the audit
	Audit   audit.Audit        `json:"audit"`
}
