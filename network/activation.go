package network

import (
	"fmt"

	"bsnn/gpnorm"
)

// Check is an error unless the function can be read.
func (a Activation) Check() error {
	_, err := gpnorm.Formula(a.Spec, a.Parameters)
	return err
}

// Judge normalises the function and proves what it can about it.
func (a Activation) Judge() (gpnorm.Judgement, error) { return gpnorm.Judge(a.Spec, a.Parameters) }

// Function is what the block applies, given what Judge says of it.
func (a Activation) Function(j gpnorm.Judgement) gpnorm.Activation {
	if a.AsIs {
		return j.Raw
	}
	return j.Activation
}

// Key is the same for blocks that apply the same function, and for no others.
func (a Activation) Key() string { return fmt.Sprintf("%q %q %t", a.Spec, a.Parameters, a.AsIs) }
