//go:build !purego

#include "textflag.h"

// func prefetch(p unsafe.Pointer, lines int)
TEXT ·prefetch(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), DI
	MOVQ lines+8(FP), CX

next:
	PREFETCHT1 (DI)
	ADDQ $64, DI
	SUBQ $1, CX
	JGT next
	RET
