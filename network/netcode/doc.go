// Package netcode writes a network that is described as data as source code, with
// its initialisation: to be pasted into a project that uses PyTorch, JAX or Go's
// standard library alone.
package netcode
