package expr

// Prefix returns the program that ends with instruction i.
func (p *Program) Prefix(i int) *Program { return newProgram(p.code, int32(i)) }
