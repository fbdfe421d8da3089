package checkpoint

import "strings"

// Transposed says whether the tensor of a name holds the transpose of W in h = Wx: a
// "kernel", as Keras and Flax name it, and in an ONNX file what is multiplied from the
// right as it stands.
func (f *File) Transposed(name string) bool {
	if f.graph == nil {
		return strings.Contains(name[strings.LastIndexAny(name, "./")+1:], "kernel")
	}
	if f.fromRight == nil {
		f.fromRight = map[string]bool{}
		for _, n := range f.graph.Nodes {
			if len(n.Inputs) > 1 && (n.Op == "MatMul" || n.Op == "Gemm" && n.Attributes["transB"].Int == 0) {
				f.fromRight[n.Inputs[1]] = true
			}
		}
	}
	return f.fromRight[name]
}
