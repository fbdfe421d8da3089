//go:build !amd64 || purego

package vector

func available() []path { return []path{plainGo} }

func (k kernel) assembly(a *arguments) { k.plain(a) }
