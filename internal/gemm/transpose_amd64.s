//go:build !purego

#include "textflag.h"

// func transpose64(blocks int, dst *float64, dstStride int, src *float64, srcStride int)
//
// Four rows of src are in Y0 to Y3, four rows of dst in Y8 to Y11. R12 runs
// through the next four rows of src, as if they followed each other without
// gaps, to have them in cache when they are asked for.
TEXT ·transpose64(SB), NOSPLIT, $0-40
	MOVQ blocks+0(FP), CX
	MOVQ dst+8(FP), DI
	MOVQ dstStride+16(FP), R8
	MOVQ src+24(FP), SI
	MOVQ srcStride+32(FP), R9
	SHLQ $3, R8
	SHLQ $3, R9
	LEAQ (R8)(R8*2), R10
	LEAQ (R9)(R9*2), R11
	LEAQ (SI)(R9*4), R12

block:
	PREFETCHT0 (R12)
	PREFETCHT0 64(R12)
	ADDQ $128, R12
	VMOVUPD (SI), Y0
	VMOVUPD (SI)(R9*1), Y1
	VMOVUPD (SI)(R9*2), Y2
	VMOVUPD (SI)(R11*1), Y3
	VUNPCKLPD Y1, Y0, Y4
	VUNPCKHPD Y1, Y0, Y5
	VUNPCKLPD Y3, Y2, Y6
	VUNPCKHPD Y3, Y2, Y7
	VPERM2F128 $0x20, Y6, Y4, Y8
	VPERM2F128 $0x20, Y7, Y5, Y9
	VPERM2F128 $0x31, Y6, Y4, Y10
	VPERM2F128 $0x31, Y7, Y5, Y11
	VMOVUPD Y8, (DI)
	VMOVUPD Y9, (DI)(R8*1)
	VMOVUPD Y10, (DI)(R8*2)
	VMOVUPD Y11, (DI)(R10*1)
	ADDQ $32, SI
	LEAQ (DI)(R8*4), DI
	DECQ CX
	JNZ block
	VZEROUPPER
	RET

// func transpose32(blocks int, dst *float32, dstStride int, src *float32, srcStride int)
//
// Four rows of src are in X0 to X3, four rows of dst in X8 to X11. R12 is as in
// transpose64.
TEXT ·transpose32(SB), NOSPLIT, $0-40
	MOVQ blocks+0(FP), CX
	MOVQ dst+8(FP), DI
	MOVQ dstStride+16(FP), R8
	MOVQ src+24(FP), SI
	MOVQ srcStride+32(FP), R9
	SHLQ $2, R8
	SHLQ $2, R9
	LEAQ (R8)(R8*2), R10
	LEAQ (R9)(R9*2), R11
	LEAQ (SI)(R9*4), R12

block:
	PREFETCHT0 (R12)
	ADDQ $64, R12
	VMOVUPS (SI), X0
	VMOVUPS (SI)(R9*1), X1
	VMOVUPS (SI)(R9*2), X2
	VMOVUPS (SI)(R11*1), X3
	VUNPCKLPS X1, X0, X4
	VUNPCKHPS X1, X0, X5
	VUNPCKLPS X3, X2, X6
	VUNPCKHPS X3, X2, X7
	VUNPCKLPD X6, X4, X8
	VUNPCKHPD X6, X4, X9
	VUNPCKLPD X7, X5, X10
	VUNPCKHPD X7, X5, X11
	VMOVUPS X8, (DI)
	VMOVUPS X9, (DI)(R8*1)
	VMOVUPS X10, (DI)(R8*2)
	VMOVUPS X11, (DI)(R10*1)
	ADDQ $16, SI
	LEAQ (DI)(R8*4), DI
	DECQ CX
	JNZ block
	VZEROUPPER
	RET
