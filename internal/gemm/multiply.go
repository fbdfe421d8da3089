package gemm

import (
	"runtime"
	"sync"
	"sync/atomic"

	"bsnn/internal/parallel"
)

// multiply adds alpha·A·B to C on all processors that Go may use.
func multiply[T number](k *kernel[T], buffers *sync.Pool, alpha T, a, b, c matrix[T]) {
	packedB := borrow[T](buffers, min(k.depth, a.cols)*roundUp(min(k.width, b.cols), k.cols))
	defer buffers.Put(packedB)
	for j := 0; j < b.cols; j += k.width {
		width := min(k.width, b.cols-j)
		for p := 0; p < a.cols; p += k.depth {
			deep := min(k.depth, a.cols-p)
			block := b.part(p, j, deep, width)
			inParallel(ceilDiv(width, k.cols), func(panel int) {
				k.packB((*packedB)[panel*deep*k.cols:], block, panel*k.cols)
			})
			height := k.blockHeight(a.rows)
			inParallel(ceilDiv(a.rows, height), func(i int) {
				rows := min(height, a.rows-i*height)
				packedA := borrow[T](buffers, roundUp(rows, k.rows)*deep+k.rows*k.cols)
				defer buffers.Put(packedA)
				k.addBlock(alpha, a.part(i*height, p, rows, deep), *packedA, *packedB, c.part(i*height, j, rows, width), 1, &ahead[T]{})
			})
		}
	}
}

// borrow returns a buffer of that length, to be given back to buffers.
func borrow[T number](buffers *sync.Pool, length int) *[]T {
	b := buffers.Get().(*[]T)
	if cap(*b) < length {
		*b = make([]T, length)
	}
	*b = (*b)[:length]
	return b
}

// blockHeight is the height of the blocks of A: less than height for a matrix
// that would otherwise give few blocks to share among processors.
func (k *kernel[T]) blockHeight(rows int) int {
	return min(k.height, roundUp(ceilDiv(rows, 8), k.rows))
}

// addBlock adds alpha·A·B to C, or replaces it when keep is 0, for one block of A
// and the packed B. work has room for the packed A and a tile.
func (k *kernel[T]) addBlock(alpha T, a matrix[T], work, packedB []T, c matrix[T], keep int, next *ahead[T]) {
	packedA, tile := work[:roundUp(a.rows, k.rows)*a.cols], work[roundUp(a.rows, k.rows)*a.cols:]
	for i := 0; i < a.rows; i += k.rows {
		k.packA(packedA[i*a.cols:], alpha, a, i)
	}
	for j := 0; j < c.cols; j += k.cols {
		for i := 0; i < a.rows; i += k.rows {
			next.step()
			k.addTile(a.cols, packedA[i*a.cols:], packedB[j*a.cols:], tile, c.part(i, j, min(k.rows, c.rows-i), min(k.cols, c.cols-j)), keep)
		}
	}
}

// addTile does the same for a packed panel of A, one of B and a tile of C, which
// is smaller than the kernel's at the edges.
func (k *kernel[T]) addTile(deep int, panelA, panelB, tile []T, c matrix[T], keep int) {
	if c.rows == k.rows && c.cols == k.cols {
		k.run(deep, &panelA[0], &panelB[0], &c.data[0], c.down, keep)
		return
	}
	tile = tile[:k.rows*k.cols]
	k.run(deep, &panelA[0], &panelB[0], &tile[0], k.cols, 0)
	for i := range c.rows {
		row, sums := c.data[i*c.down:i*c.down+c.cols], tile[i*k.cols:i*k.cols+c.cols]
		if keep == 0 {
			copy(row, sums)
			continue
		}
		for j, v := range sums {
			row[j] += v
		}
	}
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
	var all parallel.Group
	for range workers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	all.Wait()
}
