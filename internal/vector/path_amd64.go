//go:build !purego

package vector

import "golang.org/x/sys/cpu"

func available() []path {
	var list []path
	if x := cpu.X86; x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VL && x.HasAVX2 && x.HasFMA {
		list = append(list, avx512)
	}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		list = append(list, avx2)
	}
	return append(list, plainGo)
}

func (k kernel) assembly(a *arguments) {
	if chosen == avx512 {
		k.onAVX512(a)
		return
	}
	k.onAVX2(a)
}
