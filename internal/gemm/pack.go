package gemm

// Panels of A hold column after column, panels of B row after row; both are
// filled up with zeros to the size of the kernel.

// packA copies alpha times rows i, i+1, … of A.
func (k *kernel[T]) packA(dst []T, alpha T, a matrix[T], i int) {
	rows := min(k.rows, a.rows-i)
	pack(k, dst, a.data[i*a.down:], k.rows, rows, a.cols, a.down, a.across)
	if alpha != 1 {
		for j := range dst[:a.cols*k.rows] {
			dst[j] *= alpha
		}
	}
}

// packB copies columns j, j+1, … of B.
func (k *kernel[T]) packB(dst []T, b matrix[T], j int) {
	cols := min(k.cols, b.cols-j)
	pack(k, dst, b.data[j*b.across:], k.cols, cols, b.rows, b.across, b.down)
}

// packAllB copies all columns of B into panels, one after the other. Rows are
// read from end to end, as a matrix that comes from memory wants to be.
func (k *kernel[T]) packAllB(dst []T, b matrix[T]) {
	if b.across != 1 {
		for j := 0; j < b.cols; j += k.cols {
			k.packB(dst[j*b.rows:], b, j)
		}
		return
	}
	whole := b.cols / k.cols * k.cols
	for p := range b.rows {
		row := b.data[p*b.down : p*b.down+whole]
		at := p * k.cols
		for len(row) > 0 {
			copy(dst[at:at+k.cols], row[:k.cols])
			row = row[k.cols:]
			at += b.rows * k.cols
		}
	}
	if whole < b.cols {
		k.packB(dst[whole*b.rows:], b, whole)
	}
}

// pack sets dst[p·size + r] to the entry at r·down + p·across of src, for
// r < count and p < length, and to 0 for count ≤ r < size.
func pack[T number](k *kernel[T], dst, src []T, size, count, length, down, across int) {
	if count < size {
		clear(dst[:length*size])
	}
	if down == 1 {
		for p := range length {
			copy(dst[p*size:p*size+count], src[p*across:p*across+count])
		}
		return
	}
	r := 0
	if across == 1 && length >= 4 {
		for ; r+4 <= count; r += 4 {
			k.transpose(length/4, &dst[r], size, &src[r*down], down)
			for p := length &^ 3; p < length; p++ {
				for i := r; i < r+4; i++ {
					dst[p*size+i] = src[i*down+p]
				}
			}
		}
	}
	for ; r < count; r++ {
		at := r * down
		for p := range length {
			dst[p*size+r] = src[at]
			at += across
		}
	}
}
