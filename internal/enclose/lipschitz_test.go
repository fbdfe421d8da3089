package enclose

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr/exprtest"
	"bsnn/internal/interval"
)

// Suprema of |φ′| and |φ″|, in closed form or, for silu and mish, found by
// maximising in 30 digits; −1 where there is none.
func TestLipschitzConstants(t *testing.T) {
	silu := 0.5 + 2.3993572805154676678/4
	for _, c := range []struct {
		text          string
		value, second float64
	}{
		{"x", 1, 0},
		{"tanh(x)", 1, 4 / (3 * math.Sqrt(3))},
		{"erf(x)", 2 / math.SqrtPi, math.Sqrt(8 / (math.Pi * math.E))},
		{"sin(x)", 1, 1},
		{"sigmoid(x)", 0.25, math.Sqrt(3) / 18},
		{"softplus(x)", 1, 0.25},
		{"relu(x)", 1, -1},
		{"leakyrelu(x)", 1, -1},
		{"elu(x)", 1, 1},
		{"selu(x)", 1.0507009873554805 * 1.6732632423543772, -1},
		{"gelu(x)", 0.5*math.Erfc(-1) + math.Exp(-1)/math.SqrtPi, math.Sqrt(2 / math.Pi)},
		{"silu(x)", silu, 0.5},
		{"x*sigmoid(1.702*x)", silu, 0.851},
		{"x*tanh(log(1+exp(x)))", 1.0884981615, 0.6442046373},
		{"atan(x)", 1, 3 * math.Sqrt(3) / 8},
		{"x/(1+abs(x))", 1, 2},
		{"sqrt(1+x^2)", 1, 1},
		{"log(cosh(x))", 1, 1},
		{"2*abs(x) - 3*relu(x-1)", 2, -1},
		{"x*abs(x)", -1, 2},
		{"x^2", -1, 2},
		{"relu(x)^2", -1, 2},
		{"exp(-x^2/2)", math.Exp(-0.5), 1},
		{"-0.3*x", 0.3, 0},
		{"x > 20 ? 2*x - 20 : x", 2, -1},
	} {
		s, err := survey(parse(t, c.text))
		require.NoError(t, err)
		value, second := lipschitz(s)
		for i, l := range []Lipschitz{value, second} {
			want := []float64{c.value, c.second}[i]
			if want < 0 {
				require.True(t, l.None, "%s: %v", c.text, l)
				continue
			}
			require.True(t, l.Finite(), "%s: %v", c.text, l)
			slack := 1e-9 + 1e-15
			require.LessOrEqual(t, l.Bound.Lo, want*(1+slack)+1e-300, "%s: %v", c.text, l)
			require.GreaterOrEqual(t, l.Bound.Hi, want*(1-slack), "%s: %v", c.text, l)
			require.LessOrEqual(t, l.Bound.Width(), 1e-6*want+1e-300, "%s: %v", c.text, l)
		}
	}
}

func TestNotLipschitzNamesThePlace(t *testing.T) {
	for _, c := range []struct{ text, value, second string }{
		{"relu(x)", "", "not Lipschitz at x = 0: φ′ jumps there"},
		{"abs(x - 0.3)", "", "not Lipschitz at x = 0.3: φ′ jumps there"},
		{"x > 20 ? x : 0.1*x + 18", "", "not Lipschitz at x = 20: φ′ jumps there"},
		{"relu(tanh(x) - 0.3)", "", "not Lipschitz at x = 0.309519604: φ′ jumps there"},
		{"elu(x, 0.5)", "", "not Lipschitz at x = 0: φ′ jumps there"},
		{"x^2", "not Lipschitz as x → −∞", ""},
		{"x^3", "not Lipschitz as x → −∞", "not Lipschitz as x → −∞"},
		{"exp(x)", "not Lipschitz as x → +∞", "grows like exp(1·|x|)"},
		{"x*sin(x)", "not provably Lipschitz as x → ", "not provably Lipschitz as x → "},
		{"log(1 + x^2)*x", "not", ""},
	} {
		s, err := survey(parse(t, c.text))
		require.NoError(t, err)
		value, second := lipschitz(s)
		for i, l := range []Lipschitz{value, second} {
			want := []string{c.value, c.second}[i]
			if want == "" {
				continue
			}
			require.False(t, l.Finite(), c.text)
			require.Contains(t, l.String(), want, c.text)
		}
	}
}

// No sampled slope exceeds the bound, and no sampled difference of slopes
// does where f′ is Lipschitz.
func TestLipschitzBoundsHold(t *testing.T) {
	skipIfSlow(t)
	drawn, finite, second := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(exprtest.Smooth(), exprtest.Kinked()).Draw(t, "text")
		s, err := survey(parse(t, text))
		if err != nil {
			return
		}
		drawn++
		l, l2 := lipschitz(s)
		m := newMachine(s.p, 2)
		if l.Finite() {
			finite++
		}
		if l2.Finite() {
			second++
		}
		for range 20 {
			x := rapid.OneOf(rapid.Float64Range(-9, 9), rapid.Float64Range(-1000, 1000)).Draw(t, "x")
			r := m.run(interval.Point(x), 1)
			if !r.Status().Analytic() || onBorder(m) {
				continue
			}
			d := r.Coefficient(1)
			require.LessOrEqual(t, d.Mignitude(), l.Bound.Hi, "φ′ of %s at %v", text, x)
			y := x + rapid.Float64Range(-0.5, 0.5).Draw(t, "step")
			q := m.run(interval.Point(y), 1)
			if q.Status().Analytic() && !onBorder(m) && x != y {
				gap := d.Sub(q.Coefficient(1)).Mignitude()
				require.LessOrEqual(t, gap, interval.Point(l2.Bound.Hi).Mul(interval.Point(x).Sub(interval.Point(y))).Magnitude(),
					"φ′ of %s between %v and %v, bound %v", text, x, y, l2)
			}
		}
	})
	t.Logf("%d drawn, %d with a constant, %d with one for the derivative", drawn, finite, second)
	require.Greater(t, finite, drawn*3/4)
	require.Greater(t, second, drawn/4)
}

// onBorder reports that the last run was at a point where a branch changes; the
// formula that holds at that point alone has another slope.
func onBorder(m *machine) bool {
	for i := range m.code {
		if m.varies[i] && branches(m.code[i].Op) && m.sides[i] == equal {
			return true
		}
	}
	return false
}
