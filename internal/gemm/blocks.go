package gemm

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// The product is cut so that a kernelRows×depth panel of A stays in the first
// level of cache, heightOfA×depth of A in the second, and depth×widthOfB of B
// in the third.
const (
	kernelRows = 6 // of C held in registers
	kernelCols = 8
	depth      = 256
	heightOfA  = 16 * kernelRows
	widthOfB   = 256 * kernelCols
)

// buffers holds packed blocks between calls.
var buffers = sync.Pool{New: func() any { return new([]float64) }}

// borrow returns a buffer of that length, to be given back to buffers.
func borrow(length int) *[]float64 {
	b := buffers.Get().(*[]float64)
	if cap(*b) < length {
		*b = make([]float64, length)
	}
	*b = (*b)[:length]
	return b
}

// multiply adds alpha·A·B to C.
func multiply(alpha float64, a, b, c matrix) {
	packedB := borrow(min(depth, a.cols) * roundUp(min(widthOfB, b.cols), kernelCols))
	defer buffers.Put(packedB)
	for j := 0; j < b.cols; j += widthOfB {
		width := min(widthOfB, b.cols-j)
		for p := 0; p < a.cols; p += depth {
			deep := min(depth, a.cols-p)
			block := b.part(p, j, deep, width)
			inParallel(ceilDiv(width, kernelCols), func(panel int) {
				packB((*packedB)[panel*deep*kernelCols:], block, panel*kernelCols)
			})
			height := blockHeight(a.rows)
			inParallel(ceilDiv(a.rows, height), func(i int) {
				rows := min(height, a.rows-i*height)
				addBlock(alpha, a.part(i*height, p, rows, deep), *packedB, c.part(i*height, j, rows, width))
			})
		}
	}
}

// blockHeight is the height of the blocks of A: less than heightOfA for a
// matrix that would otherwise give few blocks to share among processors.
func blockHeight(rows int) int {
	return min(heightOfA, roundUp(ceilDiv(rows, 8), kernelRows))
}

// addBlock adds alpha·A·B to C for one block of A and the packed B.
func addBlock(alpha float64, a matrix, packedB []float64, c matrix) {
	packedA := borrow(roundUp(a.rows, kernelRows) * a.cols)
	defer buffers.Put(packedA)
	for i := 0; i < a.rows; i += kernelRows {
		packA((*packedA)[i*a.cols:], alpha, a, i)
	}
	for j := 0; j < c.cols; j += kernelCols {
		for i := 0; i < a.rows; i += kernelRows {
			addTile(a.cols, (*packedA)[i*a.cols:], packedB[j*a.cols:], c.part(i, j, min(kernelRows, c.rows-i), min(kernelCols, c.cols-j)))
		}
	}
}

// addTile adds the product of a packed panel of A and one of B to a tile of C,
// which is smaller than the kernel's at the edges.
func addTile(deep int, panelA, panelB []float64, c matrix) {
	if c.rows == kernelRows && c.cols == kernelCols {
		kernel(deep, &panelA[0], &panelB[0], &c.data[0], c.down)
		return
	}
	var tile [kernelRows * kernelCols]float64
	kernel(deep, &panelA[0], &panelB[0], &tile[0], kernelCols)
	for i := range c.rows {
		for j, v := range tile[i*kernelCols : i*kernelCols+c.cols] {
			c.data[i*c.down+j] += v
		}
	}
}

// packA copies alpha times rows i, i+1, … column by column, with zeros below
// the last.
func packA(dst []float64, alpha float64, a matrix, i int) {
	for r := range kernelRows {
		if i+r >= a.rows {
			for p := range a.cols {
				dst[p*kernelRows+r] = 0
			}
			continue
		}
		at := (i + r) * a.down
		for p := range a.cols {
			dst[p*kernelRows+r] = alpha * a.data[at]
			at += a.across
		}
	}
}

// packB copies columns j, j+1, … row by row, with zeros right of the last.
func packB(dst []float64, b matrix, j int) {
	cols := min(kernelCols, b.cols-j)
	if b.across == 1 {
		for p := range b.rows {
			row := dst[p*kernelCols : (p+1)*kernelCols]
			n := copy(row, b.data[p*b.down+j:p*b.down+j+cols])
			clear(row[n:])
		}
		return
	}
	for col := range kernelCols {
		if col >= cols {
			for p := range b.rows {
				dst[p*kernelCols+col] = 0
			}
			continue
		}
		at := (j + col) * b.across
		for p := range b.rows {
			dst[p*kernelCols+col] = b.data[at]
			at += b.down
		}
	}
}

// part is a block of the matrix.
func (m matrix) part(i, j, rows, cols int) matrix {
	return matrix{rows, cols, m.data[i*m.down+j*m.across:], m.down, m.across}
}

func ceilDiv(n, d int) int { return (n + d - 1) / d }

func roundUp(n, d int) int { return ceilDiv(n, d) * d }

// inParallel runs f(0) … f(count−1) on the processors that Go may use.
func inParallel(count int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), count)
	if workers <= 1 {
		for i := range count {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	all.Wait()
}
