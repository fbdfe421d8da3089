package expr

// Prefix returns the program that ends with instruction i.
func (p *Program) Prefix(i int) *Program { return newProgram(builderFrom(p), int32(i)) }
