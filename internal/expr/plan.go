package expr

// A plan says where float evaluation keeps each value. Values that depend on
// x live in registers, blocks of blockSize numbers that are reused as soon as
// the value is no longer needed; the others are computed once.
type plan struct {
	varies    []bool    // by instruction: does the value depend on x
	fixed     []float64 // by instruction: the value if it does not
	register  []int32   // by instruction: where it is kept if it does
	registers int
}

func newPlan(code []Instr) plan {
	p := plan{
		varies:   make([]bool, len(code)),
		fixed:    make([]float64, len(code)),
		register: make([]int32, len(code)),
	}
	for i := range code {
		in := &code[i]
		p.varies[i] = in.Op == Var
		for _, o := range in.Operands() {
			p.varies[i] = p.varies[i] || p.varies[o]
		}
		if !p.varies[i] {
			p.fixed[i] = p.evaluateFixed(in)
		}
	}
	p.assignRegisters(code)
	return p
}

func (p *plan) evaluateFixed(in *Instr) float64 {
	var v [1]float64
	var operands [3][]float64
	for k, o := range in.Operands() {
		operands[k] = p.fixed[o : o+1]
	}
	in.values(v[:], operands[0], operands[1], operands[2])
	return v[0]
}

// assignRegisters scans the code once, giving back the register of a value
// after its last use. The result of an operation never shares a register with
// an operand, so derivatives can be computed after the value.
func (p *plan) assignRegisters(code []Instr) {
	lastUse := make([]int, len(code))
	for i := range code {
		for _, o := range code[i].Operands() {
			lastUse[o] = i
		}
	}
	var free []int32
	for i := range code {
		if !p.varies[i] {
			continue
		}
		if len(free) == 0 {
			free = append(free, int32(p.registers))
			p.registers++
		}
		p.register[i] = free[len(free)-1]
		free = free[:len(free)-1]
		for k, o := range code[i].Operands() {
			if p.varies[o] && lastUse[o] == i && !repeated(&code[i], k) {
				free = append(free, p.register[o])
			}
		}
	}
}

// repeated reports whether operand k of in is also an earlier operand.
func repeated(in *Instr, k int) bool {
	operands := in.Operands()
	for _, o := range operands[:k] {
		if o == operands[k] {
			return true
		}
	}
	return false
}
