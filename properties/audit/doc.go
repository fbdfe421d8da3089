// Package audit says what a given network does to signals and gradients, from its
// weights: layer by layer what they are and what law they look like, and what happens to
// inputs and gradients that are sent through them.
package audit
