package table

import "strings"

// textRunes are characters that LaTeX writes otherwise in text.
var textRunes = map[rune]string{
	'\\': `\textbackslash{}`, '{': `\{`, '}': `\}`, '&': `\&`, '%': `\%`, '$': `\$`, '#': `\#`, '_': `\_`, '~': `\textasciitilde{}`,
	'^': `\textasciicircum{}`, '<': `\textless{}`, '>': `\textgreater{}`, '|': `\textbar{}`, '"': `''`, '`': "`{}",
	'–': "--", '…': `\dots{}`, 'é': `\'e`, 'ü': `\"u`, '\u00a0': "~",
}

// mathRunes are set as mathematics.
var mathRunes = map[rune]string{
	'−': "-", '×': `\times `, '·': `\cdot `, '±': `\pm `, '≤': `\le `, '≥': `\ge `, '≠': `\ne `, '≈': `\approx `, '→': `\to `, '←': `\gets `,
	'∞': `\infty `, '√': `\surd `, '‖': `\|`, '∂': `\partial `, '′': `'`, '″': `''`, '∫': `\int `, 'Σ': `\Sigma `, '½': `\frac12 `,
	'¼': `\frac14 `, '⅔': `\frac23 `, '∈': `\in `, '∉': `\notin `, '⟨': `\langle `, '⟩': `\rangle `, '∝': `\propto `, '⋯': `\cdots `,
	'↦': `\mapsto `, '⊥': `\perp `, '⟂': `\perp `, 'ℝ': `\mathbf{R}`,
	'α': `\alpha `, 'β': `\beta `, 'γ': `\gamma `, 'δ': `\delta `, 'ε': `\varepsilon `, 'η': `\eta `, 'θ': `\theta `, 'κ': `\kappa `,
	'λ': `\lambda `, 'μ': `\mu `, 'ξ': `\xi `, 'π': `\pi `, 'ρ': `\rho `, 'σ': `\sigma `, 'τ': `\tau `, 'φ': `\varphi `, 'χ': `\chi `,
	'ψ': `\psi `, 'ω': `\omega `, 'Γ': `\Gamma `, 'Δ': `\Delta `, 'Θ': `\Theta `, 'Λ': `\Lambda `, 'Ξ': `\Xi `, 'Φ': `\Phi `,
}

// raised and lowered are superscripts and subscripts.
var (
	raised = map[rune]string{
		'⁰': "0", '¹': "1", '²': "2", '³': "3", '⁴': "4", '⁵': "5", '⁶': "6", '⁷': "7", '⁸': "8", '⁹': "9",
		'⁺': "+", '⁻': "-", '⁽': "(", '⁾': ")",
		'ᴸ': "L", 'ᵀ': "T", 'ˡ': "l", 'ⁿ': "n", 'ⁱ': "i", 'ʲ': "j", 'ᵏ': "k", 'ᵐ': "m", 'ᵖ': "p", 'ˢ': "s", 'ᵗ': "t", 'ˣ': "x",
	}
	lowered = map[rune]string{
		'₀': "0", '₁': "1", '₂': "2", '₃': "3", '₄': "4", '₅': "5", '₆': "6", '₇': "7", '₈': "8", '₉': "9",
		'₊': "+", 'ᵢ': "i", 'ⱼ': "j", 'ₙ': "n",
	}
	// plainDigits reads exponents.
	plainDigits = func() *strings.Replacer {
		var pairs []string
		for r, text := range raised {
			pairs = append(pairs, string(r), text)
		}
		return strings.NewReplacer(pairs...)
	}()
)

// inLaTeX is text as LaTeX sets it. What it has no command for stays as it is, for engines
// that read Unicode.
func inLaTeX(text string) string {
	var b strings.Builder
	var math strings.Builder // the formula at hand
	script := ""             // "^" or "_" while one is open in it
	closeScript := func() {
		if script != "" {
			math.WriteString("}")
			script = ""
		}
	}
	closeMath := func() {
		closeScript()
		if math.Len() > 0 {
			b.WriteString("$" + strings.TrimSpace(math.String()) + "$")
			math.Reset()
		}
	}
	for _, r := range text {
		up, isUp := raised[r]
		down, isDown := lowered[r]
		switch command, isMath := mathRunes[r]; {
		case isUp || isDown:
			kind := map[bool]string{true: "^", false: "_"}[isUp]
			if script != kind {
				closeScript()
				script = kind
				math.WriteString(kind + "{")
			}
			math.WriteString(up + down)
		case isMath:
			closeScript()
			math.WriteString(command)
		default:
			closeMath()
			if other, ok := textRunes[r]; ok {
				b.WriteString(other)
			} else {
				b.WriteRune(r)
			}
		}
	}
	closeMath()
	return b.String()
}
