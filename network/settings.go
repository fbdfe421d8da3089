package network

import (
	"fmt"
	"math"
	"slices"

	"bsnn/internal/spelling"
)

// Settings are what a stack is made of beside its widths, in the words of those who ask for it.
type Settings struct {
	Activation Activation
	Weights    string // one of WeightsNames
	Gain       float64
	Bias       bool
	Norm       string // one of NormNames, or "none"
	Shortcut   string // one of ShortcutNames
	Branch     string // β² as ParseFraction reads it; "" and "1/L" are 1/L
}

// DefaultSettings are those of the networks of the theory.
func DefaultSettings() Settings {
	return Settings{Activation: Activation{Spec: "tanh"}, Weights: Haar.String(), Gain: 1, Norm: noNorm, Shortcut: "none"}
}

const noNorm = "none"

// NormChoices lists what Settings.Norm may be.
func NormChoices() []string { return append(slices.Clone(normNames[:]), noNorm) }

// A SettingError says which setting is wrong, and what would be right.
type SettingError struct {
	Setting string // its name, in lower case: "weights", "gain", "norm", "shortcut", "branch"
	Problem string // begins with the value
}

// Error begins with the name.
func (e *SettingError) Error() string { return e.Setting + " " + e.Problem }

// Stack is the stack with these settings, without widths. The error is a *SettingError, unless it is one of the function.
func (s Settings) Stack() (out Stack, err error) {
	wrong := func(setting, format string, args ...any) (Stack, error) {
		return Stack{}, &SettingError{setting, fmt.Sprintf(format, args...)}
	}
	if err := s.Activation.Check(); err != nil {
		return out, err
	}
	out.Activation = s.Activation
	if out.Linear.Weights, err = ParseWeights(s.Weights); err != nil {
		return out, err
	}
	if !(s.Gain > 0) || math.IsInf(s.Gain, 1) {
		return wrong("gain", "%v; want a finite number above 0", s.Gain)
	}
	out.Linear.Gain, out.Linear.Bias = s.Gain, s.Bias
	if s.Norm != noNorm {
		i := slices.Index(NormNames(), s.Norm)
		if i < 0 {
			return wrong("norm", "%q; %s", s.Norm, spelling.Meant(s.Norm, NormChoices()))
		}
		kind := Norm(i)
		out.Norm = &kind
	}
	out.Shortcut = s.Shortcut
	if !slices.Contains(ShortcutNames(), s.Shortcut) {
		return wrong("shortcut", "%q; %s", s.Shortcut, spelling.Meant(s.Shortcut, ShortcutNames()))
	}
	if s.Branch != "" && s.Branch != "1/L" {
		if out.Branch, err = ParseFraction(s.Branch); err != nil {
			return wrong("branch", "%s", err)
		}
		if out.Branch == 0 {
			return wrong("branch", "0 leaves nothing of the branches; want a number above 0")
		}
	}
	if s.Branch != "" && s.Shortcut != "rotated" && s.Shortcut != "plain" {
		return wrong("branch", "%s with shortcut %s; want it with rotated or plain", s.Branch, s.Shortcut)
	}
	return out, nil
}
