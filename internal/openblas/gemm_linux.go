//go:build linux && (amd64 || arm64) && !noblas

package openblas

import (
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// A gemmCall holds what a Fortran routine takes by reference, and the list of
// these addresses. The matrices are among the fields so that they stay where
// they are during a call: what the heap points to is on the heap.
type gemmCall[T float32 | float64] struct {
	transA, transB byte
	m, n, k        int
	lda, ldb, ldc  int
	alpha, beta    T
	a, b, c        *T
	arguments      [15]uintptr
}

// fortranGemm is the C interface's product of row-major matrices, by way of the
// Fortran interface. There every argument is an address, which is what a call
// can pass without reflection: it does not allocate and costs less. A row-major
// matrix is the transpose of a column-major one, and Cᵀ = op(B)ᵀ·op(A)ᵀ.
func fortranGemm[T float32 | float64](address uintptr) func(order, transA, transB, m, n, k int, alpha T, a *T, lda int, b *T, ldb int,
	beta T, c *T, ldc int) {
	idle := make(chan *gemmCall[T], runtime.NumCPU())
	return func(_, transA, transB, m, n, k int, alpha T, a *T, lda int, b *T, ldb int, beta T, c *T, ldc int) {
		var p *gemmCall[T]
		select {
		case p = <-idle:
		default:
			p = newGemmCall[T]()
		}
		p.transA, p.transB = fortranLetter(transB), fortranLetter(transA)
		p.m, p.n, p.k = n, m, k
		p.lda, p.ldb, p.ldc = ldb, lda, ldc
		p.alpha, p.beta = alpha, beta
		p.a, p.b, p.c = b, a, c
		p.arguments[6], p.arguments[8], p.arguments[11] = uintptr(unsafe.Pointer(b)), uintptr(unsafe.Pointer(a)), uintptr(unsafe.Pointer(c))
		purego.SyscallN(address, p.arguments[:]...)
		p.a, p.b, p.c = nil, nil, nil
		select {
		case idle <- p:
		default:
		}
	}
}

// newGemmCall lists the addresses that do not change from call to call. The
// last two arguments are the lengths of the strings.
func newGemmCall[T float32 | float64]() *gemmCall[T] {
	p := new(gemmCall[T])
	address := func(x unsafe.Pointer) uintptr { return uintptr(x) }
	p.arguments = [15]uintptr{
		address(unsafe.Pointer(&p.transA)), address(unsafe.Pointer(&p.transB)),
		address(unsafe.Pointer(&p.m)), address(unsafe.Pointer(&p.n)), address(unsafe.Pointer(&p.k)),
		address(unsafe.Pointer(&p.alpha)), 0, address(unsafe.Pointer(&p.lda)),
		0, address(unsafe.Pointer(&p.ldb)),
		address(unsafe.Pointer(&p.beta)), 0, address(unsafe.Pointer(&p.ldc)),
		1, 1,
	}
	return p
}

// fortranLetter translates the C interface's number.
func fortranLetter(trans int) byte {
	if trans == 111 {
		return 'N'
	}
	return 'T'
}
