package emit

import "strings"

// Named is how code calls a function that bsnn calls base: gelu_gp in Python and GeluGP in
// Go, gelu_as_is and GeluAsIs where it is not normalised. Such a name hides none that the
// project, or a library, has for the function as everybody knows it.
func Named(language, base string, asIs bool) string {
	ending := "_gp"
	if asIs {
		ending = "_as_is"
	}
	name := strings.ToLower(base) + ending
	if language == "go" {
		return camel(name)
	}
	return name
}

// camel writes gelu_as_is as GeluAsIs, and gp in capitals.
func camel(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "_") {
		switch {
		case word == "gp":
			b.WriteString("GP")
		case word != "":
			b.WriteString(exported(word))
		}
	}
	return b.String()
}
