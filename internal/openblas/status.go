package openblas

import "fmt"

// Status says which code multiplies matrices, and why.
type Status struct {
	// Using is whether an installed OpenBLAS is in use; otherwise Go
	// code is.
	Using bool `json:"using"`
	// Path is the file of the library in use.
	Path string `json:"path,omitempty"`
	// Config is the library's description of itself: its version, its
	// build options and the processor it is tuned for.
	Config string `json:"config,omitempty"`
	// Threads is how many threads one call uses; 0 without a library.
	Threads int `json:"threads,omitempty"`
	// Reason is why no library is in use.
	Reason string `json:"reason,omitempty"`
}

// String is one line for people.
func (s Status) String() string {
	if !s.Using {
		return "pure Go (" + s.Reason + ")"
	}
	return fmt.Sprintf("%s, %s, threads in a call: %d", s.Config, s.Path, s.Threads)
}
