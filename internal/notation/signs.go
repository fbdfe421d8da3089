package notation

import "strings"

// signs are characters that mathematics and other alphabets have for ours.
var signs = map[rune]string{
	'−': "-", '–': "-", '—': "-", '‐': "-", '×': "*", '·': "*", '⋅': "*", '∙': "*", '∗': "*", '÷': "/", '∕': "/",
	'≤': "<=", '⩽': "<=", '≥': ">=", '⩾': ">=", '≠': "!=", '∧': " and ", '∨': " or ", '¬': " not ",
	'½': "(1/2)", '⅓': "(1/3)", '¼': "(1/4)", '¾': "(3/4)", '⅔': "(2/3)",
	'（': "(", '）': ")", '，': ",", '＋': "+", '∣': "|", '｜': "|", '‖': "|",
	'\u00a0': " ", '\u2009': " ", '\u202f': " ", '\u200b': " ", '\ufeff': " ",
}

// raised are the characters of exponents.
var raised = map[rune]rune{
	'⁰': '0', '¹': '1', '²': '2', '³': '3', '⁴': '4', '⁵': '5', '⁶': '6', '⁷': '7', '⁸': '8', '⁹': '9', '⁻': '-', 'ˣ': 'x',
}

// plain replaces signs; x⁻² becomes x^(-2).
func plain(runes []rune, column func(int) int) (out []rune, columns []int) {
	put := func(text string, at int) {
		for _, r := range text {
			out, columns = append(out, r), append(columns, column(at))
		}
	}
	for i := 0; i < len(runes); i++ {
		if _, ok := raised[runes[i]]; ok {
			from := i
			var exponent strings.Builder
			for ; i < len(runes); i++ {
				digit, ok := raised[runes[i]]
				if !ok {
					break
				}
				exponent.WriteRune(digit)
			}
			i--
			if text := exponent.String(); len(text) == 1 && text != "-" {
				put("^"+text, from)
			} else {
				put("^("+text+")", from)
			}
			continue
		}
		if text, ok := signs[runes[i]]; ok {
			put(text, i)
			continue
		}
		put(string(runes[i]), i)
	}
	return out, columns
}
