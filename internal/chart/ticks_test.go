package chart

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// reads is the number that a label says.
func reads(t require.TestingT, label string) float64 {
	plain := strings.NewReplacer("-", "a hyphen", "−", "-", ",", "", "⁻", "-", "⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4",
		"⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9").Replace(label)
	if m := regexp.MustCompile(`^(?:(.+)×)?10(-?\d+)$`).FindStringSubmatch(plain); m != nil && strings.ContainsAny(label, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹") {
		plain = m[1] + "e" + m[2]
		if m[1] == "" {
			plain = "1" + plain
		}
	}
	v, err := strconv.ParseFloat(plain, 64)
	require.NoError(t, err, label)
	return v
}

// labels of ticks that have one.
func labels(ticks []Tick) (out []string) {
	for _, t := range ticks {
		if t.Label != "" {
			out = append(out, t.Label)
		}
	}
	return out
}

// Ticks ascend within the scale; at least two of them are labelled and at
// most as many as asked for and one more; no two labels are the same, each is
// short and says where it stands.
func TestTicksOfAnyScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScale(t)
		most := rapid.IntRange(2, 12).Draw(t, "most")
		ticks := Round(s, most)
		for i, k := range ticks {
			require.True(t, -1e-6 <= s.At(k.At) && s.At(k.At) <= 1+1e-6, "%v outside %v", k, s)
			require.True(t, i == 0 || ticks[i-1].At < k.At, "%v do not ascend", ticks)
			if k.Label != "" {
				require.InDelta(t, s.At(k.At), s.At(reads(t, k.Label)), 1e-3, "%v: %q", s, k.Label)
				require.LessOrEqual(t, utf8.RuneCountInString(k.Label), 15, "%q", k.Label)
			}
		}
		all := labels(ticks)
		require.LessOrEqual(t, len(all), most+1, "%v on %v", all, s)
		if most >= 5 {
			require.GreaterOrEqual(t, len(all), 2, "%v on %v", all, s)
		}
		seen := map[string]bool{}
		for _, l := range all {
			require.False(t, seen[l], "%q twice on %v", l, s)
			seen[l] = true
		}
	})
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		scale Scale
		most  int
		want  string
	}{
		{Linear(0, 100), 5, "0 20 40 60 80 100"},
		{Linear(-3000, 3000), 6, "−3,000 −2,000 −1,000 0 1,000 2,000 3,000"},
		{Linear(-0.3, 0.3), 5, "−0.2 0 0.2"},
		{Linear(-0.55, 1.5), 5, "−0.5 0 0.5 1 1.5"},
		{Linear(1e6, 2e6), 5, "1×10⁶ 1.2×10⁶ 1.4×10⁶ 1.6×10⁶ 1.8×10⁶ 2×10⁶"},
		{Linear(1000, 1000.5), 5, "1,000 1000.1 1000.2 1000.3 1000.4 1000.5"},
		{Logarithmic(0.1, 10), 5, "0.1 1 10"},
		{Logarithmic(1e-12, 1e12), 5, "10⁻¹⁰ 10⁻⁵ 1 10⁵ 10¹⁰"},
		{Logarithmic(1e-35, 1e18), 6, "10⁻³⁰ 10⁻²⁰ 10⁻¹⁰ 1 10¹⁰"},
		{Logarithmic(1e-31, 1e34), 6, "10⁻³⁰ 10⁻²⁰ 10⁻¹⁰ 1 10¹⁰ 10²⁰ 10³⁰"},
		{Logarithmic(0.25, 4), 5, "0.5 1 2"},
		{Logarithmic(2.1, 4.9), 5, "3 4"},
		{Logarithmic(1, 5000), 6, "1 10 100 1,000"},
	} {
		require.Equal(t, c.want, strings.Join(labels(Round(c.scale, c.most)), " "))
	}
	whole := func(lo, hi float64, most int) string { return strings.Join(labels(Whole(Linear(lo, hi), most)), " ") }
	require.Equal(t, "1 10 20 30 40 50", whole(1, 50, 6))
	require.Equal(t, "1 2 3", whole(1, 3, 6))
	require.Equal(t, "1 50,000 100,000 150,000 200,000", whole(1, 200_000, 6))
	five := At([]Tick{{1, "a"}, {2, "b"}, {3, "c"}, {4, "d"}, {5, "e"}})
	require.Equal(t, []string{"a", "c", "e"}, labels(five(Linear(0, 6), 3)))
	require.Len(t, five(Linear(0, 6), 3), 5, "those without a label stay")
	require.Empty(t, NoTicks(Linear(0, 1), 5))
}

// Labels never touch, however short the axis and however many there are.
func TestLabelsDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		axis := Axis{Scale: anyScale(t), Room: rapid.Float64Range(0, 10).Draw(t, "room")}
		if rapid.Bool().Draw(t, "given") {
			var given []Tick
			at := axis.Scale.Lo
			for range rapid.IntRange(0, 30).Draw(t, "ticks") {
				given = append(given, Tick{at, rapid.StringMatching(`[a-z0-9]{1,12}`).Draw(t, "label")})
				at += (axis.Scale.Hi - at) * rapid.Float64Range(0.001, 0.5).Draw(t, "step")
			}
			axis.Ticks = At(given)
		}
		length := rapid.Float64Range(30, 800).Draw(t, "length")
		f := newFrame(&svg{}, box{0, 0, length, length}, axis, axis)
		check := func(a side, ticks []Tick, extent func(string) float64) {
			last := math.Inf(-1)
			for _, k := range ticks {
				if k.Label == "" {
					continue
				}
				from, to := a.px(k.At)-extent(k.Label)/2, a.px(k.At)+extent(k.Label)/2
				if a.to < a.from {
					from, to = -to, -from
				}
				require.Greater(t, from, last, "%q", k.Label)
				last = to
			}
		}
		check(f.x, f.x.horizontal(), func(label string) float64 { return Width(label, labelSize) })
		check(f.y, f.y.vertical(), func(string) float64 { return lineOf })
	})
}

func TestNames(t *testing.T) {
	a := Names([]string{"tanh", "ReLU", "GELU"})
	require.Equal(t, []string{"tanh", "ReLU", "GELU"}, labels(a.Ticks(a.Scale, 2)))
	f := newFrame(&svg{}, box{0, 0, 90, 90}, a, a)
	require.InDelta(t, 15, f.y.px(0), 1e-9, "the first is at the top")
	require.InDelta(t, 75, f.y.px(2), 1e-9)
	require.True(t, a.Scale.Below(3))
}

func TestWords(t *testing.T) {
	require.Equal(t, "short", Cut("short", 100, 12))
	rapid.Check(t, func(t *rapid.T) {
		text, room := rapid.StringN(0, 80, -1).Draw(t, "text"), rapid.Float64Range(30, 300).Draw(t, "room")
		require.LessOrEqual(t, Width(Cut(text, room, 12), 12), room)
		for _, line := range Wrap(text, room, 12) {
			require.LessOrEqual(t, Width(line, 12), room)
		}
	})
	require.Equal(t, []string{"one two", "three"}, Wrap("one two three", Width("one two t", 12), 12))
}
